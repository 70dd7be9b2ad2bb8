"""SciFact: claims about science, the abstracts they cite, and what those say to them.

https://doi.org/10.18653/v1/2020.emnlp-main.609. The 300 development claims are those that BEIR calls its test split.
"""

from __future__ import annotations

import ast
import csv
import dataclasses
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from evals.external.places import file_of, opened
from evals.external.retrieval import RetrievalSet
from evals.external.support import Label, SupportItem
from rag.types import Paper

__all__ = ["read_papers", "retrieval_set", "support_items"]

NAME = "scifact"
DEVELOPMENT = "claims_dev.jsonl"
_LITERAL = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\"""", re.DOTALL)
"""One sentence of an abstract; they stand side by side without commas, as numpy prints lists."""
_LABELS = {"SUPPORT": Label.SUPPORTS, "CONTRADICT": Label.REFUTES, "REFUTE": Label.REFUTES}
"""Both words for the second are in use, by edition of the set."""


@dataclasses.dataclass(frozen=True)
class _Claim:
    id: str
    text: str
    cited: tuple[str, ...]
    evidence: Mapping[str, tuple[Label, tuple[int, ...]]]
    """By paper what it says to the claim, and the numbers from 0 of the sentences that say it."""


def read_papers(data: Path) -> Iterator[Paper]:
    """The abstracts.

    Raises:
        SourceError: the file is missing or not in its format.
    """
    return (paper for paper, _ in _documents(data))


def retrieval_set(data: Path) -> RetrievalSet:
    """Each development claim as a query for the abstracts that it cites.

    Published nDCG@10 of the same 300 queries: BM25 0.665 (https://arxiv.org/abs/2104.08663, table 2),
    all-MiniLM-L6-v2 0.645 (https://arxiv.org/abs/2210.07316, table 11).

    Raises:
        SourceError: a file is missing or not in its format.
    """
    claims = list(_claims(data))
    published = {"lexical": 0.665, "dense": 0.645}
    return RetrievalSet(
        NAME,
        lambda: read_papers(data),
        {claim.id: claim.text for claim in claims},
        {claim.id: dict.fromkeys(claim.cited, 1) for claim in claims},
        published,
    )


def support_items(data: Path, claims: str = DEVELOPMENT) -> list[SupportItem]:
    """Each claim of a file with each abstract that it cites: one without a label says neither yes nor no.

    Raises:
        SourceError: a file is missing or not in its format.
    """
    documents = {paper.paper_id: (paper, sentences) for paper, sentences in _documents(data)}
    items = []
    for claim in _claims(data, claims):
        for paper_id in claim.cited:
            paper, sentences = documents[paper_id]
            label, numbers = claim.evidence.get(paper_id, (Label.NEUTRAL, ()))
            rationale = tuple(sentences[number] for number in numbers)
            items.append(SupportItem(f"{claim.id}:{paper_id}", claim.text, paper, label, rationale))
    return items


def _documents(data: Path) -> Iterator[tuple[Paper, list[str]]]:
    """Each abstract, and its sentences as the set has them."""
    with opened(file_of(data, NAME, "corpus.csv.gz")) as text:
        for row in csv.DictReader(text):
            sentences = [ast.literal_eval(literal).strip() for literal in _LITERAL.findall(row["abstract"])]
            yield Paper(row["doc_id"], row["title"].strip(), " ".join(sentences)), sentences


def _claims(data: Path, name: str = DEVELOPMENT) -> Iterator[_Claim]:
    with opened(file_of(data, NAME, name)) as text:
        for line in text:
            record = json.loads(line)
            evidence = {paper_id: _evidence(sets) for paper_id, sets in record["evidence"].items()}
            cited = tuple(map(str, record["cited_doc_ids"]))
            yield _Claim(str(record["id"]), record["claim"], cited, evidence)


def _evidence(sets: list[dict[str, object]]) -> tuple[Label, tuple[int, ...]]:
    numbers = {number for one in sets for number in one["sentences"]}  # type: ignore[attr-defined] # JSON
    return _LABELS[str(sets[0]["label"])], tuple(sorted(numbers))

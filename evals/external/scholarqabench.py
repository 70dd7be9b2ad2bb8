"""ScholarQABench, the tasks on one paper: claims of SciFact and questions of PubMedQA, each with its gold context.

https://arxiv.org/abs/2411.14199. All contexts of both tasks together are the collection; what counts is whether the
first paper that is cited is the item's own.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from evals.external.places import file_of, opened
from evals.fusion import Fusion
from evals.sampling import spread
from evals.statistics import Mean, mean_of
from rag import Assistant
from rag.errors import PapertrailError
from rag.index.embedding.minilm import trunk_of
from rag.types import Paper

__all__ = ["FirstCited", "Item", "items", "measure_first_cited", "read_papers"]

NAME = "scholarqabench"
TASKS = {"scifact": "scifact_test.jsonl", "pubmedqa": "pubmed_test.jsonl"}
ASKED = 200
"""Of the 843 questions of PubMedQA, spread evenly over its file; the 208 claims of SciFact are all asked."""


@dataclasses.dataclass(frozen=True)
class Item:
    """One claim or question."""

    task: str
    text: str
    paper_ids: frozenset[str]
    """Of its gold contexts."""


@dataclasses.dataclass(frozen=True)
class FirstCited:
    """How often one system cites the right paper first."""

    task: str
    system: str
    first_right: Mean
    refused: Mean


def read_papers(data: Path) -> Iterator[Paper]:
    """The contexts of both tasks, each once; those of PubMedQA have no title and are numbered.

    Raises:
        SourceError: a file is missing or not in its format.
    """
    return iter(_read(data)[0].values())


def items(data: Path) -> list[Item]:
    """All claims of the one task and :data:`ASKED` questions of the other.

    Raises:
        SourceError: a file is missing or not in its format.
    """
    found = _read(data)[1]
    claims = [item for item in found if item.task == "scifact"]
    return [*claims, *spread([item for item in found if item.task != "scifact"], ASKED)]


def measure_first_cited(
    assistant: Assistant,
    asked: Sequence[Item],
    *,
    model: str = "extractive",
    retriever: str | None = None,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> list[FirstCited]:
    """The product, BM25 alone, and the bar of :mod:`evals.fusion`, on each task.

    Args:
        assistant: over a collection of :func:`read_papers`.
        asked: at least one.
        model: who writes.
        retriever: who finds for the product; None takes the settings'.
        progress: told how many items are done, and of how many.
    """
    fusion = Fusion(assistant.papers(), trunk_of(assistant.settings.home).embed)
    first: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for place, item in enumerate(asked, start=1):
        words = assistant.search(item.text, 1, retriever="lexical")
        best = fusion.papers[int(fusion.scores(item.text).argmax())].paper_id
        cited, refused = _product(assistant, item.text, model, retriever)
        systems = {
            "product": (cited, refused),
            "BM25 only": (words[0].paper.paper_id if words else None, False),
            "similarity and BM25": (best, False),
        }
        for system, (paper_id, withheld) in systems.items():
            first.setdefault((item.task, system), []).append((float(paper_id in item.paper_ids), float(withheld)))
        progress(place, len(asked))
    return [
        FirstCited(task, system, mean_of([right for right, _ in pairs]), mean_of([refused for _, refused in pairs]))
        for (task, system), pairs in first.items()
    ]


def _product(assistant: Assistant, text: str, model: str, retriever: str | None) -> tuple[str | None, bool]:
    """The paper cited first, and whether an answer was refused; a failure is neither."""
    try:
        answer = assistant.ask(text, model=model, retriever=retriever)
    except PapertrailError:
        return None, False
    return (answer.citations[0].paper_id if answer.citations else None), answer.refused


def _read(data: Path) -> tuple[dict[str, Paper], list[Item]]:
    papers: dict[str, Paper] = {}
    numbers: dict[str, str] = {}
    found = []
    for task, name in TASKS.items():
        with opened(file_of(data, NAME, name)) as text:
            for record in (json.loads(line) for line in text if line.strip()):
                ids = []
                for context in record["gold_ctx"]:
                    # Most contexts of PubMedQA keep their paragraphs apart, under a key of their own.
                    parts = context["text"]["contexts"] if isinstance(context["text"], dict) else [context["text"]]
                    body = " ".join(" ".join(parts).split())
                    paper_id = numbers.setdefault(body, f"context-{len(numbers) + 1}")
                    papers.setdefault(paper_id, Paper(paper_id, context["title"].strip() or paper_id, body))
                    ids.append(paper_id)
                found.append(Item(task, record["input"], frozenset(ids)))
    return papers, found

"""PubMedQA: questions that are titles of medical papers, with their abstracts and an expert's yes, no or maybe.

https://doi.org/10.18653/v1/D19-1259. The product quotes rather than says yes or no: measured is whether it finds the
abstract that answers, and for which questions it says that the papers do not.
"""

from __future__ import annotations

import ast
import dataclasses
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from evals.external.places import file_of, opened
from evals.statistics import Mean, mean_of
from rag import Assistant, Paper

__all__ = ["Abstained", "Asked", "measure_abstaining", "questions", "read_papers"]

NAME = "pubmedqa"
_LITERAL = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\"""", re.DOTALL)


@dataclasses.dataclass(frozen=True)
class Asked:
    """One question."""

    id: str
    text: str
    decision: str
    """``yes``, ``no`` or ``maybe``."""


@dataclasses.dataclass(frozen=True)
class Abstained:
    """What became of the questions with one decision."""

    decision: str
    first_right: Mean
    """The first citation is of the abstract the question was made from."""
    refused: Mean
    supported: Mean | None
    """Share of sentences that the checker finds borne out; None where nothing was said."""


def read_papers(data: Path) -> Iterator[Paper]:
    """The abstracts without their conclusions, under a number instead of the title, which is the question itself.

    Raises:
        SourceError: the file is missing or not in its format.
    """
    for number, record in _records(data).items():
        contexts = record["CONTEXTS"]
        texts = contexts if isinstance(contexts, list) else list(map(ast.literal_eval, _LITERAL.findall(contexts)))
        yield Paper(number, f"PubMed {number}", " ".join(text.strip() for text in texts))


def questions(data: Path) -> list[Asked]:
    """The questions with the experts' decisions.

    Raises:
        SourceError: the file is missing or not in its format.
    """
    return [
        Asked(number, record["QUESTION"].strip(), record["final_decision"]) for number, record in _records(data).items()
    ]


def measure_abstaining(
    assistant: Assistant,
    asked: Sequence[Asked],
    *,
    model: str,
    retriever: str | None,
    progress: Callable[[int, int], None] | None = None,
) -> list[Abstained]:
    """Asks every question and measures by decision, those of ``yes`` first.

    Args:
        assistant: over a collection of the set's abstracts.
        asked: the questions.
        model: who writes.
        retriever: who finds; None takes the settings'.
        progress: called with the number of questions done and of all.
    """
    first: dict[str, list[float]] = {}
    refused: dict[str, list[float]] = {}
    supported: dict[str, list[float]] = {}
    for place, question in enumerate(asked, start=1):
        answer = assistant.ask(question.text, model=model, retriever=retriever)
        cited = [citation.paper_id for citation in answer.citations]
        first.setdefault(question.decision, []).append(float(cited[:1] == [question.id]))
        refused.setdefault(question.decision, []).append(float(answer.refused))
        claims = [float(claim.verdict == "supported") for claim in answer.claims]
        supported.setdefault(question.decision, []).extend(claims)
        if progress:
            progress(place, len(asked))
    decisions = sorted(first, key=("yes", "no", "maybe").index)
    return [Abstained(name, mean_of(first[name]), mean_of(refused[name]), _mean(supported[name])) for name in decisions]


def _mean(values: Sequence[float]) -> Mean | None:
    return mean_of(values) if values else None


def _records(data: Path) -> Mapping[str, Mapping[str, str]]:
    with opened(file_of(data, NAME, "ori_pqal.json")) as text:
        records: Mapping[str, Mapping[str, str]] = json.load(text)
        for record in records.values():  # here, so that what is missing is said of this file
            record["QUESTION"], record["CONTEXTS"], ("yes", "no", "maybe").index(record["final_decision"])
        return records

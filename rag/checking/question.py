"""Whether an answer answers its question: apart from the verdicts, as a borne-out sentence may say something else."""

from __future__ import annotations

import dataclasses
import functools
import json
from pathlib import Path

from rag.retrieval.relevance import PAIRS, Relevance, label_of
from rag.types import Answer, Answered, Paper
from rag.understanding.query import Form, Kind, Query

__all__ = ["THRESHOLDS", "Thresholds", "answered", "thresholds"]

THRESHOLDS = Path(__file__).parents[1] / "learned" / "answered.json"
"""Made, and measured on batches held out, by ``python -m evals.training.answered --data DIR``."""
_WHOLE = (Form.ABSTRACT, Form.BIBTEX)
"""What is asked for as such, and given or refused."""


@dataclasses.dataclass(frozen=True)
class Thresholds:
    """What the best sentence of an answer must reach, as the probability that it answers, 0 to 1."""

    yes: float
    partly: float

    def of(self, probability: float) -> Answered:
        """What a probability comes to."""
        if probability >= self.yes:
            return Answered.YES
        return Answered.PARTLY if probability >= self.partly else Answered.NO


@functools.cache
def thresholds() -> Thresholds:
    """The shipped ones."""
    return Thresholds(**json.loads(THRESHOLDS.read_text(encoding="utf-8")))


def answered(answer: Answer, query: Query, model: Relevance) -> Answered | None:
    """Whether the question was answered; None: nothing was asked that papers could answer.

    What a model wrote and what was taken from the papers is read alike: each sentence beside the question. A list is
    not: its papers are on it because they were found to belong, and without any it is refused. Neither is what comes
    from records, which say what is asked or are refused.

    Args:
        answer: checked.
        query: how the question was understood.
        model: reads sentences beside a question.

    Raises:
        ModelUnavailableError: the weights of the small model are not installed.
    """
    if query.kind is Kind.CHAT:
        return None
    if answer.refused:
        return Answered.NO
    if query.kind in (Kind.RECORDS, Kind.OVERVIEW, Kind.LIST) or query.form in _WHOLE:
        return Answered.YES
    found = _compared(answer, query) if query.kind is Kind.COMPARE and query.papers else _read(answer, query, model)
    return Answered.PARTLY if answer.not_found and found is Answered.YES else found


def _compared(answer: Answer, query: Query) -> Answered:
    """Whether something is said of each paper that is compared."""
    cited = {citation.paper_id for citation in answer.citations}
    said = [paper.paper_id in cited for paper in query.papers]
    return Answered.YES if all(said) else Answered.PARTLY if any(said) else Answered.NO


def _read(answer: Answer, query: Query, model: Relevance) -> Answered:
    """By its most probable sentence; one that cites nothing is read with the first paper, as it may only lack it."""
    labels = {citation.marker: label_of(Paper("", citation.title, "")) for citation in answer.citations}
    first = next(iter(labels.values()), "")
    sentences = [
        (labels.get(claim.markers[0], first) if claim.markers else first, claim.text) for claim in answer.claims
    ]
    if not sentences:
        return Answered.NO
    return thresholds().of(float(model.probabilities(query.text, sentences[:PAIRS]).max()))

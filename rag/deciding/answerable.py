"""How probable it is that the papers found answer a question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rag.learned.logistic import log_odds, logistic
from rag.types import Hit

__all__ = ["answerable", "evidence_of"]


def answerable(hits: Sequence[Hit]) -> float:
    """The probability, 0 to 1; 0 without any paper.

    Args:
        hits: best first, read by :class:`rag.retrieval.relevance.Relevance`; where the question names a paper it leads.
    """
    return logistic("answerable").probability(evidence_of(hits)) if hits else 0.0


def evidence_of(hits: Sequence[Hit]) -> Mapping[str, float]:
    """The numbers that the probability is made of, by name; ``hits`` as for :func:`answerable`, at least one."""
    first = hits[0]
    return {"best": log_odds(first.relevance or 0.0), "cosine": max(one.score for one in first.passages)}

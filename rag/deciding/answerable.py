"""How probable it is that the papers found answer a question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rag.learned.logistic import log_odds, logistic
from rag.types import Hit

__all__ = ["answerable", "evidence_of"]


def answerable(hits: Sequence[Hit], *, named: bool, held: float) -> float:
    """The probability, 0 to 1; 0 without any paper.

    Args:
        hits: best first, read by :class:`rag.retrieval.relevance.Relevance`.
        named: the question names a paper of the collection, which is the first of the hits.
        held: share of the weight of the question's words that the first paper holds, 0 to 1.
    """
    return logistic("answerable").probability(evidence_of(hits, named=named, held=held)) if hits else 0.0


def evidence_of(hits: Sequence[Hit], *, named: bool, held: float) -> Mapping[str, float]:
    """The numbers that the probability is made of, by name; arguments as for :func:`answerable`."""
    first = hits[0]
    read = sorted((one.relevance for one in first.passages if one.relevance is not None), reverse=True)
    elsewhere = max((hit.relevance or 0.0 for hit in hits[1:]), default=0.0)
    cosine = max(one.score for one in first.passages)
    similarity = first.similarity or 0.0
    following = max((hit.similarity or 0.0 for hit in hits[1:]), default=0.0)
    return {
        "best": log_odds(read[0] if read else 0.0),
        "second": log_odds(read[1] if len(read) > 1 else 0.0),
        "elsewhere": log_odds(elsewhere),
        "cosine": cosine,
        "similarity": similarity,
        "lead": similarity - following,
        "coverage": (first.closeness or similarity) - similarity,
        "held": held,
        "named": float(named),
    }

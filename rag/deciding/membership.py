"""Which of the papers found belong on a list: a probability for each, cut at one value chosen on other collections."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from rag.learned.logistic import log_odds, logistic
from rag.types import Hit

__all__ = ["BORDERLINE", "Membership", "membership_of", "standing_of"]

BORDERLINE = 0.6
"""Share of the threshold above which a paper is shown apart, as near. Judgement."""


@dataclasses.dataclass(frozen=True)
class Membership:
    """The papers of a list."""

    sure: tuple[Hit, ...]
    """Those that belong, most probable first."""
    borderline: tuple[Hit, ...]
    """Those that are near to it."""


def membership_of(hits: Sequence[Hit]) -> Membership:
    """Splits the papers found for the subject of a list.

    Args:
        hits: best first, the subject asked of each; read by :class:`rag.retrieval.relevance.Relevance`.
    """
    judge = logistic("membership")
    rated = sorted(
        ((judge.probability(inputs), hit) for hit, inputs in zip(hits, standing_of(hits), strict=True)),
        key=lambda pair: -pair[0],
    )
    sure = [hit for probability, hit in rated if probability >= judge.threshold]
    near = [hit for probability, hit in rated if BORDERLINE * judge.threshold <= probability < judge.threshold]
    return Membership(tuple(sure), tuple(near))


def standing_of(hits: Sequence[Hit]) -> list[Mapping[str, float]]:
    """For each hit the numbers that its probability is made of, by name."""
    if not hits:
        return []
    closest = max(hit.closeness or 0.0 for hit in hits)
    return [
        {
            "relevance": log_odds(hit.relevance or 0.0),
            "closeness": hit.closeness or 0.0,
            "behind": (hit.closeness or 0.0) - closest,
            "cosine": max(one.score for one in hit.passages),
            "title": next((one.score for one in hit.passages if one.passage.number == 0), 0.0),
            "coverage": (hit.closeness or 0.0) - (hit.similarity or 0.0),
        }
        for hit in hits
    ]

"""Which of the papers found belong on a list: a probability for each, and of a list the cut that it is best with."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Mapping, Sequence

from rag.learned.logistic import log_odds, logistic
from rag.types import Hit

__all__ = ["BORDERLINE", "LEAST", "Membership", "best_cut", "membership_of", "probable_members", "standing_of"]

BORDERLINE = 0.6
"""Share of the cut above which a paper is shown apart, as near. Judgement."""
LEAST = 0.05
"""A paper less probable than this is on no list. Judgement; without it the wide lists have the same F1."""
EVEN = 0.5
UNSEEN = 0.5
"""Fitting papers expected among those that were not read; the wide lists have F1 0.615 with it, 0.605 with none."""


@dataclasses.dataclass(frozen=True)
class Membership:
    """The papers of a list."""

    sure: tuple[Hit, ...]
    """Those that belong, most probable first."""
    borderline: tuple[Hit, ...]
    """Those that are near to it."""


def membership_of(hits: Sequence[Hit]) -> Membership:
    """Splits the papers found for the subject of a list; none is sure where the best one is not probable enough.

    Args:
        hits: best first, the subject asked of each; read by :class:`rag.retrieval.relevance.Relevance`.
    """
    rated = _rated(hits)
    if not rated:
        return Membership((), ())
    cut = best_cut([probability for probability, _ in rated])
    if rated[0][0] < logistic("membership").threshold:
        return Membership((), tuple(hit for probability, hit in rated if probability >= BORDERLINE * cut))
    sure = [hit for probability, hit in rated if probability >= cut]
    near = [hit for probability, hit in rated if BORDERLINE * cut <= probability < cut]
    return Membership(tuple(sure), tuple(near))


def probable_members(hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """Those of the hits that more probably belong than not, each for itself; as for :func:`membership_of`."""
    return tuple(hit for probability, hit in _rated(hits) if probability >= EVEN)


def _rated(hits: Sequence[Hit]) -> list[tuple[float, Hit]]:
    """Each hit with its probability, most probable first."""
    judge = logistic("membership")
    pairs = [(judge.probability(inputs), hit) for hit, inputs in zip(hits, standing_of(hits), strict=True)]
    return sorted(pairs, key=lambda pair: -pair[0])


def best_cut(probabilities: Sequence[float]) -> float:
    """The probability from which on papers are listed so that the expected F1 of the list is highest.

    Half of that F1, by theorem 1 of https://arxiv.org/abs/1402.1892; at least :data:`LEAST`.

    Args:
        probabilities: of all papers read, each calibrated, from 0 to 1; at least one.
    """
    ordered = sorted(probabilities, reverse=True)
    expected = sum(ordered) + UNSEEN
    sums = itertools.accumulate(ordered)
    best = max(2 * right / (count + expected) for count, right in enumerate(sums, 1))
    return max(best / 2, LEAST)


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

"""Small before large: how hard a question is, and which model of a list, smallest first, is to answer it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

from rag.types import Hit

__all__ = ["Route", "difficulty", "route"]

_SURE = 1.2
"""Score of the built-in retrievers from which on the best paper leaves no doubt: a question that names its paper and
shares its words reaches 1.2 to 1.6."""


@dataclasses.dataclass(frozen=True)
class Route:
    """Who is to answer, and who if that one cannot."""

    models: tuple[str, ...]
    """The chosen one, then the smaller ones in turn."""
    too_dear: tuple[str, ...] = ()
    """Larger ones passed over because the budget of the day does not allow them."""


def route(models: Sequence[str], difficulty: float, affordable: Callable[[str], bool]) -> Route:
    """The model for a question: each has an equal part of the scale of difficulty.

    Args:
        models: smallest first, at least one.
        difficulty: 0 to 1.
        affordable: whether the budget allows a model; the smallest is taken even if not.
    """
    place = min(int(difficulty * len(models)), len(models) - 1)
    chosen = [model for model in reversed(models[: place + 1]) if model == models[0] or affordable(model)]
    too_dear = tuple(model for model in models[: place + 1] if model not in chosen)
    return Route(tuple(chosen), too_dear)


def difficulty(hits: Sequence[Hit]) -> float:
    """0, easy, to 1, hard: how far the best paper is from certain, and how near the second one comes to it.

    ``1 - (min(best / 1.2, 1) + (best - second) / best) / 2``; where scores are not on that scale (``lexical``, a
    retriever from outside), the second half alone. Of 265 questions (development and fresh ones), the extractive writer
    answers wrongly 0.00 of those below 0.2, 0.04 below 0.4, 0.13 below 0.6, 0.31 below 0.8 and 0.68 of the others; the
    area under the curve is 0.84, where the best score alone has 0.81, the distance alone 0.83, and whether the question
    names a paper, sets several side by side or asks why or how has 0.41 to 0.51.

    Args:
        hits: best first; none is as hard as can be.
    """
    scores = [float(hit.score) for hit in hits[:2]] + [0.0]
    if scores[0] <= 0:
        return 1.0
    apart = min(max((scores[0] - max(scores[1], 0.0)) / scores[0], 0.0), 1.0)
    sure = min(scores[0] / _SURE, 1.0) if "similarity" in hits[0].signals else apart
    return round(1 - (sure + apart) / 2, 3)

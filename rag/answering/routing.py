"""Small before large: which model of a list, smallest first, is to answer a question of some difficulty."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

__all__ = ["Route", "route"]


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

"""A part of a sequence that is the same each time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

__all__ = ["spread"]

T = TypeVar("T")


def spread(items: Sequence[T], most: int | None) -> Sequence[T]:
    """At most so many of the items, at even distances, in their order; None: all."""
    if most is None or most >= len(items):
        return items
    return [items[place * len(items) // most] for place in range(most)]

"""The turns of a run as the report's page and the chat page's tab show them: with what was wanted and what came."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from evals.result import Result
from evals.suite import Measured

__all__ = ["CRASHED", "RIGHT", "WRONG", "Item", "items_of", "outcome_of"]

RIGHT, WRONG, CRASHED = "right", "wrong", "crashed"


@dataclasses.dataclass(frozen=True)
class Item:
    """One turn of the first system."""

    measured: Measured
    outcome: str
    """:data:`RIGHT`, :data:`WRONG` or :data:`CRASHED`."""
    others: tuple[tuple[str, str], ...]
    """What became of the same turn with each other retriever: its name and the outcome."""
    change: str
    """``better`` or ``worse`` than in the earlier run, else empty."""


def items_of(result: Result, before: Result | None = None) -> list[Item]:
    """All turns, in the order of the set.

    Args:
        result: the run.
        before: an earlier run to compare with; None: there is none.
    """
    retrievers = [name for name in result.runs if name in result.header.retrievers][1:]
    by_name = {name: {one.key: one for one in result.runs[name]} for name in retrievers}
    earlier = {one.key: one for one in before.main} if before else {}
    return [
        Item(
            one,
            outcome_of(one),
            tuple((name, outcome_of(turns[one.key])) for name, turns in by_name.items() if one.key in turns),
            _change(earlier.get(one.key), one),
        )
        for one in result.main
    ]


def outcome_of(one: Measured) -> str:
    """What became of a turn."""
    if one.answer is None:
        return CRASHED
    return RIGHT if one.values.get("right") == 1.0 else WRONG


def _change(before: Measured | None, now: Measured) -> str:
    if before is None:
        return ""
    order: Sequence[str] = (CRASHED, WRONG, RIGHT)
    old, new = order.index(outcome_of(before)), order.index(outcome_of(now))
    return "better" if new > old else "worse" if new < old else ""

"""The table of a run: one row a group of questions, means with their counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from evals.suite import Measured

__all__ = ["summary", "table"]

COLUMNS = (
    "first",
    "facts",
    "precision",
    "recall",
    "f1",
    "right",
    "refused",
    "verbatim",
    "invented",
    "supported",
    "words",
)
TOGETHER = {
    "factual": ("named", "keywords", "described", "riddle"),
    "factual without riddles": ("named", "keywords", "described"),
}
"""Rows made of several groups."""


def summary(measured: Iterable[Measured]) -> dict[str, dict[str, float]]:
    """Means by group and for the rows of :data:`TOGETHER`; ``n`` counts turns, ``crashed`` those without an answer.

    A measure is averaged over the turns it makes sense for; a crash counts in none of them.
    """
    groups: dict[str, list[Measured]] = {}
    for one in measured:
        groups.setdefault(one.group, []).append(one)
    for name, parts in TOGETHER.items():
        if all(part in groups for part in parts):
            groups[name] = [one for part in parts for one in groups[part]]
    return {name: _row(group) for name, group in groups.items()}


def _row(group: Sequence[Measured]) -> dict[str, float]:
    row = {"n": float(len(group)), "crashed": float(sum(one.answer is None for one in group))}
    for column in COLUMNS:
        values = [one.values[column] for one in group if column in one.values]
        if values:
            row[column] = sum(values) if column == "invented" else sum(values) / len(values)
    return row


def table(rows: Mapping[str, Mapping[str, float]]) -> str:
    """The summary as a text table."""
    columns = ("n", "crashed", *COLUMNS)
    lines = [f"{'':24}" + "".join(f"{column:>10}" for column in columns)]
    lines += [
        f"{name:24}" + "".join(_cell(column, row.get(column)) for column in columns) for name, row in rows.items()
    ]
    return "\n".join(lines)


def _cell(column: str, value: float | None) -> str:
    if value is None:
        return f"{'-':>10}"
    whole = column in ("n", "crashed", "invented", "words")
    return f"{value:10.0f}" if whole else f"{value:10.2f}"

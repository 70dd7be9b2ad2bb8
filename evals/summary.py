"""A run in numbers: for each group of questions every measure as a mean with its interval, and what went wrong."""

from __future__ import annotations

import collections
import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from evals.statistics import Difference, Mean, mean_of, paired_difference
from evals.suite import Measured

__all__ = ["ALL", "COUNTS", "MEASURES", "Row", "changes", "summary"]

MEASURES = (
    "first",
    "facts",
    "recall@5",
    "precision",
    "recall",
    "f1",
    "right",
    "refused",
    "verbatim",
    "covered",
    "numbers covered",
    "borne out: checker",
    "borne out: judge",
    "borne out: labels",
    "labelled",
    "needed: checker",
    "needed: judge",
    "supported",
    "invented",
    "words",
)
"""In the order in which they are shown."""
COUNTS = ("invented", "words")
"""Measures that are no shares; ``invented`` is added up rather than averaged."""
ALL = "all"
TOGETHER = {
    "factual": ("named", "keywords", "described", "riddle"),
    "factual without riddles": ("named", "keywords", "described"),
}
"""Rows made of several groups."""


@dataclasses.dataclass(frozen=True)
class Row:
    """One group of questions."""

    n: int
    """Turns asked."""
    crashed: int
    """Turns without an answer; they count in no mean."""
    judge_failures: int
    """Sentences that the judge could not judge; they count in no mean."""
    means: Mapping[str, Mean]
    """By measure, over the turns that it makes sense for; a measure that makes sense for none is missing."""
    invented: int
    """Citations of what is not there, added up."""
    stages: Mapping[str, int]
    """How many turns were lost at which step."""

    def value(self, measure: str) -> float | None:
        """The number that a table shows; None when the measure makes no sense for the group."""
        if measure == "invented":
            return float(self.invented)
        mean = self.means.get(measure)
        return mean.value if mean else None

    def to_json(self) -> dict[str, Any]:
        """The row as JSON values."""
        return dataclasses.asdict(self)


def summary(measured: Iterable[Measured]) -> dict[str, Row]:
    """One row a group, in the order of the questions, then those of :data:`TOGETHER` and one of everything."""
    groups: dict[str, list[Measured]] = {}
    everything = list(measured)
    for one in everything:
        groups.setdefault(one.group, []).append(one)
    for name, parts in TOGETHER.items():
        if all(part in groups for part in parts):
            groups[name] = [one for part in parts for one in groups[part]]
    if len(groups) > 1:
        groups[ALL] = everything
    return {name: _row(group) for name, group in groups.items()}


def changes(before: Iterable[Measured], after: Sequence[Measured]) -> dict[str, dict[str, Difference]]:
    """By group and measure what the second run has more than the first, over the turns that both measured."""
    earlier = {one.key: one for one in before}
    groups: dict[str, list[Measured]] = {ALL: list(after)}
    for one in after:
        groups.setdefault(one.group, []).append(one)
    return {name: _changed(earlier, group) for name, group in groups.items()}


def _changed(earlier: Mapping[str, Measured], group: Sequence[Measured]) -> dict[str, Difference]:
    found = {}
    for measure in MEASURES:
        new = {one.key: one.values[measure] for one in group if measure in one.values}
        old = {key: earlier[key].values[measure] for key in new if key in earlier and measure in earlier[key].values}
        difference = paired_difference(old, new)
        if difference is not None:
            found[measure] = difference
    return found


def _row(group: Sequence[Measured]) -> Row:
    means = {}
    for measure in MEASURES:
        values = [one.values[measure] for one in group if measure in one.values]
        if values:
            means[measure] = mean_of(values)
    return Row(
        n=len(group),
        crashed=sum(one.answer is None for one in group),
        judge_failures=sum(one.judge_failures for one in group),
        means=means,
        invented=round(sum(one.values.get("invented", 0.0) for one in group)),
        stages=dict(collections.Counter(one.stage.value for one in group if one.stage)),
    )

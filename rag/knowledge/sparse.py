"""Rows of numbers of different lengths, in two arrays."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

__all__ = ["Rows", "rows_of"]

Numbers = npt.NDArray[np.int32]


@dataclasses.dataclass(frozen=True)
class Rows:
    """Row n is ``values[ends[n] : ends[n + 1]]``."""

    ends: npt.NDArray[np.int64]
    """Shape (rows + 1,), ascending from 0."""
    values: Numbers
    """Shape (all values,)."""

    def __len__(self) -> int:
        return len(self.ends) - 1

    def __getitem__(self, row: int) -> Numbers:
        return self.values[self.ends[row] : self.ends[row + 1]]

    def lengths(self) -> npt.NDArray[np.int64]:
        """How many values each row has, shape (rows,)."""
        return np.diff(self.ends)

    def lengths_of(self, rows: Numbers | npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """How many values some rows have, in their order."""
        found: npt.NDArray[np.int64] = self.ends[rows + 1] - self.ends[rows]
        return found

    def owners(self) -> Numbers:
        """The row of each value, shape (all values,)."""
        return np.repeat(np.arange(len(self), dtype=np.int32), self.lengths())

    def joined(self, rows: Numbers) -> Numbers:
        """The values of several rows, one row after the other, repeats kept."""
        if not len(rows):
            return np.empty(0, np.int32)
        starts, lengths = self.ends[rows], self.ends[rows + 1] - self.ends[rows]
        shifts = np.repeat(starts - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths)
        found: Numbers = self.values[np.arange(lengths.sum()) + shifts]
        return found

    def turned(self, count: int) -> Rows:
        """The other way round: for each of ``count`` values the rows that hold it, ascending."""
        order = np.argsort(self.values, kind="stable")
        ends = np.concatenate(([0], np.cumsum(np.bincount(self.values, minlength=count))))
        return Rows(ends.astype(np.int64), self.owners()[order])


def rows_of(rows: Iterable[Sequence[int]]) -> Rows:
    """The rows in arrays, in their order."""
    ends: list[int] = [0]
    values: list[int] = []
    for row in rows:
        values.extend(row)
        ends.append(len(values))
    return Rows(np.array(ends, np.int64), np.array(values, np.int32))

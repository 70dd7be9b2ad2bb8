"""Means with their uncertainty: percentile bootstrap of one sample and of paired differences."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

__all__ = ["Difference", "Mean", "mean_of", "paired_difference"]

RESAMPLES = 2000
"""Enough for two digits of a 95 % interval (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, 13.3)."""
CONFIDENCE = 0.95
SEED = 20250101
"""Any number: the same sample always gives the same interval."""


@dataclasses.dataclass(frozen=True)
class Mean:
    """The mean of a sample and its 95 % interval by the percentile bootstrap."""

    value: float
    low: float
    """Equal to ``value`` with ``high`` when all values are the same, also when there is only one."""
    high: float
    n: int
    """At least 1."""


@dataclasses.dataclass(frozen=True)
class Difference:
    """What the second of two runs has more than the first, over the items that both measured."""

    value: float
    low: float
    high: float
    n: int
    better: int
    """Items with a higher value in the second run."""
    worse: int

    @property
    def is_noise(self) -> bool:
        """Whether the 95 % interval holds zero."""
        return self.low <= 0 <= self.high


def mean_of(values: Sequence[float]) -> Mean:
    """The mean of at least one value.

    Raises:
        ValueError: there is no value.
    """
    sample = np.asarray(values, dtype=np.float64)
    if not len(sample):
        raise ValueError("a mean needs at least one value")
    low, high = _interval(sample)
    return Mean(float(sample.mean()), low, high, len(sample))


def paired_difference(before: Mapping[str, float], after: Mapping[str, float]) -> Difference | None:
    """The mean difference by item, ``after`` less ``before``; None when no item is in both."""
    both = sorted(before.keys() & after.keys())
    if not both:
        return None
    change = np.array([after[item] - before[item] for item in both], dtype=np.float64)
    low, high = _interval(change)
    return Difference(float(change.mean()), low, high, len(both), int((change > 0).sum()), int((change < 0).sum()))


def _interval(sample: npt.NDArray[np.float64]) -> tuple[float, float]:
    """The bounds within which the means of resamples lie, shape of ``sample``: (n,), n at least 1."""
    draws = np.random.default_rng(SEED).integers(0, len(sample), (RESAMPLES, len(sample)))
    means = sample[draws].mean(axis=1)
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(means, (tail, 1 - tail))
    return float(low), float(high)

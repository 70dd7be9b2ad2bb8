from __future__ import annotations

import numpy as np
import pytest
import scipy.stats

from evals.statistics import mean_of, paired_difference

_RIGHT = [1.0] * 70 + [0.0] * 30


_FEW = [0.1, 0.5, 0.2, 0.9, 0.7, 0.4, 0.3, 0.8]


@pytest.mark.parametrize("values", [_RIGHT, _FEW, [float(n % 7) for n in range(200)]])
def test_the_interval_agrees_with_scipy(values: list[float]) -> None:
    result = scipy.stats.bootstrap(
        (np.array(values),), np.mean, method="percentile", n_resamples=9999, rng=np.random.default_rng(1)
    )
    width = result.confidence_interval.high - result.confidence_interval.low
    mean = mean_of(values)

    assert mean.value == pytest.approx(np.mean(values))
    assert mean.low == pytest.approx(result.confidence_interval.low, abs=0.07 * width)
    assert mean.high == pytest.approx(result.confidence_interval.high, abs=0.07 * width)
    assert mean.n == len(values)


def test_the_same_sample_always_gives_the_same_interval() -> None:
    assert mean_of(_RIGHT) == mean_of(_RIGHT)


@pytest.mark.parametrize("values", [[0.5], [1.0, 1.0, 1.0]])
def test_equal_values_have_no_spread(values: list[float]) -> None:
    mean = mean_of(values)

    assert (mean.low, mean.value, mean.high) == (values[0], values[0], values[0])


def test_a_mean_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one value"):
        mean_of([])


def test_a_difference_is_taken_item_by_item() -> None:
    before = {"a": 0.0, "b": 1.0, "c": 0.5, "gone": 1.0}
    difference = paired_difference(before, {"c": 0.5, "b": 0.0, "a": 1.0, "new": 0.0})

    assert difference is not None
    assert (difference.value, difference.n, difference.better, difference.worse) == (0.0, 3, 1, 1)
    assert difference.is_noise


def test_a_difference_in_every_item_is_no_noise() -> None:
    before = {str(item): item % 2 / 2 for item in range(40)}
    difference = paired_difference(before, {item: value + 0.5 for item, value in before.items()})

    assert difference is not None
    assert (difference.low, difference.value, difference.high) == (0.5, 0.5, 0.5)
    assert not difference.is_noise


def test_runs_without_a_common_item_cannot_be_compared() -> None:
    assert paired_difference({"a": 1.0}, {"b": 1.0}) is None

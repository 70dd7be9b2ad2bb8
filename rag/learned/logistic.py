"""A calibrated yes or no from a handful of numbers: logistic regression whose weights are kept as JSON."""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Mapping
from pathlib import Path

__all__ = ["Logistic", "log_odds", "logistic"]

FOLDER = Path(__file__).parent
LEAST = 1e-4
"""Probabilities are held within this of 0 and 1 before their odds are taken."""


class Logistic:
    """Probability of yes; what each number weighs can be read in the file."""

    def __init__(self, weights: Mapping[str, float], intercept: float, threshold: float) -> None:
        """Takes the weights of the inputs, by name, and the probability from which on the answer is yes."""
        self.weights = weights
        self.intercept = intercept
        self.threshold = threshold

    def probability(self, inputs: Mapping[str, float]) -> float:
        """From 0 to 1.

        Args:
            inputs: every number that has a weight, by name.

        Raises:
            KeyError: one of them is missing.
        """
        total = self.intercept + sum(weight * inputs[name] for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, total))))


@functools.cache
def logistic(name: str) -> Logistic:
    """The shipped one of that name, see the card beside it."""
    kept = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return Logistic(kept["weights"], kept["intercept"], kept["threshold"])


def log_odds(probability: float) -> float:
    """A probability on the logistic scale, about -9 to 9."""
    kept = min(1 - LEAST, max(LEAST, probability))
    return math.log(kept / (1 - kept))

"""Whether evidence bears a claim out, by the small model; and what its word is worth beside other signs."""

from __future__ import annotations

import dataclasses
import functools
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rag.learned.cross_encoder import CrossEncoder

__all__ = ["CLASSES", "Calibration", "Entailment"]

CLASSES = ("borne out", "contradicted", "not said")
ADAPTER = Path(__file__).with_name("entailment.npz")
CALIBRATION = Path(__file__).with_name("entailment.json")


@dataclasses.dataclass(frozen=True)
class Calibration:
    """One logistic function of a handful of signs, fitted on collections that the model was not trained on."""

    weights: Mapping[str, float]
    """By sign; see :meth:`probability`."""
    bias: float
    supported: float
    """Probability from which on a sentence counts as supported."""
    partial: float
    """Probability from which on it counts as supported in part."""

    def probability(self, signs: Mapping[str, float]) -> float:
        """How likely it is that a claim with these signs is borne out, 0 to 1.

        Args:
            signs: ``whole``, the log odds of *borne out* for the sentence as a whole; ``least``, those of its weakest
                clause; ``share``, how much of its words the paper has, 0 to 1.
        """
        return 1 / (1 + math.exp(-(self.bias + sum(self.weights[name] * value for name, value in signs.items()))))


class Entailment:
    """The trunk with the adapter ``entailment``; loaded at the first pair, safe to use from several threads."""

    def __init__(self, home: Path) -> None:
        """Loads nothing yet; ``home`` is the folder in which the built graph is kept."""
        self._model = CrossEncoder(home, ADAPTER)

    def log_probabilities(self, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.float32]:
        """Of each pair of a claim and evidence the logarithms of the probabilities of :data:`CLASSES`, (pairs, 3).

        Raises:
            ModelUnavailableError: the weights of the trunk are not installed.
        """
        logits = self._model.logits(pairs)
        top = logits.max(axis=1, keepdims=True)
        return np.asarray(logits - top - np.log(np.exp(logits - top).sum(axis=1, keepdims=True)), np.float32)

    @functools.cached_property
    def calibration(self) -> Calibration:
        """What was fitted when the adapter was made."""
        return Calibration(**json.loads(CALIBRATION.read_text(encoding="utf-8")))

"""Whether evidence bears a claim out, by the small model; and what its word is worth."""

from __future__ import annotations

import dataclasses
import functools
import json
import math
from collections.abc import Sequence
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
    """What the model's word is worth: a logistic function, fitted on claims that it was not trained on.

    One sign serves. The weakest clause of a sentence beside the whole changes nothing (0.79 of 520 left-out claims are
    judged rightly with it and without it, 0.67 of 200 wide ones). How much of its words the paper has tells true claims
    from false ones only because people write true ones in other words: a weight for that would teach the wrong thing.
    """

    slope: float
    bias: float
    supported: float
    """Probability from which on a sentence counts as supported."""
    partial: float
    """Probability from which on it counts as supported in part: nine of ten true claims have as much."""

    def probability(self, odds: float) -> float:
        """How likely it is that a claim is borne out, 0 to 1, from the model's log odds of *borne out*."""
        return 1 / (1 + math.exp(-(self.bias + self.slope * odds)))


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

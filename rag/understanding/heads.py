"""The learned heads: what kind of message it is, the form wanted, flags, and what is asked of the records."""

from __future__ import annotations

import dataclasses
import functools
import json
from collections.abc import Iterable, Mapping
from importlib import resources
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from rag.understanding.features import features, grams, masked, surface
from rag.understanding.query import Flag, Form, Kind, RecordAsk, RecordField

__all__ = ["ORDERS", "WEIGHTS", "Heads", "Judgement", "heads"]

T = TypeVar("T")

WEIGHTS = "understanding/heads.npz"
"""File in ``rag/learned``; ``evals/training/understanding.py`` makes it."""
ORDERS = ("none", "newest", "oldest", "most", "fewest")
"""Outputs of the head for the order."""


@dataclasses.dataclass(frozen=True)
class Judgement:
    """What the heads say of one message; probabilities from 0 to 1."""

    kinds: Mapping[Kind, float]
    """They add up to 1, as do those of ``forms``, ``asks`` and ``orders``."""
    forms: Mapping[Form, float]
    flags: Mapping[Flag, float]
    """Each by itself, as those of ``fields``."""
    asks: Mapping[RecordAsk, float]
    fields: Mapping[RecordField, float]
    orders: Mapping[str, float]

    @property
    def kind(self) -> Kind:
        """The most probable kind."""
        return max(self.kinds, key=lambda kind: self.kinds[kind])


class Heads:
    """Linear heads over one vector of features; numpy alone."""

    def __init__(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Args: the arrays of the file of weights."""
        self._weights = arrays["weights"].astype(np.float32)
        self._bias = arrays["bias"].astype(np.float32)
        self._subject = arrays["subject"].astype(np.float32)
        told: dict[str, Any] = json.loads(arrays["words"].tobytes())
        self._vocabulary = {gram: place for place, gram in enumerate(told["vocabulary"])}
        self._places: dict[str, tuple[int, int]] = {name: (first, last) for name, first, last in told["places"]}
        self.frame: Mapping[str, float] = told["frame"]
        """Stems with which people ask whatever the subject is, with how much more often they stand in messages than in
        abstracts, as a natural logarithm."""

    def knows(self, word: str) -> bool:
        """Whether the word, in small letters, is one of those that many people ask with or about."""
        return word in self._vocabulary

    def names_subject(self, embedding: npt.NDArray[np.floating[Any]]) -> float:
        """Probability that what is left of a message, without the words that people ask with, names a subject.

        Args:
            embedding: of :func:`rag.understanding.wording.leftover`, unit length, (384,).
        """
        return float(1 / (1 + np.exp(-(embedding @ self._subject[:-1] + self._subject[-1]))))

    def judge(
        self, message: str, embedding: npt.NDArray[np.floating[Any]], spans: Iterable[tuple[int, int]], named: int
    ) -> Judgement:
        """What the message is.

        Args:
            message: as typed.
            embedding: of it by the built-in model as published, unit length, (384,).
            spans: beginnings and ends of the names of papers in it.
            named: how many papers of the collection it names.
        """
        words = grams(masked(message, spans))
        outputs = features(embedding, surface(message, named), words, self._vocabulary) @ self._weights + self._bias

        def softmax(name: str, values: Iterable[T]) -> dict[T, float]:
            first, last = self._places[name]
            raised = np.exp(outputs[first:last] - outputs[first:last].max())
            return dict(zip(values, map(float, raised / raised.sum()), strict=True))

        def sigmoid(name: str, values: Iterable[T]) -> dict[T, float]:
            first, last = self._places[name]
            return dict(zip(values, map(float, 1 / (1 + np.exp(-outputs[first:last]))), strict=True))

        return Judgement(
            softmax("kind", Kind),
            softmax("form", Form),
            sigmoid("flags", Flag),
            softmax("asks", RecordAsk),
            sigmoid("fields", RecordField),
            softmax("order", ORDERS),
        )


@functools.cache
def heads() -> Heads:
    """The heads that come with the package, read once."""
    with resources.files("rag").joinpath("learned", WEIGHTS).open("rb") as file, np.load(file) as arrays:
        return Heads({name: arrays[name] for name in arrays.files})

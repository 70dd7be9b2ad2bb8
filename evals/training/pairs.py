"""Pairs of a question and a sentence for ``relevance``: what answers, what is near to it, what only looks like it."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from evals.training.texts import Asked, Key, Request, Shelf
from rag.index.embedding import Vectors

__all__ = ["Pair", "Pairs"]

NEAREST = 12
"""Sentences of other papers nearest to a question, of which two are taken as wrong."""
EVIDENCE, BESIDE, FURTHER = 1.0, 0.25, 0.1
"""Target of the sentence that answers, of the nearest other one of its abstract (which at times answers too), and of
one further off; judgement."""
SHOWS = 0.7
"""Target of a fitting paper's sentence nearest to the request where another one was named as the evidence."""
FEWEST_WRONG = 4
FURTHER_WRONG = 3
"""Of a request, wrong papers at random beside the nearest ones, of which there are twice as many as right ones."""


@dataclasses.dataclass(frozen=True)
class Pair:
    """One line of the training data."""

    question: str
    sentence: str
    """With the title of its paper in front."""
    target: float
    weight: float
    """Judgement: 1 where a person has said so of this very sentence, less where it follows from something else."""
    kind: str
    """``evidence``, ``beside``, ``elsewhere``, ``unanswerable``, ``fits`` or ``does not fit``."""


class Pairs:
    """Draws pairs from questions and requests, with an embedding that says which sentences are near."""

    def __init__(self, shelf: Shelf, embed: Callable[[Sequence[str]], Vectors], seed: int = 0) -> None:
        """Embeds all sentences of the shelf."""
        self._shelf, self._embed = shelf, embed
        self._dice = random.Random(seed)
        self._places = [(key, number) for key in shelf.keys for number in range(len(shelf[key]))]
        self._starts: dict[Key, int] = {}
        for place, (key, _) in enumerate(self._places):
            self._starts.setdefault(key, place)
        self._vectors = embed([shelf[key][number] for key, number in self._places])

    def of_questions(self, questions: Sequence[Asked]) -> Iterator[Pair]:
        """Of each question its evidence, other sentences of its paper, near ones of others; what it does not answer."""
        vectors = self._embed([one.text for one in questions])
        others = self._embed([one.unanswerable or "none" for one in questions])
        for one, vector, other in zip(questions, vectors, others, strict=True):
            place = self._shelf.place(one.paper, one.evidence)
            if place is not None:
                yield self._pair(one.text, one.paper, place, EVIDENCE, 1.0, "evidence")
                yield from self._beside(one, place, vector)
                yield from self._elsewhere(one, vector)
            if one.unanswerable:
                yield from self._unanswerable(one, other)

    def of_requests(self, requests: Sequence[Request]) -> Iterator[Pair]:
        """Of each request the papers that fit, by the words that show it, and those that do not, the nearest first."""
        for one, vector in zip(requests, self._embed([one.text for one in requests]), strict=True):
            for key in sorted(one.fit):
                nearest = int(self._cosines(key, vector).argmax())
                named = self._shelf.place(key, one.evidence.get(key, ""))
                yield self._pair(one.text, key, nearest if named is None else named, EVIDENCE, 1.0, "fits")
                if named not in (None, nearest):
                    yield self._pair(one.text, key, nearest, SHOWS, 0.4, "fits")
            wrong = [key for key in one.papers if key not in one.fit | one.may_fit]
            wrong.sort(key=lambda key: -float(self._cosines(key, vector).max()))  # noqa: B023 -- used at once
            first = max(FEWEST_WRONG, 2 * len(one.fit))
            further = wrong[first:]
            for key in wrong[:first] + self._dice.sample(further, min(FURTHER_WRONG, len(further))):
                yield self._pair(one.text, key, int(self._cosines(key, vector).argmax()), 0.0, 0.8, "does not fit")

    def _beside(self, one: Asked, place: int, vector: npt.NDArray[np.float32]) -> Iterator[Pair]:
        rest = [number for number in self._nearest(one.paper, vector) if number not in (0, place)]
        if rest:
            yield self._pair(one.text, one.paper, rest[0], BESIDE, 0.6, "beside")
        if len(rest) > 2:
            yield self._pair(one.text, one.paper, self._dice.choice(rest[1:]), FURTHER, 0.5, "beside")

    def _elsewhere(self, one: Asked, vector: npt.NDArray[np.float32]) -> Iterator[Pair]:
        cosines = self._vectors @ vector
        start = self._starts[one.paper]
        cosines[start : start + len(self._shelf[one.paper])] = -1
        nearest = np.argpartition(-cosines, NEAREST)[:NEAREST].tolist()
        for place in self._dice.sample(sorted(nearest), 2):
            key, number = self._places[place]
            yield self._pair(one.text, key, number, 0.0, 0.7, "elsewhere")

    def _unanswerable(self, one: Asked, vector: npt.NDArray[np.float32]) -> Iterator[Pair]:
        order = [number for number in self._nearest(one.paper, vector) if number]
        for number in order[:2]:
            yield self._pair(one.unanswerable, one.paper, number, 0.0, 1.0, "unanswerable")
        if len(order) > 3:
            yield self._pair(one.unanswerable, one.paper, self._dice.choice(order[2:]), 0.0, 0.4, "unanswerable")

    def _pair(self, question: str, key: Key, number: int, target: float, weight: float, kind: str) -> Pair:
        sentences = self._shelf[key]
        shown = f"{sentences[0]}: {sentences[number]}" if number else sentences[0]
        return Pair(question, shown, target, weight, kind)

    def _cosines(self, key: Key, vector: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        start = self._starts[key]
        return np.asarray(self._vectors[start : start + len(self._shelf[key])] @ vector)

    def _nearest(self, key: Key, vector: npt.NDArray[np.float32]) -> list[int]:
        """Numbers of the sentences of a paper, nearest first."""
        return [int(number) for number in np.argsort(-self._cosines(key, vector), kind="stable")]

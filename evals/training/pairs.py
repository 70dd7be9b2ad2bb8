"""Pairs of a question and a sentence for ``relevance``: what answers, what is near to it, what only looks like it."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from evals.training.texts import Asked, Key, Request, Shelf
from rag.index.embedding import Vectors
from rag.retrieval.relevance import pair_of

__all__ = ["Pair", "Pairs"]

NEAREST = 12
"""Sentences of other papers nearest to a question, of which two are taken as wrong."""
EVIDENCE, PART = 1.0, 0.4
BESIDE, FURTHER = 0.25, 0.1
"""Target of the sentence that answers and of one that adds a piece; where nobody has read the others of the abstract,
of the nearest of them (which at times answers too) and of one further off. Judgement."""
QUOTED, READ_BESIDE = 2, 3
"""Of an abstract that was read whole: sentences that answer, and those that do not, the nearest two and one other."""
SHOWS = 0.7
"""Target of a fitting paper's sentence nearest to the request where another one was named as the evidence."""
LONELY = 0.5
"""Weight of an unanswerable question without a sentence that would answer it: else its wording alone would tell."""
NEAREST_WRITTEN = 8
"""Made-up answers of other papers nearest to a question, of which one is taken as wrong, or any other one: else what is
written so plainly would be an answer to anything."""
FEWEST_WRONG = 4
FURTHER_WRONG = 3
"""Of a request, wrong papers at random beside the nearest ones, of which there are twice as many as right ones."""


@dataclasses.dataclass(frozen=True)
class Pair:
    """One line of the training data."""

    question: str
    sentence: str
    """With what stands in front of it: the name of its paper, of requests for lists the whole title."""
    target: float
    weight: float
    """Judgement: 1 where a person has said so of this very sentence, less where it follows from something else."""
    kind: str
    """``evidence``, ``part``, ``beside``, ``elsewhere``, ``unanswerable``, ``answering``, ``sounding``, ``answering
    another``, ``fits`` or ``does not fit``."""


class Written:
    """The sentences that were made up to answer, found by likeness."""

    def __init__(
        self, questions: Sequence[Asked], embed: Callable[[Sequence[str]], Vectors], dice: random.Random
    ) -> None:
        """Embeds all of them."""
        self._all = [one for one in questions if one.answering]
        self._vectors, self._dice = embed([one.answering for one in self._all] or ["none"]), dice

    def beside(self, paper: Key, vector: npt.NDArray[np.float32]) -> list[Asked]:
        """One made for another paper, near to the vector of the question or at random; none where too few are there."""
        order = [self._all[place] for place in np.argsort(-(self._vectors @ vector))[: len(self._all)]]
        others = [one for one in order if one.paper != paper]
        if len(others) <= NEAREST_WRITTEN:
            return []
        return [self._dice.choice(self._dice.choice((others[:NEAREST_WRITTEN], others[NEAREST_WRITTEN:])))]


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
        written = Written(questions, self._embed, self._dice)
        for one, vector, other in zip(questions, vectors, others, strict=True):
            place = self._shelf.place(one.paper, one.evidence)
            if place is not None:
                yield from self._of_its_paper(one, place, vector)
                yield from self._elsewhere(one.text, one.paper, vector, 2)
                yield from self._answering_another(one.text, one.paper, written.beside(one.paper, vector))
            if one.unanswerable:
                yield from self._unanswerable(one, other)
                yield from self._elsewhere(one.unanswerable, one.paper, other, 1)
                yield from self._answering_another(one.unanswerable, one.paper, written.beside(one.paper, other))

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

    def _of_its_paper(self, one: Asked, place: int, vector: npt.NDArray[np.float32]) -> Iterator[Pair]:
        if one.best is None:
            yield self._pair(one.text, one.paper, place, EVIDENCE, 1.0, "evidence")
            yield from self._beside(one, place, vector)
            return
        best = self._shelf.places(one.paper, one.best)
        part = self._shelf.places(one.paper, one.part)
        for number in best[:QUOTED]:
            yield self._pair(one.text, one.paper, number, EVIDENCE, 1.0, "evidence")
        for number in part[:1]:
            yield self._pair(one.text, one.paper, number, PART, 0.7, "part")
        rest = [number for number in self._nearest(one.paper, vector) if number not in (0, place, *best, *part)]
        further = rest[READ_BESIDE - 1 :]
        for number in rest[: READ_BESIDE - 1] + ([self._dice.choice(further)] if further else []):
            yield self._pair(one.text, one.paper, number, 0.0, 0.8, "beside")

    def _beside(self, one: Asked, place: int, vector: npt.NDArray[np.float32]) -> Iterator[Pair]:
        rest = [number for number in self._nearest(one.paper, vector) if number not in (0, place)]
        if rest:
            yield self._pair(one.text, one.paper, rest[0], BESIDE, 0.6, "beside")
        if len(rest) > 2:
            yield self._pair(one.text, one.paper, self._dice.choice(rest[1:]), FURTHER, 0.5, "beside")

    def _elsewhere(self, text: str, paper: Key, vector: npt.NDArray[np.float32], count: int) -> Iterator[Pair]:
        cosines = self._vectors @ vector
        start = self._starts[paper]
        cosines[start : start + len(self._shelf[paper])] = -1
        nearest = np.argpartition(-cosines, NEAREST)[:NEAREST].tolist()
        for place in self._dice.sample(sorted(nearest), count):
            key, number = self._places[place]
            yield self._pair(text, key, number, 0.0, 0.7, "elsewhere")

    def _answering_another(self, text: str, paper: Key, written: Sequence[Asked]) -> Iterator[Pair]:
        """What was made up to answer about other papers, under their names and at times under this one's."""
        for one in written:
            label = self._shelf.label(self._dice.choice((one.paper, one.paper, paper)))
            yield self._written(text, label, one.answering, 0.0, 0.7, "answering another")

    def _unanswerable(self, one: Asked, vector: npt.NDArray[np.float32]) -> Iterator[Pair]:
        order = [number for number in self._nearest(one.paper, vector) if number]
        weight = 1.0 if one.answering else LONELY
        for number in order[:2]:
            yield self._pair(one.unanswerable, one.paper, number, 0.0, weight, "unanswerable")
        if len(order) > 3:
            yield self._pair(one.unanswerable, one.paper, self._dice.choice(order[2:]), 0.0, 0.4, "unanswerable")
        for sentence, target, kind in ((one.answering, EVIDENCE, "answering"), (one.sounding, 0.0, "sounding")):
            if sentence:
                yield self._written(one.unanswerable, self._shelf.label(one.paper), sentence, target, 1.0, kind)

    def _pair(self, question: str, key: Key, number: int, target: float, weight: float, kind: str) -> Pair:
        title, sentence = self._shelf[key][0], self._shelf[key][number]
        label = title if kind in ("fits", "does not fit") else self._shelf.label(key)
        return self._written(question, label, sentence if number else title, target, weight, kind)

    @staticmethod
    def _written(question: str, label: str, sentence: str, target: float, weight: float, kind: str) -> Pair:
        return Pair(*pair_of(question, label, sentence), target, weight, kind)

    def _cosines(self, key: Key, vector: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        start = self._starts[key]
        return np.asarray(self._vectors[start : start + len(self._shelf[key])] @ vector)

    def _nearest(self, key: Key, vector: npt.NDArray[np.float32]) -> list[int]:
        """Numbers of the sentences of a paper, nearest first."""
        return [int(number) for number in np.argsort(-self._cosines(key, vector), kind="stable")]

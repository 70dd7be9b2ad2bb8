"""Figures that a list is asked for by their size: "more than 1,000 GPUs", compared as figures and not as words."""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Iterator

from rag.text.numbers import Quantity, numbers
from rag.text.sentences import passages_of
from rag.text.terms import STOP_WORDS, stem, words
from rag.types import Paper, Passage

__all__ = ["Bound", "read_bound"]

NOUN_WORDS = 3
"""Words behind a figure among which the thing it counts is looked for ("128 Nvidia H800 GPUs")."""
_CLOSED = re.compile(r"(?:at least|at most|no fewer than|no more than|no less than|up to|≥|≤|>=|<=)\s*$", re.IGNORECASE)
_PHRASE = re.compile(
    r"(?:more|fewer|less|larger|greater|smaller|bigger) than|over|above|under|below|at least|at most|exceeding|"
    r"no (?:fewer|more|less) than|up to|[<>≥≤]=?",
    re.IGNORECASE,
)
_PHRASE_CHARS = 20
_MEASURE = re.compile(
    r"(?:(?:second|minute|hour|day|week|month|year|dollar|cost|budget)s?|memory|utili[sz]ation|percent)", re.IGNORECASE
)
"""What makes another thing of the one before it: a thousand GPU hours are not a thousand GPUs."""
_WORD = re.compile(r"\s*-?\s*([\w/-]+)")
_MEASURED = re.compile(
    r"(?P<thing>[a-z][\w-]+)(?:\s+(?:ratio|rate|score|gain|factor))?(?:\s+(?:of|by|is|are|being))?\s*$", re.IGNORECASE
)
"""The thing that a figure behind it measures: ``speedup of``, ``accuracy``."""
_SPEED_WORDS = "speedup speed speeds speedups faster accelerates acceleration quicker throughput"


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words(text))


_SPEED = _stems(_SPEED_WORDS)
"""Stems that tell of speed in "2x faster" and "a speedup of 2x" alike."""


@dataclasses.dataclass(frozen=True)
class Bound:
    """At least or at most so many of something."""

    limit: float
    unit: str
    """As in ``Quantity``."""
    above: bool
    """Larger figures are wanted, not smaller ones."""
    closed: bool
    """The limit itself will do ("at least")."""
    thing: str
    """What is counted or measured, as the question writes it."""
    wanted: str
    """The whole phrase of the question: ``more than 1,000 GPUs``."""
    measured: bool = False
    """The figure is a measure of the thing ("a speedup of more than 2x"), not a number of them."""

    @property
    def searched(self) -> str:
        """Words one of which stands in every sentence that may give such a figure."""
        return _SPEED_WORDS if self._of_speed else self.thing

    @property
    def _of_speed(self) -> bool:
        return self.unit == "x" and not _SPEED.isdisjoint(stem(word) for word in words(self.thing))

    def evidence(self, paper: Paper) -> Passage | None:
        """The first sentence of the paper that counts the thing and keeps to the bound; the title comes last."""
        passages = passages_of(paper)
        return next((passage for passage in (*passages[1:], *passages[:1]) if self._kept_in(passage.text)), None)

    def _kept_in(self, text: str) -> bool:
        if self.measured and _stems(self.searched).isdisjoint(_stems(text)):
            return False
        return any(
            self._keeps(quantity) and (self.measured or self._counted(text, quantity.end)) for quantity in numbers(text)
        )

    def _counted(self, text: str, place: int) -> bool:
        """Whether the words from a place on name the thing, and not hours or money spent on it."""
        nouns = {stem(word) for word in words(self.thing)}
        found = _following(text, place)
        places = [
            number for number, word in enumerate(found[:NOUN_WORDS]) if not nouns.isdisjoint(map(stem, words(word)))
        ]
        return bool(places) and not any(_MEASURE.fullmatch(word) for word in found[places[0] + 1 :][:1])

    def _keeps(self, quantity: Quantity) -> bool:
        if quantity.unit != self.unit:
            return False
        way = 1 if self.above else -1
        if quantity.bound == -way:  # "up to 2,000" may be fewer than 1,000
            return False
        distance = way * (quantity.value - self.limit)
        return distance > 0 or (distance == 0 and (self.closed or quantity.bound == way))


def read_bound(question: str) -> Bound | None:
    """The first bound that the question sets on the number or the measure of something; None when it sets none."""
    for quantity in numbers(question):
        before = question[max(0, quantity.start - _PHRASE_CHARS) : quantity.start]
        phrases = list(_PHRASE.finditer(before))
        if not quantity.bound or not phrases:
            continue
        start = quantity.start - len(before) + phrases[-1].start()
        closed = bool(_CLOSED.search(before))
        noun = next(iter(_nouns(question, quantity.end)), None)
        if noun is not None:
            end = question.index(noun, quantity.end) + len(noun)
            fast = quantity.unit == "x" and stem(noun.lower()) in _SPEED
            return Bound(quantity.value, quantity.unit, quantity.bound > 0, closed, noun, question[start:end], fast)
        thing = _MEASURED.search(question, 0, start)
        if quantity.unit in ("x", "%") and thing and thing["thing"].lower() not in STOP_WORDS:
            wanted = question[thing.start() : quantity.end]
            return Bound(quantity.value, quantity.unit, quantity.bound > 0, closed, thing["thing"], wanted, True)
    return None


def _nouns(text: str, place: int) -> Iterator[str]:
    """The words of content from a place on, before the first that is none."""
    yield from itertools.takewhile(lambda word: word.lower() not in STOP_WORDS, _following(text, place))


def _following(text: str, place: int) -> list[str]:
    """The next words, as far as nothing but blanks and hyphens stands between."""
    found: list[str] = []
    while len(found) <= NOUN_WORDS and (match := _WORD.match(text, place)):
        found.append(match[1])
        place = match.end()
    return found

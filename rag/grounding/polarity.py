"""Which words of a sentence point one way or the other, which are denied, and what they are said of."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping, Sequence

from rag.grounding.reading import Reading, Word
from rag.grounding.vocabulary import BOUNDING, DOUBTING, LINKING, NEGATING, axes, passing_stems

__all__ = ["PREFIXES", "Pointer", "about", "admits_doubt", "denials", "denies", "likeness", "negated", "pointers"]

PREFIXES = ("un", "in", "im", "non", "dis", "ir")
"""Beginnings that deny what follows them."""
_PREFIXED_CHARS = 5
"""Shorter words that begin so (*into*, *union*) are no denials."""

_REACH = 5.0
_CROSSING = 2.0
"""A word is said of the content words up to this far away; a new part of the sentence counts as two words."""
_BEHIND = 0.5
"""Weight of words before it against those after it: in "less reliable trends" *less* is about *reliable*."""
_DENIED_WORDS = 2
"""Content words after a negation that it applies to."""
_BOUND_CHARS = len(" than about ")
_JUDGING = frozenset({"ability", "agreement", "presence", "quality", "stability"})
"""Axes whose lower end is a kind of denial."""


@dataclasses.dataclass(frozen=True, eq=False)
class Pointer:
    """A word that points one way on an axis."""

    word: str
    stem: str
    axis: str
    sign: int
    """1 or -1, turned round by a negation before the word."""
    about: Mapping[str, float]
    """Stems that it is said of, with their weight."""


@functools.lru_cache(maxsize=4096)
def pointers(reading: Reading) -> tuple[Pointer, ...]:
    """The words of a sentence that have an opposite; one for each axis of the word."""
    known = axes()
    denied = negated(reading)
    found = []
    for place, word in enumerate(reading.words):
        directions = known.get(word.stem, ())
        if not directions or word.text in BOUNDING and _bounds(reading, place):
            continue
        near = about(reading, place)
        for axis, sign in directions:
            found.append(Pointer(word.text, word.stem, axis, -sign if place in denied else sign, near))
    return tuple(found)


def _bounds(reading: Reading, place: int) -> bool:
    """Whether a word such as *more* only bounds a figure (``more than 80%``)."""
    end = reading.words[place].end
    return any(0 < quantity.start - end <= _BOUND_CHARS for quantity in reading.quantities)


def about(reading: Reading, place: int) -> dict[str, float]:
    """Stems of the content words near the word at ``place``; nearer ones and following ones have more weight."""
    here = reading.words[place]
    near: dict[str, float] = {}
    for step, bonus in ((1, 1.0), (-1, _BEHIND)):
        distance, segment = 0.0, here.segment
        at = place + step
        while 0 <= at < len(reading.words) and distance < _REACH:
            word = reading.words[at]
            at += step
            if word.segment != segment:
                distance += _CROSSING
                segment = word.segment
            if word.weight and word.stem != here.stem:
                distance += 1
                near[word.stem] = max(near.get(word.stem, 0.0), bonus * word.weight / distance)
    return near


def likeness(first: Mapping[str, float], second: Mapping[str, float]) -> float:
    """How far two words are said of the same thing."""
    return sum(min(weight, second[root]) for root, weight in first.items() if root in second)


@functools.lru_cache(maxsize=4096)
def negated(reading: Reading) -> frozenset[int]:
    """The places of the words that a negation applies to: the next few, up to a preposition."""
    found: set[int] = set()
    for place, word in enumerate(reading.words):
        if _is_negation(word):
            found.update(_denied_after(reading.words, place))
        elif word.text == "free" and place and reading.text[word.start - 1] == "-":
            found.add(place - 1)
    return frozenset(found)


def _denied_after(words: Sequence[Word], place: int) -> list[int]:
    found: list[int] = []
    left = _DENIED_WORDS
    for after in range(place + 1, len(words)):
        word = words[after]
        # "not associated with" denies what follows the preposition, "not only" denies nothing.
        stops = word.text in LINKING and words[after - 1].stem not in passing_stems()
        if not left or stops or word.segment != words[place].segment or word.text in {"only", "just", "merely"}:
            break
        found.append(after)
        left -= word.weight == 1 and word.stem not in passing_stems()
    return found


def _is_negation(word: Word) -> bool:
    return word.text in NEGATING or word.stem in NEGATING or word.text.endswith("n't")


@functools.lru_cache(maxsize=4096)
def denials(reading: Reading) -> tuple[int, ...]:
    """The places of denied content words that are on no axis, where negation turns the sign instead."""
    known = axes()
    words = reading.words
    return tuple(at for at in sorted(negated(reading)) if words[at].weight == 1 and words[at].stem not in known)


@functools.lru_cache(maxsize=4096)
def denies(reading: Reading) -> bool:
    """Whether a sentence denies anything outright."""
    return any(map(_is_negation, reading.words))


@functools.lru_cache(maxsize=4096)
def admits_doubt(reading: Reading) -> bool:
    """Whether anything in a sentence could be what a denial was taken from: a denial, a bad word, a prefix like un-."""
    return (
        denies(reading)
        or not DOUBTING.isdisjoint(reading.texts)
        or any(pointer.sign < 0 and pointer.axis in _JUDGING for pointer in pointers(reading))
        or any(word.text.startswith(PREFIXES) and len(word.text) > _PREFIXED_CHARS for word in reading.words)
    )

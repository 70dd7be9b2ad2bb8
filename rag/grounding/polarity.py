"""Which words of a sentence point one way or the other, which are denied, and what they are said of."""

from __future__ import annotations

import dataclasses
import enum
import functools
from collections.abc import Iterator, Mapping, Sequence

from rag.grounding.contexts import groups_of
from rag.grounding.opposites import COSTS, GAINS, PHRASES, RAISING, UNRELATED, axes
from rag.grounding.reading import GENERAL_WEIGHT, Reading, Word
from rag.grounding.vocabulary import (
    BOUNDING,
    DEGREES,
    DOUBTING,
    LINKING,
    NEGATING,
    STATES,
    general_stems,
    passing_stems,
)

__all__ = [
    "PREFIXES",
    "Kind",
    "Pointer",
    "about",
    "admits_doubt",
    "denials",
    "denies",
    "likeness",
    "negated",
    "pointers",
]

PREFIXES = ("un", "in", "im", "non", "dis", "ir")
"""Beginnings that deny what follows them."""
_PREFIXED_CHARS = 5
"""Shorter words that begin so (*into*, *union*) are no denials."""

_REACH = 5.0
_CROSSING = 2.0
"""A word is said of the content words up to this far away; a new part of the sentence counts as two words."""
_BEHIND = 0.5
"""Weight of words before it against those after it: in "less reliable trends" *less* is about *reliable*. Where nothing
follows in its part, as in "memory use shrinks", the words before it have full weight."""
_NEAR_SYNONYM = 0.7
"""What a near-synonym of a neighbour counts for, as for figures."""
_BEING = frozenset("are be been being is was were".split())
"""What follows one of these is said of what stands before: "the performance is high"."""
_WORTH = 0.5
"""Nearness from which on a change is one of the thing that is a gain or a cost."""
_FIGURE_CHARS = 24
"""How far from a word a figure may stand that it is said of: "reduces latency by 28%"."""
_FIGURE_KEY = "#{:g}{}"
"""How a figure stands among the words that a word is said of."""
_DENIED_WORDS = 2
"""Content words after a negation that it applies to."""
_WEAK = frozenset("less least little marginal minimal minimum negligible slight tiny".split())
"""Words that turn a direction ("little gain", "less reliable") but deny nothing outright."""
_NEGATING_PAIRS = frozenset({("fall", "short"), ("fell", "short"), ("far", "from"), ("rather", "than")})
"""A stem and the word after it that deny together."""
_BOUND_CHARS = len(" than about ")
_JUDGING = frozenset({"ability", "agreement", "presence", "quality", "stability"})
"""Axes whose lower end is a kind of denial."""


class Kind(enum.Enum):
    """How a word points."""

    STATE = enum.auto()
    """It tells how something is: *high*."""
    DEGREE = enum.auto()
    """It compares: *higher*."""
    CHANGE = enum.auto()
    """Anything else, mostly how something changes: *raises*."""


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
    place: int
    """The number of the word in its sentence."""
    weak: bool
    """Whether something only weakens it, as in "little gain"; that turns its sign, too."""
    kind: Kind
    """What sort of word it is."""


@functools.lru_cache(maxsize=4096)
def pointers(reading: Reading) -> tuple[Pointer, ...]:
    """The words of a sentence that have an opposite; one for each axis of the word."""
    denied, faint = negated(reading), weakened(reading)
    found = []
    for place, word in enumerate(reading.words):
        directions = _directions(reading, place)
        if not directions:
            continue
        near = about(reading, place)
        kind = Kind.STATE if word.text in STATES else Kind.DEGREE if word.text in DEGREES else Kind.CHANGE
        for axis, sign in (*directions, *_worth(word.stem, directions, near)):
            turned = -sign if place in denied else sign
            found.append(Pointer(word.text, word.stem, axis, turned, near, place, place in faint, kind))
    return tuple(found)


def _directions(reading: Reading, place: int) -> tuple[tuple[str, int], ...]:
    """Axis and sign of the word, or of the phrase that begins with it."""
    word = reading.words[place]
    after = reading.words[place + 1].text if place + 1 < len(reading.words) else ""
    phrase = PHRASES.get((word.stem, after))
    if phrase and (after != "of" or [one.text for one in reading.words[place - 2 : place]] == ["at", "the"]):
        return (phrase,)
    if word.text in UNRELATED or _points_nowhere(reading, place):
        return ()
    adverb = word.text.endswith("ly")
    return tuple((axis, sign) for axis, sign in axes().get(word.stem, ()) if not (adverb and axis == "count"))


def _worth(root: str, directions: Sequence[tuple[str, int]], near: Mapping[str, float]) -> Iterator[tuple[str, int]]:
    """What a change is worth, and what is more for being better: accuracy that grows, errors that are fewer."""
    signs = dict(directions)
    change = signs.get("change", signs.get("level", 0))
    gain = max((_nearness(key, weight) for key, weight in near.items() if key in GAINS), default=0.0)
    cost = max((_nearness(key, weight) for key, weight in near.items() if key in COSTS), default=0.0)
    if change and "quality" not in signs and max(gain, cost) >= _WORTH:
        yield "quality", change if gain > cost else -change
    if root in RAISING and not change and cost < _WORTH:
        yield "change", signs["quality"]


def _nearness(key: str, weight: float) -> float:
    """How near a word is, whatever it says by itself: *performance* weighs little and is a gain all the same."""
    return weight / GENERAL_WEIGHT if key in general_stems() else weight


def _points_nowhere(reading: Reading, place: int) -> bool:
    """Whether a word bounds a figure, names a kind ("large language models") or only compares ("as many as")."""
    words = reading.words
    if words[place].text in BOUNDING and _bounds(reading, place):
        return True
    if words[place].text not in STATES:
        return False
    named = place + 1 < len(words) and words[place + 1].text == "language"
    return named or place > 0 and words[place - 1].text in {"as", "how"}


def _bounds(reading: Reading, place: int) -> bool:
    """Whether a word such as *more* only bounds a figure (``more than 80%``)."""
    end = reading.words[place].end
    return any(0 < quantity.start - end <= _BOUND_CHARS for quantity in reading.quantities)


def about(reading: Reading, place: int) -> dict[str, float]:
    """Stems of the content words near the word at ``place``; nearer ones and following ones have more weight."""
    here = reading.words[place]
    near: dict[str, float] = {}
    for quantity in reading.quantities:
        gap = min(abs(quantity.start - here.end), abs(here.start - quantity.end))
        if gap <= _FIGURE_CHARS:
            near[_FIGURE_KEY.format(quantity.value, quantity.unit)] = 1.0
    said = place > 0 and reading.words[place - 1].text in _BEING
    last = said or not any(word.weight == 1 and word.segment == here.segment for word in reading.words[place + 1 :])
    for step, bonus in ((1, 1.0), (-1, 1.0 if last else _BEHIND)):
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
    total = 0.0
    grouped: dict[str, float] | None = None
    for root, weight in first.items():
        if root in second:
            total += min(weight, second[root])
            continue
        if grouped is None:
            grouped = _grouped(second)
        total += _NEAR_SYNONYM * min(weight, max((grouped.get(group, 0.0) for group in groups_of(root)), default=0.0))
    return total


def _grouped(near: Mapping[str, float]) -> dict[str, float]:
    """The groups of near-synonyms of the words, with the largest weight of each."""
    found: dict[str, float] = {}
    for root, weight in near.items():
        for group in groups_of(root):
            found[group] = max(found.get(group, 0.0), weight)
    return found


@functools.lru_cache(maxsize=4096)
def negated(reading: Reading) -> frozenset[int]:
    """The places of the words that a negation applies to: the next few, up to a preposition."""
    return frozenset(place for _, places in _denials(reading) for place in places)


@functools.lru_cache(maxsize=4096)
def weakened(reading: Reading) -> frozenset[int]:
    """The places of the words that are only weakened: "little gain", "less reliable"."""
    return frozenset(place for weak, places in _denials(reading) for place in places if weak)


def _denials(reading: Reading) -> Iterator[tuple[bool, list[int]]]:
    """For each negation whether it only weakens, and the places of the words it applies to."""
    for place, word in enumerate(reading.words):
        if _is_negation(reading.words, place):
            yield word.text in _WEAK, _denied_after(reading.words, place)
        elif word.text == "free" and place and reading.text[word.start - 1] == "-":
            yield False, [place - 1]


def _denied_after(words: Sequence[Word], place: int) -> list[int]:
    found: list[int] = []
    left, segment = _DENIED_WORDS, words[place].segment
    for after in range(place + 1, len(words)):
        word = words[after]
        if word.text in {"or", "nor"}:  # "without retraining or additional data"
            left, segment = _DENIED_WORDS, word.segment
            continue
        # "not associated with" denies what follows the preposition, "not only" denies nothing.
        stops = word.text in LINKING and words[after - 1].stem not in passing_stems() | {"lack", "absenc"}
        if not left or stops or word.segment != segment or word.text in {"only", "just", "merely"}:
            break
        found.append(after)
        left -= word.weight == 1 and word.stem not in passing_stems()
    return found


def _is_negation(words: Sequence[Word], place: int) -> bool:
    word = words[place]
    if word.text in NEGATING or word.stem in NEGATING or word.text.endswith("n't"):
        return True
    before = words[place - 1] if place else None
    if before is None:
        return False
    # "fall short of beating", "far from perfect", "rather than faster"
    pair = (before.stem, word.text)
    return pair in _NEGATING_PAIRS or word.text in _WEAK and before.text not in {"a", "as", "at"}


@functools.lru_cache(maxsize=4096)
def denials(reading: Reading) -> tuple[int, ...]:
    """The places of the first content words after negations; none on an axis, where negation turns the sign instead."""
    known = axes()
    firsts = (
        next((place for place in places if reading.words[place].weight == 1), None)
        for weak, places in _denials(reading)
        if not weak
    )
    return tuple(sorted({place for place in firsts if place is not None and reading.words[place].stem not in known}))


@functools.lru_cache(maxsize=4096)
def denies(reading: Reading) -> bool:
    """Whether a sentence denies anything outright."""
    return bool(negated(reading)) or any(_is_negation(reading.words, place) for place in range(len(reading.words)))


@functools.lru_cache(maxsize=4096)
def admits_doubt(reading: Reading) -> bool:
    """Whether anything in a sentence could be what a denial was taken from: a denial, a bad word, a prefix like un-."""
    return (
        denies(reading)
        or not DOUBTING.isdisjoint(reading.texts)
        or any(pointer.sign < 0 and pointer.axis in _JUDGING for pointer in pointers(reading))
        or any(word.text.startswith(PREFIXES) and len(word.text) > _PREFIXED_CHARS for word in reading.words)
    )

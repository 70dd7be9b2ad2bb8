"""Whether a sentence says the opposite of its source: opposites, negation, and who outperforms whom."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator, Mapping, Sequence

from rag.grounding.problems import Problem
from rag.grounding.reading import Reading, Word
from rag.grounding.vocabulary import BOUNDING, COMPARING, LINKING, NEGATING, axes, passing_stems
from rag.text.terms import stem

__all__ = ["check_direction"]

_REACH = 5.0
_CROSSING = 2.0
_BEHIND = 0.5
_ENOUGH = 0.5
_CLEARLY = 1.25
_NO_WORSE = 0.8
_DENIED_WORDS = 2
_PREFIXES = ("un", "in", "im", "non", "dis", "ir")
_PREFIXED_CHARS = 5
_JUDGING = frozenset({"ability", "agreement", "presence", "quality", "stability"})
_DOUBTING = frozenset({"except", "few", "little", "neither", "nor", "rarely"})
_SIDE_WORDS = 8
_TURN_WORDS = 8
_GRADED = frozenset({"amount", "speed", "quality", "cost", "ease"})
_OWN = frozenset({"it", "we", "our", "ours", "this"})
_DEGREES = frozenset({"few", "zero", "one"})
"""Words that only in compounds (few-shot, zero-shot) say what is compared."""


@dataclasses.dataclass(frozen=True)
class _Pointer:
    """A word that points one way on an axis, and the words it is said of."""

    word: str
    stem: str
    axis: str
    sign: int
    about: Mapping[str, float]


def check_direction(claim: Reading, evidence: Sequence[Reading], own: frozenset[str]) -> Iterator[Problem]:
    """Problems where ``claim`` and the sentences it was taken from point different ways.

    Args:
        claim: the sentence to check.
        evidence: the sentences of the source nearest to it.
        own: stems of what the paper calls its system, meant where it says *it* or *we*.
    """
    yield from _opposed(_pointers(claim), [given for reading in evidence for given in _pointers(reading)])
    yield from _denied(claim, evidence)
    if _denies(claim) and not any(_admits_doubt(reading) for reading in evidence):
        yield Problem("the sentence denies something, the paper does not")
    if _crossed(claim, evidence, own):
        yield Problem("the paper compares these the other way round")


def _opposed(claim: Sequence[_Pointer], evidence: Sequence[_Pointer]) -> Iterator[Problem]:
    """The first word of the claim whose opposite, and not the word itself, the evidence says of the same thing."""
    for said in claim:
        same, opposite, word = 0.0, 0.0, ""
        for given in evidence:
            if given.axis != said.axis:
                continue
            fit = _shared(said.about, given.about)
            if given.sign == said.sign:
                same = max(same, 0.0 if _spoken_for(given, said, fit, claim) else fit)
            elif fit > opposite and given.stem != said.stem and not _spoken_for(given, said, fit, claim):
                opposite, word = fit, given.word
        if opposite >= _ENOUGH and opposite > _CLEARLY * same:
            yield Problem(f"the paper says {word!r} where the sentence says {said.word!r}")
            return


def _spoken_for(given: _Pointer, said: _Pointer, fit: float, claim: Sequence[_Pointer]) -> bool:
    """Whether the claim has the very word of the evidence elsewhere, where it fits no worse."""
    return given.stem != said.stem and any(
        other.stem == given.stem and other.sign == given.sign and _shared(other.about, given.about) >= _NO_WORSE * fit
        for other in claim
    )


def _denied(claim: Reading, evidence: Sequence[Reading]) -> Iterator[Problem]:
    """The first word that one side denies and the other asserts of the same thing."""
    ours = [] if any(_negated(reading) for reading in evidence) else _denials(claim)
    for place in ours:
        if _asserted(claim, place, evidence):
            yield Problem(f"the sentence denies {claim.words[place].text!r}, the paper does not")
            return
    for number, reading in enumerate(evidence):
        others = [*evidence[:number], *evidence[number + 1 :]]
        for place in _denials(reading):
            if _asserted(reading, place, [claim]) and not _asserted(reading, place, others):
                yield Problem(f"the paper denies {reading.words[place].text!r}, the sentence does not")
                return


def _denies(reading: Reading) -> bool:
    return any(word.text in NEGATING or word.stem in NEGATING or word.text.endswith("n't") for word in reading.words)


def _admits_doubt(reading: Reading) -> bool:
    """Whether anything in a sentence could be what a denial was taken from: a denial, a bad word, a prefix like un-."""
    return (
        _denies(reading)
        or not _DOUBTING.isdisjoint(reading.texts)
        or any(pointer.sign < 0 and pointer.axis in _JUDGING for pointer in _pointers(reading))
        or any(word.text.startswith(_PREFIXES) and len(word.text) > _PREFIXED_CHARS for word in reading.words)
    )


def _asserted(reading: Reading, place: int, others: Sequence[Reading]) -> bool:
    """Whether ``others`` have the word at ``place`` said of the same thing, and nowhere denied."""
    word = reading.words[place]
    about = _about(reading, place)
    met = False
    for other in others:
        if any(prefix + word.text in other.texts for prefix in _PREFIXES):
            return False
        denied = _denials(other)
        for at, candidate in enumerate(other.words):
            if candidate.stem == word.stem:
                if at in denied:
                    return False
                met = met or _shared(about, _about(other, at)) >= _ENOUGH
    return met


@functools.lru_cache(maxsize=16384)
def _denials(reading: Reading) -> tuple[int, ...]:
    """The places of content words that are denied and point nowhere otherwise."""
    known = axes()
    return tuple(
        place
        for place in sorted(_negated(reading))
        if reading.words[place].weight == 1 and reading.words[place].stem not in known
    )


@functools.lru_cache(maxsize=16384)
def _pointers(reading: Reading) -> tuple[_Pointer, ...]:
    known = axes()
    denied = _negated(reading)
    found = []
    for place, word in enumerate(reading.words):
        directions = known.get(word.stem, ())
        if not directions or word.text in BOUNDING and _bounds(reading, place):
            continue
        about = _about(reading, place)
        for axis, sign in directions:
            found.append(_Pointer(word.text, word.stem, axis, -sign if place in denied else sign, about))
    return tuple(found)


def _bounds(reading: Reading, place: int) -> bool:
    """Whether a word such as *more* only bounds a figure (``more than 80%``)."""
    end = reading.words[place].end
    return any(0 < quantity.start - end <= len(" than about ") for quantity in reading.quantities)


def _about(reading: Reading, place: int) -> dict[str, float]:
    """The content words near a word; nearer ones and following ones have more weight."""
    here = reading.words[place]
    about: dict[str, float] = {}
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
                about[word.stem] = max(about.get(word.stem, 0.0), bonus * word.weight / distance)
    return about


def _shared(first: Mapping[str, float], second: Mapping[str, float]) -> float:
    return sum(min(weight, second[root]) for root, weight in first.items() if root in second)


@functools.lru_cache(maxsize=16384)
def _negated(reading: Reading) -> frozenset[int]:
    """The places of the words that a negation applies to: the next few, up to a preposition."""
    found: set[int] = set()
    words = reading.words
    for place, word in enumerate(words):
        if word.text in NEGATING or word.stem in NEGATING or word.text.endswith("n't"):
            left = _DENIED_WORDS
            for after in range(place + 1, len(words)):
                if not left or words[after].segment != word.segment or _stops(words, after):
                    break
                if words[after].text in {"only", "just", "merely"}:
                    break
                found.add(after)
                left -= words[after].weight == 1 and words[after].stem not in passing_stems()
        elif word.text == "free" and place and reading.text[word.start - 1] == "-":
            found.add(place - 1)
    return frozenset(found)


def _stops(words: Sequence[Word], place: int) -> bool:
    """Whether a negation ends here: at a preposition, but not at that of "not associated with"."""
    return words[place].text in LINKING and words[place - 1].stem not in passing_stems()


def _crossed(claim: Reading, evidence: Sequence[Reading], own: frozenset[str]) -> bool:
    """Whether claim and evidence compare the same two things, but only the other way round."""
    straight = crossed = 0
    for said in _comparisons(claim):
        for given in (comparison for reading in evidence for comparison in _comparisons(reading)):
            if said.kind != given.kind:
                continue
            over, under = given.above | own if given.own_above else given.above, given.below
            straight = max(straight, len(said.above & over) + len(said.below & under))
            if said.above & under and said.below & over:
                crossed = max(crossed, len(said.above & under) + len(said.below & over))
    return crossed > straight + 1


@dataclasses.dataclass(frozen=True)
class _Comparison:
    """What a sentence puts above what, as stems that stand on one side only."""

    kind: str
    above: frozenset[str]
    below: frozenset[str]
    own_above: bool
    """The upper side is *it* or *we*: the paper's own system."""


@functools.lru_cache(maxsize=16384)
def _comparisons(reading: Reading) -> tuple[_Comparison, ...]:
    verbs = {stem(word): sign for word, sign in COMPARING.items()}
    known = axes()
    found = []
    words = reading.words
    for place, word in enumerate(words):
        sign, turn = verbs.get(word.stem, 0), place
        if sign and word.text.endswith("ed") and place + 1 < len(words) and words[place + 1].text == "by":
            sign = -sign
        if not sign:
            turn = _turn_of_comparison(reading, place)
            sign = next((sign for axis, sign in known.get(word.stem, ()) if axis in _GRADED), 0) if turn else 0
        if sign:
            before, after = _side(words[:place][::-1]), _side(words[turn + 1 :])
            own = any(other.text in _OWN for other in words[:place])
            kind = "" if turn == place else "graded"
            sides = (before - after, after - before)[::sign]
            found.append(_Comparison(kind, *sides, own and sign > 0))
    return tuple(found)


def _turn_of_comparison(reading: Reading, place: int) -> int:
    """The place of the *than* or *compared to* that follows a word of degree; 0 when none does."""
    words = reading.words
    for at in range(place + 1, min(place + _TURN_WORDS, len(words) - 1)):
        pair = (words[at].text, words[at + 1].text)
        if pair[0] in {"than", "versus"}:
            return at
        if pair in {("compared", "to"), ("compared", "with"), ("relative", "to")}:
            return at + 1
    return 0


def _side(words: Sequence[Word]) -> frozenset[str]:
    """The stems that name one side of a comparison, from the middle outwards."""
    return frozenset([word.stem for word in words if word.weight == 1 or word.text in _DEGREES][:_SIDE_WORDS])

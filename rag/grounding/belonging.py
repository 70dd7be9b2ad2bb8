"""Whether a figure that the source has stands there for what the sentence says it stands for."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence

from rag.grounding.contexts import contexts, fit, groups_of, near, part_of
from rag.grounding.problems import Problem
from rag.grounding.reading import Profile, Reading, Word
from rag.grounding.vocabulary import CONTRASTS, LINKING
from rag.text.numbers import Quantity, agree

__all__ = ["Place", "alike", "misplaced", "places_of"]

Place = tuple[int, int]
"""Where a figure stands in a source: the number of the sentence and that of the figure in it."""

_COMPARED = re.compile(r"\b(?:than|over|versus|vs\.?|against|compared (?:to|with)|relative to)\s")
_RANGE = re.compile(r"\s*(?:to|-|–|—)\s*(?:up to\s*)?")
_MAGNITUDE = 100.0
"""Figures that differ by a larger factor are of different kinds (a count of layers, one of parameters)."""
_CLASH_BESIDE = 0.9
"""By how much the words round a figure must fit another figure of the same sentence better: by about one word."""
_CLASH_APART = 2.0
"""The same for a figure of another sentence."""
_COUNTED_WORDS = 3
_OBJECT_CLASH = 0.5
_OBJECT_WORDS = 6


def alike(first: Quantity, second: Quantity) -> bool:
    """Whether two figures could stand for one another: same unit, about the same magnitude."""
    low, high = sorted((first.value, second.value))
    return first.unit == second.unit and high <= _MAGNITUDE * low


@functools.lru_cache(maxsize=4096)
def places_of(quantity: Quantity, source: Profile) -> tuple[Place, ...]:
    """Where the source has a figure, rounded or not."""
    return tuple(
        (number, place)
        for number, reading in enumerate(source.readings)
        for place, other in enumerate(reading.quantities)
        if agree(quantity, other)
    )


def misplaced(claim: Reading, quantity: Quantity, places: Sequence[Place], source: Profile) -> Iterator[Problem]:
    """A problem when ``quantity`` stands for something else in all of its ``places`` in the source."""
    written = claim.text[quantity.start : quantity.end]
    clashes = [_clash(claim, quantity, place, source) for place in places]
    if all(clashes):
        yield Problem(f"{written} stands for something else in the cited paper, which says {clashes[0]} here")
        return
    whole = _other_range(claim, quantity, source)
    if whole:
        yield Problem(f"the cited paper gives the range {whole}")
        return
    said = _compared_with(claim, quantity.end)
    if said and all(_other_object(said, source, place) for place in places):
        yield Problem(f"the cited paper does not give {written} in comparison with {' '.join(said.values())!r}")


def _clash(claim: Reading, quantity: Quantity, place: Place, source: Profile) -> str:
    """A figure of the source that the words round ``quantity`` fit much better than the one at ``place``."""
    here = source.readings[place[0]].quantities[place[1]]
    around_here = contexts(source.readings[place[0]])[place[1]]
    said = _said_of(claim, quantity, source)
    counted = _counted(claim, quantity)
    elsewhere = bool(counted) and counted[0].stem not in around_here
    names = {mention.key for mention in claim.mentions} & {one.key for one in source.readings[place[0]].mentions}
    for sentence, reading in enumerate(source.readings):
        if not names.issubset(one.key for one in reading.mentions):
            continue
        for other, around in zip(reading.quantities, contexts(reading), strict=True):
            if not alike(other, here) or agree(quantity, other):
                continue
            same = _counted(reading, other)[:1]
            if same and not _among(same[0], counted):
                continue
            beside = sentence == place[0] or elsewhere and bool(same) and same[0].stem == counted[0].stem
            likeness = fit(said, around)
            clash = likeness - fit(said, around_here) >= (_CLASH_BESIDE if beside else _CLASH_APART)
            if clash and not _spoken_for(claim, other, around, likeness, source):
                return reading.text[other.start : other.end]
    return ""


@functools.lru_cache(maxsize=4096)
def _counted(reading: Reading, quantity: Quantity) -> tuple[Word, ...]:
    """The next content words of the same part after a figure; the first is likely to be what it counts."""
    part = part_of(reading, quantity)
    after = (word for word in reading.content if word.start >= quantity.end and word.segment == part)
    return tuple(itertools.islice(after, _COUNTED_WORDS))


def _among(word: Word, others: Sequence[Word]) -> bool:
    """Whether the word or a near-synonym of it is one of the others."""
    groups = set(groups_of(word.stem))
    return any(word.stem == other.stem or groups.intersection(groups_of(other.stem)) for other in others)


def _said_of(claim: Reading, quantity: Quantity, source: Profile) -> dict[str, float]:
    """The words that tell what a figure stands for, without the title's: all sentences of a paper speak of those."""
    return {
        key: weight for key, weight in near(claim, quantity).items() if not source.stems.get(key, 0) & source.titles
    }


def _spoken_for(claim: Reading, other: Quantity, around: Mapping[str, float], likeness: float, source: Profile) -> bool:
    """Whether the claim has the other figure too, where it fits at least as well."""
    return any(agree(one, other) and fit(_said_of(claim, one, source), around) >= likeness for one in claim.quantities)


def _other_range(claim: Reading, quantity: Quantity, source: Profile) -> str:
    """The range of the source that shares just one end with the range that begins with ``quantity``, if one does."""
    pair = next((ends for ends in _ranges(claim) if ends[0] is quantity), None)
    if pair is None:
        return ""
    found = ""
    for reading in source.readings:
        for low, high in _ranges(reading):
            shared = agree(pair[0], low) + agree(pair[1], high)
            if shared == len(pair):
                return ""
            if shared and alike(pair[0], low) and alike(pair[1], high):
                found = reading.text[low.start : high.end]
    return found


def _ranges(reading: Reading) -> list[tuple[Quantity, Quantity]]:
    """Neighbouring figures with *to* or a dash between them."""
    found = itertools.pairwise(reading.quantities)
    return [pair for pair in found if _RANGE.fullmatch(reading.text, pair[0].end, pair[1].start)]


def _other_object(said: Mapping[str, str], source: Profile, place: Place) -> bool:
    """Whether the figure is compared with something else, and what was said is what another comparison is with."""
    reading = source.readings[place[0]]
    own = _compared_with(reading, reading.quantities[place[1]].end)
    if not own:
        return False
    likeness = _overlap(said, own)
    return any(
        _overlap(said, _object_at(other, match.end())) - likeness >= _OBJECT_CLASH
        for other in source.readings
        for match in _COMPARED.finditer(other.text)
    )


def _compared_with(reading: Reading, after: int) -> dict[str, str]:
    """The words of the first thing that a comparison after ``after`` is made with, by stem."""
    match = _COMPARED.search(reading.text, after)
    return _object_at(reading, match.end()) if match else {}


def _object_at(reading: Reading, start: int) -> dict[str, str]:
    found: dict[str, str] = {}
    words = [word for word in reading.words if word.start >= start]
    for word in words:
        if word.segment != words[0].segment or word.text in LINKING | CONTRASTS or len(found) == _OBJECT_WORDS:
            break
        if word.weight:
            found[word.stem] = word.text
    return found


def _overlap(said: Mapping[str, str], other: Mapping[str, str]) -> float:
    return sum(root in other for root in said) / len(said)

"""What the figures of a sentence belong to: the words round them, dealt out by *respectively* where it stands."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from rag.grounding.problems import Problem
from rag.grounding.reading import Profile, Reading, Word
from rag.grounding.synonyms import synonyms
from rag.grounding.vocabulary import CONTRASTS, LINKING
from rag.text.mentions import Mention
from rag.text.numbers import Quantity, agree

__all__ = ["alike", "contexts", "fit", "misplaced", "surroundings"]

_Spanned = TypeVar("_Spanned", Quantity, Mention)

_RANGE = re.compile(r"\s*(?:to|-|–|—)\s*(?:up to\s*)?")
_LISTED = re.compile(r"[\s,;/]*(?:(?:and|or|to|vs\.?|versus)\s*)?[\s(]*")
_COMPARED = re.compile(r"\b(?:than|over|versus|vs\.?|against|compared (?:to|with)|relative to)\s")
_MAGNITUDE = 100.0
"""Figures that differ by a larger factor are of different kinds (a count of layers, one of parameters)."""
_NEAR_SYNONYM = 0.7
_CLASH_BESIDE = 0.9
"""By how much the words round a figure must fit another figure of the same sentence better than the right one."""
_CLASH_APART = 2.0
"""The same for a figure of another sentence."""
_NAME_WEIGHT = 1.5
_FADING = 0.12
_FAR = 0.25
"""How a word's weight falls with each content word between it and the figure, and how far."""
_BEFORE = 0.4
"""Weight of the words before a figure when words follow it in the same part: "by 3% on GSM8K" is about GSM8K."""
_HEAD_WORDS = 3
_OBJECT_CLASH = 0.5
_OBJECT_WORDS = 6


def alike(first: Quantity, second: Quantity) -> bool:
    """Whether two figures could stand for one another: same unit, about the same magnitude."""
    low, high = sorted((first.value, second.value))
    return first.unit == second.unit and high <= _MAGNITUDE * low


def misplaced(
    claim: Reading, quantity: Quantity, places: Sequence[tuple[int, int]], source: Profile
) -> Iterator[Problem]:
    """A problem when ``quantity`` stands for something else in all its ``places`` (sentence, figure) in the source."""
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
    if said and all(_other_object(said, source, number, place) for number, place in places):
        yield Problem(f"the cited paper does not give {written} in comparison with {' '.join(said.values())!r}")


def _clash(claim: Reading, quantity: Quantity, place: tuple[int, int], source: Profile) -> str:
    """A figure of the source that the words round ``quantity`` fit much better than the one at ``place``."""
    here = source.readings[place[0]].quantities[place[1]]
    said = _near(claim, quantity)
    own = fit(said, contexts(source.readings[place[0]])[place[1]])
    for sentence, reading in enumerate(source.readings):
        margin = _CLASH_BESIDE if sentence == place[0] else _CLASH_APART
        for other, around in zip(reading.quantities, contexts(reading), strict=True):
            if not alike(other, here) or agree(quantity, other):
                continue
            likeness = fit(said, around) if _heads(claim, quantity, reading, other) else 0.0
            if likeness - own >= margin and not _spoken_for(claim, other, around, likeness):
                return reading.text[other.start : other.end]
    return ""


def _heads(claim: Reading, quantity: Quantity, reading: Reading, other: Quantity) -> bool:
    """Whether what ``other`` counts, the word after it, stands soon after ``quantity`` as well; so if nothing does."""
    counted = next((word for word in reading.content if word.start >= other.end), None)
    if counted is None or counted.segment != _segment(reading, other):
        return True
    after = [word for word in claim.content if word.start >= quantity.end][:_HEAD_WORDS]
    groups = set(_groups(counted.stem))
    return any(word.stem == counted.stem or groups.intersection(_groups(word.stem)) for word in after)


def _spoken_for(claim: Reading, other: Quantity, around: Mapping[str, float], likeness: float) -> bool:
    """Whether the claim has the other figure too, where it fits at least as well."""
    return any(agree(one, other) and fit(_near(claim, one), around) >= likeness for one in claim.quantities)


def _near(claim: Reading, quantity: Quantity) -> dict[str, float]:
    """The words that belong to a figure, those further off with less weight, names with more."""
    context = contexts(claim)[claim.quantities.index(quantity)]
    names = [(mention.start, mention.end) for mention in claim.mentions]
    after = [word for word in claim.content if word.start >= quantity.end]
    before = [word for word in reversed(claim.content) if word.end <= quantity.start]
    beside = [_figure_key(one) for one in claim.quantities if _segment(claim, one) == _segment(claim, quantity)]
    dealt = [key for key in context if key.startswith("#")]
    near = dict.fromkeys(dealt or beside, 1.0)
    near.pop(_figure_key(quantity), None)
    follows = bool(after) and after[0].segment == _segment(claim, quantity)
    for side, bonus in ((after, 1.0), (before, _BEFORE if follows else 1.0)):
        for distance, word in enumerate(side):
            if word.stem in context:
                weight = bonus * word.weight * (_NAME_WEIGHT if _within(word, names) else 1.0)
                weight *= max(_FAR, 1 - _FADING * distance)
                near[word.stem] = max(near.get(word.stem, 0.0), weight)
    return near


def _other_range(claim: Reading, quantity: Quantity, source: Profile) -> str:
    """The range of the source that shares just one end with the range that begins with ``quantity``, if one does."""
    pair = next((ends for ends in _ranges(claim) if ends[0] is quantity), None)
    if pair is None:
        return ""
    found = ""
    for reading in source.readings:
        for low, high in _ranges(reading):
            shared = agree(pair[0], low) + agree(pair[1], high)
            if shared == 2:
                return ""
            if shared == 1 and alike(pair[0], low) and alike(pair[1], high):
                found = reading.text[low.start : high.end]
    return found


def _ranges(reading: Reading) -> list[tuple[Quantity, Quantity]]:
    """Neighbouring figures with *to* or a dash between them."""
    found = itertools.pairwise(reading.quantities)
    return [pair for pair in found if _RANGE.fullmatch(reading.text, pair[0].end, pair[1].start)]


def _other_object(said: Mapping[str, str], source: Profile, number: int, place: int) -> bool:
    """Whether the figure is compared with something else, and what was said is what another comparison is with."""
    reading = source.readings[number]
    own = _compared_with(reading, reading.quantities[place].end)
    if not own:
        return False
    near = _overlap(said, own)
    return any(
        _overlap(said, _object_at(other, match.end())) - near >= _OBJECT_CLASH
        for other in source.readings
        for match in _COMPARED.finditer(other.text)
    )


def _compared_with(reading: Reading, after: int) -> dict[str, str]:
    """The words of the first thing that a comparison after ``after`` is made with."""
    match = _COMPARED.search(reading.text, after)
    return _object_at(reading, match.end()) if match else {}


def _object_at(reading: Reading, start: int) -> dict[str, str]:
    found: dict[str, str] = {}
    segment = None
    for word in reading.words:
        if word.start < start:
            continue
        segment = word.segment if segment is None else segment
        if word.segment != segment or word.text in LINKING | CONTRASTS or len(found) == _OBJECT_WORDS:
            break
        if word.weight:
            found[word.stem] = word.text
    return found


def _overlap(said: Mapping[str, str], other: Mapping[str, str]) -> float:
    return sum(root in other for root in said) / len(said)


def fit(said: Mapping[str, float], source: Mapping[str, float]) -> float:
    """How much of the words ``said`` round a figure stand round one of the source, near-synonyms counted in part."""
    total = 0.0
    for root, weight in said.items():
        if root in source:
            total += weight if source[root] == 1 else min(weight, source[root])
        elif any(group in source for group in _groups(root)):
            total += _NEAR_SYNONYM * weight
    return total


@functools.lru_cache(maxsize=65536)
def _groups(root: str) -> tuple[str, ...]:
    return tuple(f"~{group}" for group in synonyms().get(root, ()))


@functools.lru_cache(maxsize=16384)
def surroundings(reading: Reading, mention: Mention) -> dict[str, float]:
    """The stems (and ``~`` groups) of the words in the same part of a sentence as a name, with their weight."""
    segment = next((word.segment for word in reading.words if word.end > mention.start), 0)
    words = [word for word in reading.content if word.segment == segment]
    return _keys([word for word in words if not mention.start <= word.start < mention.end])


@functools.lru_cache(maxsize=16384)
def contexts(reading: Reading) -> tuple[dict[str, float], ...]:
    """For each figure the stems (and ``~`` groups) of the words that stand with it, with their weight.

    Figures of one list share their words, unless *respectively* deals them out; then also the figures (``#``) dealt.
    """
    places = {id(quantity): number for number, quantity in enumerate(reading.quantities)}
    found: list[dict[str, float]] = [{} for _ in reading.quantities]
    owned = _respectively(reading)
    for run in _runs(reading.quantities, reading.text):
        segments = {_segment(reading, quantity) for quantity in run}
        if not any(word.segment in segments for word in reading.content):
            segments |= {segment - 1 for segment in segments}
        spans = [(quantity.start, quantity.end) for quantity in run]
        words = [word for word in reading.content if word.segment in segments and not _within(word, spans)]
        for quantity in run:
            found[places[id(quantity)]] = _keys(*owned.get(id(quantity), (words, [])))
    return tuple(found)


def _keys(words: Sequence[Word], figures: Sequence[Quantity] = ()) -> dict[str, float]:
    keys = {word.stem: word.weight for word in words}
    for word in words:
        keys.update(dict.fromkeys(_groups(word.stem), word.weight))
    keys.update({_figure_key(figure): 1.0 for figure in figures})
    return keys


def _within(word: Word, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start <= word.start < end for start, end in spans)


def _segment(reading: Reading, quantity: Quantity) -> int:
    """The part of the sentence in which a figure stands: that of the first word in or after it."""
    before = 0
    for word in reading.words:
        if word.end > quantity.start:
            return word.segment if word.start < quantity.end else before
        before = word.segment
    return before


def _respectively(reading: Reading) -> dict[int, tuple[list[Word], list[Quantity]]]:
    """What each figure of a list owns, by identity, where *respectively* pairs it with a name or another figure."""
    last = next((word for word in reading.words if word.text == "respectively"), None)
    if last is None:
        return {}
    figures = [run for run in _runs(reading.quantities, reading.text) if len(run) > 1 and run[-1].end <= last.start]
    if not figures:
        return {}
    listed = figures.pop()
    names = _runs(reading.mentions, reading.text)
    lists: list[list[Quantity] | list[Mention]] = [*figures, *names, [name for run in names for name in run]]
    lists = [run for run in lists if len(run) == len(listed) and run[-1].end <= last.start]
    if not lists:
        return {}
    items = min(lists, key=lambda run: min(abs(run[0].start - listed[-1].end), abs(listed[0].start - run[-1].end)))
    spans = [(item.start, item.end) for item in (*items, *listed)]
    first, end = min(spans)[0], max(spans)[1]
    segments = {word.segment for word in reading.words if first <= word.start < end}
    shared = [word for word in reading.content if word.segment in segments and not _within(word, spans)]
    owned = {}
    for quantity, item in zip(listed, items, strict=True):
        own = [word for word in reading.content if item.start <= word.start < item.end]
        owned[id(quantity)] = ([*shared, *own], [item] if isinstance(item, Quantity) else [])
        if isinstance(item, Quantity):
            owned[id(item)] = (shared, [quantity])
    return owned


def _figure_key(quantity: Quantity) -> str:
    return f"#{quantity.value:g}"


def _runs(found: Sequence[_Spanned], text: str) -> list[list[_Spanned]]:
    """Neighbours with nothing but commas and *and* between them, in lists."""
    runs: list[list[_Spanned]] = []
    for item in found:
        if runs and _LISTED.fullmatch(text, runs[-1][-1].end, item.start):
            runs[-1].append(item)
        else:
            runs.append([item])
    return runs

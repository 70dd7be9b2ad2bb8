"""The words that stand with a figure or a name, dealt out by *respectively* where that word stands."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence

from rag.grounding.reading import Reading, Word
from rag.grounding.synonyms import synonyms
from rag.text.mentions import Mention
from rag.text.numbers import Quantity

__all__ = ["contexts", "fit", "groups_of", "near", "part_of", "surroundings"]

_LISTED = re.compile(r"[\s,;/]*(?:(?:and|or|to|vs\.?|versus)\s*)?[\s(]*")
"""What stands between the members of a list of figures or names."""
_NEAR_SYNONYM = 0.7
_NAME_WEIGHT = 1.5
_FADING = 0.12
_FAR = 0.25
"""How much of its weight a word loses with each content word between it and the figure, and what it keeps."""
_BEFORE = 0.4
"""Weight of the words before a figure when words follow it in the same part: "by 3% on GSM8K" is about GSM8K."""


def fit(said: Mapping[str, float], source: Mapping[str, float]) -> float:
    """How much of the words round a figure stand round one of the source, near-synonyms counted in part."""
    total = 0.0
    for root, weight in said.items():
        if root in source:
            total += weight if source[root] == 1 else min(weight, source[root])
        elif any(group in source for group in groups_of(root)):
            total += _NEAR_SYNONYM * weight
    return total


@functools.lru_cache(maxsize=65536)
def groups_of(root: str) -> tuple[str, ...]:
    """The keys of the groups of near-synonyms that a stem belongs to."""
    return tuple(f"~{group}" for group in synonyms().get(root, ()))


def near(claim: Reading, quantity: Quantity) -> dict[str, float]:
    """The words of ``claim`` that belong to a figure of it, those further off with less weight, names with more."""
    place = claim.quantities.index(quantity)
    context, part = contexts(claim)[place], _parts(claim)[place]
    names = [(mention.start, mention.end) for mention in claim.mentions]
    after = [word for word in claim.content if word.start >= quantity.end]
    before = [word for word in reversed(claim.content) if word.end <= quantity.start]
    dealt = [key for key in context if key.startswith("#")]
    beside = [one for one, other in zip(claim.quantities, _parts(claim), strict=True) if other == part]
    found = dict.fromkeys(dealt or [_key(one) for one in beside if one is not quantity], 1.0)
    follows = bool(after) and after[0].segment == part
    for side, bonus in ((after, 1.0), (before, _BEFORE if follows else 1.0)):
        for distance, word in enumerate(side):
            if word.stem in context:
                weight = bonus * word.weight * (_NAME_WEIGHT if _within(word, names) else 1.0)
                found[word.stem] = max(found.get(word.stem, 0.0), weight * max(_FAR, 1 - _FADING * distance))
    return found


@functools.lru_cache(maxsize=4096)
def surroundings(reading: Reading, mention: Mention) -> dict[str, float]:
    """The stems and groups of the words in the same part of a sentence as a name, with their weight."""
    segment = next((word.segment for word in reading.words if word.end > mention.start), 0)
    words = [word for word in reading.content if word.segment == segment]
    return _keys([word for word in words if not mention.start <= word.start < mention.end])


@functools.lru_cache(maxsize=4096)
def contexts(reading: Reading) -> tuple[dict[str, float], ...]:
    """For each figure the stems and groups (``~``) of the words that stand with it, with their weight.

    Figures of one list share their words, unless *respectively* deals them out; then the figures dealt are in it
    too (``#``).
    """
    places = {id(quantity): number for number, quantity in enumerate(reading.quantities)}
    parts = _parts(reading)
    found: list[dict[str, float]] = [{} for _ in reading.quantities]
    owned = _respectively(reading)
    for run in _runs(reading.quantities, reading.text):
        segments = {parts[places[id(quantity)]] for quantity in run}
        if not any(word.segment in segments for word in reading.content):
            segments |= {segment - 1 for segment in segments}
        spans = [(quantity.start, quantity.end) for quantity in run]
        words = [word for word in reading.content if word.segment in segments and not _within(word, spans)]
        for quantity in run:
            found[places[id(quantity)]] = _keys(*owned.get(id(quantity), (words, ())))
    return tuple(found)


def part_of(reading: Reading, quantity: Quantity) -> int:
    """The part of the sentence in which a figure stands: that of the word in it or before it."""
    return _parts(reading)[reading.quantities.index(quantity)]


@functools.lru_cache(maxsize=4096)
def _parts(reading: Reading) -> tuple[int, ...]:
    found = []
    for quantity in reading.quantities:
        part = 0
        for word in reading.words:
            if word.start >= quantity.end:
                break
            part = word.segment
        found.append(part)
    return tuple(found)


def _keys(words: Sequence[Word], figures: Sequence[Quantity] = ()) -> dict[str, float]:
    keys = {word.stem: word.weight for word in words}
    for word in words:
        keys.update(dict.fromkeys(groups_of(word.stem), word.weight))
    keys.update({_key(figure): 1.0 for figure in figures})
    return keys


def _key(quantity: Quantity) -> str:
    return f"#{quantity.value:g}"


def _within(word: Word, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start <= word.start < end for start, end in spans)


_Owned = dict[int, tuple[list[Word], list[Quantity]]]


def _respectively(reading: Reading) -> _Owned:
    """What each figure of a list owns, by identity, where *respectively* pairs it with a name or another figure."""
    last = next((word for word in reading.words if word.text == "respectively"), None)
    if last is None:
        return {}
    figures = [run for run in _runs(reading.quantities, reading.text) if len(run) > 1 and run[-1].end <= last.start]
    if not figures:
        return {}
    listed = figures.pop()
    names = _runs(reading.mentions, reading.text)
    candidates = [*figures, *names, [name for run in names for name in run]]
    lists = [run for run in candidates if len(run) == len(listed) and run[-1].end <= last.start]
    if not lists:
        return {}
    first, end = listed[0].start, listed[-1].end
    items = min(lists, key=lambda run: min(abs(run[0].start - end), abs(first - run[-1].end)))
    return _dealt(reading, listed, items)


def _dealt(reading: Reading, listed: Sequence[Quantity | Mention], items: Sequence[Quantity | Mention]) -> _Owned:
    """Gives the first figure what belongs to the first item, and so on; what stands beside the lists, to all."""
    spans = [(item.start, item.end) for item in (*items, *listed)]
    first, end = min(spans)[0], max(spans)[1]
    segments = {word.segment for word in reading.words if first <= word.start < end}
    shared = [word for word in reading.content if word.segment in segments and not _within(word, spans)]
    owned: _Owned = {}
    for figure, item in zip(listed, items, strict=True):
        own = [word for word in reading.content if item.start <= word.start < item.end]
        owned[id(figure)] = ([*shared, *own], [item] if isinstance(item, Quantity) else [])
        if isinstance(item, Quantity) and isinstance(figure, Quantity):
            owned[id(item)] = (shared, [figure])
    return owned


def _runs(found: Sequence[Quantity] | Sequence[Mention], text: str) -> list[list[Quantity | Mention]]:
    """Neighbours with nothing but commas and *and* between them, in lists."""
    runs: list[list[Quantity | Mention]] = []
    for item in found:
        if runs and _LISTED.fullmatch(text, runs[-1][-1].end, item.start):
            runs[-1].append(item)
        else:
            runs.append([item])
    return runs

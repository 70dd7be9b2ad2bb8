"""Whether the names in a sentence stand in its sources, in one paper together, and with the figures they come with."""

from __future__ import annotations

import functools
import math
import operator
import re
from collections.abc import Iterator

from rag.grounding.belonging import places_of
from rag.grounding.contexts import fit, surroundings
from rag.grounding.problems import Problem
from rag.grounding.reading import Profile, Reading
from rag.text.mentions import Mention
from rag.text.numbers import Quantity
from rag.text.terms import stem

__all__ = ["check_names"]

_GENERIC = frozenset({"ai", "eu", "llm", "lm", "ml", "nlp", "uk", "usa"})
"""Abbreviations that a summary may use where the paper writes the words out."""
_EXCHANGED = 2.0
"""By how much the words round a name must fit a like name of the source's sentence better."""
_EXCHANGED_UNLIKE = 3.5
"""The same for any other name of the source: with 3 two true claims of 104 and 3 in 370 of SciFact's are lost too."""
_TURN = re.compile(r"[;:,]|\b(?:and|but|however|whereas|while)\b")
"""Where a sentence may turn from one paper to another."""


def check_names(claim: Reading, source: Profile) -> Iterator[Problem]:
    """A problem for each name that the source does not have, or not with the figures of the sentence."""
    masks: dict[Mention, int] = {}
    for mention in claim.mentions:
        if mention.key in _GENERIC:
            continue
        masks[mention] = _named(mention, source)
        if not masks[mention]:
            name = claim.text[mention.start : mention.end]
            yield Problem(f"{name!r} is not in the cited paper", fatal=mention.written, absent=True)
    figures = {quantity: _sentences_with(quantity, source) for quantity in claim.quantities}
    strangers = list(_stranger(claim, masks, figures, source))
    yield from strangers or _exchanged(claim, masks, source)
    if len(source.papers) > 1:
        yield from _mixed(claim, masks, figures, source)


def _named(mention: Mention, source: Profile) -> int:
    """The sentences of the source that have the name, as a bit mask; 0 when none has."""
    spellings = source.spellings
    for key in (mention.key, mention.key + "s", mention.key.removesuffix("s")):
        if key in spellings:
            return spellings[key]
    parts = mention.parts[1:] if mention.opening and len(mention.parts) > 1 else mention.parts
    found = -1
    before = mention.parts[0] if parts != mention.parts else ""
    for part in parts:
        if part in _GENERIC and len(parts) > 1:
            continue
        if part[0].isdigit():
            found &= spellings.get(before + part, 0)
        else:
            found &= spellings.get(part, 0) | source.stems.get(stem(part), 0)
        before = part
    return found


def _sentences_with(quantity: Quantity, source: Profile) -> int:
    return functools.reduce(operator.or_, (1 << number for number, _ in places_of(quantity, source)), 0)


def _stranger(
    claim: Reading, masks: dict[Mention, int], figures: dict[Quantity, int], source: Profile
) -> Iterator[Problem]:
    """A name that alone is missing where the figures and the other names stand, while another name stands there."""
    common = -1
    for mask in figures.values():
        common &= mask
    if not figures or not common:
        return
    around = common | common >> 1 | source.titles
    once = [mention for mention, mask in masks.items() if mention.written and mask.bit_count() == 1]
    away = [mention for mention in once if not masks[mention] & around]
    if len(away) != 1:
        return
    keys = {mention.key for mention in claim.mentions}
    place = source.readings[common.bit_length() - 1]
    instead = [
        other
        for other in place.mentions
        if other.written and other.key not in _GENERIC and not any(key in other.key for key in keys)
    ]
    if instead:
        there = place.text[instead[-1].start : instead[-1].end]
        name = claim.text[away[0].start : away[0].end]
        yield Problem(f"the cited paper gives these figures for {there!r}, not for {name!r}")


def _exchanged(claim: Reading, masks: dict[Mention, int], source: Profile) -> Iterator[Problem]:
    """A name told of what the source tells of another name that the claim does not have.

    Of a like name (Pilot-Max, Pilot-Lite) in the same sentence, or much more clearly of any other.
    """
    keys = {mention.key for mention in claim.mentions}
    for mention, mask in masks.items():
        if not mention.written:
            continue
        said = surroundings(claim, mention)
        places = [reading for number, reading in enumerate(source.readings) if mask >> number & 1]
        instead = [_better(mention, said, reading, keys) for reading in places]
        if len(places) == 1 and not instead[0] and not mask & source.titles:
            instead = [_much_better(mention, said, places[0], source, keys)]
        if instead and all(instead):
            name = claim.text[mention.start : mention.end]
            yield Problem(f"the cited paper says this of {instead[0]!r}, not of {name!r}")


def _better(mention: Mention, said: dict[str, float], reading: Reading, keys: set[str]) -> str:
    """The like name of a sentence that what is said of ``mention`` fits much better; empty where none does."""
    parts = set(mention.parts) - _GENERIC
    alike = [other for other in reading.mentions if other.key not in keys and not parts.isdisjoint(other.parts)]
    least = _fit_of(mention, said, reading) + _EXCHANGED
    found = next((other for other in alike if fit(said, surroundings(reading, other)) >= least), None)
    return reading.text[found.start : found.end] if found else ""


def _much_better(mention: Mention, said: dict[str, float], place: Reading, source: Profile, keys: set[str]) -> str:
    """Any name of the source that what is said of ``mention`` fits very much better; empty where none does."""
    least = _fit_of(mention, said, place) + _EXCHANGED_UNLIKE
    for number, reading in enumerate(source.readings):
        for other in reading.mentions if not source.titles >> number & 1 else ():
            foreign = other.written and other.key not in keys and other.key not in _GENERIC
            if foreign and fit(said, surroundings(reading, other)) >= least:
                return reading.text[other.start : other.end]
    return ""


def _fit_of(mention: Mention, said: dict[str, float], reading: Reading) -> float:
    """How well what is said of a name fits where a sentence has it."""
    own = (fit(said, surroundings(reading, one)) for one in reading.mentions if one.key == mention.key)
    return max(own, default=math.inf)


def _mixed(
    claim: Reading, masks: dict[Mention, int], figures: dict[Quantity, int], source: Profile
) -> Iterator[Problem]:
    """A figure of one cited paper told of a name that only another cited paper has."""
    turns = [match.start() for match in _TURN.finditer(claim.text)]
    for quantity, mask in figures.items():
        for mention, other in masks.items():
            first, second = sorted((quantity.start, mention.start))
            if not mask or not other or any(first < turn < second for turn in turns):
                continue
            if not _owners(mask, source) & _owners(other, source):
                name, figure = claim.text[mention.start : mention.end], claim.text[quantity.start : quantity.end]
                yield Problem(f"{figure} and {name!r} are not in the same cited paper")
                return


def _owners(mask: int, source: Profile) -> set[int]:
    return {owner for number, owner in enumerate(source.owners) if mask >> number & 1}

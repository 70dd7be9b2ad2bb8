"""What a source says of one of two counterparts (teacher and student, larger and smaller) told of the other."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence

from rag.grounding.problems import Problem
from rag.grounding.reading import Profile, Reading, Word, same_root
from rag.text.numbers import Quantity, agree
from rag.text.terms import stem

__all__ = ["check_counterparts"]

_PAIRS = """
teacher student, query document, query passage, training inference, train test, encoder decoder, input output,
online offline, source target, local global, larger smaller, large small, bigger smaller, longer shorter, long short,
first second, first last, upper lower, early late, earlier later, prefill decode, prefill decoding, forward backward,
retriever generator, retriever reader, generator discriminator, draft target, user item, user assistant, text image,
explicit implicit, hard soft, strong weak, stronger weaker, easy hard, simple complex, internal external,
supervised unsupervised, parametric nonparametric, static dynamic, sparse dense, proprietary open, closed open,
single multiple, low high, lower higher, lowest highest, best worst, before after, with without, key value
"""
"""General words that come as two and of which texts say different things; written down, not read off a collection."""
_SPLIT = re.compile(r"[,;:()—]|\b(?:and|or|but|while|whereas|where|when|then)\b")
_RESPECTIVELY = re.compile(r"\brespectively\b", re.IGNORECASE)
_LISTED = re.compile(r"[\s,]*(?:and\s+)?[\s(]*")
_ITEM_WORDS = 3
"""Content words on each side of *and* that may name the two things that figures are dealt out to."""
_ALL = frozenset({"both", "all", "each", "every", "everything", "everyone", "whole", "entire"})
_NEXT_WORDS = 4
"""How far from its verb *only* or *all* may stand."""


def check_counterparts(claim: Reading, source: Profile) -> Iterator[Problem]:
    """Problems where ``claim`` tells of one thing what its sources tell of another that stands opposite to it."""
    yield from itertools.islice(_told_of_the_other(claim, source), 1)
    yield from itertools.islice(_named_after_the_other(claim, source), 1)
    yield from itertools.islice(_dealt_to_the_other(claim, source), 1)
    yield from itertools.islice(_all_for_only(claim, source), 1)


@functools.cache
def _counterparts() -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for pair in _PAIRS.replace("\n", " ").split(","):
        first, second = map(stem, pair.split())
        found.setdefault(first, set()).add(second)
        found.setdefault(second, set()).add(first)
    return {word: frozenset(others) for word, others in found.items()}


def _told_of_the_other(claim: Reading, source: Profile) -> Iterator[Problem]:
    """A part of the claim about one counterpart whose words the source has in the part about the other alone."""
    for part in _parts(claim):
        for word in part:
            for other in _counterparts().get(word.stem, ()):
                if any(one.stem == other for one in part):
                    continue
                said = {
                    one.stem for one in part if one.weight == 1 and not source.stems.get(one.stem, 0) & source.titles
                }
                said -= {word.stem}
                own, opposite = _said_of(word.stem, other, source), _said_of(other, word.stem, source)
                if said & (opposite - own) and not said & (own - opposite) and own:
                    there = _written(other, source)
                    yield Problem(f"the paper says this of {there!r}, not of {word.text!r}")


def _said_of(root: str, other: str, source: Profile) -> frozenset[str]:
    """The content words of all parts of sentences about ``root`` and not about ``other``, its own left out.

    Empty unless some sentence has both: only then are they counterparts in this source.
    """
    if not any({root, other} <= {word.stem for word in reading.words} for reading in source.readings):
        return frozenset()
    found: set[str] = set()
    for reading in source.readings:
        for part in _parts(reading):
            stems = {word.stem for word in part}
            if root in stems and other not in stems:
                found.update(word.stem for word in part if word.weight == 1)
    return frozenset(found - {root})


@functools.lru_cache(maxsize=4096)
def _parts(reading: Reading) -> tuple[tuple[Word, ...], ...]:
    """The words between punctuation and conjunctions."""
    cuts = [match.start() for match in _SPLIT.finditer(reading.text.lower())]
    groups = itertools.groupby(reading.words, key=lambda word: sum(cut <= word.start for cut in cuts))
    return tuple(tuple(group) for _, group in groups)


def _named_after_the_other(claim: Reading, source: Profile) -> Iterator[Problem]:
    """Two words (*document tower*) that the source never has together, but with the counterpart (*query tower*)."""
    for first, second in itertools.pairwise(claim.words):
        if second.weight != 1 or first.segment != second.segment:
            continue
        for other in _counterparts().get(first.stem, ()):
            if _together(other, second.stem, source) and not _beside(first.stem, second.stem, source):
                said, given = f"{first.text} {second.text}", f"{_written(other, source)} {second.text}"
                yield Problem(f"the paper speaks of the {given!r}, not of the {said!r}")


def _together(first: str, second: str, source: Profile) -> bool:
    return any(
        one.stem == first and same_root(other.stem, second)
        for reading in source.readings
        for one, other in itertools.pairwise(reading.words)
    )


def _beside(first: str, second: str, source: Profile) -> bool:
    """Whether a part of some sentence has both words."""
    return any(
        any(one.stem == first for one in part) and any(same_root(one.stem, second) for one in part)
        for reading in source.readings
        for part in _parts(reading)
    )


def _written(root: str, source: Profile) -> str:
    return next((word.text for reading in source.readings for word in reading.words if word.stem == root), root)


def _dealt_to_the_other(claim: Reading, source: Profile) -> Iterator[Problem]:
    """A figure of the claim that *respectively* gives to the other of two things."""
    for reading in source.readings:
        dealt = _dealt(reading)
        if dealt is None:
            continue
        figures, items = dealt
        for quantity in claim.quantities:
            having = [place for place, figure in enumerate(figures) if agree(quantity, figure)]
            if len(having) != 1 or any(agree(other, figures[1 - having[0]]) for other in claim.quantities):
                continue
            place = having[0]
            own, other = items[place] - items[1 - place], items[1 - place] - items[place]
            part = next((part for part in _parts(claim) if _holds(part, quantity, claim)), ())
            said = {word.stem for word in part}
            if said & other and not said & own:
                given = reading.text[figures[1 - place].start : figures[1 - place].end]
                written = claim.text[quantity.start : quantity.end]
                yield Problem(f"the paper gives {given} for this, not {written}")


def _holds(part: Sequence[Word], quantity: Quantity, claim: Reading) -> bool:
    """Whether a figure stands within a part, which goes on to the next one."""
    after = next((word.start for word in claim.words if word.start > part[-1].start), len(claim.text))
    return part[0].start <= quantity.start < max(after, part[-1].end)


@functools.lru_cache(maxsize=4096)
def _dealt(reading: Reading) -> tuple[tuple[Quantity, Quantity], tuple[frozenset[str], frozenset[str]]] | None:
    """Two figures and the words of the two things that a sentence with *respectively* gives them to."""
    if not _RESPECTIVELY.search(reading.text) or len(reading.quantities) != 2:
        return None
    first, second = reading.quantities
    if first.unit != second.unit or not _LISTED.fullmatch(reading.text, first.end, second.start):
        return None
    before = [word for word in reading.words if word.end <= first.start]
    joins = [number for number, word in enumerate(before) if word.text == "and"]
    if not joins:
        return None
    ahead = [word.stem for word in before[: joins[-1]] if word.weight == 1][-_ITEM_WORDS:]
    behind = [word.stem for word in before[joins[-1] + 1 :] if word.weight == 1][:_ITEM_WORDS]
    return (first, second), (frozenset(ahead), frozenset(behind))


def _all_for_only(claim: Reading, source: Profile) -> Iterator[Problem]:
    """A verb with *both* or *all* where the source has it with *only*."""
    for place, word in enumerate(claim.words):
        if word.text not in _ALL:
            continue
        for verb in claim.words[max(0, place - 2) : place]:
            if verb.weight != 1:
                continue
            given = [reading for reading in source.readings if _followed(reading, verb.stem, frozenset({"only"}))]
            if given and not any(_followed(reading, verb.stem, _ALL) for reading in source.readings):
                yield Problem(f"the paper says 'only' where the sentence says {word.text!r}")


def _followed(reading: Reading, root: str, texts: frozenset[str]) -> bool:
    """Whether one of the words ``texts`` stands soon after the word of that root."""
    return any(
        same_root(word.stem, root)
        and any(later.text in texts for later in reading.words[place + 1 : place + 1 + _NEXT_WORDS])
        for place, word in enumerate(reading.words)
    )

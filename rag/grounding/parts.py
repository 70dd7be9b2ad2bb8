"""The part of a sentence that nothing in its sources bears out although the rest is well supported."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence

from rag.grounding.problems import Problem
from rag.grounding.reading import Profile, Reading, Word
from rag.grounding.support import match

__all__ = ["check_parts"]

_PART_WEIGHT = 1.5
"""Weight of words from which on a part between two commas is looked at by itself."""
_BARE = 0.2
"""Share of its words at or below which nothing supports it."""
_NEIGHBOURS = 2
"""So many content words side by side that stand nowhere are a thing added, one may be a choice of words."""


def check_parts(claim: Reading, source: Profile) -> Iterator[Problem]:
    """A problem for the first part of ``claim`` whose words stand nowhere in the source, by a near-synonym neither."""
    found = {word.start: any(match(word, source)) for word in claim.content}
    part = _bare_part(claim, found) or _bare_neighbours(claim, found)
    if part:
        words = claim.text[part[0].start : part[-1].end]
        yield Problem(f"nothing in the paper supports {words!r}", fatal=False)


def _bare_part(claim: Reading, found: Mapping[int, bool]) -> Sequence[Word]:
    for _, group in itertools.groupby(claim.content, key=lambda word: word.segment):
        part = list(group)
        total = sum(word.weight for word in part)
        if total >= _PART_WEIGHT and sum(word.weight for word in part if found[word.start]) <= _BARE * total:
            return part
    return ()


def _bare_neighbours(claim: Reading, found: Mapping[int, bool]) -> Sequence[Word]:
    for place in range(len(claim.words) - _NEIGHBOURS + 1):
        pair = claim.words[place : place + _NEIGHBOURS]
        if pair[0].segment == pair[-1].segment and all(word.weight == 1 and not found[word.start] for word in pair):
            return pair
    return ()

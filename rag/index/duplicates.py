"""Papers of a collection that may be one work: of one title, or of nearly one text."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable

from rag.index.sameness import title_key
from rag.types import Paper

__all__ = ["Duplicates", "duplicates"]

_SHINGLE = 5
"""Words in a row that are compared: papers of one group share phrases of three and four."""
_SKETCH = 16
"""The least hashes of an abstract that stand for it: two that have half of their phrases in common share one of them
with a chance of over 0.999."""
_NEAR = 0.5
"""Share of the phrases of both that are in both; where half is, one is a version of the other."""
_COMMON = 50
"""A phrase of more papers than this is a formula of the field (or a notice), and tells nothing."""


@dataclasses.dataclass(frozen=True)
class Duplicates:
    """Papers that may be one work."""

    reason: str
    papers: tuple[Paper, ...]
    """Two at least."""


def duplicates(papers: Iterable[Paper]) -> list[Duplicates]:
    """Groups of papers that may be one work, those of one title first; a paper is in one group of each kind at most."""
    everything = list(papers)
    titles: dict[str, list[Paper]] = defaultdict(list)
    for paper in everything:
        titles[title_key(paper.title)].append(paper)
    groups = [Duplicates("the same title", tuple(group)) for key, group in titles.items() if key and len(group) > 1]
    listed = {frozenset(paper.paper_id for paper in group.papers) for group in groups}
    near = (group for group in _near(everything) if frozenset(paper.paper_id for paper in group) not in listed)
    return groups + [Duplicates("nearly the same abstract", tuple(group)) for group in near]


def _near(papers: list[Paper]) -> list[list[Paper]]:
    """Groups of papers whose abstracts are nearly one."""
    phrases = [_phrases(paper.abstract) for paper in papers]
    places: dict[int, list[int]] = defaultdict(list)
    for place, found in enumerate(phrases):
        for value in sorted(found)[:_SKETCH]:
            places[value].append(place)
    leader = list(range(len(papers)))
    for group in places.values():
        for first, second in zip(group, group[1:], strict=False) if len(group) <= _COMMON else ():
            one, other = phrases[first], phrases[second]
            if len(one & other) >= _NEAR * len(one | other):
                _join(leader, first, second)
    found_groups: dict[int, list[Paper]] = defaultdict(list)
    for place, paper in enumerate(papers):
        found_groups[_leader(leader, place)].append(paper)
    return [group for group in found_groups.values() if len(group) > 1]


def _phrases(text: str) -> frozenset[int]:
    words = re.findall(r"\w+", text.casefold())
    rows = (" ".join(words[start : start + _SHINGLE]) for start in range(len(words) - _SHINGLE + 1))
    return frozenset(int.from_bytes(hashlib.blake2b(row.encode(), digest_size=8).digest()) for row in rows)


def _leader(leader: list[int], place: int) -> int:
    while leader[place] != place:
        leader[place] = leader[leader[place]]
        place = leader[place]
    return place


def _join(leader: list[int], first: int, second: int) -> None:
    leader[_leader(leader, second)] = _leader(leader, first)

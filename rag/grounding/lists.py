"""Lists of three or more, such as "a planner, a caller and a summarizer": one thing in them put for another."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Sequence

from rag.grounding.clauses import Clause
from rag.grounding.contexts import groups_of
from rag.grounding.problems import Problem
from rag.grounding.reading import Reading, Word, same_root
from rag.grounding.vocabulary import CONTRASTS

__all__ = ["check_lists"]

_SHORTEST = 3
_ITEM_WORDS = 4
"""Content words of a thing in the middle of a list at most; longer parts are clauses."""
_END_WORDS = 2
"""Content words that the first and the last thing of a list are known by: what else stands there is not the list's."""


def check_lists(clauses: Sequence[Clause]) -> Iterator[Problem]:
    """A problem for the first list whose things but one are those of a list of the evidence.

    Args:
        clauses: the clauses of the sentence to check, each with its evidence.
    """
    evidence = dict.fromkeys(reading for clause in clauses for reading in clause.evidence)
    for said in _lists(clauses[0].reading):
        for reading in evidence:
            for given in _lists(reading):
                odd, instead = _odd_one(said, given), _odd_one(given, said)
                if odd and instead and not _stands_in(odd, reading):
                    yield Problem(
                        f"the cited paper lists {_written(instead)!r} where the sentence lists {_written(odd)!r}",
                        fatal=False,
                    )
                    return


_Item = tuple[Word, ...]


@functools.lru_cache(maxsize=4096)
def _lists(reading: Reading) -> tuple[tuple[_Item, ...], ...]:
    """The lists of a sentence: parts between commas, the last of them led in by *and* or *or*."""
    parts = [tuple(part) for _, part in itertools.groupby(reading.words, key=lambda word: word.segment)]
    found = []
    for last, part in enumerate(parts):
        if part[0].text not in {"and", "or"}:
            continue
        items = [_content(part)[:_END_WORDS]]
        for place in range(last - 1, -1, -1):
            gap = reading.text[parts[place][-1].end : parts[place + 1][0].start]
            content = _content(parts[place])
            begins = place == 0 or len(content) > _ITEM_WORDS or parts[place][0].text in CONTRASTS
            if "," not in gap and place + 1 != last or not content or parts[place][0].text in {"and", "or"}:
                break
            items.insert(0, content[-_END_WORDS:] if begins else content)
            if begins:
                break
        if len(items) >= _SHORTEST and all(items):
            found.append(tuple(items))
    return tuple(found)


def _content(part: Sequence[Word]) -> _Item:
    return tuple(word for word in part if word.weight)


def _odd_one(these: Sequence[_Item], those: Sequence[_Item]) -> _Item:
    """The one thing of a list that the other has not; empty where it has all, or lacks more than one.

    The first is not looked at: where it begins is not certain.
    """
    odd = [item for item in these if not any(_alike(item, other) for other in those)]
    return odd[0] if len(odd) == 1 and odd[0] != these[0] else ()


def _alike(first: _Item, second: _Item) -> bool:
    return any(_same(one, other) for one in first for other in second)


def _same(first: Word, second: Word) -> bool:
    return same_root(first.stem, second.stem) or not set(groups_of(first.stem)).isdisjoint(groups_of(second.stem))


def _stands_in(item: _Item, reading: Reading) -> bool:
    return any(_same(word, other) for word in item for other in reading.content)


def _written(item: _Item) -> str:
    return " ".join(word.text for word in item)

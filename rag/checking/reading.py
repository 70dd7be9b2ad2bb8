"""A sentence taken apart once: its words, figures and names; and papers as sentences so read."""

from __future__ import annotations

import dataclasses
import functools
import re

from rag.text.mentions import Mention, find_mentions
from rag.text.numbers import Quantity, numbers
from rag.text.sentences import passages_of
from rag.text.terms import STOP_WORDS, fold, stem
from rag.types import Paper, Passage

__all__ = ["Profile", "Reading", "profile", "read"]

_WORD = re.compile(r"[^\W_]+(?:['’][a-z]+)?")
_LONGEST_SPELLING = 4


@dataclasses.dataclass(frozen=True, eq=False)
class Reading:
    """A sentence and what was read in it; compared by identity, so that what is derived from it can be kept."""

    text: str
    words: tuple[str, ...]
    """All words, folded, in order."""
    stems: frozenset[str]
    """Of the words that are neither stop words nor figures."""
    quantities: tuple[Quantity, ...]
    mentions: tuple[Mention, ...]


@functools.lru_cache(maxsize=8192)
def read(text: str) -> Reading:
    """Reads one sentence; markers such as ``[1]`` must have been taken out."""
    words = tuple(fold(match[0]).replace("’", "'").removesuffix("'s") for match in _WORD.finditer(text))
    stems = frozenset(stem(word) for word in words if word not in STOP_WORDS and not word[0].isdigit())
    return Reading(text, words, stems, numbers(text), find_mentions(text))


@dataclasses.dataclass(frozen=True, eq=False)
class Profile:
    """Papers made ready for comparison."""

    papers: tuple[Paper, ...]
    passages: tuple[Passage, ...]
    """The sentences of all papers, one paper after the other; the first of each is its title."""
    readings: tuple[Reading, ...]
    stems: frozenset[str]
    spellings: frozenset[str]
    """Up to four neighbouring words of a sentence written as one, and their initials."""


@functools.lru_cache(maxsize=256)
def profile(*papers: Paper) -> Profile:
    """Reads all sentences of ``papers``."""
    passages = tuple(passage for paper in papers for passage in passages_of(paper))
    readings = tuple(read(passage.text) for passage in passages)
    stems = frozenset(root for reading in readings for root in reading.stems)
    spellings = frozenset(spelling for reading in readings for spelling in _spellings(reading))
    return Profile(papers, passages, readings, stems, spellings)


def _spellings(reading: Reading) -> set[str]:
    """The ways in which a name could be meant: neighbouring words joined (``light rag``), initials (``moe``)."""
    found = {spelling for mention in reading.mentions for spelling in (mention.key, *mention.parts)}
    for length in range(1, _LONGEST_SPELLING + 1):
        for start in range(len(reading.words) - length + 1):
            run = reading.words[start : start + length]
            found.add("".join(run))
            if length > 1:
                found.add("".join(word[0] for word in run))
    return found

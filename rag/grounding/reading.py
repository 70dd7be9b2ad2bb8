"""A sentence taken apart once: words with their weight and place, figures, names; and papers as sentences so read."""

from __future__ import annotations

import dataclasses
import functools
import re

from rag.grounding.synonyms import synonyms
from rag.grounding.vocabulary import CONTRASTS, general_stems, weightless
from rag.text.mentions import Mention, find_mentions
from rag.text.numbers import Quantity, numbers
from rag.text.sentences import passages_of
from rag.text.terms import fold, stem
from rag.types import Paper, Passage

__all__ = ["GENERAL_WEIGHT", "Profile", "Reading", "Word", "beginning", "profile", "read", "same_root"]

_WORD = re.compile(r"(?P<word>[^\W_]+(?:['’][a-z]+)?)|(?P<cut>[;:()—]|,(?!\d)|\.\s|\s[-–]\s)")
GENERAL_WEIGHT = 0.33
"""Of a word that most papers of a field have."""
_LONGEST_SPELLING = 4
_PREFIX_CHARS = 6
_ROOT_CHARS = 5


@dataclasses.dataclass(frozen=True, slots=True)
class Word:
    """One word of a sentence."""

    text: str
    """Folded."""
    stem: str
    start: int
    """First character in the sentence."""
    end: int
    """One past the last character."""
    weight: float
    """How much it says about a paper: 1 for a content word, less for general words, 0 for stop words and figures."""
    segment: int
    """Number of the part of the sentence it stands in; parts end at punctuation and at words such as *but*."""


@dataclasses.dataclass(frozen=True, eq=False)
class Reading:
    """A sentence and what was read in it; compared by identity, so that what is derived from it can be kept."""

    text: str
    words: tuple[Word, ...]
    quantities: tuple[Quantity, ...]
    mentions: tuple[Mention, ...]

    @functools.cached_property
    def content(self) -> tuple[Word, ...]:
        """The words that carry weight."""
        return tuple(word for word in self.words if word.weight)

    @functools.cached_property
    def texts(self) -> frozenset[str]:
        """All words, folded."""
        return frozenset(word.text for word in self.words)


@functools.lru_cache(maxsize=4096)
def read(text: str) -> Reading:
    """Reads one sentence; markers such as ``[1]`` must have been taken out."""
    words: list[Word] = []
    segment = 0
    general = general_stems()
    for match in _WORD.finditer(text):
        if match["cut"]:
            segment += 1
            continue
        folded = fold(match["word"]).replace("’", "'").removesuffix("'s")
        if folded in CONTRASTS:
            segment += 1
        root = stem(folded)
        if folded in weightless() or folded[0].isdigit():
            weight = 0.0
        else:
            weight = GENERAL_WEIGHT if root in general or folded.endswith("ly") else 1.0
        words.append(Word(folded, root, match.start(), match.end(), weight, segment))
    return Reading(text, tuple(words), numbers(text), find_mentions(text))


@dataclasses.dataclass(frozen=True, eq=False)
class Profile:
    """Papers made ready for comparison; sets of sentences are bit masks (bit n is passage n)."""

    papers: tuple[Paper, ...]
    passages: tuple[Passage, ...]
    """The sentences of all papers, one paper after the other."""
    readings: tuple[Reading, ...]
    owners: tuple[int, ...]
    """The number of the paper that each passage is from."""
    titles: int
    """Which sentences are titles."""
    stems: dict[str, int]
    """In which sentences a stem stands."""
    groups: dict[int, int]
    """In which sentences a word of a group of near-synonyms stands."""
    spellings: dict[str, int]
    """In which sentences up to four neighbouring words, written as one, or their initials stand."""

    def title_of(self, number: int) -> Reading:
        """The title of the paper that a sentence is from."""
        return self.readings[self.owners.index(self.owners[number])]


def beginning(root: str) -> str:
    """The key under which stems that begin alike meet (``optimis`` and ``optimiz``); short ones stay themselves."""
    return root[:_PREFIX_CHARS] + "~" if len(root) >= _PREFIX_CHARS else root


def same_root(first: str, second: str) -> bool:
    """Whether two stems are of one word or of words derived from it (``appli`` and ``applic``)."""
    short, long = sorted((first, second), key=len)
    return short == long or beginning(short) == beginning(long) or len(short) >= _ROOT_CHARS and long.startswith(short)


@functools.lru_cache(maxsize=256)
def profile(*papers: Paper) -> Profile:
    """Reads all sentences of ``papers``."""
    passages = tuple(passage for paper in papers for passage in passages_of(paper))
    owners = tuple(number for number, paper in enumerate(papers) for _ in passages_of(paper))
    readings = tuple(read(passage.text) for passage in passages)
    titles = sum(1 << place for place, passage in enumerate(passages) if passage.number == 0)
    stems: dict[str, int] = {}
    groups: dict[int, int] = {}
    spellings: dict[str, int] = {}
    known = synonyms()
    for number, reading in enumerate(readings):
        bit = 1 << number
        for word in reading.words:
            for key in (word.stem, beginning(word.stem)):
                stems[key] = stems.get(key, 0) | bit
            for group in known.get(word.stem, ()):
                groups[group] = groups.get(group, 0) | bit
        for spelling in _spellings(reading):
            spellings[spelling] = spellings.get(spelling, 0) | bit
    return Profile(papers, passages, readings, owners, titles, stems, groups, spellings)


def _spellings(reading: Reading) -> set[str]:
    """The ways in which a name could be meant: neighbouring words joined (``light rag``), initials (``moe``)."""
    plain = [word.text for word in reading.words]
    found = {spelling for mention in reading.mentions for spelling in (mention.key, *mention.parts)}
    for length in range(1, _LONGEST_SPELLING + 1):
        for start in range(len(plain) - length + 1):
            run = plain[start : start + length]
            found.add("".join(run))
            if length > 1:
                found.add("".join(word[0] for word in run))
    return found

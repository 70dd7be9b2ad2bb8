"""The words of a message with their places, and which of them are ordinary rather than names."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from rag.text.terms import STOP_WORDS, fold, stem

__all__ = ["Chunk", "Rarity", "chunks", "outside", "runs"]

_CHUNK = re.compile(r"[^\W_]+(?:[-_.+'’][^\W_]+)*\+*")


@dataclasses.dataclass(frozen=True, slots=True)
class Chunk:
    """One word, or name in one piece, of a text."""

    text: str
    start: int
    """First character in the text."""
    end: int
    """One past the last character."""
    opening: bool = False
    """It opens the text or a sentence, and may owe its capital to that."""

    @property
    def capital(self) -> bool:
        """Whether it has a capital letter that nothing but a name accounts for."""
        return any(letter.isupper() for letter in (self.text[1:] if self.opening else self.text))


def chunks(text: str) -> list[Chunk]:
    """The words of ``text``; hyphens and dots inside a word do not part it."""
    found = []
    for match in _CHUNK.finditer(text):
        before = text[: match.start()].rstrip(" \"'“‘(")
        word = re.sub(r"['’]s$", "", match[0])
        found.append(Chunk(word, match.start(), match.start() + len(word), not before or before[-1] in ".!?:\n"))
    return found


def runs(words: Sequence[Chunk], most: int) -> Iterator[tuple[int, int]]:
    """Beginning and end (exclusive) of every run of up to ``most`` neighbours, the longest first."""
    for length in range(min(most, len(words)), 0, -1):
        for begin in range(len(words) - length + 1):
            yield begin, begin + length


def outside(text: str, spans: Iterable[Sequence[int]]) -> str:
    """``text`` without ``spans`` (beginning and end, exclusive), a blank in place of each; they may overlap."""
    kept, place = [], 0
    for start, end in sorted(tuple(span) for span in spans):
        kept.append(text[place : max(start, place)])
        place = max(place, end)
    return " ".join(" ".join([*kept, text[place:]]).split())


class Rarity:
    """How many papers of the collection hold a word; asked once for all words of a message."""

    def __init__(
        self, count: Callable[[Iterable[str]], Mapping[str, int]], content: Iterable[str], words: Iterable[str]
    ) -> None:
        """Asks for all ``words`` at once.

        Args:
            count: of papers that hold each stem, as :meth:`Collection.document_frequency`.
            content: the words that say something of papers; with the others people ask.
            words: those that will be asked for.
        """
        self._stems = {word: stem(fold(word)) for word in words}
        self._counts = count(set(self._stems.values()))
        self._content = frozenset(map(fold, content))

    def papers(self, word: str) -> int:
        """How many papers hold the word in any form."""
        return self._counts.get(self._stems.get(word) or stem(fold(word)), 0)

    def asks(self, word: str) -> bool:
        """Whether people ask with the word rather than about it."""
        return fold(word) in STOP_WORDS or fold(word) not in self._content

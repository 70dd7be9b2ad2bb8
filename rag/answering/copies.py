"""Takes out of a model's stream what it only repeats of its prompt: rules, example, the question."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.answering.prompts import EXAMPLE, RULES, Prompt
from rag.models.filters import LineFilter
from rag.text.sentences import split_sentences

__all__ = ["CopyFilter"]

_WORD = re.compile(r"[^\W_]+")
_BEHIND = re.compile(r"[^\w\[【［]*")
"""What is dropped with the words before it: the point, blanks and line breaks."""
_COPIED_WORDS = 8
"""Words in a row from the beginning of a piece of the prompt that are no chance: of 68,662 sentences of abstracts none
begins with more than two words of a rule. A piece that is shorter counts when all of it is there."""
_LABELLED = re.compile(r"Question: ")


class CopyFilter(LineFilter):
    """A stage of the parser, behind the one that takes out tags, that gives what is not copied.

    A copy is looked for where a line begins, and where another copy ends. Sentences of the papers are no copies: an
    answer may quote them.
    """

    def __init__(self, prompt: Prompt) -> None:
        super().__init__()
        self.found = False
        """Something was taken out."""
        self._pieces = list(_pieces(prompt))
        self._behind_copy = False

    def _begin(self, *, final: bool) -> str | None:
        if self._behind_copy:
            self._buffer = _BEHIND.sub("", self._buffer, count=1)
        length = self._copied(final)
        if length is None:
            return None
        self._buffer = self._buffer[length:]
        self._behind_copy = length > 0
        self._in_line = not length
        self.found = self.found or length > 0
        return ""

    def _copied(self, final: bool) -> int | None:
        """How many characters at the start of the buffer are a copy; None when more text is needed to tell."""
        said = list(_WORD.finditer(self._buffer))
        best = 0
        for piece in self._pieces:
            same = _common(piece, [word[0].casefold() for word in said])
            unfinished = said[-1:] and said[-1].end() == len(self._buffer)
            begun = unfinished and same == len(said) - 1 and piece[same : same + 1]
            more = not final and same < len(piece)
            if more and (same == len(said) or (begun and begun[0].startswith(said[-1][0].casefold()))):
                return None
            if same == len(piece) or same >= _COPIED_WORDS:
                best = max(best, same)
        return said[best - 1].end() if best else 0


def _common(piece: Sequence[str], said: Sequence[str]) -> int:
    """How many first words two texts share."""
    for place, (one, other) in enumerate(zip(piece, said, strict=False)):
        if one != other:
            return place
    return min(len(piece), len(said))


def _pieces(prompt: Prompt) -> Iterator[tuple[str, ...]]:
    """The sentences of the rules and of the usual example, and the question, as words in small letters."""
    for line in RULES.splitlines():
        for start, end in split_sentences(line):
            yield _folded(line[start:end])
    yield from (_folded(line) for _, text in EXAMPLE for line in text.splitlines() if line)
    yield from (_folded(line) for line in prompt.user.splitlines() if _LABELLED.match(line))


def _folded(text: str) -> tuple[str, ...]:
    return tuple(word[0].casefold() for word in _WORD.finditer(text))

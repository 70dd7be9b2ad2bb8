"""The visible text of an answer as it grows: its markers get their numbers and passages, and nothing in it is live."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rag.answering.writer import Locate
from rag.text.sentences import split_sentences
from rag.text.terms import STOP_WORDS, words
from rag.types import Paper, Passage

__all__ = ["NumberedText"]

_PENDING = "\ue000"
"""Stands for markers whose sentence is still too short to say what they support; from the private use area."""
_ENOUGH_WORDS = 4
"""Words, without the commonest, that a sentence needs before its marker: "According to [3]," has none, and the
name of a system in two pieces says too little to find the sentence of the paper."""

_LIVE = re.compile(
    rf"(?<=[\]{_PENDING}])(?=\()|(?<=<)(?=[A-Za-z/!?])|\[\d+(?=\])"
    rf"|^(?:[\s>*+\-]|\d+[.)])*(?:\[[^\[\]{_PENDING}]*\]|{_PENDING})(?=:)"
)
"""Where a space keeps Markdown from making a link, HTML from making a tag, a number from passing for a marker, and
``[x]: y`` from vanishing as a link definition (https://spec.commonmark.org/0.31.2/#link-reference-definitions)."""
_SENTENCE_END = re.compile(r"[.!?…][\"”’»')]*(?=\s)|[。！？\n]")
_MARKS = re.compile(rf"\s*(?:\[\d+\]|{_PENDING})")
_LIST_MARK = re.compile(r"^[\s>#*+\-]+|^\s*\d+[.)]\s+")


class NumberedText:
    """Takes text and citation keys in order and hands out text in which ``[n]`` is the n-th passage cited.

    A marker that stands before what it supports ("According to [1], ...") is held back, with all that follows, to
    the end of its sentence.
    """

    def __init__(self, keys: Mapping[str, Paper], locate: Locate) -> None:
        self.text = ""
        """All text so far, with a placeholder for each marker that is held back."""
        self._keys = keys
        self._locate = locate
        self._numbers: dict[Passage, int] = {}
        self._pending: list[Sequence[str]] = []
        self._taken = 0

    @property
    def cited(self) -> tuple[Passage, ...]:
        """The passages cited so far; marker n is the n-th."""
        return tuple(self._numbers)

    def write(self, text: str) -> None:
        """Adds prose; a space is put in wherever it would make a link, a tag or a false marker."""
        text = text.replace(_PENDING, "")
        if not self.text:
            text = text.lstrip()
        self.text += _defuse(self.text[self.text.rfind("\n") + 1 :], text)

    def cite(self, before: str, keys: Sequence[str], after: str) -> None:
        """Adds the markers of known ``keys`` between ``before`` and ``after``, which are blanks and full stops."""
        self._settle(final=False)
        self.write(before)
        sentence = _sentence_at_end(self.text)
        if self._pending or not _says_enough(sentence):
            self._pending.append(keys)
            self.text += _PENDING + after
        else:
            self.text += self._markers(sentence, keys) + after

    def take(self, *, final: bool = False) -> str:
        """What can be handed out since the last time, without blanks at its end; with ``final`` all of it."""
        self._settle(final)
        if final:
            self.text = self.text.rstrip()
        end = self.text.index(_PENDING) if self._pending else len(self.text)
        end = len(self.text[:end].rstrip())
        taken, self._taken = self.text[self._taken : end], end
        return taken

    def _settle(self, final: bool) -> None:
        """Puts in the markers of each sentence that has ended."""
        while self._pending:
            start = self.text.index(_PENDING)
            ended = _SENTENCE_END.search(self.text, start)
            if not ended and not final:
                return
            end = ended.start() if ended else len(self.text)
            sentence = _sentence_at_end(self.text[:start])
            if not _says_enough(sentence):
                sentence = _sentence_at_end(self.text[:end]) or _sentence_at_end(
                    self.text[:end].rstrip(f"\n{_PENDING}")
                )
            markers = self._markers(sentence, self._pending.pop(0))
            self.text = self.text[:start] + markers + self.text[start + len(_PENDING) :]

    def _markers(self, sentence: str, keys: Sequence[str]) -> str:
        """The markers of the passages that support ``sentence`` in the papers of ``keys``, each once."""
        numbers = []
        for key in keys:
            passage = self._locate(sentence, self._keys[key])
            numbers.append(self._numbers.setdefault(passage, len(self._numbers) + 1))
        return "".join(f"[{number}]" for number in dict.fromkeys(numbers))


def _defuse(line: str, text: str) -> str:
    """``text`` as it may follow ``line``, which is defused already."""
    whole = line + text
    live = [match.end() for match in _LIVE.finditer(whole)]
    for position in reversed([position for position in live if position >= len(line)]):
        whole = whole[:position] + " " + whole[position:]
    return whole[len(line) :]


def _sentence_at_end(text: str) -> str:
    """The sentence at the end of the last line as far as it is written, without markers and list marks."""
    line = _LIST_MARK.sub("", _MARKS.sub("", text[text.rfind("\n") + 1 :]))
    spans = split_sentences(line)
    return line[slice(*spans[-1])] if spans else ""


def _says_enough(sentence: str) -> bool:
    return sum(word not in STOP_WORDS for word in words(sentence)) >= _ENOUGH_WORDS

"""Takes away what frames an answer in a model's stream: a label before it, references or made-up dialogue behind it.

References are made anew from the numbers, so a list of the model's own would only repeat papers that no sentence needs.
"""

from __future__ import annotations

import re

from rag.models.filters import LineFilter

__all__ = ["Framing"]

_EDGE = r"[\s#*_>-]*"
_LEADS = ("answer", "assistant", "response", "final answer")
_LISTS = ("references", "reference", "sources", "source", "citations", "bibliography", "works cited")
_SPEAKERS = ("question", "user", "human")
_LABELS = (*_LEADS, *_LISTS, *_SPEAKERS)
_LEAD = re.compile(rf"{_EDGE}(?:{'|'.join(_LEADS)})[*_]*:[*_]*\s*", re.IGNORECASE)
_LIST = re.compile(rf"{_EDGE}(?:{'|'.join(_LISTS)})[*_]*:?[*_]*(?P<rest>[^\n]*)", re.IGNORECASE)
_SPEAKER = re.compile(rf"{_EDGE}(?:{'|'.join(_SPEAKERS)})[*_]*:", re.IGNORECASE)
_KEYS_ALONE = re.compile(r"(?:[\s\[\](){},;.*-]|\b\d{1,3}\b|\b(?:a|an|and)\b)*")
_NO_LETTERS = re.compile(r"[^a-z ]")


class Framing(LineFilter):
    """A stage of the parser that gives what belongs to the answer; nothing else is held back than labels."""

    def __init__(self) -> None:
        super().__init__()
        self._started = False
        self._over = False

    def _begin(self, *, final: bool) -> str | None:
        if self._over or (not self._started and self._buffer[0] == "\n"):
            self._buffer = "" if self._over else self._buffer[1:]
            return ""
        line, newline, _ = self._buffer.partition("\n")
        return "" if self._decide(line, whole=bool(newline) or final) else None

    def _decide(self, line: str, *, whole: bool) -> bool:
        """Takes a label off, or lets the line begin; false when more text is needed to say which."""
        lead = _LEAD.match(line)
        if not self._started and lead and (whole or lead.end() < len(line)):
            self._buffer = self._buffer[lead.end() :]
            return bool(self._buffer)
        listed = _LIST.match(line)
        keys_alone = listed is not None and _KEYS_ALONE.fullmatch(listed["rest"]) is not None
        if not whole and (keys_alone or _may_be_label(line)):
            return False
        if self._started and (keys_alone or _SPEAKER.match(line)):
            self._over = True
            return False
        self._in_line = True
        self._started = self._started or bool(line.strip())
        return True


def _may_be_label(line: str) -> bool:
    letters = _NO_LETTERS.sub("", line.casefold()).strip()
    return any(label.startswith(letters) for label in _LABELS) and len(line) < 40

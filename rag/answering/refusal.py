"""Recognises a model's refusal while it is still being written, so that no half of it is shown."""

from __future__ import annotations

import re

from rag.answering.prompts import REFUSAL

__all__ = ["RefusalGate", "is_refusal"]

_MARKER = re.compile(r"\[\d+\]")
_NO_WORD = re.compile(r"[\W_]+")


def _words(text: str) -> str:
    """The words of ``text`` in small letters with one blank between them; no markers, quotes or Markdown."""
    return _NO_WORD.sub(" ", _MARKER.sub("", text)).strip().casefold()


_REFUSAL_WORDS = _words(REFUSAL)


def is_refusal(text: str, *, cites: bool) -> bool:
    """Whether ``text`` declines to answer: it is the refusal, or contains it and cites nothing."""
    words = _words(text)
    return words == _REFUSAL_WORDS or (_REFUSAL_WORDS in words and not cites)


class RefusalGate:
    """Holds text back as long as it may turn out to be the refusal."""

    def __init__(self) -> None:
        self._held: str | None = ""

    def pass_on(self, text: str, *, cites: bool) -> str:
        """What can be shown now of ``text`` and of what was held; ``cites``: a paper has been cited so far."""
        if self._held is None:
            return text
        self._held += text
        words = _words(self._held)
        if _REFUSAL_WORDS.startswith(words) or (words.startswith(_REFUSAL_WORDS) and not cites):
            return ""
        return self.release()

    def release(self) -> str:
        """All that is held; nothing is held from now on."""
        held, self._held = self._held or "", None
        return held

    @property
    def holds(self) -> bool:
        """Whether nothing has been shown yet."""
        return self._held is not None

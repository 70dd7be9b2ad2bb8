"""Lines in which a model says that the papers do not answer one of several things asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.answering.prompts import NOT_FOUND
from rag.text.terms import STOP_WORDS, stem, words

__all__ = ["without_not_found"]

_LINE = re.compile(
    rf"^[ \t>*_•-]*{re.escape(NOT_FOUND)}[*_]*[ \t]*(?P<said>[^\n]*)(?:\n|\Z)", re.IGNORECASE | re.MULTILINE
)
_CITES = re.compile(r"\[\d+\]")
_SAME = 0.5
"""Share of the words of a part that such a line must repeat. Judgement: models shorten what they repeat."""


def without_not_found(text: str, asks: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """The text without such lines, and the parts that they are about.

    A line that repeats none of the parts, or cites a paper, claims something and stays to be checked.

    Args:
        text: an answer with markers ``[n]``.
        asks: the parts of the question in the words of the message.
    """
    found: list[str] = []

    def taken(line: re.Match[str]) -> str:
        said = _stems(line["said"])
        about = max(asks, key=lambda part: _share(part, said), default="")
        if not about or _share(about, said) < _SAME or _CITES.search(line[0]) or not said <= _stems(about):
            return line[0]
        found.append(about)
        return ""

    left = _LINE.sub(taken, text).strip() if asks else text
    return left, tuple(dict.fromkeys(found))


def _stems(text: str) -> set[str]:
    return {stem(word) for word in words(text) if word not in STOP_WORDS}


def _share(part: str, said: set[str]) -> float:
    wanted = _stems(part)
    return len(wanted & said) / len(wanted) if wanted else 0.0

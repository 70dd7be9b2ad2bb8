"""Reads brackets: which are citations, which prose, and where a Markdown link ends."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

__all__ = [
    "OPENING_BRACKETS",
    "WAIT",
    "Marker",
    "Waiting",
    "may_be_keys",
    "read_bracket",
    "read_destination",
    "read_marker",
]

OPENING_BRACKETS = "[【［"
_CLOSING_BRACKETS = "]】］"


class Waiting:
    """The text ends before it can be said what it is."""


WAIT = Waiting()

_CONTENT = re.compile(r"[^\[\]【】［］\n]{0,200}")
_BETWEEN = re.compile(r"[,;&|/=:_\s]+")
_EDGES = "".join(chr(code) for code in range(128) if not chr(code).isalnum())
_KEY = re.compile(r"p\d{1,6}|[3-9]\d{3}")
"""A key, or its digits alone; a year is none."""
_NUMBER = re.compile(r"\d{1,3}(?:[-–]\d{1,3})?")
_FILLER = frozenset(
    ["p", "key", "keys", "paper", "papers", "ref", "refs", "reference", "source", "sources", "doc", "see", "cf", "and"]
)
"""Words that models write beside a key; a bracket with any other word and no known key is prose."""
_LONGEST_KEYS = 80
"""Characters of a list of keys between round brackets."""
_INTERVAL = re.compile(r"(?:\b(?:in|range|ranges|interval|from|between|over|scale|within)|[∈=])\s*$", re.IGNORECASE)

_LONGEST_DESTINATION = 2000
_DESTINATION = re.compile(r"""\(\s*\S*(?:\s+(?:"[^"]*"|'[^']*'))?\s*\)""")
"""Where a link leads, with an optional title, by https://spec.commonmark.org/0.31.2/#inline-link; a destination with
a space in it makes no link."""


@dataclass(frozen=True)
class Marker:
    """The keys inside one bracket, in order."""

    known: tuple[str, ...]
    unknown: tuple[str, ...]


def read_bracket(text: str, start: int, *, final: bool) -> tuple[str, int] | Waiting | None:
    """The content of the single or doubled bracket that opens at ``start``, and where it ends (exclusive).

    ``None`` when none of at most 200 characters on one line opens there, :data:`WAIT` when that is not yet known,
    which cannot be if ``final``.
    """
    if start + 1 == len(text):
        return None if final else WAIT
    depth = 2 if text[start + 1] in OPENING_BRACKETS else 1
    match = _CONTENT.match(text, start + depth)
    end = match.end() if match else start + depth
    closing = text[end : end + depth]
    if any(char not in _CLOSING_BRACKETS for char in closing):
        return None
    if len(closing) < depth:
        return None if final else WAIT
    return text[start + depth : end], end + depth


def read_destination(text: str, start: int, *, final: bool) -> int | Waiting | None:
    """Where the destination of a Markdown link that begins at ``start`` ends (exclusive); else as for a bracket."""
    if start == len(text):
        return None if final else WAIT
    if text[start] != "(":
        return None
    depth = 0
    for position in range(start, min(len(text), start + _LONGEST_DESTINATION)):
        char = text[position]
        depth += (char == "(") - (char == ")")
        if char == "\n":
            return None
        if depth == 0:
            end = position + 1
            return end if _DESTINATION.fullmatch(text, start, end) else None
    return None if final or len(text) >= start + _LONGEST_DESTINATION else WAIT


def read_marker(content: str, known: Collection[str], before: str) -> Marker | None:
    """The citation in a bracket's ``content``; ``None`` when the bracket belongs to the prose.

    With a known key in it a bracket is a citation. Without one it is an invented citation when it holds nothing but
    made-up keys or small numbers, unless two or more numbers read as an interval.

    Args:
        content: the text between the brackets.
        known: the keys that were given to the model, in small letters.
        before: the text to the left, for ``values in [1, 10]``.
    """
    content = unicodedata.normalize("NFKC", content).casefold().partition("†")[0]
    words = [word for word in (piece.strip(_EDGES) for piece in _BETWEEN.split(content)) if word]
    keys = [_full_key(word, known) for word in words]
    found = tuple(key for key in keys if key in known)
    made_up = tuple(key for key in keys if key not in known and (_KEY.fullmatch(key) or _NUMBER.fullmatch(key)))
    if found:
        return Marker(found, made_up)
    if not made_up or any(key not in made_up and key not in _FILLER for key in keys):
        return None
    if _is_interval(content, made_up, before):
        return None
    return Marker((), made_up)


def may_be_keys(content: str, known: Collection[str]) -> bool:
    """Whether ``content``, perhaps not whole yet, holds known keys and words beside them and nothing else."""
    if len(content) > _LONGEST_KEYS or "\n" in content:
        return False
    words = [word for word in (piece.strip(_EDGES) for piece in _BETWEEN.split(content.casefold())) if word]
    *before, last = words or [""]
    return all(word in known or word in _FILLER for word in before) and any(
        entry.startswith(last) for entry in (*known, *_FILLER)
    )


def _full_key(word: str, known: Collection[str]) -> str:
    """``word`` as one of the known keys if it is one without its letter."""
    return f"p{word}" if f"p{word}" in known else word


def _is_interval(content: str, numbers: tuple[str, ...], before: str) -> bool:
    if any(_KEY.fullmatch(number) for number in numbers):
        return False
    if len(numbers) == 1 and numbers[0].isdigit():
        return False
    return "-" in content[:1] or "0" in numbers or _INTERVAL.search(before) is not None

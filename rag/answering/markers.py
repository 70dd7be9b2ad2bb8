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
_KEY = re.compile(r"[a-z]{1,2}\d{1,6}")
"""What passes for a key where keys are not mere numbers; models make such up."""
_NUMBER = re.compile(r"\d{1,3}")
_RANGE = re.compile(r"(?P<first>[a-z]{0,2}\d{1,6})[-–—](?P<last>[a-z]{0,2}\d{1,6})")
_NOUNS = frozenset(
    ["key", "keys", "paper", "papers", "ref", "refs", "reference", "source", "sources", "doc", "sentence", "sentences"]
)
_FILLER = _NOUNS | {"p", "see", "cf", "and"}
"""Words that models write beside a key; a bracket with any other word is prose, unless the key comes first."""
_BEHIND_KEY = re.compile(r"^(?P<key>\s*\d{1,3}\s*):.*$")
"""A key with a text behind it, ``3: Glacier raises recall``."""
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

    A bracket that holds nothing but keys, ranges of keys and words such as "source" is a citation, also with a text
    behind a key and a colon; one of made-up keys or small numbers alone is an invented citation. Two or more numbers
    that read as an interval, and all else, are prose.

    Args:
        content: the text between the brackets.
        known: the keys that were given to the model, small numbers.
        before: the text to the left, for ``values in [1, 10]``.
    """
    content = unicodedata.normalize("NFKC", content).casefold().partition("†")[0]
    words = _words(_BEHIND_KEY.sub(r"\g<key>", content))
    keys = [key for word in words for key in _keys(word, known)]
    found = tuple(key for key in keys if key in known)
    made_up = tuple(key for key in keys if key not in known and (_KEY.fullmatch(key) or _NUMBER.fullmatch(key)))
    if not (found or made_up) or any(key not in found + made_up and key not in _FILLER for key in keys):
        return None
    return None if _is_interval(content, found + made_up, before) else Marker(found, made_up)


def may_be_keys(content: str, known: Collection[str]) -> bool:
    """Whether ``content``, perhaps not whole yet, says that it holds known keys: ``source 2``, ``see 1 and 3``.

    A number alone between round brackets is prose: the first of several things, or an equation.
    """
    if len(content) > _LONGEST_KEYS or "\n" in content:
        return False
    first, *words = _words(content.casefold()) or [""]
    if not words:
        return any(noun.startswith(first) for noun in ("see", *_NOUNS))
    *before, last = words
    return (
        first in ("see", *_NOUNS)
        and all(word in known or word in _FILLER for word in before)
        and any(entry.startswith(last) for entry in (*known, *_FILLER))
    )


def _words(content: str) -> list[str]:
    return [word for word in (piece.strip(_EDGES) for piece in _BETWEEN.split(content)) if word]


def _keys(word: str, known: Collection[str]) -> list[str]:
    """The keys that a word stands for: a range of known ones all of them, ``s2`` or ``p2`` the number alone."""
    span = _RANGE.fullmatch(word)
    if span is None:
        return [_bare(word, known)]
    first, last = _bare(span["first"], known), _bare(span["last"], known)
    if first in known and last in known and int(first) < int(last):
        return [str(number) for number in range(int(first), int(last) + 1)]
    return [first, last]


def _bare(word: str, known: Collection[str]) -> str:
    """``word`` as one of the known keys if it is one behind a letter."""
    return word[1:] if word[1:] in known and word[0].isalpha() else word


def _is_interval(content: str, numbers: tuple[str, ...], before: str) -> bool:
    if any(_KEY.fullmatch(number) for number in numbers) or len(numbers) == 1:
        return False
    return "-" in content[:1] or "0" in numbers or _INTERVAL.search(before) is not None

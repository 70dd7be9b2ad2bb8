"""Finding what a list is asked for in a paper's sentences, in any spelling."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

from rag.text.terms import fold, stem, words
from rag.types import Passage

__all__ = ["SIZE", "first", "fullest", "holds"]

_PIECE = re.compile(r"\d+(?:\.\d+)*[a-z]*|[a-z]+|[+#]+|[^\W\da-z_]+")
SIZE = re.compile(r"\d+(?:\.\d+)?[BMT]", re.IGNORECASE)
"""The size of a model, which belongs to its name: ``7B Llama``."""


def first(thing: str, passages: Sequence[Passage]) -> Passage | None:
    """The first passage that holds the thing."""
    return next((passage for passage in passages if holds(passage.text, thing)), None)


def fullest(thing: str, passages: Sequence[Passage]) -> Passage | None:
    """The passage with most words of the thing; None when all of them together lack some."""
    if not _in_plain_words(thing) or not _stems(thing) <= frozenset().union(*(_stems(p.text) for p in passages)):
        return None
    return max(passages, key=lambda passage: len(_stems(thing) & _stems(passage.text)))


@functools.lru_cache(maxsize=512)
def _pattern(thing: str) -> re.Pattern[str]:
    """The thing in any spelling: pieces with or without blanks and hyphens between, the last one in any number."""
    pieces = _PIECE.findall(fold(thing))
    sizes = [piece for piece in pieces if SIZE.fullmatch(piece)]
    if sizes and len(sizes) < len(pieces):
        return _sized([piece for piece in pieces if piece not in sizes], sizes[0])
    ending = r"(?![a-z0-9]|\.\d)" if pieces[-1][-1].isdigit() else r"(?:e?s)?(?![a-z])"
    return re.compile(r"(?<![a-z0-9])" + r"[\s\-/]*".join(map(re.escape, pieces)) + ending)


def _sized(name: Sequence[str], size: str) -> re.Pattern[str]:
    """A name with a size close before or behind it and no other name's between: ``Llama-2-7B``, ``7B-Llama``."""
    written, number = r"[\s\-/]*".join(map(re.escape, name)), re.escape(size)
    behind = (
        rf"{written}(?:[\s-]+[\d.]+)?(?:[\s-]+(?:chat|instruct|base))?[\s-]*[(]?(?:[\d.]+b[\s,/]+(?:and\s+)?)*{number}"
    )
    return re.compile(rf"(?<![a-z0-9])(?:{behind}|(?<!\.){number}[\s-]+(?:parameter[\s-]+)?{written})(?![a-z0-9])")


def holds(text: str, thing: str) -> bool:
    """Whether the thing stands in the text as it is spelled, or all of its words do."""
    if not _PIECE.search(fold(thing)):
        return False
    in_its_words = _in_plain_words(thing) and _stems(thing) <= _stems(text)
    return in_its_words or bool(_pattern(thing).search(fold(text)))


def _in_plain_words(thing: str) -> bool:
    """Whether its words say it all, unlike those of ``C++`` and of other scripts."""
    sized = any(map(SIZE.fullmatch, thing.split()))
    return thing.isascii() and not sized and not set("+#") & set(thing) and any(len(word) > 1 for word in _stems(thing))


@functools.lru_cache(maxsize=65536)
def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words(text))

"""What the learned heads see of a message: its embedding, its notation, its words and pairs of words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from rag.text.mentions import find_mentions

__all__ = ["EMBEDDING_WEIGHT", "SURFACE", "WORDS_WEIGHT", "features", "grams", "masked", "surface"]

SURFACE = (
    "words one two three few question digits year quoted named_one named_two mentions_one mentions_two capital "
    "beyond_ascii shout lines"
).split()
"""The numbers of :func:`surface`, in their order."""
EMBEDDING_WEIGHT = 4.0
WORDS_WEIGHT = 4.0
"""Scales beside the surface numbers of 0 to 1; of 2, 4, 6 and 8 those with the most kinds right, batches left out."""
NAMED = "¤"
"""Stands for each name in the words of a message: which one it is says nothing about what is wanted."""
_TOKEN = re.compile(rf"[^\W\d_]+(?:['’][a-z]+)?|\d+|[?!.,:;/&()\"-]|{NAMED}")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_MANY_WORDS = 30

Vector = npt.NDArray[np.float32]


def masked(message: str, spans: Iterable[Sequence[int]]) -> str:
    """``message`` with a sign in place of each name: those found in the collection and what is written like one.

    Args:
        message: as typed.
        spans: beginnings and ends (exclusive) of names found in the collection.
    """
    lead = "a "  # a capital at the beginning shows no name
    found = [(mention.start - len(lead), mention.end - len(lead)) for mention in find_mentions(lead + message)]
    written = [span for span, one in zip(found, find_mentions(lead + message), strict=True) if one.written]
    for start, end in sorted([*map(tuple, spans), *written], reverse=True):
        if NAMED not in message[start:end]:
            message = f"{message[:start]}{NAMED}{message[end:]}"
    return message


def grams(text: str) -> list[str]:
    """Words and signs of a masked message and its pairs of neighbours, small letters; digits are all ``0``."""
    plain = ["0" if token.isdigit() else token for token in _TOKEN.findall(text.lower())]
    ends = ["<", *plain, ">"]
    return [*plain, *(f"{first} {second}" for first, second in zip(ends, ends[1:], strict=False))]


def surface(message: str, named: int) -> Vector:
    """The notation of a message as numbers from 0 to 1, float32, (17,).

    Args:
        message: as typed.
        named: how many papers of the collection it names.
    """
    count = len(message.split())
    mentions = sum(mention.written for mention in find_mentions(f"a {message}"))
    values = [
        min(count, _MANY_WORDS) / _MANY_WORDS,
        count <= 1,
        count == 2,  # noqa: PLR2004 -- the name of the number says it
        count == 3,  # noqa: PLR2004
        4 <= count <= 6,  # noqa: PLR2004
        message.rstrip().endswith("?"),
        any(letter.isdigit() for letter in message),
        bool(_YEAR.search(message)),
        any(mark in message for mark in '"“„«'),
        named == 1,
        named > 1,
        mentions == 1,
        mentions > 1,
        message[:1].isupper(),
        sum(not letter.isascii() for letter in message) / max(len(message), 1),
        message.isupper(),
        "\n" in message.strip(),
    ]
    return np.array(values, np.float32)


def features(
    embedding: npt.NDArray[np.floating[Any]], notation: Vector, found: Sequence[str], vocabulary: Mapping[str, int]
) -> Vector:
    """What the heads multiply, float32, (384 + 17 + words of the vocabulary,).

    Args:
        embedding: of the message, unit length, (384,).
        notation: of :func:`surface`.
        found: of :func:`grams`.
        vocabulary: the words and pairs that the heads know, each with its place.
    """
    bag = np.zeros(len(vocabulary), np.float32)
    bag[[vocabulary[gram] for gram in set(found) if gram in vocabulary]] = 1
    bag /= np.sqrt(max(bag.sum(), 1))
    return np.concatenate([embedding.astype(np.float32) * EMBEDDING_WEIGHT, notation, bag * WORDS_WEIGHT])

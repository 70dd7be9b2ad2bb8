"""Messages that set things side by side: which names they hold, and the comparison that goes with the answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from rag.comparing.compare import compare
from rag.comparing.names import MOST_NAMES, Library
from rag.errors import UserError
from rag.text.mentions import find_mentions
from rag.types import Comparison, Hit

__all__ = ["compared_in", "names_compared", "remarks"]

LONGEST_CHARS: Final = 90
"""A longer piece is a clause rather than what something is called. Judgement: titles are named by their beginning."""

_VERSUS: Final = re.compile(r"\s+(?:vs\.?|versus)\s+", re.IGNORECASE)
_SPLIT: Final = re.compile(r"\s*,\s*(?:and\s+)?|\s+(?:and|with|to|against|vs\.?|versus|from)\s+", re.IGNORECASE)
_ASKED: Final = (
    re.compile(r"^\W*(?:please |can you |could you )*(?:compare|contrast)\s+(?P<names>.+)", re.IGNORECASE),
    re.compile(r"\b(?:differences?|comparison)\s+(?:between|of)\s+(?P<names>.+)", re.IGNORECASE),
    re.compile(r"\bhow (?:do|does|did|is|are)\s+(?P<names>.+?)\s+(?:differ|compare|different)\W*$", re.IGNORECASE),
    re.compile(
        r"\bhow (?:do|does|did|is|are)\s+(?P<names>\S+(?:\s\S+){0,5}?\s+(?:differ|compared?|different)\s+"
        r"(?:from|with|to|against)\s+.+)",
        re.IGNORECASE,
    ),
    re.compile(r"^\W*(?P<names>[^\s,:?]+(?:\s[^\s,:?]+){0,2}\s+against\s+[^\s,:?]+)\s*(?::|\?|$)", re.IGNORECASE),
)
_VERB: Final = re.compile(r"\s+(?:differ|compared?|different)(?=\s+(?:from|with|to|against)\s)", re.IGNORECASE)
_TAIL: Final = re.compile(
    r"[:;?!]|\.(?=\s|$)|\s+(?:on|in|for|by|when|regarding|concerning|as to|with respect to|with regard to)\s+.*",
    re.IGNORECASE,
)
"""What follows the names: in which respect they are compared."""
_ARTICLE: Final = re.compile(r"^(?:both|the (?:papers?|systems?|methods?|models?)|the)\s+", re.IGNORECASE)
_POINTER: Final = re.compile(
    r"(?:it|that|this|them|these|those|(?:that|this|the) (?:\w+ )?(?:one|paper))", re.IGNORECASE
)


def names_compared(message: str, spoken_of: Sequence[str] = ()) -> tuple[str, ...]:
    """The names that the message sets side by side, 2 to 6; none when it asks for something else.

    Args:
        message: as asked.
        spoken_of: titles that "it", "that one" and the like stand for.
    """
    names: list[str] = []
    for piece in _pieces(message):
        name = _ARTICLE.sub("", piece).strip(" \"'“”,.")
        names += spoken_of if _POINTER.fullmatch(name) else [name]
    names = list(dict.fromkeys(names))
    readable = all(any(char.isalnum() for char in name) for name in names)
    short = all(len(name) <= LONGEST_CHARS or name in spoken_of for name in names)
    return tuple(names) if 2 <= len(names) <= MOST_NAMES and readable and short else ()


def compared_in(
    message: str, spoken_of: Sequence[str], library: Library, find: Callable[[str], Sequence[Hit]]
) -> Comparison | None:
    """The comparison that a message asks for; None when it asks for none, or of things that are no names.

    Args:
        message: as asked.
        spoken_of: titles that "it", "that one" and the like stand for.
        library: the collection.
        find: the best papers for a text, best first.
    """
    names = names_compared(message, spoken_of)
    if not names:
        return None
    try:
        found = compare(names, library, find)
    except UserError:  # the collection knows none of them: the answer itself says so
        return None
    homeless = [*found.unknown, *(name.name for name in found.mentioned)]
    doubtful = found.unknown if found.papers else homeless
    return found if all(find_mentions(name) for name in doubtful) else None


def remarks(comparison: Comparison) -> Iterator[str]:
    """What the reader should know about its names, each in one sentence."""
    for name in comparison.mentioned:
        yield f"{name.name} has no paper of its own in this collection; other papers speak of it."
    for unknown in comparison.unknown:
        yield f"No paper of the collection speaks of {unknown}."
    yield from comparison.notes


def _pieces(message: str) -> list[str]:
    """The parts of the message between "vs", "and" and the like."""
    if _VERSUS.search(message):
        before, *rest = _VERSUS.split(message)
        before = re.sub(r"^.*[:?]\s+|^\W*(?:please\s+)?compare\s+", "", before, flags=re.IGNORECASE)
        return [before, *(_TAIL.split(piece, maxsplit=1)[0] for piece in rest)]
    for pattern in _ASKED:
        if found := pattern.search(message):
            names = _VERB.sub("", found["names"])
            return [piece for piece in _SPLIT.split(_TAIL.split(names, maxsplit=1)[0]) if piece.strip()]
    return []

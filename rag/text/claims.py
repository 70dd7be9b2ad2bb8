"""Where the checked sentences of an answer stand in its text."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from rag.types import Claim

__all__ = ["claim_places", "without_claims"]

_MARKER = re.compile(r"\[(\d+)\]")
_MARKERS_BEHIND = re.compile(r"(?:[ \t]*\[\d+\])*[ \t]*")
_EMPTY_LINE = re.compile(r"[ \t]*(?:[-*+•>]|\d{1,2}[.)])?[ \t]*")


def claim_places(text: str, claims: Sequence[Claim], known: Collection[int]) -> Iterator[tuple[int, int, Claim]]:
    """Start and end (exclusive) of each claim that is found, in order; one that is not there word for word is left out.

    Claims come without markers and the space before them, so both sides are compared without markers and space.

    Args:
        text: the answer.
        claims: its sentences as the check gives them.
        known: the markers that lead somewhere; other brackets are text.
    """
    markers = (match for match in _MARKER.finditer(text) if int(match[1]) in known)
    hidden = {place for match in markers for place in range(*match.span())}
    shown = [place for place, char in enumerate(text) if place not in hidden and not char.isspace()]
    bare = "".join(text[place] for place in shown)
    cursor = 0
    for claim in claims:
        words = "".join(claim.text.split())
        first = bare.find(words, cursor) if words else -1
        if first >= 0:
            cursor = first + len(words)
            yield shown[first], shown[cursor - 1] + 1, claim


def without_claims(text: str, claims: Sequence[Claim], left_out: Collection[Claim], known: Collection[int]) -> str:
    """The answer without some of its sentences, their markers, and the lines of which nothing stays."""
    kept: list[str] = []
    end = 0
    for start, stop, claim in claim_places(text, claims, known):
        if claim in left_out:
            behind = _MARKERS_BEHIND.match(text, stop)
            kept.append(text[end:start])
            end = behind.end() if behind else stop
    lines = "".join([*kept, text[end:]]).split("\n")
    before = text.split("\n")
    filled = [line.rstrip() for line in lines if line in before or not _EMPTY_LINE.fullmatch(line)]
    return "\n".join(filled).strip()

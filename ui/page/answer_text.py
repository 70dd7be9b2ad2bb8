"""An answer's text cut at its markers and its sentences, so that the page can show both where they stand."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence

from rag.text.claims import claim_places
from rag.types import Answer, Claim

__all__ = ["Group", "Span", "groups", "pieces", "spans"]

LISTED = 4
"""So many paragraphs with a citation are a list, of which each is a row; an answer in prose has fewer."""

_MARKER = re.compile(r"\[(\d+)\]")


@dataclasses.dataclass(frozen=True)
class Span:
    """A stretch of an answer: one checked sentence, or what stands between two of them."""

    parts: tuple[str | int, ...]
    """Text, and numbers where a marker of a citation stands."""
    claim: Claim | None = None
    """What the check says of it; ``None`` between sentences."""


@dataclasses.dataclass(frozen=True)
class Group:
    """A part of a list."""

    lead: tuple[Span, ...]
    """The paragraph above the rows, which cites nothing; may be empty."""
    rows: tuple[tuple[Span, ...], ...]
    """Paragraphs that cite something."""


def groups(found: Sequence[Span]) -> list[Group]:
    """The paragraphs of an answer that is a list, ``LISTED`` of them with citations at least; none of any other."""
    grouped: list[Group] = []
    for paragraph in _paragraphs(found):
        cites = any(isinstance(part, int) for span in paragraph for part in span.parts)
        if not cites or not grouped:
            grouped.append(Group(() if cites else paragraph, (paragraph,) if cites else ()))
        else:
            grouped[-1] = dataclasses.replace(grouped[-1], rows=(*grouped[-1].rows, paragraph))
    return grouped if sum(len(group.rows) for group in grouped) >= LISTED else []


def _paragraphs(found: Sequence[Span]) -> Iterator[tuple[Span, ...]]:
    """The spans cut at empty lines, which stand between sentences."""
    paragraph: list[Span] = []
    for span in found:
        if span.claim is not None:
            paragraph.append(span)
            continue
        for part in span.parts:
            before, *after = part.split("\n\n") if isinstance(part, str) else [part]
            paragraph += [Span((before,))] if before else []
            for piece in after:
                if paragraph:
                    yield tuple(paragraph)
                paragraph = [Span((piece,))] if piece else []
    if paragraph:
        yield tuple(paragraph)


def spans(answer: Answer) -> list[Span]:
    """The whole text in order; joined, the parts give ``answer.text`` again.

    A claim that is not found in the text word for word is left out, and its words stand in a span without a claim.
    """
    known = {citation.marker for citation in answer.citations}
    found, end = [], 0
    for start, stop, claim in claim_places(answer.text, answer.claims, known):
        if start > end:
            found.append(Span(pieces(answer.text[end:start], known)))
        found.append(Span(pieces(answer.text[start:stop], known), claim))
        end = stop
    if end < len(answer.text):
        found.append(Span(pieces(answer.text[end:], known)))
    return found


def pieces(text: str, known: set[int]) -> tuple[str | int, ...]:
    """Text with the markers among ``known`` as numbers; other brackets stay text."""
    found: list[str | int] = []
    end = 0
    for match in _markers(text, known):
        if match.start() > end:
            found.append(text[end : match.start()])
        found.append(int(match[1]))
        end = match.end()
    if end < len(text):
        found.append(text[end:])
    return tuple(found)


def _markers(text: str, known: set[int]) -> Iterator[re.Match[str]]:
    return (match for match in _MARKER.finditer(text) if int(match[1]) in known)

"""What a message points back to: which papers of the answers before it, and the text that stands without them."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from rag.index.collection import Collection
from rag.types import Answer
from rag.understanding.query import How, PaperMeant

__all__ = ["Pointed", "point_back"]

TURNS = 3
"""So many answers back a message may point."""
MARGIN = 0.05
"""A described paper of the conversation is meant when its likeness to the message is so much above the next one's."""
LIKENESS = 0.25
"""Cosine of the message with the nearest sentence of a paper of the conversation, for it to be described at all."""
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
_NTH = re.compile(
    rf"\b(?:(?P<word>{'|'.join(_ORDINALS)}|last)|(?:number|no\.?|#)\s*(?P<number>\d{{1,2}})|(?P<short>\d{{1,2}})(?:st|nd|rd|th))\b|\[(?P<marker>\d{{1,2}})\]",
    re.IGNORECASE,
)
_OTHER = re.compile(r"\b(?:the|that) other(?: one)?\b", re.IGNORECASE)
_SEVERAL = re.compile(r"\b(?:them|those|these|they|both|the (?:two|three|four|five))\b", re.IGNORECASE)


@dataclasses.dataclass(frozen=True)
class Pointed:
    """What the conversation gives to a message."""

    papers: tuple[PaperMeant, ...] = ()
    among: bool = False
    """The message asks among these papers ("which of those ...") rather than of each."""
    before: str = ""
    """What was asked before, where the message goes on with it."""


def point_back(
    message: str,
    history: Sequence[Answer],
    collection: Collection,
    embedding: npt.NDArray[np.floating[Any]],
    *,
    correction: bool,
) -> Pointed:
    """What a message that cannot be understood alone points to.

    Args:
        message: as typed.
        history: the answers before it, oldest first.
        collection: with the vectors of the papers that they cited.
        embedding: of the message, unit length, by the collection's model.
        correction: the reader meant another paper than the last answer's.
    """
    cited = [_cited(answer) for answer in history[-TURNS:]]
    last = next((papers for papers in reversed(cited) if papers), {})
    before = history[-1].searched or history[-1].question if history else ""
    if not last:
        return Pointed(before=before)
    shown = next((papers for papers in reversed(cited) if len(papers) > 1), last)
    if nth := _NTH.search(message):
        number = _number(nth, len(shown))
        if number is not None and number < len(shown):
            return Pointed((_meant(list(shown.items())[number], nth),), before=before)
    all_cited = {paper_id: title for papers in reversed(cited) for paper_id, title in papers.items()}
    focus = next(iter(last))
    if other := _OTHER.search(message):
        rest = [item for item in shown.items() if item[0] != focus]
        if rest:
            return Pointed((_meant(rest[0], other),), before=before)
    several = _SEVERAL.search(message)
    if several and len(shown) > 1:
        return Pointed(tuple(_meant(item, several) for item in shown.items()), among=True, before=before)
    candidates = {paper_id: title for paper_id, title in all_cited.items() if not (correction and paper_id == focus)}
    described = _described(candidates, collection, embedding)
    if described:
        return Pointed((PaperMeant(described, candidates[described], How.CONVERSATION, ""),), before=before)
    if correction:
        return Pointed(before=before)
    return Pointed((PaperMeant(focus, last[focus], How.CONVERSATION, ""),), before=before)


def _cited(answer: Answer) -> dict[str, str]:
    """Ids and titles of the papers that an answer cites, in the order of the first marker of each."""
    return {citation.paper_id: citation.title for citation in answer.citations}


def _number(match: re.Match[str], papers: int) -> int | None:
    """Place from 0 of an ordinal; the last one counts from the papers there are."""
    if match["word"]:
        word = match["word"].lower()
        return papers - 1 if word == "last" else _ORDINALS.index(word)
    return int(match["number"] or match["short"] or match["marker"]) - 1


def _meant(item: tuple[str, str], match: re.Match[str]) -> PaperMeant:
    return PaperMeant(item[0], item[1], How.CONVERSATION, match[0], match.start(), match.end())


def _described(
    candidates: Mapping[str, str], collection: Collection, embedding: npt.NDArray[np.floating[Any]]
) -> str | None:
    """The one of the papers that the message is clearly more like than all others; None: it describes none."""
    if len(candidates) < 2:
        return None
    likeness = {paper_id: float((rows @ embedding).max()) for paper_id, rows in collection.vectors(candidates).items()}
    best, *rest = sorted(likeness, key=lambda paper_id: -likeness[paper_id])
    clear = not rest or likeness[best] - likeness[rest[0]] >= MARGIN
    return best if clear and likeness[best] >= LIKENESS else None

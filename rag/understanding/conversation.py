"""What a message points back to: which papers of the answers before it, and the text that stands without them."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from rag.index.collection import Collection
from rag.text.terms import words
from rag.types import Answer
from rag.understanding.judging import Back
from rag.understanding.query import Flag, Form, How, Kind, PaperMeant, Query

__all__ = ["Pointed", "again", "point_back", "points_by_place"]

TURNS = 3
"""So many answers back a message may point."""
MARGIN = 0.05
"""A described paper of the conversation is meant when its likeness to the message is so much above the next one's."""
LIKENESS = 0.25
"""Cosine of the message with the nearest sentence of a paper of the conversation, for it to be described at all."""
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
_NTH = re.compile(
    rf"\b(?:(?P<word>{'|'.join(_ORDINALS)}|last)(?!\s+(?:author|two|three))|(?:number|no\.?|#)\s*(?P<number>\d{{1,2}})"
    r"|(?P<short>\d{1,2})(?:st|nd|rd|th))\b|\[(?P<marker>\d{1,2})\]",
    re.IGNORECASE,
)
_OTHER = re.compile(r"\b(?:the|that) other(?: one)?\b(?!\s+(?:\w+s)\b)", re.IGNORECASE)
_ONE = re.compile(r"\s+(?:ones?|papers?|stud(?:y|ies)|works?|articles?)\b", re.IGNORECASE)
_COUNTS = {"both": 2, "two": 2, "three": 3, "four": 4}
_COUNT = re.compile(rf"\b(?:{'|'.join(_COUNTS)})\b", re.IGNORECASE)


@dataclasses.dataclass(frozen=True)
class Pointed:
    """What the conversation gives to a message."""

    papers: tuple[PaperMeant, ...] = ()
    among: bool = False
    """The message asks among these papers ("which of those ...") rather than of each."""
    before: str = ""
    """What was asked before, where the message goes on with it."""
    surely: bool = False
    """The message itself points (an ordinal, "the other", a description), rather than being merely incomplete."""


def points_by_place(message: str) -> bool:
    """Whether a message points at one of several papers shown by its place: "the second one", "[2]", "the other"."""
    nth = _NTH.search(message)
    one = nth is not None and (nth["marker"] or _ONE.match(message, nth.end()))
    return bool(one or _OTHER.search(message))


def point_back(
    message: str,
    history: Sequence[Answer],
    collection: Collection,
    named: Callable[[str], Sequence[PaperMeant]],
    embedding: npt.NDArray[np.floating[Any]],
    *,
    back: Back,
    correction: bool,
) -> Pointed:
    """What a message that cannot be understood alone points to.

    Args:
        message: as typed.
        history: the answers before it, oldest first.
        collection: with the vectors of the papers that they cited.
        named: the papers that a text names.
        embedding: of the message, unit length, by the collection's model.
        back: what the message goes back to.
        correction: the reader meant another paper than the last answer's.
    """
    spoken = [_spoken(answer, named) for answer in history[-TURNS:]]
    last = next((papers for papers in reversed(spoken) if papers), {})
    before = history[-1].searched or history[-1].question if history else ""
    if not last:
        return Pointed(before=before)
    shown = next((papers for papers in reversed(spoken) if len(papers) > 1), last)
    focus = next(iter(last))
    foci = {next(iter(papers.items())) for papers in spoken if papers}
    pointed = _by_place(message, shown, focus) or _several(message, shown if len(shown) > 1 else dict(foci), back)
    if pointed:
        return dataclasses.replace(pointed, before=before)
    known = {paper_id: title for papers in reversed(spoken) for paper_id, title in papers.items()}
    known |= {paper_id: title for answer in history[-TURNS:] for paper_id, title in _cited(answer).items()}
    candidates = {paper_id: title for paper_id, title in known.items() if not (correction and paper_id == focus)}
    described = _described(candidates, collection, embedding)
    if described:
        paper = PaperMeant(described, candidates[described], How.CONVERSATION, "")
        return Pointed((paper,), before=before, surely=described != focus)
    if correction:
        return Pointed(before=before)
    return Pointed((PaperMeant(focus, last[focus], How.CONVERSATION, ""),), before=before)


def _by_place(message: str, shown: Mapping[str, str], focus: str) -> Pointed | None:
    """By an ordinal among the papers shown, or as the other one of them."""
    if nth := _NTH.search(message):
        number = _number(nth, len(shown))
        if number < len(shown):
            return Pointed((_meant(list(shown.items())[number], nth),), surely=True)
    if other := _OTHER.search(message):
        rest = [item for item in shown.items() if item[0] != focus]
        if rest:
            return Pointed((_meant(rest[0], other),), surely=True)
    return None


def _several(message: str, shown: Mapping[str, str], back: Back) -> Pointed | None:
    """All papers shown, or as many of them as the message says."""
    if back not in (Back.SEVERAL, Back.AMONG) or len(shown) < 2:  # noqa: PLR2004 -- several are two or more
        return None
    count = _COUNT.search(message)
    most = _COUNTS[count[0].lower()] if count and back is Back.SEVERAL else len(shown)
    papers = tuple(PaperMeant(one, title, How.CONVERSATION, "") for one, title in list(shown.items())[:most])
    return Pointed(papers, among=back is Back.AMONG, surely=True)


def _spoken(answer: Answer, named: Callable[[str], Sequence[PaperMeant]]) -> dict[str, str]:
    """Ids and titles of the papers that a turn was about: those that its question names, else those cited."""
    asked = named(answer.searched or answer.question)
    return {paper.paper_id: paper.title for paper in asked} or _cited(answer)


def _cited(answer: Answer) -> dict[str, str]:
    """Ids and titles of the papers that an answer cites, in the order of the first marker of each."""
    return {citation.paper_id: citation.title for citation in answer.citations}


def _number(match: re.Match[str], papers: int) -> int:
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


FORM_WORDS = 6
"""A follow-up that asks for one sentence in so many words asks for nothing else ("in one sentence, please")."""
_ANOTHER_FORM = frozenset({Form.SHORTER, Form.SIMPLE, Form.LONGER})


def again(query: Query, history: Sequence[Answer]) -> Query:
    """The question of the last answer, where all that a message wants is another form of it; else the query.

    Args:
        query: as it was read.
        history: answers so far, oldest first.
    """
    cited = _cited(history[-1]) if history else {}
    named = any(paper.how is not How.CONVERSATION for paper in query.papers)
    only_form = query.form is Form.SENTENCE and Flag.FOLLOWUP in query and len(words(query.message)) <= FORM_WORDS
    if not (query.form in _ANOTHER_FORM or only_form) or named or not cited:
        return query
    papers = tuple(PaperMeant(paper_id, title, How.CONVERSATION, "") for paper_id, title in cited.items())
    kind = Kind.PAPER if len(papers) == 1 or query.kind is Kind.CHAT else query.kind
    return dataclasses.replace(query, kind=kind, text=history[-1].searched or history[-1].question, papers=papers)

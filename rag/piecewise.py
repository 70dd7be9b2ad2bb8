"""A question of several parts: which are answered each by itself, and which the papers do not answer."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Sequence

from rag.answering.asks import read_asks
from rag.answering.parts import Part
from rag.answering.planner import Turn
from rag.answering.prompts import NOT_FOUND
from rag.answering.writer import Point
from rag.grounding.sufficiency import FAR
from rag.text.naming import papers_meant
from rag.types import Answer, Draft, Hit, Paper

__all__ = ["Piece", "found_for", "joined", "not_found_line", "taken_apart"]

NEAR = 0.45
"""Best score from which on a part that names no paper has evidence of its own. Judgement: too few development questions
have such parts to set it."""
APART = 0.15
"""By so much the paper of such a part must be better for it than that of the whole question. On the 95 questions of
several parts of the three sets that may be looked at, f1 is 0.888 with 0 to 0.15, 0.885 with 0.25, 0.878 with 0.4."""


@dataclasses.dataclass(frozen=True)
class Piece:
    """One part, with what was found and decided for it."""

    part: Part
    turn: Turn
    hits: tuple[Hit, ...]
    draft: Draft | None
    """Its answer from records, or a list; None: it is to be written or there is none."""
    missing: str | None
    """Why the papers do not answer it; None: it can be tried."""
    found: tuple[Hit, ...] = ()
    """All that a model is to see that puts them in order; at least ``hits``."""

    @property
    def point(self) -> Point:
        """The part for a writer."""
        return Point(self.part.text, self.part.asked, self.hits)

    @property
    def papers(self) -> list[Paper]:
        """Those that it is about: those it names, else the best one."""
        found = [hit.paper for hit in self.hits]
        return papers_meant(self.part.asked, found) or found[:1]

    @property
    def named(self) -> bool:
        """Whether it names a paper that was found."""
        return bool(papers_meant(self.part.asked, [hit.paper for hit in self.hits]))

    @property
    def far(self) -> bool:
        """Whether nothing that was found is close to it."""
        return not self.hits or ("similarity" in self.hits[0].signals and _score(self.hits[0]) < FAR)

    @property
    def answerable(self) -> bool:
        """Whether there is evidence for it beyond doubt: records, a paper that it names, or one that is near."""
        if self.missing is not None or not self.hits:
            return False
        if self.draft is not None:
            return not self.draft.refused
        return self.named or ("similarity" in self.hits[0].signals and _score(self.hits[0]) >= NEAR)


def taken_apart(
    pieces: Sequence[Piece], whole: Turn, hits: Sequence[Hit], draft: Draft | None, reason: str | None
) -> bool:
    """Whether the parts are to be answered each by itself rather than the question as a whole.

    They are when the papers answer some and not others, when records answer some only, or when parts that name nothing
    are clearly about other papers than the question as a whole.

    Args:
        pieces: the parts.
        whole: the whole question.
        hits: found for it.
        draft: its answer from records, or a list; None: there is none.
        reason: why the papers do not answer it; None: it can be tried.
    """
    answered = [piece for piece in pieces if piece.answerable]
    if not answered:
        return False
    if len(answered) < len(pieces):
        lost = [piece for piece in pieces if piece.missing or (piece.draft and piece.draft.refused)]
        return bool(lost) and (reason is not None or all(piece.far for piece in lost))
    by_records = [piece for piece in pieces if piece.draft is not None]
    if len(by_records) == len(pieces):
        return draft is None
    if by_records:  # "which is the latest, and what is its date?" is one question to the records
        return not any(read_asks(piece.part.text) for piece in pieces if piece.draft is None)
    found = [hit.paper for hit in hits]
    home = papers_meant(whole.asked, found) or found[:1]
    strays = [piece for piece in pieces if not set(_ids(piece.papers)) & set(_ids(home))]
    return draft is None and bool(strays) and all(_is_apart(piece, home) for piece in strays)


def _is_apart(piece: Piece, home: Sequence[Paper]) -> bool:
    """Whether its paper is clearly better for a part than those of the whole question."""
    there = [_score(hit) for hit in piece.hits if hit.paper.paper_id in _ids(home)]
    return _score(piece.hits[0]) >= max(there, default=0.0) + APART


def _score(hit: Hit) -> float:
    """The retriever's own score, without what reading it again added."""
    return hit.score - hit.signals.get("rerank", 0.0)


def _ids(papers: Sequence[Paper]) -> list[str]:
    return [paper.paper_id for paper in papers]


def found_for(pieces: Sequence[Piece]) -> tuple[Hit, ...]:
    """What was found for the parts, each one's best in turn, no paper twice."""
    best: dict[str, Hit] = {}
    for row in itertools.zip_longest(*(piece.hits for piece in pieces)):
        for hit in filter(None, row):
            best.setdefault(hit.paper.paper_id, hit)
    return tuple(best.values())


def not_found_line(text: str, reason: str | None) -> str:
    """What a reader is told of a part that is not answered."""
    return f"{NOT_FOUND} \u201c{text}\u201d." + (f" {reason}" if reason else "")


def joined(answers: Sequence[Answer], not_found: Sequence[str], lines: Sequence[str]) -> Answer:
    """The answers to the parts as one.

    Args:
        answers: in the order of the text, at least one; their markers have the numbers of the same conversation.
        not_found: the parts that are not answered.
        lines: what the reader is told of them.
    """
    last = max(answers, key=lambda answer: answer.timings_ms.get("total", 0.0))
    by_model = next((answer for answer in answers if answer.usage.prompt_tokens or answer.cached), last)
    citations = {citation.marker: citation for answer in answers for citation in answer.citations}
    return dataclasses.replace(
        by_model,
        text="\n\n".join([*(answer.text for answer in answers), *lines]),
        citations=tuple(citations[marker] for marker in sorted(citations)),
        claims=tuple(claim for answer in answers for claim in answer.claims),
        removed_keys=sum(answer.removed_keys for answer in answers),
        dropped_citations=sum(answer.dropped_citations for answer in answers),
        notes=tuple(dict.fromkeys(note for answer in answers for note in answer.notes)),
        not_found=tuple(not_found),
        comparison=next((answer.comparison for answer in answers if answer.comparison), None),
        usage=last.usage,
        timings_ms=last.timings_ms,
        model=by_model.model,
    )

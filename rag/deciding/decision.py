"""From evidence to a decision: answer from which papers, or say in one sentence why not."""

from __future__ import annotations

import dataclasses

from rag.deciding.answerable import answerable
from rag.deciding.membership import Membership, membership_of
from rag.learned.logistic import logistic
from rag.retrieval.gathering import Evidence
from rag.text.naming import short_name
from rag.types import Hit
from rag.understanding.query import Kind, Query

__all__ = ["Decision", "decide"]

ALSO = 0.8
"""A second paper answers too when its best sentence is at least this share as probable as the first one's ..."""
LEAST = 0.5
"""... and itself at least as probable as not. Both are judgement."""
MOST = 3
"""Papers of an answer to a question that names none."""


@dataclasses.dataclass(frozen=True)
class Decision:
    """What is to be done."""

    hits: tuple[Hit, ...]
    """The papers that answer, best first, and after them the others found; the nearest ones where it is refused."""
    papers: int = 0
    """How many of the hits answer."""
    refusal: str | None = None
    """Why there is no answer, in one sentence; None: there is one."""
    probability: float = 1.0
    """That the papers answer."""
    members: Membership | None = None
    """Of the subject of a list or an overview; an overview of which none is sure is of the whole collection."""


def decide(evidence: Evidence) -> Decision:
    """Answer or refuse; the one place where a question about papers is refused."""
    query, hits = evidence.query, evidence.hits
    if not hits:
        return Decision((), refusal=_nothing(evidence), probability=0.0)
    if query.kind is Kind.LIST:
        return _of_list(query, hits)
    if query.kind is Kind.OVERVIEW:
        members = membership_of(hits)
        return Decision((*members.sure, *members.borderline), len(members.sure), members=members)
    if query.kind is Kind.COMPARE and evidence.named:
        return Decision(hits, evidence.named)
    probability = answerable(hits)
    enough = probability >= logistic("answerable").threshold
    numbered = any(character.isdigit() for name in query.unknown_names for character in name)
    if query.unknown_names and not evidence.named and (numbered or not enough):
        return Decision(hits, refusal=_unknown(query), probability=probability)
    if not enough:
        return Decision(hits, refusal=_silent(evidence), probability=probability)
    return Decision(hits, evidence.named or _answering(hits), probability=probability)


def _of_list(query: Query, hits: tuple[Hit, ...]) -> Decision:
    members = membership_of(hits)
    if query.left_out and not query.topic:
        refusal = (
            f"Only what to leave out is said (“{query.left_out}”), not what the papers should be about: name a subject."
        )
        return Decision(hits, refusal=refusal, probability=0.0, members=members)
    if not members.sure:
        nearest = (*members.borderline, *(hit for hit in hits if hit not in members.borderline))
        return Decision(
            nearest,
            refusal=f"No paper of the collection is clearly on “{query.topic or query.text}”.",
            probability=0.0,
            members=members,
        )
    return Decision((*members.sure, *members.borderline), len(members.sure), members=members)


def _answering(hits: tuple[Hit, ...]) -> int:
    """How many of the first papers answer: further ones only where they do so about as surely as the first."""
    first = hits[0].relevance or 0.0
    count = 1
    for hit in hits[1:MOST]:
        if hit.relevance is None or hit.relevance < max(LEAST, ALSO * first):
            break
        count += 1
    return count


def _nothing(evidence: Evidence) -> str:
    if evidence.query.conditions or evidence.limited:
        return "No paper of the collection meets these conditions."
    return "The collection holds no paper to answer from."


def _unknown(query: Query) -> str:
    return f"No paper of the collection is or speaks of {' or '.join(query.unknown_names)}."


def _silent(evidence: Evidence) -> str:
    if evidence.named:
        names = " and ".join(short_name(paper) for paper in evidence.papers)
        return f"What the collection holds of {names} does not say that."
    return "The papers of the collection do not answer that."

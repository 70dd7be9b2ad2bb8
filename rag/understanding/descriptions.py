"""Papers that a message describes rather than names, one by one."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from rag.types import Hit
from rag.understanding.query import How, PaperMeant

__all__ = ["described_papers"]

JOINTS = re.compile(
    r"\s*(?:\b(?:vs\.?|versus|against|as opposed to|compared (?:to|with))\b|[;/:]"
    r"|,?\s*\b(?:and|or|but|while|whereas|with|than)\b|,)\s*",
    re.IGNORECASE,
)
"""Where one description may end and the next begin: signs and conjunctions."""
SPLITS = 4
"""Places tried at most, those nearest to the middle: each costs two searches."""
WORDS = 2
"""A description has so many words at least."""
CANDIDATES = 3
FAR = 0.2
"""A description whose nearest paper is less close than this is of none here; see :attr:`rag.types.Hit.closeness`. Of
four papers, one that is described has 0.59 to 1.21, and the nearest to a question about something else 0.06 to 0.09."""


def described_papers(
    text: str, find: Callable[[str, int], Sequence[Hit]], *, several: bool, beside: Sequence[PaperMeant] = ()
) -> tuple[tuple[str, ...], tuple[PaperMeant, ...]]:
    """The descriptions in a text, and the paper that each means.

    Args:
        text: the message without its conditions.
        find: the retriever.
        several: it describes two papers, of which each half must find another one; else one, maybe of no paper here.
        beside: papers that are meant already.
    """
    known = {paper.paper_id for paper in beside}
    if not several:
        others = (hit for hit in find(text, CANDIDATES) if hit.paper.paper_id not in known)
        hit = next((hit for hit in others if _closeness(hit) >= FAR), None)
        return (text,), (_meant(text, hit),) if hit else ()
    places = sorted(JOINTS.finditer(text), key=lambda joint: abs(joint.start() + joint.end() - len(text)))
    best: tuple[float, tuple[str, ...], tuple[PaperMeant, ...]] = (float("-inf"), (), ())
    for joint in places[:SPLITS]:
        halves = text[: joint.start()].strip(" ,.?"), text[joint.end() :].strip(" ,.?")
        if any(len(half.split()) < WORDS for half in halves):
            continue
        first, second = (find(half, CANDIDATES) for half in halves)
        if first and second and first[0].paper.paper_id != second[0].paper.paper_id:
            score = sum(_closeness(hits[0]) for hits in (first, second))
            if score > best[0]:
                best = (
                    score,
                    halves,
                    tuple(_meant(half, hits[0]) for half, hits in zip(halves, (first, second), strict=True)),
                )
    return best[1], best[2]


def _closeness(hit: Hit) -> float:
    return hit.closeness if hit.closeness is not None else hit.similarity if hit.similarity is not None else hit.score


def _meant(text: str, hit: Hit) -> PaperMeant:
    return PaperMeant(
        hit.paper.paper_id, hit.paper.title, How.DESCRIPTION, text, score=min(max(_closeness(hit), 0.0), 1.0)
    )

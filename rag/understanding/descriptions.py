"""Papers that a message describes rather than names."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from rag.types import Hit
from rag.understanding.judging import Words
from rag.understanding.query import How, PaperMeant

__all__ = ["described_papers"]

CANDIDATES = 3
FAR = 0.2
"""A description whose nearest paper is less close than this is of none here; see :attr:`rag.types.Hit.closeness`. Of
four papers, one that is described has 0.59 to 1.21, and the nearest to a question about something else 0.06 to 0.09."""


def described_papers(
    told: Sequence[Words],
    find: Callable[[str, int], Sequence[Hit]],
    *,
    beside: Sequence[PaperMeant],
    wanted: int,
    common: str = "",
    without: Collection[str] = (),
) -> tuple[PaperMeant, ...]:
    """The paper that each description means, each paper once; a description that is far from all means none.

    Args:
        told: the descriptions, in the order of the message.
        find: the retriever.
        beside: papers that are meant already.
        wanted: papers meant in all; where the descriptions are fewer, the last one stands for several.
        common: what is said of all of them together; empty: nothing.
        without: what is not meant, as :attr:`PaperMeant.told` tells it; the next one takes its place.
    """
    known = {paper.paper_id for paper in beside}
    found: list[PaperMeant] = []
    for place, one in enumerate(told):
        left = wanted - len(beside) - len(found) if place == len(told) - 1 else 1
        others = [
            _meant(one, hit)
            for hit in find(f"{common} {one.text}".strip(), CANDIDATES)
            if hit.paper.paper_id not in known and _closeness(hit) >= FAR
        ]
        for paper in [other for other in others if other.told not in without][: max(left, 1)]:
            known.add(paper.paper_id)
            found.append(paper)
    return tuple(found)


def _closeness(hit: Hit) -> float:
    return hit.closeness if hit.closeness is not None else hit.similarity if hit.similarity is not None else hit.score


def _meant(said: Words, hit: Hit) -> PaperMeant:
    score = min(max(_closeness(hit), 0.0), 1.0)
    return PaperMeant(hit.paper.paper_id, hit.paper.title, How.DESCRIPTION, said.text, said.start, said.end, score)

"""What the papers hold for a question: the papers found for it, their sentences read, and what the question names."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

from rag.filters import PaperFilter
from rag.retrieval.relevance import PAIRS, Relevance
from rag.types import Hit, Paper
from rag.understanding.query import How, Kind, Query

__all__ = ["CANDIDATES", "Evidence", "Find", "gather"]

CANDIDATES = 60
"""Papers found for the subject of a list; the first :data:`rag.retrieval.relevance.PAIRS` of them are read."""

BRIEF = 6
"""A request of so few words is its own subject; of a longer one it is the words that say so. On the wide lists of up to
six words F1 is 0.73 with all of them and 0.65 with the subject's, on longer ones 0.55 and 0.61."""
CONFIRMED = 3
"""A paper whose name is not certain is meant when it is among so many nearest ones. Judgement."""

Find = Callable[[str, PaperFilter | None, int], list[Hit]]
"""The best papers for a text among those that a filter lets through, so many at most, best first."""


@dataclasses.dataclass(frozen=True)
class Evidence:
    """What was found for one query."""

    query: Query
    hits: tuple[Hit, ...]
    """Best first; the papers that the query names lead, in the order of the message."""
    named: int = 0
    """How many of the hits the query names or describes one by one."""
    limited: bool = False
    """Whether only the papers that a filter lets through counted."""

    @property
    def papers(self) -> tuple[Paper, ...]:
        """Those named, else the best one."""
        return tuple(hit.paper for hit in self.hits[: max(self.named, 1)])

    def to_json(self) -> dict[str, Any]:
        """The papers found with their scores and best sentences, for the trace."""
        return {"papers": [_hit_told(hit) for hit in self.hits]}


def gather(
    query: Query,
    find: Find,
    relevance: Relevance,
    filters: PaperFilter | None,
    wanted: int,
) -> Evidence:
    """Finds papers for a query and reads their sentences.

    Args:
        query: not of the kinds ``records`` and ``chat``, which need no evidence.
        find: the retriever.
        relevance: reads sentences.
        filters: only these papers count; None: all.
        wanted: papers for one answer.
    """
    limited = filters not in (None, PaperFilter())
    if query.kind in (Kind.LIST, Kind.OVERVIEW):
        told_apart = query.kind is Kind.OVERVIEW or query.conditions or query.order or query.left_out
        long = len(query.text.split()) > BRIEF
        subject = (query.topic if told_apart or long else query.text) or query.text
        hits = find(subject, filters, CANDIDATES)
        read = relevance.read(subject, hits[:PAIRS], of_first=1, titles=True)
        return Evidence(query, (*read, *hits[PAIRS:]), limited=limited)
    found = find(query.text, filters, wanted)
    named = _named(query, find, filters, found)
    if query.kind is Kind.COMPARE and named:
        return Evidence(query, tuple(_read_each(query, named, relevance)), len(named), limited)
    known = {hit.paper.paper_id for hit in named}
    others = [hit for hit in found if hit.paper.paper_id not in known]
    hits = relevance.read(query.text, [*named, *others][:wanted])
    return Evidence(query, tuple(hits), len(named), limited)


def _named(query: Query, find: Find, filters: PaperFilter | None, nearest: Sequence[Hit]) -> list[Hit]:
    """A hit for each paper that the query means, in its order.

    One that is only perhaps meant (a name misspelt, or in its text alone) must be among the nearest few as well.
    """
    near = {hit.paper.paper_id for hit in nearest[:CONFIRMED]}
    sure = [one.paper_id for one in query.papers if one.score == 1 or one.how is not How.NAME or one.paper_id in near]
    ids = frozenset(sure)
    if not ids:
        return []
    found = {hit.paper.paper_id: hit for hit in find(query.text, PaperFilter(ids=ids), len(ids))}
    return [
        found[paper_id]
        for paper_id in sure
        if paper_id in found and (filters is None or filters.matches(found[paper_id].paper))
    ]


def _read_each(query: Query, hits: Sequence[Hit], relevance: Relevance) -> list[Hit]:
    """The papers of a comparison, each read for itself."""
    share = max(1, PAIRS // len(hits))
    return [relevance.read(query.text, [hit], of_first=share)[0] for hit in hits]


def _hit_told(hit: Hit) -> dict[str, Any]:
    """One paper found."""
    signals = {name: round(float(value), 4) for name, value in hit.signals.items()}
    return {
        "paper_id": hit.paper.paper_id,
        "title": hit.paper.title,
        "score": round(float(hit.score), 4),
        "relevance": None if hit.relevance is None else round(hit.relevance, 4),
        "signals": signals,
        "sentence": hit.passages[0].passage.text if hit.passages else None,
    }

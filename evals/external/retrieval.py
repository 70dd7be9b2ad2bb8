"""Measuring retrieval on a set with judgements, at the level of papers."""

from __future__ import annotations

import dataclasses
import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence

from evals.metrics.ndcg import ndcg_at
from evals.metrics.recall import recall_at
from evals.metrics.reciprocal_rank import reciprocal_rank
from evals.statistics import Mean, mean_of
from rag import Assistant, Paper

__all__ = ["RetrievalSet", "Retrieved", "measure_retrieval"]

DEPTH = 100
"""Papers asked for: what recall@100 needs."""


@dataclasses.dataclass(frozen=True)
class RetrievalSet:
    """Papers, queries and which papers are relevant to them."""

    name: str
    papers: Callable[[], Iterable[Paper]]
    """Reads them anew at each call."""
    queries: Mapping[str, str]
    """Text by id."""
    judgements: Mapping[str, Mapping[str, int]]
    """Grades by query and paper id."""
    published: Mapping[str, float]
    """nDCG@10 that others report, by retriever; the reader says where."""


@dataclasses.dataclass(frozen=True)
class Retrieved:
    """How well one retriever did."""

    retriever: str
    ndcg_10: Mean
    recall_100: Mean
    mrr: Mean
    median_ms: float
    """Of one query, on this machine."""
    published: float | None
    """nDCG@10 that others report; None where none is known."""


def measure_retrieval(
    assistant: Assistant,
    data: RetrievalSet,
    retrievers: Sequence[str],
    progress: Callable[[int, int], None] | None = None,
) -> list[Retrieved]:
    """Every query with every retriever.

    Args:
        assistant: over a collection of the set's papers.
        data: the set.
        retrievers: names.
        progress: called with the number of searches done and of all.

    Raises:
        SettingsError: there is no such retriever.
    """
    measured = []
    for number, retriever in enumerate(retrievers):
        run: dict[str, list[str]] = {}
        times = []
        for place, (query, text) in enumerate(data.queries.items(), start=1):
            started = time.perf_counter()
            hits = assistant.search(text, DEPTH, retriever=retriever)
            times.append((time.perf_counter() - started) * 1000)
            run[query] = [hit.paper.paper_id for hit in hits]
            if progress:
                progress(number * len(data.queries) + place, len(retrievers) * len(data.queries))
        measured.append(
            Retrieved(
                retriever,
                mean_of(list(ndcg_at(10, run, data.judgements).values())),
                mean_of(list(recall_at(DEPTH, run, data.judgements).values())),
                mean_of(list(reciprocal_rank(run, data.judgements).values())),
                statistics.median(times),
                data.published.get(retriever),
            )
        )
    return measured

"""Recall at k: the share of the relevant documents among the first k."""

from __future__ import annotations

from evals.metrics.ranking import Judgements, Ranking, judged, relevances

__all__ = ["recall_at"]


def recall_at(k: int, run: Ranking, judgements: Judgements) -> dict[str, float]:
    """For each judged query |relevant among the first k| / |relevant|, 0 to 1.

    The formula is that of https://doi.org/10.1017/CBO9780511809071, section 8.3, cut at k.

    Args:
        k: at least 1.
        run: documents by query, best first.
        judgements: grades by query and document; a grade above 0 is relevant.

    Raises:
        ValueError: a judged query is missing from the run.
    """
    return {
        query: sum(grade > 0 for grade in relevances(run[query], judgements[query])[:k])
        / sum(grade > 0 for grade in judgements[query].values())
        for query in judged(run, judgements)
    }

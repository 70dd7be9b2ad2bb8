"""Normalised discounted cumulative gain: how near a ranking comes to the best one."""

from __future__ import annotations

import math
from collections.abc import Sequence

from evals.metrics.ranking import Judgements, Ranking, judged, relevances

__all__ = ["ndcg_at"]


def ndcg_at(k: int, run: Ranking, judgements: Judgements) -> dict[str, float]:
    """For each judged query DCG@k / ideal DCG@k, 0 to 1, with DCG = Σ grade_i / log2(i + 1) over the places i from 1.

    The linear gain of Järvelin and Kekäläinen (https://doi.org/10.1145/582415.582418), which trec_eval uses too.

    Args:
        k: at least 1.
        run: documents by query, best first.
        judgements: grades by query and document; below 0 counts as 0.

    Raises:
        ValueError: a judged query is missing from the run.
    """
    scores = {}
    for query in judged(run, judgements):
        grades = [max(0, grade) for grade in relevances(run[query], judgements[query])]
        ideal = sorted((max(0, grade) for grade in judgements[query].values()), reverse=True)
        scores[query] = _gain(grades[:k]) / _gain(ideal[:k])
    return scores


def _gain(grades: Sequence[int]) -> float:
    return sum(grade / math.log2(place + 1) for place, grade in enumerate(grades, start=1))

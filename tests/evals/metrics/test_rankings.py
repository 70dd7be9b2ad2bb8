"""The measures of rankings against those of a second implementation, on random runs."""

from __future__ import annotations

import random

import ir_measures
import pytest
from ir_measures import RR, R, nDCG

from evals.metrics.ndcg import ndcg_at
from evals.metrics.recall import recall_at
from evals.metrics.reciprocal_rank import reciprocal_rank

_DOCUMENTS = [f"d{number}" for number in range(40)]


def _random_case(seed: int) -> tuple[dict[str, list[str]], dict[str, dict[str, int]]]:
    draw = random.Random(seed)
    run = {f"q{n}": draw.sample(_DOCUMENTS, draw.randint(0, 30)) for n in range(12)}
    judgements = {
        query: {document: draw.choice((0, 0, 1, 2)) for document in draw.sample(_DOCUMENTS, draw.randint(1, 12))}
        for query in run
    }
    return run, judgements


def _theirs(measure: object, run: dict[str, list[str]], judgements: dict[str, dict[str, int]]) -> dict[str, float]:
    """By query, only for those with a relevant document."""
    qrels = [ir_measures.Qrel(q, d, grade) for q, grades in judgements.items() for d, grade in grades.items()]
    scored = [ir_measures.ScoredDoc(q, d, float(-place)) for q, found in run.items() for place, d in enumerate(found)]
    values = {one.query_id: one.value for one in ir_measures.iter_calc([measure], qrels, scored)}
    return {q: values.get(q, 0.0) for q, grades in judgements.items() if any(grade > 0 for grade in grades.values())}


@pytest.mark.parametrize("seed", range(8))
def test_they_agree_with_another_implementation(seed: int) -> None:
    run, judgements = _random_case(seed)

    assert ndcg_at(10, run, judgements) == pytest.approx(_theirs(nDCG @ 10, run, judgements))
    assert recall_at(20, run, judgements) == pytest.approx(_theirs(R @ 20, run, judgements))
    assert reciprocal_rank(run, judgements) == pytest.approx(_theirs(RR, run, judgements))


def test_a_query_without_a_relevant_document_is_not_scored() -> None:
    judgements = {"a": {"d1": 1}, "b": {"d1": 0}, "c": {}}
    run = {"a": ["d1"], "b": ["d1"], "c": [], "unjudged": ["d1"]}

    for scores in (ndcg_at(10, run, judgements), recall_at(10, run, judgements), reciprocal_rank(run, judgements)):
        assert scores == {"a": 1.0}


def test_a_judged_query_that_was_not_run_is_an_error() -> None:
    with pytest.raises(ValueError, match="lacks 1 judged queries, the first is 'b'"):
        ndcg_at(10, {"a": ["d1"]}, {"a": {"d1": 1}, "b": {"d1": 1}})


def test_a_document_found_twice_counts_once() -> None:
    assert recall_at(3, {"a": ["d1", "d1", "d2"]}, {"a": {"d1": 1, "d2": 1}}) == {"a": 1.0}
    assert ndcg_at(3, {"a": ["d1", "d1", "d2"]}, {"a": {"d1": 1, "d2": 1}}) == {"a": 1.0}

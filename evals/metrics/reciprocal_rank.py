"""Reciprocal rank: one over the place of the first relevant document; its mean is MRR."""

from __future__ import annotations

from evals.metrics.ranking import Judgements, Ranking, judged, relevances

__all__ = ["reciprocal_rank"]


def reciprocal_rank(run: Ranking, judgements: Judgements) -> dict[str, float]:
    """For each judged query 1 / r with r the place, from 1, of the first relevant document; 0 when none was found.

    Voorhees, The TREC-8 Question Answering Track Report, 1999 (https://trec.nist.gov/pubs/trec8/papers/qa_report.pdf).

    Args:
        run: documents by query, best first.
        judgements: grades by query and document; a grade above 0 is relevant.

    Raises:
        ValueError: a judged query is missing from the run.
    """
    places = {query: relevances(run[query], judgements[query]) for query in judged(run, judgements)}
    return {
        query: next((1 / place for place, grade in enumerate(grades, start=1) if grade > 0), 0.0)
        for query, grades in places.items()
    }

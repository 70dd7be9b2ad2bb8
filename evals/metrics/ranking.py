"""What the measures of a ranking share: which queries are judged, and how relevant what they found is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

__all__ = ["judged", "relevances"]

Judgements = Mapping[str, Mapping[str, int]]
Ranking = Mapping[str, Sequence[str]]


def judged(run: Ranking, judgements: Judgements) -> list[str]:
    """The queries of the run that have a relevant document, in the order of the run; the others are not scored.

    Raises:
        ValueError: a query with a relevant document is missing from the run, which would make the mean too good.
    """
    relevant = {query for query, grades in judgements.items() if any(grade > 0 for grade in grades.values())}
    if missing := sorted(relevant - run.keys()):
        raise ValueError(f"the run lacks {len(missing)} judged queries, the first is {missing[0]!r}")
    return [query for query in run if query in relevant]


def relevances(found: Sequence[str], grades: Mapping[str, int]) -> list[int]:
    """The grade of each document found, best first, 0 without a judgement; one that was found twice counts once."""
    return [grades.get(document, 0) for document in dict.fromkeys(found)]

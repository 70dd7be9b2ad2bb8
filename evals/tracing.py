"""Claims as sentences that cite nothing: which paper they are traced to, and how many false ones pass."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence

from evals.claims import Claimed
from evals.statistics import mean_of
from rag import Assistant

__all__ = ["Traced", "trace_claims", "traces_table"]

MOVED = ("wrong_paper", "mixed", "extra")
"""Kinds of errors that lie in the citation: without it nothing is wrong with them."""
_NAME = 48


@dataclasses.dataclass(frozen=True)
class Traced:
    """One claim without its citations."""

    claim: Claimed
    title: str | None
    """The paper that is said to support it; None: none is."""


def trace_claims(assistant: Assistant, claims: Iterable[Claimed]) -> Iterator[Traced]:
    """Each claim whose citations it can be spared, by the checker alone, with the paper that is named for it."""
    examiner = assistant.examiner("none")
    for claim in claims:
        if claim.error in MOVED:
            continue
        checked = assistant.verify(claim.claim, judge=examiner)
        one = checked[0] if checked else None
        title = None
        if one is not None and one.suggestion is not None and one.suggestion.told_of is None:
            title = one.suggestion.paper.title
        elif one is not None and one.status == "supported" and one.paper is not None:
            title = one.paper.title
        yield Traced(claim, title)


def traces_table(traced: Sequence[Traced]) -> str:
    """Shares with their 95 % intervals (percentile bootstrap) and the number of claims that they are of."""
    true = [one for one in traced if one.claim.supported]
    false = [one for one in traced if not one.claim.supported]
    rows = (
        ("true claims: the right paper is named", [one.title in one.claim.cites for one in true]),
        ("true claims: another paper is named", [one.title not in (None, *one.claim.cites) for one in true]),
        ("false claims: a paper is said to support them", [one.title is not None for one in false]),
    )
    return "\n".join(_row(name, values) for name, values in rows)


def _row(name: str, values: Sequence[bool]) -> str:
    if not values:
        return f"{name:{_NAME}} {'-':>16}{0:6}"
    mean = mean_of([float(value) for value in values])
    return f"{name:{_NAME}} {f'{mean.value:.2f} {mean.low:.2f}-{mean.high:.2f}':>16}{mean.n:6}"

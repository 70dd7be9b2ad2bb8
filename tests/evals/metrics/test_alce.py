"""ALCE's citation recall and precision, with a judge that holds a sentence for true when it names the paper."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from evals.metrics.alce import AlceScore, alce
from rag import Answer, Claim, Paper, Verdict
from rag.errors import ModelError
from tests.evals.answers import answer_citing
from tests.papers import CACHE, PAPERS, SOIL, SPARSE

_BY_ID = {paper.paper_id: paper for paper in PAPERS}


class _Together:
    """Every word of the sentence is the id of one of the papers; a broken sentence breaks it."""

    name = "together"

    def __call__(self, claim: str, papers: Sequence[Paper]) -> bool:
        if claim == "broken":
            raise ModelError("the judge is gone")
        return set(claim.split()) <= {paper.paper_id for paper in papers}


def _answer(claim: str, *cited: Paper, markers: tuple[int, ...] | None = None) -> Answer:
    used = tuple(range(1, len(cited) + 1)) if markers is None else markers
    return answer_citing(*cited, claims=(Claim(claim, used, Verdict.SUPPORTED),))


@pytest.mark.parametrize(
    ("claim", "cited", "supported", "needed"),
    [
        ("sparse", (SPARSE,), True, [True]),
        ("sparse", (CACHE,), False, [False]),
        ("sparse", (), False, []),
        ("sparse", (SPARSE, CACHE), True, [True, False]),  # the second alone says nothing and is not missed
        ("sparse cache", (SPARSE, CACHE), True, [True, True]),  # neither alone, both together
        ("sparse cache", (SPARSE, CACHE, SOIL), True, [True, True, False]),
        ("sparse soil", (SPARSE, CACHE), False, [False, False]),  # of a sentence not borne out none counts
        ("sparse", (SPARSE, Paper("lost", "Lost", "Gone.")), True, [True, False]),
    ],
)
def test_recall_and_precision_are_those_of_the_formula(
    claim: str, cited: tuple[Paper, ...], supported: bool, needed: list[bool]
) -> None:
    assert alce(_answer(claim, *cited), _BY_ID, _Together()) == AlceScore((supported,), tuple(needed))


def test_a_paper_cited_twice_by_one_sentence_counts_once() -> None:
    assert alce(_answer("sparse", SPARSE, SPARSE), _BY_ID, _Together()).needed == (True,)


def test_a_judge_that_fails_is_counted_and_the_rest_goes_on() -> None:
    claims = tuple(Claim(text, (1,), Verdict.SUPPORTED) for text in ("broken", "sparse"))

    assert alce(answer_citing(SPARSE, claims=claims), _BY_ID, _Together()) == AlceScore((True,), (True,), 1)

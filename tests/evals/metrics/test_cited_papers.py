from __future__ import annotations

import pytest

from evals.metrics.cited_papers import citation_scores, first_citation_right
from rag.types import Paper
from tests.evals.answers import answer_citing
from tests.papers import CACHE, SOIL, SPARSE


@pytest.mark.parametrize(
    ("cited", "right"), [((SPARSE,), True), ((SPARSE, SOIL), True), ((SOIL, SPARSE), False), ((), False)]
)
def test_the_first_citation_must_be_of_a_paper_wanted(cited: tuple[Paper, ...], right: bool) -> None:
    assert first_citation_right(answer_citing(*cited), [SPARSE.title, CACHE.title]) is right


@pytest.mark.parametrize(
    ("cited", "gold", "scores"),
    [
        ((SPARSE,), (SPARSE,), (1.0, 1.0, 1.0)),
        ((SPARSE, SPARSE), (SPARSE,), (1.0, 1.0, 1.0)),
        ((SPARSE, SOIL), (SPARSE,), (0.5, 1.0, 2 / 3)),
        ((SPARSE,), (SPARSE, CACHE), (1.0, 0.5, 2 / 3)),
        ((SPARSE, SOIL), (SPARSE, CACHE), (0.5, 0.5, 0.5)),
        ((SOIL,), (SPARSE,), (0.0, 0.0, 0.0)),
        ((), (SPARSE,), (0.0, 0.0, 0.0)),
        ((SOIL,), (), (0.0, 0.0, 0.0)),
        ((), (), (1.0, 1.0, 1.0)),
    ],
)
def test_cited_papers_are_held_against_those_wanted(
    cited: tuple[Paper, ...], gold: tuple[Paper, ...], scores: tuple[float, float, float]
) -> None:
    assert citation_scores(answer_citing(*cited), [paper.title for paper in gold]) == pytest.approx(scores)

from __future__ import annotations

import dataclasses

import pytest

from evals.metrics import citation_scores, facts_found, first_citation_right, invented_citations, verbatim_quotes
from rag.types import Paper
from tests.evals.answers import answer_citing, cite
from tests.papers import CACHE, PAPERS, SOIL, SPARSE

_BY_ID = {paper.paper_id: paper for paper in PAPERS}


def test_a_fact_is_found_in_any_of_its_spellings_and_any_case() -> None:
    facts = [["12.3", "twelve"], ["selection-based"], ["absent"]]

    assert facts_found("By TWELVE points, Selection-Based [1].", facts, 120) == [True, True, False]


def test_a_fact_counts_only_within_the_words_that_are_read() -> None:
    assert facts_found("one two three", [["three"]], 3) == [True]
    assert facts_found("one two three", [["three"]], 2) == [False]


def test_markers_are_neither_words_nor_facts() -> None:
    assert facts_found("one [1] two [2] three", [["three"], ["1"]], 3) == [True, False]


def test_a_fact_of_several_words_may_run_over_a_marker_and_a_line() -> None:
    assert facts_found("graph [1]\n retrieval", [["graph retrieval"]], 120) == [True]


def test_without_facts_none_is_found() -> None:
    assert facts_found("text", [], 120) == []


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


def test_a_quote_is_verbatim_when_it_stands_at_its_offsets() -> None:
    right = cite(CACHE, 2)
    citations = (
        right,
        dataclasses.replace(right, start=right.start + 1),
        dataclasses.replace(right, quote=right.quote.upper()),
        dataclasses.replace(right, quote="", end=right.start),
        dataclasses.replace(right, paper_id="soil"),
        dataclasses.replace(right, paper_id="nobody"),
    )

    assert verbatim_quotes(answer_citing(citations=citations), _BY_ID) == [True, False, False, False, False, False]


def test_an_answer_that_cites_only_what_is_there_invents_nothing() -> None:
    assert invented_citations(answer_citing(SPARSE, CACHE), _BY_ID) == 0
    assert invented_citations(answer_citing(text="Nothing cited."), _BY_ID) == 0


def test_unknown_papers_and_markers_that_lead_nowhere_are_invented() -> None:
    assert invented_citations(answer_citing(Paper("lost", "Lost", "Gone.")), _BY_ID) == 1
    assert invented_citations(answer_citing(SPARSE, text="Said [1] and [7], again [7]."), _BY_ID) == 2

from __future__ import annotations

import re

from rag.answering.lists import LISTED, list_of
from rag.deciding.membership import Membership
from rag.types import Paper, Verdict
from tests.papers import CACHE, NO_ABSTRACT, SOIL, SPARSE, hit_of


def test_each_paper_of_a_list_is_cited_by_the_sentence_that_puts_it_there() -> None:
    members = Membership((hit_of(CACHE, 3), hit_of(SPARSE, 2)), ())
    draft = list_of("faster search", members)

    assert [passage.paper_id for passage in draft.cited] == ["cache", "sparse"]
    assert [passage.number for passage in draft.cited] == [3, 2]
    assert "2 papers" in draft.text
    assert "faster search" in draft.text
    assert draft.claims is not None
    assert {claim.verdict for claim in draft.claims} == {Verdict.SUPPORTED}


def test_near_papers_are_named_apart_and_not_cited() -> None:
    draft = list_of("soil", Membership((hit_of(SOIL, 1),), (hit_of(CACHE), hit_of(SPARSE))))

    assert "1 paper " in draft.text
    assert {passage.paper_id for passage in draft.cited} == {"soil"}
    assert CACHE.title in draft.text
    assert "[2]" not in draft.text


def test_a_paper_without_abstract_is_listed_by_its_title() -> None:
    [passage] = list_of("clocks", Membership((hit_of(NO_ABSTRACT),), ())).cited

    assert passage.text == NO_ABSTRACT.title


def test_dates_are_told_where_they_are_asked_for() -> None:
    assert "(November 2, 2024)" in list_of("", Membership((hit_of(CACHE, 1),), ()), dated=True).text


def test_a_long_list_says_how_many_more_there_are() -> None:
    papers = [Paper(f"p{n}", f"Title {n}", f"Sentence number {n} of an abstract.") for n in range(LISTED + 3)]
    draft = list_of("titles", Membership(tuple(hit_of(paper, 1) for paper in papers), ()))

    assert len(draft.cited) == LISTED
    assert re.search(rf"\b{LISTED + 3} papers\b", draft.text)
    assert draft.notes[0].startswith("3 more")

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Sequence

import pytest

from rag.answering.lookup import Lookup, read_lookup
from rag.answering.records import LISTED, answer_from_records, asks_of, fits
from rag.types import Draft, Paper, Verdict
from tests.papers import BRACKETS, CACHE, NO_ABSTRACT, PAPERS, SOIL, SPARSE, STARS


def _lookup(question: str) -> Lookup:
    lookup = read_lookup(question)
    assert lookup
    return lookup


def _answer(question: str, papers: Sequence[Paper], *, named: bool = False) -> Draft:
    return answer_from_records(_lookup(question), papers, named=named)


def _cited(draft: Draft) -> list[str]:
    return [passage.paper_id for passage in draft.cited]


def test_a_record_is_told_in_a_sentence_that_cites_the_title() -> None:
    draft = _answer("When did Glasswing appear, and how many authors has it?", [SPARSE], named=True)

    assert draft.text == f"{SPARSE.title}: March 14, 2025, 4 authors [1]."
    assert [passage.text for passage in draft.cited] == [SPARSE.title]
    assert draft.claims
    assert [(claim.text, claim.markers, claim.verdict) for claim in draft.claims] == [
        (f"{SPARSE.title}: March 14, 2025, 4 authors.", (1,), Verdict.SUPPORTED)
    ]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Who wrote Firefly?", "Ada Marin, Bo Reef"),
        ("How many authors has Firefly?", "2 authors"),
        ("Who published Firefly?", "Harbour University"),
        ("When was Firefly published?", "November 2, 2024"),
        ("In which journal did Firefly appear?", "Journal of Caches"),
    ],
)
def test_everything_that_can_be_asked_is_told(question: str, said: str) -> None:
    paper = dataclasses.replace(CACHE, venue="Journal of Caches")

    assert _answer(question, [paper], named=True).text == f"{CACHE.title}: {said} [1]."


def test_one_author_is_told_of_in_the_singular() -> None:
    paper = dataclasses.replace(CACHE, authors=("Ada Marin",))

    assert _answer("How many authors has Firefly?", [paper], named=True).text.endswith(": 1 author [1].")


@pytest.mark.parametrize(
    ("question", "ids"),
    [
        ("What is the newest paper?", ["brackets"]),
        ("What is the oldest paper?", ["stars"]),
        ("the two newest papers", ["brackets", "sparse"]),
        ("the 9 oldest papers", ["stars", "soil", "cache", "sparse", "brackets"]),
        ("Which paper has the most authors?", ["sparse"]),
        ("Which paper has the fewest authors?", ["cache"]),
    ],
)
def test_papers_come_in_the_order_asked_for_without_those_whose_record_lacks_it(question: str, ids: list[str]) -> None:
    assert _cited(_answer(question, PAPERS)) == ids


def test_papers_that_share_the_first_place_come_together() -> None:
    twin = dataclasses.replace(SOIL, paper_id="twin", title="Another Survey", published=BRACKETS.published)

    assert _cited(_answer("What is the newest paper?", [*PAPERS, twin])) == ["twin", "brackets"]


def test_papers_that_the_question_names_are_all_told_of_in_their_order() -> None:
    draft = _answer("Which is older, Glasswing, Firefly or the tidal clocks?", [SPARSE, NO_ABSTRACT, CACHE], named=True)

    assert _cited(draft) == ["cache", "sparse", "clocks"]
    assert "Escapements: date not recorded [3]." in draft.text


def test_papers_without_dates_have_no_newest() -> None:
    draft = _answer("What is the newest paper?", [NO_ABSTRACT])

    assert draft.refused
    assert draft.text == "No paper of the collection fits, by what the records say."


def test_several_papers_are_counted_and_come_newest_first() -> None:
    draft = _answer("Which papers appeared in 2025?", [SPARSE, BRACKETS])

    assert draft.text.split("\n\n") == [
        "2 papers of the collection fit:",
        f"{BRACKETS.title}: August 1, 2025 [1].",
        f"{SPARSE.title}: March 14, 2025 [2].",
    ]


def test_one_paper_is_counted_where_a_number_is_asked_for() -> None:
    assert _answer("How many papers are from 2025?", [SPARSE]).text.startswith("1 paper of the collection fits:\n\n")
    assert _answer("Which papers are from 2025?", [SPARSE]).text.startswith(SPARSE.title)


@pytest.mark.parametrize(("more", "note"), [(1, "1 more fits."), (2, "2 more fit.")])
def test_a_long_list_is_cut_and_says_so(more: int, note: str) -> None:
    papers = [Paper(f"p{n}", f"Title {n}", "", published=datetime.date(2024, 1, 1)) for n in range(LISTED + more)]
    draft = _answer("Which papers are from 2024?", papers)

    assert len(draft.cited) == LISTED
    assert draft.text.startswith(f"{LISTED + more} papers of the collection fit:")
    assert draft.notes == (note,)


@pytest.mark.parametrize(("papers", "many"), [((), "no papers"), ((SOIL,), "1 paper"), (PAPERS, "6 papers")])
def test_the_number_of_all_papers_is_told_without_citing_any(papers: Sequence[Paper], many: str) -> None:
    lookup = _lookup("How many papers are there?")
    plain = answer_from_records(lookup, papers)
    filtered = answer_from_records(lookup, papers, filtered=True)

    assert plain.text == f"The collection holds {many}."
    assert filtered.text == f"The collection holds {many} that the filters let through."
    assert (plain.cited, plain.claims, plain.refused) == ((), (), False)


def test_papers_that_are_only_near_are_said_to_be() -> None:
    lookup = _lookup("What is the newest paper on irrigation?")

    assert answer_from_records(lookup, [SOIL], likely=True).text.startswith(
        "1 paper is likely to be meant:\n\nA Survey"
    )
    assert answer_from_records(_lookup("papers of 2024 on x"), PAPERS, likely=True).text.startswith(
        "6 papers are likely"
    )


def test_what_the_record_lacks_is_refused_with_what_it_says() -> None:
    lacking = _answer("Who wrote Glasswing?", [SPARSE], named=True)
    bare = _answer("Who wrote the tidal clocks?", [NO_ABSTRACT], named=True)
    several = _answer("Who wrote Glasswing and the survey?", [SPARSE, SOIL], named=True)

    assert lacking.refused
    assert lacking.text == (
        f"The record of “{SPARSE.title}” does not hold the names of the authors; it says: March 14, 2025, 4 authors."
    )
    assert bare.text == f"The record of “{NO_ABSTRACT.title}” does not hold the names of the authors."
    assert several.text == "The records of those 2 papers do not hold the names of the authors."


def test_what_the_record_holds_is_told_when_more_was_asked_for() -> None:
    draft = _answer("Who wrote Glasswing, and when did it appear?", [SPARSE], named=True)

    assert not draft.refused
    assert draft.text == f"{SPARSE.title}: March 14, 2025, names of the authors not recorded [1]."
    assert draft.notes == ("The records do not hold the names of the authors.",)


@pytest.mark.parametrize(
    ("title", "line"),
    [
        ("Is it Over?", "Is it Over? – March 14, 2025 [1]."),
        ("On [12] and [0, 1]", "On [12 ] and [0, 1]: March 14, 2025 [1]."),
    ],
)
def test_a_title_of_any_form_is_told(title: str, line: str) -> None:
    assert _answer("What is the newest paper?", [dataclasses.replace(SPARSE, title=title)]).text == line


@pytest.mark.parametrize(
    ("question", "papers"),
    [
        ("newest paper on soil moisture", [SOIL]),
        ("newest paper on soil moisture or variable stars", [SOIL, STARS]),
        ("papers with 'survey of soil' in the title", [SOIL]),
        ("papers with 'urvey of soi' in the title", []),
        ("newest paper on soil moisture of stars", []),
        ("newest paper", list(PAPERS)),
    ],
)
def test_a_paper_fits_by_its_title_and_by_all_words_of_one_subject(question: str, papers: list[Paper]) -> None:
    lookup = _lookup(question)

    assert [paper for paper in PAPERS if fits(paper, lookup)] == papers


@pytest.mark.parametrize(
    ("question", "named", "own"),
    [
        ("When did Glasswing appear?", [SPARSE], True),
        ("when did it appear?", [SPARSE], True),
        ("When was the survey of soil moisture published?", [SOIL], True),
        ("When was the benchmark published?", [SPARSE], True),
        ("When were the annotations of Glasswing written?", [SPARSE], False),
        ("When did it appear?", [], False),
    ],
)
def test_a_question_is_of_a_record_when_it_names_the_paper_and_nothing_in_it(
    question: str, named: list[Paper], own: bool
) -> None:
    assert asks_of(_lookup(question), named) is own

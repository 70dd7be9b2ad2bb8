from __future__ import annotations

import datetime

from rag.types import Paper
from ui.page.examples import questions


def _paper(title: str, month: int = 1, organisation: str | None = None) -> Paper:
    return Paper(title, title, "", published=datetime.date(2024, month, 1), organisation=organisation)


def test_questions_name_systems_of_the_newest_papers() -> None:
    papers = [_paper("Old: a way"), _paper("New: a way", 5), _paper("Newer One: a way", 6), _paper("Mid: a way", 3)]

    assert questions(papers) == [
        "What is Newer One about?",
        "How does New differ from Mid?",
        "Which papers are the newest?",
    ]


def test_the_organisation_with_the_most_papers_is_asked_for() -> None:
    papers = [_paper("A", organisation="Lab"), _paper("B", organisation="Lab"), _paper("C", organisation="Hall")]

    assert questions(papers)[-1] == "Which papers come from Lab?"


def test_a_long_part_before_the_colon_is_no_name() -> None:
    paper = _paper("On the many ways of naming things: a survey")

    assert questions([paper]) == ["What is “On the many ways of naming things: a survey” about?"]


def test_an_empty_collection_has_no_questions() -> None:
    assert questions([]) == []

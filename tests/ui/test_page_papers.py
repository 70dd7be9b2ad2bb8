from __future__ import annotations

import datetime
from typing import cast

import pytest

from rag.assistant import Assistant
from rag.errors import CollectionDamagedError
from rag.settings import Settings
from rag.types import Paper
from ui.page import papers
from ui.page.papers import matching

_PAPERS = [
    Paper("a", "Graphs in Retrieval", "About speed.", published=datetime.date(2024, 5, 2), organisation="Blue Lab"),
    Paper("b", "Speech", "About graphs.", authors=("Ada Lovelace",), published=datetime.date(2025, 1, 9)),
    Paper("c", "Undated", ""),
]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", "abc"),
        ("  ", "abc"),
        ("graphs", "a"),
        ("RETRIEVAL graph", "a"),
        ("blue", "a"),
        ("lovelace", "b"),
        ("2025-01", "b"),
        ("2024 speech", ""),
    ],
)
def test_every_word_must_occur_in_what_the_list_shows(query: str, ids: str) -> None:
    assert [paper.paper_id for paper in matching(_PAPERS, query)] == list(ids)


def test_rows_are_added_by_the_page_until_all_are_shown(
    page_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(papers, "PAGE", 3)
    with Assistant.open(settings=page_settings) as assistant:
        listed = papers.Papers(assistant)
        table, more, rows = listed.fresh("", "By title")
        assert (table.count("<tr>"), more["visible"], rows) == (1 + 3, True, 3)
        assert "3 of 4 papers" in table

        table, more, rows = listed.further("", "By title", rows)

    assert (table.count("<tr>"), more["visible"], rows) == (1 + 4, False, 6)


def test_a_list_that_cannot_be_read_says_why() -> None:
    class Damaged:
        def papers(self) -> list[Paper]:
            raise CollectionDamagedError("the catalogue cannot be read; `papertrail doctor --repair` makes it anew")

    table, more, rows = papers.Papers(cast(Assistant, Damaged())).fresh("", "By title")

    assert "The catalogue cannot be read; `papertrail doctor --repair` makes it anew." in table
    assert (more["visible"], rows) == (False, 0)

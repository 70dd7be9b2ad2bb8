from __future__ import annotations

import datetime

import pytest

from rag.types import Paper
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

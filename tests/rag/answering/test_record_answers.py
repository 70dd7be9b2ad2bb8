"""Answers from the records."""

from __future__ import annotations

import pytest

from rag.answering.record_answers import answer_from_records
from rag.index import Collection
from rag.types import Draft, Verdict
from rag.understanding.query import Kind
from rag.understanding.reader import Reader
from tests.rag.understanding.conftest import collection, reader

__all__ = ["collection", "reader"]


def _asked(message: str, reader: Reader, collection: Collection) -> Draft:
    query = reader.read(message)
    assert query.kind is Kind.RECORDS
    return answer_from_records(query, collection, query.filters)


def _cited(draft: Draft) -> list[str]:
    return [passage.paper_id for passage in draft.cited]


@pytest.mark.parametrize(
    ("message", "cited", "said"),
    [
        ("papers by Mei Okafor", {"2106.00004", "2207.00005"}, ""),
        ("papers by marin", {"2105.00003", "2106.00004"}, ""),
        ("who wrote TideNet?", {"2105.00003"}, "Ada Marín, Joost de Vries"),
        ("who is the second author of TideNet?", {"2105.00003"}, "Joost de Vries"),
        ("what is the DOI of TideNet?", {"2105.00003"}, "10.5555/tide.1"),
        ("where was Fox-Walker published?", {"2106.00004"}, "ROBO"),
        ("which papers have no date?", {"undated"}, ""),
    ],
)
def test_the_records_say(reader: Reader, collection: Collection, message: str, cited: set[str], said: str) -> None:
    draft = _asked(message, reader, collection)

    assert set(_cited(draft)) == cited
    assert said in draft.text
    assert draft.claims
    assert {claim.verdict for claim in draft.claims} == {Verdict.SUPPORTED}


def test_papers_are_counted(reader: Reader, collection: Collection) -> None:
    assert "2 papers" in _asked("How many papers did Mei Okafor write?", reader, collection).text


def test_years_are_counted(reader: Reader, collection: Collection) -> None:
    text = _asked("which year has the most papers?", reader, collection).text

    assert text.startswith("2021 has the most papers: 2.")
    assert "2022: 1" in text


def test_papers_come_in_their_order(reader: Reader, collection: Collection) -> None:
    assert _cited(_asked("list the papers newest first", reader, collection)) == [
        "2207.00005",
        "2106.00004",
        "2105.00003",
    ]
    assert _cited(_asked("which paper got the most comments?", reader, collection))[0] == "2207.00005"


def test_what_records_do_not_hold_is_said(reader: Reader, collection: Collection) -> None:
    draft = _asked("papers by Zora Quillfeather", reader, collection)

    assert draft.refused
    assert "Zora Quillfeather" in draft.text
    assert draft.cited == ()

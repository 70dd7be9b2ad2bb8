from __future__ import annotations

import dataclasses
import datetime
import json

import pytest

from rag.types import Answer, Citation, Claim, Hit, Paper, Usage, Verdict
from tests.papers import PAPERS, SPARSE

_FULL = Paper(
    "id",
    "Title",
    "Abstract.",
    original="Title\nAbstract.",
    authors=("Ada Marin", "Bo Reef"),
    author_count=3,
    published=datetime.date(2025, 2, 28),
    organisation="Blue Lab",
    venue="Workshop",
    categories=("cs.CL",),
    comment_count=7,
    url="https://example.org/p",
    code_urls=("https://example.org/code",),
    project_urls=("https://example.org/page",),
    doi="10.1000/182",
    source="papers.jsonl:1",
    identifiers=("arxiv:2105.00003",),
    pages=("First page.", "", "Third page."),
)


@pytest.mark.parametrize("paper", [*PAPERS, _FULL], ids=lambda paper: paper.paper_id)
def test_a_paper_comes_back_from_json_as_it_was(paper: Paper) -> None:
    assert Paper.from_json(json.loads(json.dumps(paper.to_json()))) == paper


def test_the_example_sets_every_field() -> None:
    assert all(getattr(_FULL, field.name) for field in dataclasses.fields(Paper))


def test_json_has_all_fields_the_text_and_dates_as_iso() -> None:
    record = _FULL.to_json()

    assert set(record) == {field.name for field in dataclasses.fields(Paper)} | {"text"}
    assert record["text"] == "Title\nAbstract.\nFirst page.\n\nThird page."
    assert record["published"] == "2025-02-28"


def test_a_character_stands_on_a_page_or_before_all_of_them() -> None:
    places = {part: _FULL.text.index(part) for part in ("Title", "Abstract.", "First page.", "Third page.")}

    assert {part: _FULL.page_at(place) for part, place in places.items()} == {
        "Title": None,
        "Abstract.": None,
        "First page.": 1,
        "Third page.": 3,
    }
    assert "pages" not in Paper("p", "T", "A").to_json()


def test_unknown_keys_of_a_record_are_ignored() -> None:
    assert Paper.from_json({"paper_id": "p", "title": "T", "abstract": "", "colour": "red"}) == Paper("p", "T", "")


def test_papers_are_frozen_and_compared_by_value() -> None:
    again = dataclasses.replace(SPARSE)

    assert again == SPARSE
    assert hash(again) == hash(SPARSE)
    assert again.text == SPARSE.text
    with pytest.raises(dataclasses.FrozenInstanceError):
        again.title = "Other"  # type: ignore[misc] # the point of the test


def test_the_text_of_a_paper_without_abstract_is_its_title_and_a_newline() -> None:
    assert Paper("p", "T", "").text == "T\n"


def test_an_answer_is_written_in_the_documented_order_and_nothing_is_lost() -> None:
    citation = Citation(1, "p", "T", None, "Quote.", 2, 8, Verdict.PARTIAL, 0.5)
    claim = Claim("Said.", (1,), Verdict.PARTIAL, ("3 is not in the cited paper",))
    answer = Answer(
        "Q?",
        "Said [1].",
        False,
        None,
        (citation,),
        (claim,),
        (("n", "Near"),),
        "extractive",
        "hybrid",
        "0123456789ab",
        Usage(10, 2),
        {"total": 1.5},
        removed_keys=1,
        notes=("A note.",),
        searched="Q?",
        found=("p", "n"),
        readings=("newest first",),
    )
    assert answer.remarks == ("How it was read: newest first.", "A note.")

    assert json.loads(json.dumps(answer.to_json())) == {
        "question": "Q?",
        "answer": "Said [1].",
        "refused": False,
        "reason": None,
        "citations": [
            {
                "marker": 1,
                "paper_id": "p",
                "title": "T",
                "url": None,
                "quote": "Quote.",
                "start": 2,
                "end": 8,
                "verdict": "partial",
                "score": 0.5,
                "page": None,
            }
        ],
        "claims": [
            {"text": "Said.", "markers": [1], "verdict": "partial", "problems": ["3 is not in the cited paper"]}
        ],
        "nearest": [{"paper_id": "n", "title": "Near"}],
        "model": "extractive",
        "retriever": "hybrid",
        "settings_hash": "0123456789ab",
        "usage": {"prompt_tokens": 10, "completion_tokens": 2},
        "timings_ms": {"total": 1.5},
        "removed_keys": 1,
        "dropped_citations": 0,
        "cached": False,
        "cost": None,
        "notes": ["A note."],
        "not_found": [],
        "answered": None,
        "comparison": None,
        "searched": "Q?",
        "readings": ["newest first"],
        "found": ["p", "n"],
    }


def test_a_hit_without_signals_has_none() -> None:
    assert Hit(SPARSE, 1.0, ()).signals == {}

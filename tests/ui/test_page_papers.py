from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from rag.assistant import Assistant
from rag.errors import CollectionDamagedError
from rag.settings import Settings
from rag.shelving import ingest, remove
from ui.page import finder, papers
from ui.page.finder import Wanted
from ui.page.library import Library


@pytest.fixture(scope="module")
def assistant(page_settings: Settings) -> Iterator[Assistant]:
    with Assistant.open(settings=page_settings) as assistant:
        yield assistant


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", ["whale", "lantern", "mud", "attack"]),
        ("  ", ["whale", "lantern", "mud", "attack"]),
        ("RETRIEVAL graph", ["lantern"]),
        ("retri", ["lantern", "mud"]),
        ("blue 2023", ["mud"]),
        ("marin", ["lantern"]),
        ("2025-02", ["whale"]),
        ("2024 songs", []),
        ("lanternfsh", ["lantern"]),
        ("transcribin humpbak", ["whale"]),
    ],
)
def test_every_word_must_begin_one_of_the_head_and_may_be_misspelt(
    assistant: Assistant, query: str, ids: list[str]
) -> None:
    assert [head.paper_id for head in finder.find(assistant, Wanted(query)).heads] == ids


def test_what_abstracts_say_is_near_in_meaning(assistant: Assistant) -> None:
    found = finder.find(assistant, Wanted("marine biologists"))

    assert found.heads == []
    assert found.near[0].paper_id == "whale"


def test_year_and_venue_limit_what_is_found(assistant: Assistant) -> None:
    years, venues = finder.facets(assistant.heads())

    assert years == [(2025, 1), (2024, 1), (2023, 1), (2022, 1)]
    assert venues == []
    found = finder.find(assistant, Wanted("retrieval", year=2023))
    assert [head.paper_id for head in found.heads] == ["mud"]
    assert found.near == []
    assert finder.find(assistant, Wanted(venue="Nowhere")).heads == []


def test_orders_differ(assistant: Assistant) -> None:
    first = {order: finder.find(assistant, Wanted(order=order)).heads[0].paper_id for order in finder.ORDERS}

    assert list(first.values()) == ["whale", "attack", "lantern", "whale"]


def test_rows_are_added_by_the_page_until_all_are_shown(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(papers, "PAGE", 3)
    listed = papers.Papers(Library(assistant))
    *_, table, more, rows = listed.fresh("", 0, "", "By title", ("mud",))
    assert (table.count("<tr>"), more["visible"], rows) == (1 + 3, True, 3)
    assert "3 of 4 papers" in table
    assert table.count(" checked>") == 1

    table, more, rows = listed.further("", 0, "", "By title", (), rows)

    assert (table.count("<tr>"), more["visible"], rows) == (1 + 4, False, 6)


def test_a_list_that_cannot_be_read_says_why(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged(self: Assistant) -> Any:
        raise CollectionDamagedError("the catalogue cannot be read; `papertrail doctor --repair` makes it anew")

    monkeypatch.setattr(Assistant, "heads", damaged)

    *_, table, more, rows = papers.Papers(Library(assistant)).fresh("", 0, "", "By title", ())

    assert "The catalogue cannot be read; `papertrail doctor --repair` makes it anew." in table
    assert (more["visible"], rows) == (False, 0)


def test_heads_are_read_once_and_again_after_a_change(tmp_path: Path) -> None:
    source = tmp_path / "p.csv"
    source.write_text("id,title,authors,venue,year\na,Alpha,Ada Marin; Bo Reef,Shores,2020\nb,Beta,,,\n", "utf-8")
    settings = Settings(home=tmp_path)
    ingest([source], settings=settings)
    with Assistant.open(settings=settings) as assistant:
        heads = assistant.heads()
        assert [(head.title, head.authors, head.venue) for head in heads] == [
            ("Alpha", "Ada Marin, Bo Reef", "Shores"),
            ("Beta", "", None),
        ]
        assert assistant.heads() is heads
        remove(["b"], settings=settings)
        assert [head.paper_id for head in assistant.heads()] == ["a"]


def test_ticks_are_kept_in_their_order_and_papers_that_are_gone_drop_out(assistant: Assistant) -> None:
    listed = papers.Papers(Library(assistant))
    tick = gr.EventData(None, {"shown": ["mud", "lantern", "whale"], "ticked": ["mud", "whale"]})

    chosen, bar, scope = listed.tick(tick, ("whale", "gone"))

    assert chosen == ("whale", "mud")
    assert "2 papers chosen" in bar
    assert "Mudskipper" in scope
    untick = gr.EventData(None, {"shown": ["mud"], "ticked": []})
    assert listed.tick(untick, chosen)[0] == ("whale",)
    assert listed.drop(gr.EventData(None, {"paper": "whale"}), chosen)[0] == ("mud",)
    assert listed.drop(gr.EventData(None, {}), chosen)[0] == ()

"""Comparing through the façade, over the seed collection and over papers made for it."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import Assistant, Comparison, Settings, index
from rag.errors import UserError
from rag.types import Paper
from tests.papers import NO_ABSTRACT, SPARSE

_NESTS = (
    Paper("nest-1", "Magpie: Nests on Meadow", "We propose Magpie, a nest. Magpie reaches 81.5% on Meadow."),
    Paper("nest-2", "Magpie: Nests on the Moor", "We propose Magpie, a better nest. Magpie outperforms Firefly by 3%."),
    Paper(
        "wren",
        "Small Nests for Small Birds",
        "We release the Wren models. They reach 79% on Meadow, unlike TorchNest++.",
    ),
    Paper("evil", "=Evil|Name of a System", "We propose a | system with <b>bold</b> ![x](http://example.org/x.png)."),
    dataclasses.replace(SPARSE, paper_id="glass"),
    Paper(
        "long",
        "Lapwing",
        "We propose Lapwing, a system that carries seeds across many fields, many rivers, many mountains and "
        f"{' and '.join(['many small villages by the sea'] * 9)}.",
    ),
)


@pytest.fixture(scope="module")
def nests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    home = tmp_path_factory.mktemp("nests")
    (home / "models").symlink_to(tmp_path_factory.getbasetemp() / "models", target_is_directory=True)
    settings = Settings(home=Path(home), model="extractive")
    index.ingest(settings, "papers", [*_NESTS, NO_ABSTRACT])
    with Assistant.open(settings=settings) as assistant:
        yield assistant


def _assert_sound(comparison: Comparison, assistant: Assistant) -> None:
    """Every marker leads to a citation and every citation to a sentence; every cell is a piece of its quote."""
    for number, citation in enumerate(comparison.citations, start=1):
        assert citation.marker == number
        assert assistant.paper(citation.paper_id).text[citation.start : citation.end] == citation.quote
    used = set()
    for row in comparison.rows:
        assert len(row.cells) == len(comparison.papers)
        assert any(cell.stated for cell in row.cells)
        for cell, paper in zip(row.cells, comparison.papers, strict=True):
            assert cell.stated or (cell.text, cell.marker) == ("not stated", None)
            if cell.marker:
                citation = comparison.citations[cell.marker - 1]
                piece = cell.text.removeprefix("… ").removesuffix(" …")
                assert citation.paper_id == paper.paper_id
                assert row.aspect == "code" or piece[1:] in citation.quote
                assert len(piece.split()) <= 40
                used.add(cell.marker)
    claims = [*comparison.summary, *comparison.direct, *(c for name in comparison.mentioned for c in name.claims)]
    used |= {marker for claim in claims for marker in claim.markers}
    assert used == set(range(1, len(comparison.citations) + 1))


def _cell(comparison: Comparison, aspect: str, column: int = 0) -> str:
    return next(row.cells[column].text for row in comparison.rows if row.aspect == aspect)


def test_a_name_without_a_paper_is_told_from_the_papers_that_mention_it(seed: Assistant) -> None:
    comparison = seed.compare(["Hyper-RAG", "LightRAG"])

    _assert_sound(comparison, seed)
    assert [paper.name for paper in comparison.papers] == ["Hyper-RAG"]
    assert [name.name for name in comparison.mentioned] == ["LightRAG"]
    quotes = [comparison.citations[c.markers[0] - 1].quote for c in comparison.mentioned[0].claims]
    assert len(quotes) == 3
    assert all("Light RAG" in quote for quote in quotes)
    assert "%" in _cell(comparison, "results")
    assert (_cell(comparison, "date"), _cell(comparison, "authors")) == ("2025-03-30", "8")
    assert "LightRAG has no paper of its own in this collection" in comparison.to_markdown()


def test_a_name_that_two_papers_bear_means_both(seed: Assistant) -> None:
    comparison = seed.compare(["EfficientLLM", "MegaScale"])

    _assert_sound(comparison, seed)
    assert [paper.name for paper in comparison.papers] == [
        "EfficientLLM: Scalable Pruning-Aware Pretraining for Architecture-Agnostic Edge Language Models",
        "EfficientLLM: Efficiency in Large Language Models",
        "MegaScale",
    ]
    assert "2 papers bear the name “EfficientLLM”; each has its column." in comparison.notes
    assert "GPUs" in _cell(comparison, "hardware", 2)
    assert any("can be compared only where" in note for note in comparison.notes)


def test_a_paper_that_releases_a_name_owns_it_and_what_others_say_of_it_is_told(seed: Assistant) -> None:
    comparison = seed.compare(["zebra llama", "Minitron"])

    _assert_sound(comparison, seed)
    assert [paper.name for paper in comparison.papers] == ["Zebra-Llama", "Minitron"]
    assert comparison.papers[1].title == "Compact Language Models via Pruning and Knowledge Distillation"
    assert [claim.text.partition(":")[0] for claim in comparison.direct] == ["Zebra-Llama on Minitron"] * 2
    assert "Zebra-Llama-8B surpasses Minitron-8B" in comparison.direct[1].text


@pytest.mark.parametrize("name", ["GraphRAG", "Graph RAG", "graph-rag", "Megatron-LM", "ZeRO++", "zero++"])
def test_names_known_from_other_abstracts_only_have_no_column(seed: Assistant, name: str) -> None:
    comparison = seed.compare([name, "MegaScale"])

    _assert_sound(comparison, seed)
    assert [paper.name for paper in comparison.papers] == ["MegaScale"]
    assert [mentioned.name for mentioned in comparison.mentioned] == [name]


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Densing Law", "Densing Law of LLMs"),
        ("hyperrag", "Hyper-RAG: "),
        ("the Zoom Eye paper", "ZoomEye: "),
        ("Cube-LLM", "Language-Image Models with 3D Understanding"),
        ("SMETimes", "Small but Mighty: "),
        (
            "ByteScale: Efficient Scaling of LLM Training with a 2048K Context Length on More Than 12,000 GPUs",
            "ByteScale",
        ),
        ("video understanding with cybernetic self-correction", "CyberV: "),
        ("training a trillion parameter model on the Frontier supercomputer", "Optimizing Distributed Training on"),
    ],
)
def test_names_titles_their_beginnings_and_descriptions_find_their_paper(
    seed: Assistant, name: str, title: str
) -> None:
    comparison = seed.compare([name, "MegaScale"])

    _assert_sound(comparison, seed)
    assert comparison.papers[0].title.startswith(title)
    assert comparison.papers[0].asked == (name,)


@pytest.mark.parametrize("name", ["ChatGPT", "GPT-4"])
def test_a_name_that_a_survey_speaks_of_is_not_its_own(seed: Assistant, name: str) -> None:
    assert [paper.name for paper in seed.compare([name, "MegaScale"]).papers] == ["MegaScale"]


@pytest.mark.parametrize("name", ["a survey", "scaling laws for pre-training of language models"])
def test_what_fits_several_papers_is_asked_back(seed: Assistant, name: str) -> None:
    comparison = seed.compare([name, "MegaScale"])

    assert [paper.name for paper in comparison.papers] == ["MegaScale"]
    assert comparison.unknown == ()
    assert f"“{name}” fits" in comparison.notes[0]


def test_an_unknown_name_is_told(seed: Assistant) -> None:
    comparison = seed.compare(["MegaScale", "Foobarnet"])

    assert comparison.unknown == ("Foobarnet",)
    assert "Not in this collection: Foobarnet." in comparison.to_markdown()


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ([], "2 to 6 names, not 0"),
        (["MegaScale"], "2 to 6 names, not 1"),
        (["MegaScale"] * 7, "2 to 6 names, not 7"),
        (["MegaScale", " \x00"], "no name"),
        (["MegaScale", "x" * 401], "401 characters"),
        (["Foobarnet", "Barfoonet"], "“Foobarnet” and “Barfoonet”"),
        (["a survey", "Foobarnet"], "give more of the title"),
    ],
)
def test_names_that_make_no_comparison_are_a_mistake(seed: Assistant, names: list[str], words: str) -> None:
    with pytest.raises(UserError, match=words) as raised:
        seed.compare(names)
    assert "\n" not in str(raised.value)


def test_every_pair_of_neighbours_in_the_seed_collection_is_sound(seed: Assistant) -> None:
    papers = seed.papers()
    for first in range(0, len(papers) - 1, 5):
        comparison = seed.compare([paper.paper_id for paper in papers[first : first + 6]])

        _assert_sound(comparison, seed)


def test_ids_mean_their_papers_and_two_names_of_one_paper_make_one_column(nests: Assistant) -> None:
    comparison = nests.compare(["glass", "Glasswing"])

    _assert_sound(comparison, nests)
    assert [(paper.paper_id, paper.asked) for paper in comparison.papers] == [("glass", ("glass", "Glasswing"))]
    assert comparison.notes[0].startswith("“glass” and “Glasswing” mean the same paper")


def test_figures_of_two_papers_come_with_a_warning(nests: Assistant) -> None:
    comparison = nests.compare(["nest-1", "Wren"])

    _assert_sound(comparison, nests)
    assert _cell(comparison, "results", 0) == "Magpie reaches 81.5% on Meadow."
    assert "79% on Meadow" in _cell(comparison, "results", 1)
    assert any("can be compared only where" in note for note in comparison.notes)


def test_a_long_sentence_ends_at_a_comma(nests: Assistant) -> None:
    text = _cell(nests.compare(["long", "nest-1"]), "idea")

    assert text.endswith("many fields, many rivers …")


def test_a_paper_without_an_abstract_keeps_its_column(nests: Assistant) -> None:
    comparison = nests.compare(["Notes on Tidal Clocks", "Glasswing"])

    _assert_sound(comparison, nests)
    assert len(comparison.papers) == 2
    assert {row.cells[0].text for row in comparison.rows} == {"not stated"}


def test_rows_that_no_paper_fills_are_dropped(nests: Assistant) -> None:
    comparison = nests.compare(["nest-1", "nest-2"])

    assert "organisation" not in {row.aspect for row in comparison.rows}
    assert "hardware" not in {row.aspect for row in comparison.rows}


def test_hostile_text_stays_in_its_cell(nests: Assistant) -> None:
    comparison = nests.compare(["evil", "nest-1"])
    table = [line for line in comparison.to_markdown().splitlines() if line.startswith("|")]
    rows = list(csv.reader(io.StringIO(comparison.to_csv())))

    assert {line.replace("\\|", "").count("|") for line in table} == {4}
    assert "<b>" not in comparison.to_markdown()
    assert "![x]" not in comparison.to_markdown()
    assert {len(row) for row in rows} == {5}
    assert rows[0][1].startswith("'=Evil")
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


def test_the_forms_hold_the_same(seed: Assistant) -> None:
    comparison = seed.compare(["Hyper-RAG", "MegaScale"])
    record = json.loads(json.dumps(comparison.to_json()))
    rows = list(csv.reader(io.StringIO(comparison.to_csv())))
    markdown = comparison.to_markdown()

    assert list(record) == [
        "names",
        "papers",
        "summary",
        "direct",
        "rows",
        "mentioned",
        "unknown",
        "notes",
        "citations",
    ]
    for row, written in zip(record["rows"], rows[1:], strict=True):
        assert list(row) == ["aspect", "label", "cells"]
        assert written[0] == row["label"]
        for cell, paper in zip(row["cells"], record["papers"], strict=True):
            assert list(cell) == ["text", "marker", "stated", "paper_id", "quote", "start", "end", "page"]
            assert (cell["quote"] is None) == (cell["marker"] is None)
            if cell["marker"]:
                assert cell["paper_id"] == paper["paper_id"]
                assert seed.paper(cell["paper_id"]).text[cell["start"] : cell["end"]] == cell["quote"]
                assert f"- [{cell['marker']}] " in markdown
    assert rows[0] == ["aspect", "Hyper-RAG", "Hyper-RAG: quote", "MegaScale", "MegaScale: quote"]
    assert "|  | Hyper-RAG | MegaScale |" in markdown


def test_a_comparison_is_compared_by_value(nests: Assistant) -> None:
    assert nests.compare(["nest-1", "nest-2"]) == nests.compare(["nest-1", "nest-2"])

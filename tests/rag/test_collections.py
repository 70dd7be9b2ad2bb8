"""Collections through the façade: papers taken in and out, listed, counted and found by id."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag import Assistant, PaperFilter, Settings, index, ingest, remove
from rag.errors import CollectionMissingError, SourceError, UnknownPaperError
from tests.papers import CACHE, NO_ABSTRACT, SOIL, SPARSE


def test_papers_are_listed_newest_first_and_found_by_id(small: Assistant) -> None:
    assert [paper.paper_id for paper in small.papers()] == ["brackets", "sparse", "cache", "soil", "stars", "clocks"]


def test_papers_are_counted_and_listed_in_part(small: Assistant) -> None:
    recent = PaperFilter.parse(["year>=2024"])

    assert [paper.paper_id for paper in small.papers(first=1, most=2)] == ["sparse", "cache"]
    assert [paper.paper_id for paper in small.papers(recent, first=2, most=5)] == ["cache"]
    assert small.papers(first=9) == []
    assert (small.count(), small.count(recent)) == (6, 3)
    assert small.papers(PaperFilter.parse(["year=2023"])) == [SOIL]
    assert small.paper("clocks") == NO_ABSTRACT
    assert small.collection_name == "papers"
    with pytest.raises(UnknownPaperError, match="no paper has the id 'nobody'"):
        small.paper("nobody")


def test_a_collection_that_is_not_there_cannot_be_opened() -> None:
    with pytest.raises(CollectionMissingError):
        Assistant.open("nowhere")


def test_files_are_taken_in_together_or_not_at_all(tmp_path: Path) -> None:
    good = tmp_path / "papers.jsonl"
    good.write_text('{"id": "a", "title": "A", "abstract": "About A."}\n', encoding="utf-8")
    done: list[tuple[int, str]] = []

    with pytest.raises(SourceError):
        ingest([good, tmp_path / "missing.jsonl"])
    with pytest.raises(CollectionMissingError):
        Assistant.open()
    report = ingest([good, good], progress=lambda count, title: done.append((count, title)))

    assert (report.added, report.unchanged, report.failed) == (1, 1, ())
    assert sorted(done) == [(1, "A"), (2, "A")]


def test_papers_are_removed_all_or_none() -> None:
    index.ingest(Settings(), "papers", [SPARSE, CACHE])

    with pytest.raises(UnknownPaperError):
        remove(["sparse", "nobody"])
    assert remove(["sparse"]) == 1
    with Assistant.open() as assistant:
        assert assistant.papers() == [CACHE]

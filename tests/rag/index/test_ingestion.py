from __future__ import annotations

import dataclasses
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from rag.errors import CollectionMismatchError, CollectionMissingError, ModelUnavailableError, UnknownPaperError
from rag.filters import PaperFilter
from rag.index import Collection, IngestReport, ingest, ingestion, remove
from rag.index.repair import check
from rag.settings import Settings, load_settings
from rag.sources import BadRecord
from rag.text.terms import query_terms
from rag.types import Paper
from tests.papers import CACHE, PAPERS, SOIL, SPARSE
from tests.servers import OllamaServer, Reply

NEW_TITLE = dataclasses.replace(SPARSE, title="Zebrawing: Sparse Attention for Long Documents")


def test_papers_are_added_once(settings: Settings) -> None:
    assert ingest(settings, "papers", PAPERS) == IngestReport(added=6, updated=0, unchanged=0, failed=())
    assert ingest(settings, "papers", PAPERS) == IngestReport(added=0, updated=0, unchanged=6, failed=())
    assert check(settings, "papers") == []


def test_nothing_is_embedded_for_unchanged_papers(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    ingest(settings, "papers", PAPERS)
    (settings.home / "models").unlink()
    monkeypatch.setattr("rag.learned.sessions.WHEEL", "no_such_wheel")
    moved = [dataclasses.replace(paper, source="elsewhere.json:1") for paper in PAPERS]
    assert ingest(settings, "papers", moved).unchanged == 6


def test_a_changed_paper_takes_the_place_of_the_old_one(settings: Settings) -> None:
    ingest(settings, "papers", PAPERS)
    with Collection.open(settings, "papers") as opened:
        question = opened.embedder.embed([SPARSE.title])[0]
        assert opened.dense(question, 1)[0][2] == pytest.approx(1, abs=1e-3)
        assert ingest(settings, "papers", [NEW_TITLE, SOIL]).to_json() == {
            "added": 0,
            "updated": 1,
            "unchanged": 1,
            "failed": [],
        }
        assert opened.get("sparse") == NEW_TITLE
        assert opened.dense(question, 1)[0][2] < 0.99
        assert [paper_id for paper_id, _ in opened.lexical(query_terms("Zebrawing"), 10)] == ["sparse"]
    assert check(settings, "papers") == []


def test_a_paper_can_change_back(settings: Settings) -> None:
    for version in (SPARSE, NEW_TITLE, SPARSE):
        ingest(settings, "papers", [version])
    with Collection.open(settings, "papers") as opened:
        assert opened.get("sparse") == SPARSE
        assert opened.dense(opened.embedder.embed([SPARSE.title])[0], 1)[0][2] == pytest.approx(1, abs=1e-3)
    assert check(settings, "papers") == []


def test_bad_records_are_reported_and_the_rest_is_taken(settings: Settings) -> None:
    bad = BadRecord("papers.jsonl:2", "no title")
    assert ingest(settings, "papers", [bad, SPARSE, bad]).to_json() == {
        "added": 1,
        "updated": 0,
        "unchanged": 0,
        "failed": [{"source": "papers.jsonl:2", "reason": "no title"}] * 2,
    }


def test_bad_records_alone_make_no_collection(settings: Settings) -> None:
    assert ingest(settings, "papers", [BadRecord("x", "y")]).failed
    with pytest.raises(CollectionMissingError):
        Collection.open(settings, "papers")


@pytest.mark.parametrize(
    "paper",
    [
        Paper("", "A title", "", source="here"),
        Paper("x" * 513, "A title", "", source="here"),
        Paper("a", " ", "An abstract.", source="here"),
        Paper("a", "A title", "Half a character: \ud800.", source="here"),
    ],
)
def test_papers_that_cannot_be_kept_are_reported(settings: Settings, paper: Paper) -> None:
    report = ingest(settings, "papers", [paper, SOIL])
    assert (report.added, [bad.source for bad in report.failed]) == (1, ["here"])


def test_an_id_that_comes_twice_is_taken_as_it_came_first(settings: Settings) -> None:
    report = ingest(settings, "papers", [SPARSE, NEW_TITLE, SPARSE])
    assert (report.added, report.updated, report.unchanged) == (1, 0, 1)
    assert "'sparse' stands twice" in report.failed[0].reason
    with Collection.open(settings, "papers") as opened:
        assert opened.get("sparse") == SPARSE


def test_progress_counts_every_item(settings: Settings) -> None:
    ingest(settings, "papers", [SOIL])
    seen: list[tuple[int, str]] = []
    ingest(settings, "papers", [SPARSE, BadRecord("line 2", "?"), SOIL], lambda *told: seen.append(told))
    assert [done for done, _ in seen] == [1, 2, 3]
    assert {title for _, title in seen} == {SPARSE.title, SOIL.title, "line 2"}


def test_papers_are_read_as_they_are_needed(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingestion, "BATCH_PASSAGES", 4)
    ahead: list[int] = []
    written = 0

    def source() -> Iterator[Paper]:
        for number in range(40):
            ahead.append(number - written)
            yield Paper(str(number), f"The title of paper {number}", "")

    def count(done: int, title: str) -> None:
        nonlocal written
        written = done

    ingest(settings, "papers", source(), count)
    assert written == 40
    assert max(ahead) <= 3 * 4


def test_a_model_that_fails_halfway_loses_one_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingestion, "BATCH_PASSAGES", 1)
    with OllamaServer(["embed"]) as server:
        settings = load_settings(embedding="ollama:embed", ollama_host=server.url, retries=0)
        row = '{"model": "embed", "embeddings": [[1, 2]]}'
        rows = [Reply(body=row), Reply(body=row), Reply(status=400, body='{"error": "tired"}')]
        server.script("/api/embed", *rows)
        titles = [Paper(str(number), f"Title {number}", "") for number in range(4)]
        with pytest.raises(ModelUnavailableError, match="tired"):
            ingest(settings, "papers", titles)
        server.script("/api/embed", Reply(body=row))
        assert ingest(settings, "papers", titles).to_json() == {"added": 3, "updated": 0, "unchanged": 1, "failed": []}
    assert check(settings, "papers") == []


def test_a_model_that_has_changed_its_dimension_is_refused() -> None:
    with OllamaServer(["embed"]) as server:
        settings = load_settings(embedding="ollama:embed", ollama_host=server.url)
        ingest(settings, "papers", [SOIL])
        server.dimensions = 5
        with pytest.raises(CollectionMismatchError, match="vectors of 8 numbers.* now gives 5"):
            ingest(settings, "papers", [CACHE])
    with Collection.open(settings, "papers") as opened:
        assert opened.ids(PaperFilter()) == {"soil"}
    assert check(settings, "papers") == []


def test_the_catalogue_keeps_half_precision_vectors_only(settings: Settings) -> None:
    ingest(settings, "papers", [SOIL])
    with closing(sqlite3.connect(settings.home / "collections" / "papers" / "catalogue.sqlite")) as catalogue:
        ((passages, size),) = catalogue.execute("SELECT passages, length(data) FROM papers JOIN vectors USING (id)")
    assert size == passages * 384 * 2


def test_a_paper_is_removed_whole(settings: Settings) -> None:
    ingest(settings, "papers", PAPERS)
    with Collection.open(settings, "papers") as opened:
        assert remove(settings, "papers", ["soil", "cache", "soil"]) == 2
        assert opened.get_many(["soil", "cache"]) == {}
        assert opened.vectors(["soil"]) == {}
        assert opened.ids(PaperFilter()) == {"sparse", "stars", "brackets", "clocks"}
        assert opened.lexical(query_terms("soil moisture irrigate"), 10) == []
        assert "soil" not in {row[0] for row in opened.dense(opened.embedder.embed(["soil"])[0], 100)}
    assert check(settings, "papers") == []
    assert ingest(settings, "papers", [CACHE]).added == 1


def test_removing_an_unknown_paper_removes_nothing(settings: Settings) -> None:
    ingest(settings, "papers", PAPERS)
    with pytest.raises(UnknownPaperError, match="'nobody', 'no one'"):
        remove(settings, "papers", ["soil", "nobody", "no one"])
    with Collection.open(settings, "papers") as opened:
        assert len(opened) == 6


def test_removing_from_a_missing_collection_makes_none(settings: Settings) -> None:
    with pytest.raises(CollectionMissingError):
        remove(settings, "papers", ["soil"])
    assert not (settings.home / "collections").exists()

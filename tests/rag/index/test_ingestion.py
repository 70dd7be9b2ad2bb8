from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterator
from typing import Any

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
from tests.rag.index.catalogues import asked
from tests.servers import OllamaServer, Reply

NEW_TITLE = dataclasses.replace(SPARSE, title="Zebrawing: Sparse Attention for Long Documents")


def _counts(report: IngestReport) -> tuple[int, ...]:
    """Added, updated, unchanged, merged and failed."""
    return report.added, report.updated, report.unchanged, len(report.merged), len(report.failed)


def test_papers_are_added_once(settings: Settings) -> None:
    assert _counts(ingest(settings, "papers", PAPERS)) == (6, 0, 0, 0, 0)
    assert _counts(ingest(settings, "papers", PAPERS)) == (0, 0, 6, 0, 0)
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
        assert _counts(ingest(settings, "papers", [NEW_TITLE, SOIL])) == (0, 1, 1, 0, 0)
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
    report = ingest(settings, "papers", [bad, SPARSE, bad])
    assert _counts(report) == (1, 0, 0, 0, 2)
    assert report.to_json()["failed"] == [{"source": "papers.jsonl:2", "reason": "no title"}] * 2


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


def test_a_paper_that_comes_twice_with_one_id_is_one_paper(settings: Settings) -> None:
    report = ingest(settings, "papers", [SPARSE, NEW_TITLE, SPARSE])
    assert _counts(report) == (1, 0, 1, 1, 0)
    assert (report.merged[0].into, report.merged[0].by) == ("sparse", "id")
    with Collection.open(settings, "papers") as opened:
        assert len(opened) == 1
    assert _counts(ingest(settings, "papers", [SPARSE, NEW_TITLE])) == (0, 0, 2, 0, 0)


def test_two_papers_with_one_id_are_two(settings: Settings) -> None:
    other = dataclasses.replace(SOIL, paper_id="sparse", source="b.bib:1")
    report = ingest(settings, "papers", [SPARSE, other])
    assert _counts(report) == (2, 0, 0, 0, 0)
    assert "kept as 'sparse-2'" in report.notes[0].text
    assert _counts(ingest(settings, "papers", [other, SPARSE])) == (0, 0, 2, 0, 0)
    better = dataclasses.replace(other, abstract=f"{other.abstract} We add a sentence.")
    assert _counts(ingest(settings, "papers", [better])) == (0, 1, 0, 0, 0)
    with Collection.open(settings, "papers") as opened:
        assert opened.ids(PaperFilter()) == {"sparse", "sparse-2"}
        assert opened.get("sparse") == SPARSE
    assert check(settings, "papers") == []


def test_one_doi_and_one_arxiv_id_are_one_paper_that_keeps_the_richer_record(settings: Settings) -> None:
    day = datetime.date(2021, 5, 1)
    bare = Paper("okoye", "Gated tiny readers", "", doi="10.5555/ACL.1", source="a.bib:1")
    rich = Paper("x", "Gated Tiny Readers.", "We gate.", authors=("L. Okoye",), doi="10.5555/acl.1", source="b.ris:1")
    pre = Paper("2105.00003", "Gates", "Text.", published=day, source="c.json:1")
    again = Paper("p", "Other words", "", url="http://arxiv.org/abs/2105.00003v3", source="d.csv:2")
    assert _counts(ingest(settings, "papers", [bare, pre])) == (2, 0, 0, 0, 0)
    report = ingest(settings, "papers", [rich, again])
    assert [(one.into, one.by) for one in report.merged] == [("okoye", "DOI"), ("2105.00003", "arXiv id")]
    with Collection.open(settings, "papers") as opened:
        kept = opened.get("okoye")
        assert kept is not None
        assert (kept.abstract, kept.authors, kept.source) == ("We gate.", ("L. Okoye",), "a.bib:1; b.ris:1")
        assert len(opened) == 2
    assert _counts(ingest(settings, "papers", [rich, again, bare])) == (0, 0, 3, 0, 0)
    assert check(settings, "papers") == []


@pytest.mark.parametrize(
    ("changes", "papers"),
    [
        ({}, 1),
        ({"authors": ("A. Roe",)}, 1),
        ({"authors": ("Ann Roe", "Bob Poe"), "abstract": ""}, 1),
        ({"authors": ("Bob Roe",)}, 2),
        ({"published": datetime.date(2019, 1, 1)}, 2),
        ({"doi": "10.5555/other"}, 2),
        ({"title": "Wholly Different Words"}, 2),
    ],
)
def test_a_title_with_authors_and_year_is_one_paper(settings: Settings, changes: dict[str, Any], papers: int) -> None:
    first = Paper(
        "a", "Lamps", "We light.", authors=("Ann Roe",), published=datetime.date(2020, 1, 1), doi="10.5555/lamp"
    )
    second = dataclasses.replace(first, **{"paper_id": "b", "doi": None, **changes})
    ingest(settings, "papers", [first, second])
    with Collection.open(settings, "papers") as opened:
        assert len(opened) == papers


def test_what_papers_lack_is_counted(settings: Settings) -> None:
    report = ingest(settings, "papers", [Paper("a", "One", ""), SPARSE])
    assert (report.read, report.missing["abstract"]) == (2, 1)


def test_progress_counts_every_item(settings: Settings) -> None:
    ingest(settings, "papers", [SOIL])
    seen: list[tuple[int, str]] = []
    ingest(settings, "papers", [SPARSE, BadRecord("line 2", "?"), SOIL], lambda *told: seen.append(told))
    assert [done for done, _ in seen] == [1, 2, 3]
    assert {title for _, title in seen} == {SPARSE.title, SOIL.title, "line 2"}


def test_what_is_counted_is_kept(settings: Settings) -> None:
    twin = dataclasses.replace(SPARSE, source="other.bib:1", venue="A Venue")
    happened: list[str] = []

    ingest(
        settings, "papers", [SPARSE, twin], lambda done, title: happened.append(f"{done} kept"), on_step=happened.append
    )

    assert happened.index("committed") < happened.index("1 kept") < happened.index("2 kept")


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
        assert _counts(ingest(settings, "papers", titles)) == (3, 0, 1, 0, 0)
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
    ((passages, size),) = asked(settings, "SELECT passages, length(data) FROM papers JOIN vectors USING (id)")
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

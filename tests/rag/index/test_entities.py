"""Entities are kept with the papers: they come, change and go together, in every process."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from rag.errors import CollectionError, CollectionMissingError
from rag.index import Collection, entities, ingest, read_entities, remove
from rag.index.catalogue import open_catalogue
from rag.index.entities import Notebook
from rag.index.layout import Key, layout_of
from rag.knowledge.extraction import Extract, entity_key
from rag.knowledge.hypergraph import Hyperedge, Hypergraph
from rag.knowledge.readers import model_reader
from rag.knowledge.storage import save
from rag.settings import Settings
from rag.types import Paper
from tests.papers import CACHE, PAPERS, SPARSE
from tests.rag.index.catalogues import asked, changed_by_hand
from tests.rag.index.children import OLD, ingested, paper
from tests.rag.index.test_interruption import child


def names(graph: Hypergraph) -> set[str]:
    return {vertex.name for vertex in graph.vertices()}


def as_an_older_version_left_it(settings: Settings, statement: str = "DROP TABLE entities") -> None:
    changed_by_hand(settings, statement)


def test_a_collection_knows_what_its_papers_speak_of(papers: Collection) -> None:
    graph = papers.knowledge()
    firefly = graph.number_of(entity_key("Firefly"))
    assert firefly is not None

    assert graph.papers == [paper.paper_id for paper in sorted(PAPERS, key=lambda paper: paper.paper_id)]
    assert graph.papers_of(firefly) == ["cache", "sparse"]
    for edge in graph.edges():
        for source in edge.sources:
            found = papers.get(source.paper_id)
            assert found is not None
            assert 0 <= source.start < source.end <= len(found.text)


def test_it_is_put_together_once_and_again_after_a_change(settings: Settings) -> None:
    ingest(settings, "papers", [SPARSE])
    with Collection.open(settings, "papers") as opened:
        first = opened.knowledge()
        assert opened.knowledge() is first
        ingest(settings, "papers", [CACHE])
        assert opened.knowledge().papers == ["cache", "sparse"]
        assert opened.knowledge() is not first


def test_a_removed_paper_leaves_no_trace(settings: Settings) -> None:
    ingest(settings, "papers", [SPARSE])
    with Collection.open(settings, "papers") as opened:
        before = opened.knowledge()
    ingest(settings, "papers", [CACHE])
    remove(settings, "papers", ["cache"])

    with Collection.open(settings, "papers") as opened:
        after = opened.knowledge()
    assert list(after.vertices()) == list(before.vertices())
    assert list(after.edges()) == list(before.edges())
    assert asked(settings, "SELECT id FROM entities") == [("sparse",)]


def test_a_changed_paper_speaks_of_what_it_says_now(settings: Settings) -> None:
    ingest(settings, "papers", [SPARSE])
    ingest(settings, "papers", [Paper("sparse", SPARSE.title, "It is about tidal clocks.")])
    with Collection.open(settings, "papers") as opened:
        assert "tidal clocks" in names(opened.knowledge())
        assert "long conversations" not in names(opened.knowledge())


def test_a_collection_without_papers_knows_nothing(settings: Settings) -> None:
    ingest(settings, "papers", [SPARSE])
    remove(settings, "papers", ["sparse"])
    with Collection.open(settings, "papers") as opened:
        assert len(opened.knowledge()) == 0


@pytest.mark.parametrize(
    "statement", ["DROP TABLE entities", "UPDATE entities SET version = 'rules-0'", "DELETE FROM entities"]
)
def test_papers_of_an_older_version_are_read_on_the_spot_or_once_for_all(settings: Settings, statement: str) -> None:
    ingest(settings, "papers", PAPERS)
    with Collection.open(settings, "papers") as opened:
        expected = list(opened.knowledge().edges())
    as_an_older_version_left_it(settings, statement)
    with Collection.open(settings, "papers") as opened:
        assert list(opened.knowledge().edges()) == expected

    told: list[tuple[int, int]] = []
    assert read_entities(settings, "papers", lambda done, of: told.append((done, of))) == 6
    assert told == [(6, 6)]
    assert read_entities(settings, "papers") == 0
    with Collection.open(settings, "papers") as opened:
        assert list(opened.knowledge().edges()) == expected


def test_many_papers_of_an_older_version_are_not_read_unasked(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest(settings, "papers", PAPERS)
    as_an_older_version_left_it(settings)
    monkeypatch.setattr(entities, "READ_AT_ONCE", 5)
    with (
        Collection.open(settings, "papers") as opened,
        pytest.raises(CollectionError, match="6 papers of .* run `papertrail extract --collection papers`"),
    ):
        opened.knowledge()


def test_a_collection_that_is_not_there_is_not_read(settings: Settings) -> None:
    with pytest.raises(CollectionMissingError, match="no collection 'papers'"):
        read_entities(settings, "papers")


@pytest.mark.parametrize("step", ["lexical:1", "committed:1"])
def test_a_killed_ingest_leaves_entities_of_what_was_committed(settings: Settings, step: str) -> None:
    ingest(settings, "papers", [paper(number) for number in OLD])
    child(settings, "ingest", step)
    with Collection.open(settings, "papers") as opened:
        there = sorted(found.paper_id for found in opened.papers())
        assert list(opened.knowledge().papers) == there
    ingested(settings)
    with Collection.open(settings, "papers") as opened:
        assert len(opened.knowledge().papers) == 25


def test_what_another_process_removes_is_gone_from_an_open_collection(settings: Settings) -> None:
    ingest(settings, "papers", [paper(0), paper(1)])
    with Collection.open(settings, "papers") as opened:
        assert len(opened.knowledge().papers) == 2
        assert child(settings, "remove", "p0") == 0
        assert opened.knowledge().papers == ["p1"]


@pytest.fixture
def kept(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of the hypergraph of a collection that counts as large."""
    monkeypatch.setattr(entities, "KEPT_FROM", 1)
    ingest(settings, "papers", PAPERS)
    return layout_of(settings, "papers").knowledge


def edges_of(settings: Settings) -> list[Hyperedge]:
    with Collection.open(settings, "papers") as opened:
        return list(opened.knowledge().edges())


def test_a_large_hypergraph_is_put_together_once_for_all_processes(
    settings: Settings, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = edges_of(settings)
    assert kept.exists()
    monkeypatch.setattr(entities, "assemble", lambda extracts: pytest.fail("it is in the file") if extracts else None)

    assert edges_of(settings) == wanted


def test_a_small_one_is_not_kept(settings: Settings) -> None:
    ingest(settings, "papers", PAPERS)
    edges_of(settings)

    assert not layout_of(settings, "papers").knowledge.exists()


@pytest.mark.parametrize("change", ["remove", "add", "read"])
def test_any_change_deletes_it_so_that_nothing_of_a_removed_paper_stays(
    settings: Settings, kept: Path, change: str
) -> None:
    edges_of(settings)
    if change == "remove":
        remove(settings, "papers", ["sparse"])
    elif change == "add":
        ingest(settings, "papers", [Paper("new", "Mothlight: A Lamp", "We propose Mothlight.")])
    else:
        Notebook(settings, "papers", model_reader("ollama/x")).keep([(key_of(settings, "sparse"), Extract((), ()))])

    assert not kept.exists()
    edges_of(settings)
    assert kept.exists()


def test_a_damaged_file_is_made_anew(settings: Settings, kept: Path) -> None:
    wanted = edges_of(settings)
    kept.write_bytes(kept.read_bytes()[:1000])

    assert edges_of(settings) == wanted
    assert kept.stat().st_size > 1000


def test_a_file_of_a_state_that_was_overtaken_is_taken_away(
    settings: Settings, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def save_late(graph: Hypergraph, path: Path, stamp: str) -> None:
        if "sparse" in graph.papers:
            remove(settings, "papers", ["sparse"])  # in the middle of it
        save(graph, path, stamp)

    monkeypatch.setattr(entities, "save", save_late)
    edges_of(settings)

    assert b"glasswing" not in kept.read_bytes()  # the one that was put together again


def test_a_folder_that_cannot_be_written_to_is_no_failure(settings: Settings, kept: Path) -> None:
    kept.mkdir()  # where the file should be

    assert edges_of(settings) == edges_of(settings)


def key_of(settings: Settings, paper_id: str) -> Key:
    catalogue, _ = open_catalogue(layout_of(settings, "papers"))
    with closing(catalogue):
        return next(entry.key for entry in catalogue.stored() if entry.key.paper_id == paper_id)

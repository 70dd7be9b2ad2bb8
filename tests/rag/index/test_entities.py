"""Entities are kept with the papers: they come, change and go together, in every process."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from rag.errors import CollectionError, CollectionMissingError
from rag.index import Collection, entities, ingest, read_entities, remove
from rag.index.layout import layout_of
from rag.knowledge.extraction import entity_key
from rag.knowledge.hypergraph import Hypergraph
from rag.settings import Settings
from rag.types import Paper
from tests.papers import CACHE, PAPERS, SPARSE
from tests.rag.index.children import OLD, ingested, paper
from tests.rag.index.test_interruption import child


def names(graph: Hypergraph) -> set[str]:
    return {vertex.name for vertex in graph.vertices()}


def as_an_older_version_left_it(settings: Settings, statement: str = "DROP TABLE entities") -> None:
    with closing(sqlite3.connect(layout_of(settings, "papers").catalogue)) as catalogue:
        catalogue.execute(statement)
        catalogue.commit()


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
    with closing(sqlite3.connect(layout_of(settings, "papers").catalogue)) as catalogue:
        assert catalogue.execute("SELECT id FROM entities").fetchall() == [("sparse",)]


def test_a_changed_paper_speaks_of_what_it_says_now(settings: Settings) -> None:
    ingest(settings, "papers", [SPARSE])
    ingest(settings, "papers", [Paper("sparse", "A Note on Tidal Clocks", "It says so.")])
    with Collection.open(settings, "papers") as opened:
        assert names(opened.knowledge()) == {"tidal clocks"}


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

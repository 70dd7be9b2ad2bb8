from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from rag.errors import CollectionDamagedError, CollectionError
from rag.index import Collection, ingest
from rag.index.catalogue import Stored
from rag.index.layout import Key, Layout, layout_of
from rag.index.repair import check, repair
from rag.index.vectors import VectorStore
from rag.settings import Settings
from rag.text.sentences import passages_of
from rag.text.terms import query_terms
from rag.types import Paper
from tests.papers import PAPERS, SOIL

PASSAGES = sum(len(passages_of(paper)) for paper in PAPERS)


@pytest.fixture
def layout(settings: Settings) -> Layout:
    ingest(settings, "papers", PAPERS)
    return layout_of(settings, "papers")


def delete(folder: Path) -> None:
    shutil.rmtree(folder)


def overwrite(pattern: str) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        for file in folder.glob(pattern):
            file.write_bytes(b"garbage" * 100)

    return damage


def drop_rows(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "chroma.sqlite3")) as store, store:
        store.execute("DELETE FROM embeddings_queue")
        store.execute("DELETE FROM embedding_metadata")
        store.execute("DELETE FROM embeddings")


def answers(settings: Settings) -> tuple[list[tuple[str, int]], list[str]]:
    with Collection.open(settings, "papers") as opened:
        dense = opened.dense(opened.embedder.embed(["soil moisture"])[0], 5)
        return [row[:2] for row in dense], [row[0] for row in opened.lexical(query_terms("soil moisture"), 5)]


DAMAGES = [
    ("vectors", delete, "vector store"),
    ("vectors", overwrite("chroma.sqlite3"), "vector store"),
    ("vectors", drop_rows, "vector store"),
    ("lexical", delete, "word index"),
    ("lexical", overwrite("meta.json"), "word index"),
    ("lexical", overwrite("*.store"), "word index"),
]


@pytest.mark.parametrize(("index", "damage", "name"), DAMAGES)
def test_a_damaged_index_is_reported_and_rebuilt_from_the_catalogue(
    settings: Settings, layout: Layout, index: str, damage: Callable[[Path], None], name: str
) -> None:
    expected = answers(settings)
    damage(getattr(layout, index))
    problems = check(settings, "papers")
    assert len(problems) == 1
    assert name in problems[0]
    amount = f"{PASSAGES} passages" if index == "vectors" else f"{len(PAPERS)} papers"
    assert repair(settings, "papers") == [f"The {name} was rebuilt with {amount}."]
    assert check(settings, "papers") == []
    assert answers(settings) == expected


@pytest.mark.parametrize(
    ("index", "damage"), [("vectors", delete), ("lexical", delete), ("lexical", overwrite("meta.json"))]
)
def test_a_reader_of_a_damaged_index_is_told_the_command(
    settings: Settings, layout: Layout, index: str, damage: Callable[[Path], None]
) -> None:
    damage(getattr(layout, index))
    with pytest.raises(CollectionDamagedError, match="papertrail doctor --repair --collection papers"):
        answers(settings)


def test_an_open_reader_goes_on_after_a_repair(settings: Settings, layout: Layout) -> None:
    with Collection.open(settings, "papers") as opened:
        question, terms = opened.embedder.embed(["soil moisture"])[0], query_terms("soil moisture")
        expected = opened.dense(question, 3)[0][:2], opened.lexical(terms, 3)
        delete(layout.vectors)
        delete(layout.lexical)
        assert len(repair(settings, "papers")) == 2
        assert (opened.dense(question, 3)[0][:2], opened.lexical(terms, 3)) == expected


def test_the_next_ingest_rebuilds_a_lost_index_by_itself(settings: Settings, layout: Layout) -> None:
    expected = answers(settings)
    delete(layout.vectors)
    delete(layout.lexical)
    assert ingest(settings, "papers", [SOIL]).unchanged == 1
    assert answers(settings) == expected


def test_a_lost_graph_is_noticed(settings: Settings) -> None:
    """Chroma itself then finds the newest rows only, and says nothing."""
    layout = layout_of(settings, "papers")
    long = Paper("a", "Title", " ".join(f"Sentence number {number} stands here." for number in range(1499)))
    vectors = np.random.default_rng(7).normal(size=(len(passages_of(long)), 8)).astype(np.float32)
    assert len(vectors) == 1500
    layout.root.mkdir(parents=True)
    with closing(VectorStore(layout)) as store:
        store.create()
        store.add([Stored(Key("a", "1", len(vectors)), long, vectors)])
        assert store.nearest(vectors[123], 1)[0][0] == "a:1:123"
    (graph,) = layout.vectors.glob("*/data_level0.bin")
    delete(graph.parent)
    with closing(VectorStore(layout)) as store, pytest.raises(CollectionDamagedError, match="papertrail doctor"):
        store.nearest(vectors[123], 1)


def test_a_sound_collection_is_left_alone(settings: Settings, layout: Layout) -> None:
    with Collection.open(settings, "papers") as opened:
        generation = opened.generation
        assert repair(settings, "papers") == []
        assert opened.check() == []
        assert opened.generation == generation


@pytest.mark.parametrize("catalogue", ["sqlite"], indirect=True)
def test_a_damaged_catalogue_cannot_be_repaired_and_says_so(settings: Settings, layout: Layout) -> None:
    for file in layout.root.glob("catalogue.sqlite*"):
        file.write_bytes(b"garbage" * 1000)
    for use in (Collection.open, check, repair):
        with pytest.raises(CollectionDamagedError, match="ingest the papers again"):
            use(settings, "papers")


def test_a_folder_that_is_a_file_is_an_error_that_names_it(settings: Settings) -> None:
    (settings.home / "collections").write_text("in the way", encoding="utf-8")
    with pytest.raises(CollectionError, match="cannot be written to"):
        ingest(settings, "papers", [SOIL])

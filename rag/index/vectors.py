"""The passages of a collection in its Chroma store: one row each, cosine distance, nothing embedded by Chroma.

A row has what other programs that open the store need: the sentence as its document, and its paper as metadata.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from rag.index.catalogue import Catalogue, Stored
from rag.index.chroma_embedded import EmbeddedChroma
from rag.index.chroma_server import ServedChroma
from rag.index.embedding import Vectors
from rag.index.identity import check_store, new_store, other_store
from rag.index.layout import Key, Layout
from rag.settings import Settings
from rag.text.sentences import passages_of
from rag.types import Paper, Passage

if TYPE_CHECKING:
    import chromadb

    from rag.index.ledger import Ledger

__all__ = ["VectorStore", "rebuild", "store_of"]

T = TypeVar("T")

BATCH_ROWS = 1000
"""Rows written at a time, for which others wait."""


class _Chroma(Protocol):
    """Where the rows are."""

    def call(self, use: Callable[[chromadb.Collection], T], *, change: bool = False) -> T: ...

    def create(self) -> None: ...

    def discard(self) -> None: ...

    def release(self) -> None: ...


class VectorStore:
    """The store of one collection, for any number of threads and processes; opened at its first use.

    Every method raises ``CollectionDamagedError`` when the store is missing or cannot be read; beside the collection,
    ``CollectionBusyError`` when another process does not leave it, and on a server ``CollectionUnavailableError`` when
    that is away.
    """

    def __init__(self, layout: Layout, server: ServedChroma | None = None) -> None:
        """Args: the collection, and the server that its rows are on; None: they are in the collection's folder."""
        self._chroma: _Chroma = server or EmbeddedChroma.of(layout)
        self._most = (server.most_rows if server else None) or BATCH_ROWS
        self._most_found = server.most_rows if server else None
        self._closed = False

    def close(self) -> None:
        """Gives the store up; harmless when repeated."""
        if not self._closed:
            self._closed = True
            self._chroma.release()

    def create(self) -> None:
        """Makes an empty store where there is none."""
        self._chroma.create()

    def load(self) -> None:
        """Opens the store ahead of its first use."""
        self._chroma.call(lambda rows: None)

    def nearest(self, vector: npt.NDArray[np.floating[Any]], count: int) -> list[tuple[str, float]]:
        """Row ids and cosines of up to ``count`` (at least 1) passages near ``vector``, best first.

        Rows that no reader may see are among them: superseded ones and those of an ingest under way. Chroma's cloud
        gives 300 at most.
        """
        query = vector.astype(np.float32)[np.newaxis]
        count = min(count, self._most_found or count)
        found = self._chroma.call(
            lambda rows: rows.query(query_embeddings=query, n_results=count, include=["distances"])
        )
        distances = found["distances"] or [[]]
        return [(row, 1.0 - distance) for row, distance in zip(found["ids"][0], distances[0], strict=True)]

    def count(self) -> int:
        """All rows, those no reader may see included."""
        return self._chroma.call(lambda rows: int(rows.count()))

    def rows(self) -> Iterator[tuple[str, str, npt.NDArray[np.float32]]]:
        """Id, sentence and vector of every row, those no reader may see included; nobody may write meanwhile."""
        for start in range(0, self.count(), BATCH_ROWS):

            def part(rows: chromadb.Collection, start: int = start) -> chromadb.GetResult:
                return rows.get(limit=BATCH_ROWS, offset=start, include=["documents", "embeddings"])

            found = self._chroma.call(part)
            vectors, documents = found["embeddings"], found["documents"]
            assert vectors is not None  # noqa: S101 -- both were asked for; tells the type checker
            assert documents is not None  # noqa: S101
            yield from zip(found["ids"], documents, np.asarray(vectors, np.float32), strict=True)

    def add(self, entries: Iterable[Stored]) -> None:
        """Writes the passages of papers, over rows of the same id."""
        papers = list(entries)
        written = [
            (row, passage.text, _metadata(entry.paper, passage))
            for entry in papers
            for row, passage in zip(entry.key.rows(), passages_of(entry.paper), strict=True)
        ]
        matrix = np.concatenate([entry.vectors for entry in papers])
        for start in range(0, len(written), self._most):
            self._write(written[start : start + self._most], matrix[start : start + self._most])

    def delete(self, keys: Iterable[Key]) -> None:
        """Deletes the passages of papers where they are there."""
        ids = [row for key in keys for row in key.rows()]
        for start in range(0, len(ids), self._most):
            self._remove(ids[start : start + self._most])

    def discard(self) -> None:
        """Deletes all rows, and the store with them."""
        self._chroma.discard()

    def _write(self, passages: list[tuple[str, str, dict[str, str | int]]], matrix: Vectors) -> None:
        ids, documents, metadatas = zip(*passages, strict=True)
        self._chroma.call(
            lambda rows: rows.upsert(
                ids=list(ids), embeddings=matrix, documents=list(documents), metadatas=list(metadatas)
            ),
            change=True,
        )

    def _remove(self, ids: list[str]) -> None:
        self._chroma.call(lambda rows: rows.delete(ids=ids), change=True)


def store_of(settings: Settings, layout: Layout, catalogue: Catalogue) -> VectorStore:
    """The store of a collection that exists: on the server of ``settings``, else in its folder.

    On a server its name is looked up at each use, since a repair by another process gives it another one.
    """
    if settings.chroma is None:
        return VectorStore(layout)

    def name() -> str:
        identity = catalogue.identity()
        assert identity is not None  # noqa: S101 -- only the catalogue of a collection that was made gets here
        check_store(identity, settings, layout.name)
        return identity.store

    return VectorStore(layout, ServedChroma(settings, layout.name, name))


def rebuild(settings: Settings, layout: Layout, ledger: Ledger, batches: Iterable[list[Stored]]) -> None:
    """Writes all rows of a collection anew, where ``settings`` want them; the old ones serve readers until the end.

    May be interrupted at any moment: what there is of the new rows is deleted by the next rebuild.
    """
    if settings.chroma is None:
        _rebuild_in_folder(layout, batches)
        ledger.note("store", "")
    else:
        _rebuild_on_server(settings, layout, ledger, batches)


def _rebuild_in_folder(layout: Layout, batches: Iterable[list[Stored]]) -> None:
    building = Layout(layout.name, layout.root / "rebuild")
    shutil.rmtree(building.root, ignore_errors=True)
    with contextlib.closing(VectorStore(building)) as built:
        built.create()
        for batch in batches:
            built.add(batch)
    chroma = EmbeddedChroma.of(layout)
    try:
        chroma.replace(building.vectors)
    finally:
        chroma.release()
    shutil.rmtree(building.root, ignore_errors=True)


def _rebuild_on_server(settings: Settings, layout: Layout, ledger: Ledger, batches: Iterable[list[Stored]]) -> None:
    identity = ledger.identity()
    old = identity.store if identity else ""
    new = other_store(old) if old else new_store(layout.name)
    with contextlib.closing(VectorStore(layout, ServedChroma(settings, layout.name, lambda: new))) as built:
        built.discard()
        built.create()
        for batch in batches:
            built.add(batch)
    ledger.note("store", new)
    if old:
        with contextlib.closing(VectorStore(layout, ServedChroma(settings, layout.name, lambda: old))) as superseded:
            superseded.discard()
    else:
        shutil.rmtree(layout.vectors, ignore_errors=True)


def _metadata(paper: Paper, passage: Passage) -> dict[str, str | int]:
    """What a row says of its sentence; a year or venue that the source did not name is left out."""
    known: dict[str, str | int] = {
        "paper_id": paper.paper_id,
        "title": paper.title,
        "number": passage.number,
        "start": passage.start,
        "end": passage.end,
    }
    if paper.published is not None:
        known["year"] = paper.published.year
    if paper.venue:
        known["venue"] = paper.venue
    return known

"""The passages of a collection in its Chroma store: one row each, cosine distance, nothing embedded by Chroma.

A row has what other programs that open the store need: the sentence as its document, and its paper as metadata.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from rag.index.catalogue import Stored
from rag.index.chroma_client import ChromaClient
from rag.index.layout import Key, Layout
from rag.text.sentences import passages_of
from rag.types import Paper, Passage

__all__ = ["VectorStore"]

BATCH_ROWS = 1000
"""Rows written at a time, for which others wait."""


class VectorStore:
    """The store of one collection, for any number of threads and processes; opened at its first use.

    Every method raises ``CollectionDamagedError`` when the store is missing or cannot be read, and
    ``CollectionBusyError`` when another process does not leave it.
    """

    def __init__(self, layout: Layout) -> None:
        self._client = ChromaClient.of(layout)
        self._closed = False

    def close(self) -> None:
        """Gives the store up; harmless when repeated."""
        if not self._closed:
            self._closed = True
            self._client.release()

    def create(self) -> None:
        """Makes an empty store where there is none."""
        with self._client.use(create=True):
            self._client.touch()

    def load(self) -> None:
        """Opens the store ahead of its first use."""
        with self._client.use():
            pass

    def nearest(self, vector: npt.NDArray[np.floating[Any]], count: int) -> list[tuple[str, float]]:
        """Row ids and cosines of up to ``count`` (at least 1) passages near ``vector``, best first.

        Rows that no reader may see are among them: superseded ones and those of an ingest under way.
        """
        query = vector.astype(np.float32)[np.newaxis]
        with self._client.use() as rows:
            found = rows.query(query_embeddings=query, n_results=count, include=["distances"])
        distances = found["distances"] or [[]]
        return [(row, 1.0 - distance) for row, distance in zip(found["ids"][0], distances[0], strict=True)]

    def count(self) -> int:
        """All rows, those no reader may see included."""
        with self._client.use() as rows:
            return int(rows.count())

    def rows(self) -> Iterator[tuple[str, str, npt.NDArray[np.float32]]]:
        """Id, sentence and vector of every row, those no reader may see included; nobody may write meanwhile."""
        for start in range(0, self.count(), BATCH_ROWS):
            with self._client.use() as rows:
                found = rows.get(limit=BATCH_ROWS, offset=start, include=["documents", "embeddings"])
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
        for start in range(0, len(written), BATCH_ROWS):
            ids, documents, metadatas = zip(*written[start : start + BATCH_ROWS], strict=True)
            with self._client.use() as rows:
                self._client.touch()
                rows.upsert(
                    ids=list(ids),
                    embeddings=matrix[start : start + BATCH_ROWS],
                    documents=list(documents),
                    metadatas=list(metadatas),
                )

    def delete(self, keys: Iterable[Key]) -> None:
        """Deletes the passages of papers where they are there."""
        ids = [row for key in keys for row in key.rows()]
        for start in range(0, len(ids), BATCH_ROWS):
            with self._client.use() as rows:
                self._client.touch()
                rows.delete(ids=ids[start : start + BATCH_ROWS])

    def discard(self) -> None:
        """Deletes all rows, and the store with them."""
        self._client.discard()

    def replace(self, built: Layout) -> None:
        """Takes the place of this store with the closed one of ``built``."""
        self._client.replace(built.vectors)


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

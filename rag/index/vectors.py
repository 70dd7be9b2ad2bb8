"""The vectors of a collection in its Chroma store: one row a passage, cosine distance, nothing embedded by Chroma."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from rag.index.chroma_client import ChromaClient
from rag.index.embedding import Vectors
from rag.index.layout import Key, Layout

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

    def add(self, entries: Iterable[tuple[Key, Vectors]]) -> None:
        """Writes the passages of papers, over rows of the same id."""
        pairs = list(entries)
        ids = [(row, key.paper_id, number) for key, _ in pairs for number, row in enumerate(key.rows())]
        matrix = np.concatenate([vectors for _, vectors in pairs])
        for start in range(0, len(ids), BATCH_ROWS):
            chunk = ids[start : start + BATCH_ROWS]
            with self._client.use() as rows:
                self._client.touch()
                rows.upsert(
                    ids=[row for row, _, _ in chunk],
                    embeddings=matrix[start : start + BATCH_ROWS],
                    metadatas=[{"paper_id": paper_id, "number": number} for _, paper_id, number in chunk],
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

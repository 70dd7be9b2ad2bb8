"""Whether Chroma has the graph that searches follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import chromadb

__all__ = ["check_graph"]


def check_graph(rows: chromadb.Collection) -> None:
    """Loads the graph; Chroma's own error says that it cannot be.

    The oldest row's vector comes from the files of the graph, the newest ones' from a log: without those files Chroma
    would find the newest rows only and say nothing.
    """
    oldest = rows.get(limit=1, include=["embeddings"])["embeddings"]
    if oldest is not None and len(oldest):
        rows.query(query_embeddings=oldest, n_results=1, include=[])

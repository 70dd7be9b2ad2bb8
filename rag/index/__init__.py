"""Keeping papers: the catalogue, the vectors, the words, and how papers get in and out of a collection."""

from __future__ import annotations

from rag.index.catalogue import collections_in
from rag.index.collection import Collection
from rag.index.embedding import Embedder, embedder_for
from rag.index.entities import read_entities
from rag.index.heads import Head
from rag.index.ingestion import IngestReport, ingest, remove

__all__ = [
    "Collection",
    "Embedder",
    "Head",
    "IngestReport",
    "collections_in",
    "embedder_for",
    "ingest",
    "read_entities",
    "remove",
]

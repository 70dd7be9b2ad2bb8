"""A collection whose records say who wrote what, where and when, for messages to be read against."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.index import Collection, ingest
from rag.index.embedding.minilm import MiniLM
from rag.retrieval.retrievers import retriever_for
from rag.settings import load_settings
from rag.types import Paper
from rag.understanding.reader import Reader

PAPERS = [
    Paper(
        "2105.00003",
        "TideNet: gated readers of gauges",
        "TideNet reads tide gauges with gates. It predicts the water 12% better than a dense reader.",
        authors=("Ada Marín", "Joost de Vries"),
        published=datetime.date(2021, 5, 3),
        venue="Ocean Letters",
        doi="10.5555/tide.1",
        comment_count=4,
    ),
    Paper(
        "2106.00004",
        "Fox-Walker: a robot that climbs dunes",
        "Fox-Walker is a robot with four legs that climbs dunes. It saves 30% of its battery.",
        authors=("Mei Okafor", "Ada Marín"),
        published=datetime.date(2021, 6, 9),
        venue="ROBO",
    ),
    Paper(
        "2207.00005",
        "A survey of counting birds by their song",
        "This survey covers how birds are counted by their song, from 1990 to 2021.",
        authors=("Mei Okafor",),
        published=datetime.date(2022, 7, 1),
        venue="ROBO",
        comment_count=9,
    ),
    Paper("undated", "Snow on roofs", "We measure how much snow lies on roofs in Alpine towns."),
]


@pytest.fixture(scope="session")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collection]:
    settings = load_settings(home=tmp_path_factory.mktemp("understanding"))
    MiniLM(settings.home).embed(["builds the graph"])
    ingest(settings, "papers", PAPERS)
    with Collection.open(settings, "papers") as collection:
        yield collection


@pytest.fixture(scope="session")
def reader(collection: Collection, tmp_path_factory: pytest.TempPathFactory) -> Reader:
    find = retriever_for("hybrid")
    return Reader(collection, _home(collection), lambda text, k: find(collection, text, k))


def _home(collection: Collection) -> Path:
    """The home folder of the collection, where the model has been built."""
    return Path(collection.embedder.home)  # type: ignore[attr-defined] # it is the built-in model

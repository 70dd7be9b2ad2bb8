"""A home folder for each test, in which the built-in embedding model has been built already."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.index import Collection, ingest
from rag.index.embedding.minilm import MiniLM
from rag.settings import Settings, load_settings
from tests.chroma import ChromaServer
from tests.papers import PAPERS
from tests.postgresql import PostgreSQLServer, served_postgresql


@pytest.fixture(scope="session")
def minilm(tmp_path_factory: pytest.TempPathFactory) -> MiniLM:
    model = MiniLM(tmp_path_factory.mktemp("minilm"))
    model.embed(["builds the graph"])
    return model


@pytest.fixture(scope="session")
def trunk(minilm: MiniLM) -> MiniLM:
    """The model as it was published."""
    return MiniLM(minilm.home, adapter=None)


@pytest.fixture(scope="session")
def server() -> Iterator[PostgreSQLServer]:
    with served_postgresql() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def catalogue(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The catalogue that is set, here and for processes that a test starts: each in turn."""
    if request.param == "sqlite":
        yield "sqlite"
        return
    server: PostgreSQLServer = request.getfixturevalue("server")
    monkeypatch.setenv("PAPERTRAIL_CATALOGUE", server.address())
    yield server.address()
    server.clear()


@pytest.fixture
def settings(tmp_path: Path, minilm: MiniLM, catalogue: str) -> Settings:
    home = tmp_path / "papertrail"
    home.mkdir()
    (home / "models").symlink_to(minilm.home / "models")
    return load_settings(home=home)


@pytest.fixture
def papers(settings: Settings) -> Iterator[Collection]:
    """The made-up papers, open for reading."""
    ingest(settings, "papers", PAPERS)
    with Collection.open(settings, "papers") as collection:
        yield collection


@pytest.fixture(params=["in the folder", "on a server"])
def everywhere(request: pytest.FixtureRequest, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings for each place where vectors can be, which the processes that a test starts have too."""
    if request.param == "on a server":
        server: ChromaServer = request.getfixturevalue("chroma")
        monkeypatch.setenv("PAPERTRAIL_CHROMA", server.url)
    return load_settings(home=settings.home)

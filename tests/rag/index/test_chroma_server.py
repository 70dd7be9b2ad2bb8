"""The vectors of a collection on a Chroma server: away and back, behind a proxy, in the cloud, moved, shared."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from rag.doctor import Check, examine
from rag.errors import (
    CollectionDamagedError,
    CollectionError,
    CollectionMismatchError,
    CollectionUnavailableError,
    SettingsError,
)
from rag.index import Collection, ingest, remove
from rag.index.catalogue import open_catalogue
from rag.index.layout import Key, layout_of
from rag.index.repair import check, repair
from rag.index.vectors import store_of
from rag.settings import Settings, load_settings
from rag.text.sentences import passages_of
from tests.chroma import CERTIFICATE, ChromaProxy, ChromaServer
from tests.papers import CACHE, PAPERS, SOIL
from tests.servers import OllamaServer, closed_port_url

IDS = {paper.paper_id for paper in PAPERS}
PASSAGES = sum(len(passages_of(paper)) for paper in PAPERS)


@pytest.fixture
def served(settings: Settings, chroma: ChromaServer) -> Settings:
    return settings.model_copy(update={"chroma": chroma.url})


def found(papers: Collection) -> set[str]:
    """The papers that a search by vector finds."""
    return {row[0] for row in papers.dense(papers.embedder.embed(["soil moisture"])[0], 1000)}


def stores(server: ChromaServer, tenant: str = "default_tenant", database: str = "default_database") -> list[str]:
    """What the server has, by name."""
    return [rows["name"] for rows in httpx.get(collections(server, tenant, database)).raise_for_status().json()]


def collections(
    server: ChromaServer, tenant: str = "default_tenant", database: str = "default_database", name: str = ""
) -> str:
    """Where other programs reach what the server has."""
    return f"{server.url}/api/v2/tenants/{tenant}/databases/{database}/collections{'/' * bool(name)}{name}"


def store(settings: Settings) -> str:
    """The name of a collection's rows on the server."""
    catalogue, identity = open_catalogue(layout_of(settings, "papers"))
    catalogue.close()
    return identity.store


def checks(settings: Settings, patch: pytest.MonkeyPatch, *, name: str) -> list[Check]:
    """What ``papertrail doctor`` says of one part."""
    assert settings.chroma is not None
    patch.setenv("PAPERTRAIL_CHROMA", settings.chroma)
    patch.setenv("PAPERTRAIL_RETRIES", str(settings.retries))
    return [one for one in examine(home=settings.home) if one.name == name]


@pytest.fixture
def own(tmp_path: Path) -> Iterator[ChromaServer]:
    """A server that a test may stop."""
    with ChromaServer(tmp_path / "chroma") as server:
        yield server


def test_a_server_that_is_away_is_a_sentence_and_its_return_is_noticed(
    settings: Settings, own: ChromaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings.model_copy(update={"chroma": own.url, "retries": 0})
    ingest(settings, "papers", PAPERS)
    with Collection.open(settings, "papers") as papers:
        assert found(papers) == IDS
        own.stop()
        for use in (
            lambda: found(papers),
            lambda: check(settings, "papers"),
            lambda: ingest(settings, "papers", [SOIL]),
            lambda: repair(settings, "papers"),
        ):
            with pytest.raises(CollectionUnavailableError, match=rf"{own.url}.* start it with `chroma run"):
                use()
        assert papers.get("soil") == SOIL
        assert [one.status for one in checks(settings, monkeypatch, name="chroma")] == ["fail"]
        assert checks(settings, monkeypatch, name="collection") == []
        own.start()
        assert found(papers) == IDS
    assert [one.status for one in checks(settings, monkeypatch, name="chroma")] == ["ok"]
    assert store(settings) in checks(settings, monkeypatch, name="collection")[0].message
    assert check(settings, "papers") == []


def test_an_ingest_goes_on_when_the_server_was_away_for_a_moment(served: Settings, chroma: ChromaServer) -> None:
    with ChromaProxy(chroma) as proxy:
        settings = served.model_copy(update={"chroma": proxy.url})
        ingest(settings, "papers", PAPERS[:3])
        proxy.refuse = [503, 429]
        ingest(settings, "papers", PAPERS)
        assert proxy.refuse == []
        with Collection.open(settings, "papers") as papers:
            proxy.refuse = [502]
            assert found(papers) == IDS
    assert check(served, "papers") == []


def test_an_ingest_that_loses_its_server_is_completed_by_the_next(settings: Settings, own: ChromaServer) -> None:
    settings = settings.model_copy(update={"chroma": own.url, "retries": 0})
    ingest(settings, "papers", PAPERS[:2])

    def lose(step: str) -> None:
        if step == "announced":
            own.stop()

    with pytest.raises(CollectionUnavailableError):
        ingest(settings, "papers", PAPERS, on_step=lose)
    own.start()
    with Collection.open(settings, "papers") as papers:
        assert found(papers) == {paper.paper_id for paper in PAPERS[:2]}
    assert ingest(settings, "papers", PAPERS).added == len(PAPERS) - 2
    assert check(settings, "papers") == []


def test_a_token_and_a_certificate_are_what_the_proxy_wants(served: Settings, chroma: ChromaServer) -> None:
    with ChromaProxy(chroma, wanted=("authorization", "Bearer s3cret"), tls=True) as proxy:
        bare = {"home": served.home, "chroma": proxy.url, "retries": 0}
        trusting = bare | {"chroma_certificate": CERTIFICATE}
        settings = load_settings(**trusting, chroma_token="s3cret")
        assert ingest(settings, "papers", PAPERS).added == len(PAPERS)
        with Collection.open(settings, "papers") as papers:
            assert found(papers) == IDS
        for wrong, said in (
            (bare, "is not trusted .* PAPERTRAIL_CHROMA_CERTIFICATE"),
            (trusting, "PAPERTRAIL_CHROMA_TOKEN"),
            (trusting | {"chroma_token": "wrong"}, "PAPERTRAIL_CHROMA_TOKEN"),
        ):
            with (
                Collection.open(load_settings(**wrong), "papers") as papers,
                pytest.raises(CollectionError, match=said),
            ):
                found(papers)
    assert "s3cret" not in str(settings)


@pytest.mark.parametrize("catalogue", ["sqlite"], indirect=True)
def test_tenant_and_database_are_made_when_they_are_first_used(served: Settings, chroma: ChromaServer) -> None:
    settings = served.model_copy(update={"chroma_tenant": "laboratory", "chroma_database": "library"})
    ingest(settings, "papers", PAPERS)
    with Collection.open(settings, "papers") as papers:
        assert found(papers) == IDS
    assert stores(chroma, tenant="laboratory", database="library") == [store(settings)]
    assert store(settings) not in stores(chroma)


def test_the_cloud_is_asked_as_its_own_client_asks(
    settings: Settings, chroma: ChromaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAPERTRAIL_CHROMA", "cloud")
    with pytest.raises(SettingsError, match="PAPERTRAIL_CHROMA_TOKEN"):
        load_settings(home=settings.home)
    with ChromaProxy(chroma, wanted=("x-chroma-token", "ck-key"), cloud=True) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        cloud = load_settings(home=settings.home, chroma_token="ck-key", chroma_certificate=CERTIFICATE)
        ingest(cloud, "papers", PAPERS)
        with Collection.open(cloud, "papers") as papers:
            assert found(papers) == IDS
        assert remove(cloud, "papers", ["soil"]) == 1
        assert check(cloud, "papers") == []
    assert {headers["host"] for headers in proxy.seen} == {"api.trychroma.com"}
    assert {headers["x-chroma-token"] for headers in proxy.seen} == {"ck-key"}


def test_vectors_move_to_a_server_and_back_by_a_repair(settings: Settings, served: Settings) -> None:
    ingest(settings, "papers", PAPERS)
    for here, there, setting in ((settings, served, "unset"), (served, settings, "set")):
        for use in (
            lambda: Collection.open(there, "papers"),  # noqa: B023 -- called in this turn of the loop
            lambda: ingest(there, "papers", [SOIL]),  # noqa: B023
            lambda: check(there, "papers"),  # noqa: B023
        ):
            with pytest.raises(CollectionMismatchError, match=f"{setting} PAPERTRAIL_CHROMA") as caught:
                use()
            assert "doctor --repair --collection papers" in str(caught.value)
        with Collection.open(here, "papers") as papers:
            assert found(papers) == IDS
        [done] = repair(there, "papers")
        assert f"with {PASSAGES} passages" in done
        assert check(there, "papers") == []
        with Collection.open(there, "papers") as papers:
            assert found(papers) == IDS
        assert layout_of(settings, "papers").vectors.exists() == (there is settings)
        assert repair(there, "papers") == []


def test_a_reader_goes_on_while_and_after_its_rows_are_written_anew(served: Settings, chroma: ChromaServer) -> None:
    ingest(served, "papers", PAPERS)
    with Collection.open(served, "papers") as papers:
        before = store(served)
        assert found(papers) == IDS
        httpx.delete(collections(chroma, name=before)).raise_for_status()
        with pytest.raises(CollectionDamagedError, match="papertrail doctor --repair --collection papers"):
            found(papers)
        assert repair(served, "papers") == [
            f"The vector store was rebuilt on the Chroma server with {PASSAGES} passages."
        ]
        assert found(papers) == IDS
    after = store(served)
    assert before != after
    assert {before, after} & set(stores(chroma)) == {after}


def test_lost_rows_are_noticed_and_written_again(served: Settings, chroma: ChromaServer) -> None:
    ingest(served, "papers", PAPERS)
    before = store(served)
    layout = layout_of(served, "papers")
    with closing(open_catalogue(layout)[0]) as catalogue, closing(store_of(served, layout, catalogue)) as rows:
        rows.delete([Key("soil", catalogue.revisions(["soil"])["soil"], 2)])
    assert check(served, "papers") == [f"The vector store has {PASSAGES - 2} passages, the catalogue {PASSAGES}."]
    assert ingest(served, "papers", [CACHE]).unchanged == 1
    assert check(served, "papers") == []
    assert before not in stores(chroma)


@pytest.mark.parametrize("catalogue", ["sqlite"], indirect=True)
def test_two_homes_share_a_server_and_no_rows(served: Settings, tmp_path: Path) -> None:
    other = served.model_copy(update={"home": tmp_path / "other"})
    other.home.mkdir()
    (other.home / "models").symlink_to(served.home / "models")
    ingest(served, "papers", PAPERS)
    ingest(other, "papers", [SOIL])
    assert remove(other, "papers", ["soil"]) == 1
    with Collection.open(served, "papers") as papers:
        assert found(papers) == IDS
    for one in (served, other):
        assert check(one, "papers") == []


@pytest.mark.parametrize("address", ["127.0.0.1:8000", "ftp://host", "http://", "server"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(SettingsError, match=r"'chroma': .*http://127.0.0.1:8000, or cloud"):
        load_settings(chroma=address)


def test_what_is_no_chroma_server_is_named(settings: Settings) -> None:
    with OllamaServer(["m"]) as server:
        settings = settings.model_copy(update={"chroma": server.url})
        with pytest.raises(
            CollectionError, match=f"at {server.url} speaks another protocol: correct PAPERTRAIL_CHROMA"
        ):
            ingest(settings, "papers", PAPERS)


def test_a_collection_is_not_made_while_its_server_is_away(settings: Settings) -> None:
    settings = settings.model_copy(update={"chroma": closed_port_url(), "retries": 0})
    with pytest.raises(CollectionUnavailableError):
        ingest(settings, "papers", PAPERS)
    with pytest.raises(CollectionError, match="there is no collection 'papers' yet"):
        Collection.open(settings, "papers")

"""What a PostgreSQL server does that a file does not: it goes away, turns people away, and serves several machines."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from rag.errors import (
    CollectionBusyError,
    CollectionDamagedError,
    CollectionError,
    CollectionMismatchError,
    CollectionUnavailableError,
    SettingsError,
)
from rag.filters import PaperFilter
from rag.index.catalogue import Catalogue, collections_in, open_catalogue
from rag.index.database import Statements, database_of
from rag.index.identity import check_identity
from rag.index.layout import Key, Layout, layout_of
from rag.index.lexical import LexicalIndex
from rag.index.words import follow
from rag.settings import Settings, load_settings
from rag.text.terms import query_terms
from tests.postgresql import PostgreSQLServer, served_postgresql
from tests.rag.index.catalogues import committed, opened, paper


def machine(tmp_path: Path, server: PostgreSQLServer, name: str = "one") -> Settings:
    """The settings of one of several machines that share a catalogue."""
    return load_settings(home=tmp_path / name, catalogue=server.address(), lock_timeout_s=0.2)


@pytest.fixture
def settings(tmp_path: Path, server: PostgreSQLServer) -> Iterator[Settings]:
    settings = machine(tmp_path, server)
    with opened(settings, create=True) as ledger:
        committed(ledger, range(3))
    yield settings
    server.clear()


@contextlib.contextmanager
def reading(settings: Settings) -> Iterator[Catalogue]:
    catalogue, _ = open_catalogue(layout_of(settings, "papers"))
    with contextlib.closing(catalogue):
        yield catalogue


@pytest.mark.parametrize(
    ("password", "database", "mend"),
    [("wrong", "postgres", "correct the user, password or database"), (None, "missing", "correct the user, password")],
)
def test_who_is_turned_away_is_told_what_to_correct(
    tmp_path: Path, server: PostgreSQLServer, password: str | None, database: str, mend: str
) -> None:
    address = server.address(database=database, **({"password": password} if password else {}))
    settings = load_settings(home=tmp_path, catalogue=address)
    with pytest.raises(CollectionUnavailableError, match=mend) as raised:
        open_catalogue(layout_of(settings, "papers"))
    assert "PAPERTRAIL_CATALOGUE" in str(raised.value)
    assert "\n" not in str(raised.value)
    assert "rivers" not in str(raised.value)
    assert not password or password not in str(raised.value)
    assert raised.value.retryable


def test_an_address_without_a_server_behind_it_is_told(tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path, catalogue="postgresql://me:hidden@127.0.0.1:1/papers")
    with pytest.raises(
        CollectionUnavailableError, match="at postgresql://127.0.0.1:1/papers does not answer"
    ) as raised:
        collections_in(settings)
    assert "hidden" not in str(raised.value)
    assert "hidden" not in repr(settings)


@pytest.mark.parametrize("address", ["mysql://host/papers", "papers.sqlite", ""])
def test_another_database_is_no_setting(tmp_path: Path, address: str) -> None:
    with pytest.raises(SettingsError, match="give sqlite or an address such as postgresql://"):
        load_settings(home=tmp_path, catalogue=address)


def test_an_address_that_cannot_be_read_is_a_mistake_in_the_settings(tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path, catalogue="postgresql://me:hidden@host/papers?nonsense=1")
    with pytest.raises(SettingsError, match="PAPERTRAIL_CATALOGUE=postgresql://USER@HOST") as raised:
        collections_in(settings)
    assert "hidden" not in str(raised.value)


def test_an_open_reader_goes_on_when_the_server_is_back(tmp_path: Path) -> None:
    with served_postgresql() as server:
        settings = machine(tmp_path, server)
        with opened(settings, create=True) as ledger:
            committed(ledger, range(3))
        with reading(settings) as catalogue:
            assert catalogue.size() == 3
            server.stop()
            with pytest.raises(CollectionUnavailableError, match="does not answer"):
                catalogue.size()
            with pytest.raises(CollectionUnavailableError, match="does not answer"):
                catalogue.ids(PaperFilter())
            server.start()
            assert catalogue.ids(PaperFilter()) == ["p0", "p1", "p2"]


def test_a_change_during_which_the_server_is_lost_is_undone_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served_postgresql() as server:
        settings = machine(tmp_path, server)
        with opened(settings, create=True) as ledger:
            committed(ledger, range(3))
        with opened(settings) as ledger, ledger.alone(1):

            def lose(statements: Statements, ids: Sequence[str]) -> list[Key]:
                statements.execute("DELETE FROM papers")
                server.stop()
                statements.execute("DELETE FROM names")
                return []

            with monkeypatch.context() as patch:
                patch.setattr(ledger, "_set_aside", lose)
                with pytest.raises(CollectionUnavailableError, match="what was committed is there"):
                    ledger.remove(["p1"])
            server.start()
            with pytest.raises(CollectionUnavailableError):  # another writer may have come in between
                ledger.size()
        with opened(settings) as ledger:
            assert ledger.size() == 3
            committed(ledger, [7])
            assert ledger.size() == 4


def test_a_writer_on_another_machine_is_told_to_wait(
    tmp_path: Path, server: PostgreSQLServer, settings: Settings
) -> None:
    with (
        opened(settings) as ledger,
        ledger.alone(1),
        opened(machine(tmp_path, server, "other")) as other,
        pytest.raises(CollectionBusyError, match="another machine or process is writing"),
        other.alone(0.05),
    ):
        pass
    with opened(machine(tmp_path, server, "other")) as other, other.alone(0):
        pass


def test_a_newer_schema_is_refused_with_the_way_back(settings: Settings) -> None:
    with opened(settings) as ledger:
        ledger.note("schema", "99")
    catalogue, identity = open_catalogue(layout_of(settings, "papers"))
    catalogue.close()
    with pytest.raises(CollectionMismatchError, match="has schema '99' .* go back to the version that made it"):
        check_identity(identity, settings, "papers")


def test_tables_that_somebody_has_changed_are_damage(settings: Settings) -> None:
    with closing(database_of(layout_of(settings, "papers"))) as database, database.transaction() as statements:
        statements.execute("ALTER TABLE papers DROP COLUMN title")
    with reading(settings) as catalogue, pytest.raises(CollectionDamagedError, match="is not as it was made"):
        catalogue.heads()


def test_a_user_who_may_make_no_schema_is_told_what_to_grant(
    tmp_path: Path, server: PostgreSQLServer, settings: Settings
) -> None:
    guest = load_settings(home=tmp_path, catalogue=server.guest())
    with pytest.raises(CollectionError, match='GRANT ALL ON SCHEMA "papertrail_papers" TO user'):
        open_catalogue(layout_of(guest, "papers"))
    with pytest.raises(CollectionError, match="GRANT CREATE ON DATABASE"):
        database_of(layout_of(guest, "others"), create=True)


def test_what_no_database_can_keep_is_not_found(settings: Settings) -> None:
    with reading(settings) as catalogue:
        assert set(catalogue.papers(["p1", "p\0", "p\ud800"])) == {"p1"}
        assert catalogue.named(["title:\0"]) == []


def found(layout: Layout, word: str) -> list[str]:
    terms = dict.fromkeys(query_terms(word), 1.0)
    return sorted(key.partition(":")[0] for key, _ in LexicalIndex(layout).search(terms, 100))


def test_a_machine_that_joins_builds_its_own_word_index_and_says_how_long_it_took(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    layout = layout_of(settings, "papers")
    with reading(settings) as catalogue:
        assert follow(layout, catalogue)
        assert caplog.record_tuples[0][1] == logging.WARNING
        assert "The word index of this machine was built: 3 papers in " in caplog.text
        caplog.clear()
        assert follow(layout, catalogue)
    assert not caplog.text
    assert found(layout, "first") == ["p0", "p1", "p2"]


def test_a_word_index_follows_what_other_machines_write(
    tmp_path: Path, server: PostgreSQLServer, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    layout = layout_of(settings, "papers")
    with reading(settings) as catalogue:
        follow(layout, catalogue)
        caplog.clear()
        with opened(machine(tmp_path, server, "other")) as other:
            committed(other, [1], changed=True)
            committed(other, [5])
            other.remove(["p2"])
        assert follow(layout, catalogue)
        assert found(layout, "changed") == ["p1"]
        assert found(layout, "first") == ["p0", "p5"]
        assert LexicalIndex(layout).count() == catalogue.size() == 3
    assert not caplog.text  # nothing was built anew


def test_a_word_index_of_another_collection_of_that_name_is_built_anew(
    tmp_path: Path, server: PostgreSQLServer, settings: Settings
) -> None:
    layout = layout_of(settings, "papers")
    with reading(settings) as catalogue:
        follow(layout, catalogue)
    server.clear()
    with opened(settings, create=True) as ledger:
        committed(ledger, [8])
        committed(ledger, [9])
    with reading(settings) as catalogue:
        assert follow(layout, catalogue)
    assert found(layout, "first") == ["p8", "p9"]


def test_papers_are_in_the_order_of_their_bytes_on_both(settings: Settings, tmp_path: Path) -> None:
    file = load_settings(home=tmp_path / "file", catalogue="sqlite")
    orders = []
    for place in (settings, file):
        with opened(place, create=place is file) as ledger:
            committed(ledger, [10, 9, 0, 1, 2, 100])
            orders.append((ledger.ids(PaperFilter()), [key.paper_id for key, _ in ledger.documents()], ledger.heads()))
    assert orders[0] == orders[1]
    assert orders[0][1] == ["p0", "p1", "p10", "p100", "p2", "p9"]
    assert {head.authors for head in orders[0][2]} >= {", ".join(paper(0).authors)}

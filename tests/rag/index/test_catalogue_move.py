"""A catalogue goes from SQLite to PostgreSQL and back; stopped at every step, it loses nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from rag.errors import CollectionBusyError, CollectionError, CollectionMissingError, UserError
from rag.index.catalogue import collections_in, open_catalogue
from rag.index.database import database_of
from rag.index.layout import Layout, layout_of
from rag.index.ledger import KnownRecord
from rag.index.move import move
from rag.index.writer import writing
from rag.knowledge.extraction import extract
from rag.settings import Settings, load_settings
from tests.postgresql import PostgreSQLServer
from tests.rag.index.catalogues import committed, opened, paper

PAPERS = 12
TABLES = ("papers", "vectors", "entities", "names", "records", "listed", "entries", "leftovers", "changed")


def contents(layout: Layout) -> dict[str, list[Any]]:
    """Every row of every table, but the notes of the collection as a whole."""
    with closing(database_of(layout)) as database:
        return {table: sorted(map(tuple, database.rows(f"SELECT * FROM {table}")), key=repr) for table in TABLES}


@pytest.fixture
def file(tmp_path: Path) -> Settings:
    return load_settings(home=tmp_path, catalogue="sqlite")


@pytest.fixture
def served(tmp_path: Path, server: PostgreSQLServer) -> Iterator[Settings]:
    yield load_settings(home=tmp_path, catalogue=server.address())
    server.clear()


@pytest.fixture(params=["to PostgreSQL", "to SQLite"])
def way(request: pytest.FixtureRequest, file: Settings, served: Settings) -> tuple[Settings, Settings]:
    """From where to where, with a collection of papers in the first."""
    source, target = (file, served) if request.param == "to PostgreSQL" else (served, file)
    with opened(source, create=True) as ledger:
        committed(ledger, range(PAPERS))
        ledger.remember([KnownRecord("own", "revision", "p1", "a.bib:1; b.bib:2")])
        ledger.remove(["p3"])
    return source, target


def moves(way: tuple[Settings, Settings], monkeypatch: pytest.MonkeyPatch, stop_at: str = "") -> list[int]:
    """Moves four papers at a time; stops at a step such as ``copied:2``."""
    monkeypatch.setattr("rag.index.move._PAPERS", 4)
    told: list[int] = []
    wanted, _, number = stop_at.partition(":")
    seen: list[str] = []

    def step(name: str) -> None:
        seen.append(name)
        if name == wanted and seen.count(name) == int(number):
            raise KeyboardInterrupt

    move(*way, "papers", lambda done, of: told.append(done), on_step=step)
    return told


def test_it_is_the_same_on_the_other_side(way: tuple[Settings, Settings], monkeypatch: pytest.MonkeyPatch) -> None:
    source, target = way
    before, generation = contents(layout_of(source, "papers")), generation_of(source)
    assert moves(way, monkeypatch) == [4, 8, 11]
    assert contents(layout_of(target, "papers")) == before
    assert generation_of(target) == generation + 1
    assert (collections_in(source), collections_in(target)) == ([], ["papers"])
    with pytest.raises(CollectionMissingError):
        open_catalogue(layout_of(source, "papers"))
    assert moves((target, source), monkeypatch) == [4, 8, 11]
    assert contents(layout_of(source, "papers")) == before
    with opened(source) as ledger:
        committed(ledger, [20])
        assert ledger.size() == PAPERS


@pytest.mark.parametrize(("stop_at", "rest"), [("copied:1", [8, 11]), ("copied:3", []), ("finished:1", [])])
def test_one_that_was_stopped_loses_nothing_and_goes_on(
    way: tuple[Settings, Settings], monkeypatch: pytest.MonkeyPatch, stop_at: str, rest: list[int]
) -> None:
    source, target = way
    before = contents(layout_of(source, "papers"))
    with pytest.raises(KeyboardInterrupt):
        moves(way, monkeypatch, stop_at)
    assert contents(layout_of(source, "papers")) == before
    if stop_at != "finished:1":
        with pytest.raises(CollectionMissingError):
            open_catalogue(layout_of(target, "papers"))
        with (
            pytest.raises(CollectionError, match="half moved here: run `papertrail collection move` again"),
            writing(target, "papers", create=lambda: pytest.fail("it is there")),
        ):
            pass
    assert moves(way, monkeypatch) == rest
    assert contents(layout_of(target, "papers")) == before


def test_a_killed_one_loses_nothing(way: tuple[Settings, Settings], monkeypatch: pytest.MonkeyPatch) -> None:
    source, target = way
    before = contents(layout_of(source, "papers"))
    places = [settings.catalogue.get_secret_value() for settings in way]
    command = [sys.executable, "-m", "tests.rag.index.catalogues", str(source.home), *places]
    assert subprocess.run(command, env={**os.environ}).returncode == -signal.SIGKILL
    assert contents(layout_of(source, "papers")) == before
    assert moves(way, monkeypatch) == [8, 11]
    assert contents(layout_of(target, "papers")) == before


def test_one_that_was_overtaken_begins_anew(way: tuple[Settings, Settings], monkeypatch: pytest.MonkeyPatch) -> None:
    source, target = way
    with pytest.raises(KeyboardInterrupt):
        moves(way, monkeypatch, "copied:2")
    with opened(source) as ledger:
        committed(ledger, [0], changed=True)
        ledger.remove(["p1"])
    before = contents(layout_of(source, "papers"))
    assert moves(way, monkeypatch) == [4, 8, 10]
    assert contents(layout_of(target, "papers")) == before


def test_what_changes_while_it_is_copied_is_noticed(
    way: tuple[Settings, Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = way

    def read(name: str) -> None:  # as `papertrail extract --model` does, without the lock
        if name == "copied":
            with opened(source) as ledger:
                keys = ledger.unread("model-1 ollama/x")[:1]
                ledger.note_entities(keys, [extract(paper(0))], "model-1 ollama/x")

    with pytest.raises(CollectionBusyError, match="nothing was moved, run this again"):
        move(source, target, "papers", on_step=read)
    assert moves(way, monkeypatch)
    assert generation_of(target)


def test_another_collection_there_is_left_alone(
    way: tuple[Settings, Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = way
    with opened(target, create=True) as ledger:
        committed(ledger, [77])
    with pytest.raises(UserError, match="there is a collection 'papers' at .* already"):
        moves(way, monkeypatch)
    assert len(contents(layout_of(target, "papers"))["papers"]) == 1
    assert len(contents(layout_of(source, "papers"))["papers"]) == PAPERS - 1


def test_both_sides_being_one_and_a_missing_collection_are_the_users_mistake(file: Settings, served: Settings) -> None:
    with pytest.raises(UserError, match="is at sqlite already"):
        move(file, file, "papers")
    with pytest.raises(CollectionMissingError, match="at sqlite: say with `--from` where it is"):
        move(file, served, "papers")


def generation_of(settings: Settings) -> int:
    catalogue, _ = open_catalogue(layout_of(settings, "papers"))
    with closing(catalogue):
        return catalogue.generation()

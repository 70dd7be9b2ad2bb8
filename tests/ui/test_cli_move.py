"""``papertrail collection move``: the same answers from PostgreSQL as from SQLite, and back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgresql import PostgreSQLServer, served_postgresql
from tests.ui.command import Papertrail, write_papers


@pytest.fixture(scope="module")
def server() -> Iterator[PostgreSQLServer]:
    with served_postgresql() as running:
        yield running


@pytest.fixture
def papertrail(capsys: pytest.CaptureFixture[str]) -> Papertrail:
    return Papertrail(capsys)


def test_a_collection_goes_to_a_server_and_back(
    papertrail: Papertrail, tmp_path: Path, server: PostgreSQLServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    papertrail("ingest", write_papers(tmp_path))
    papers, hits = papertrail("papers", "--json").json, papertrail("search", "graph", "--json").json

    there = papertrail("collection", "move", "--to", server.address())
    shown = there.out.partition(" to ")[2].strip()
    left = papertrail("papers")
    monkeypatch.setenv("PAPERTRAIL_CATALOGUE", server.address())
    served = papertrail("papers", "--json").json, papertrail("search", "graph", "--json").json
    doctor = papertrail("doctor")
    back = papertrail("collection", "move", "--to", "sqlite", "--json")
    monkeypatch.delenv("PAPERTRAIL_CATALOGUE")

    assert there.code == 0
    assert there.out == f"moved {len(papers)} papers from sqlite to {shown}\n"
    assert f"set PAPERTRAIL_CATALOGUE={shown} now" in there.err
    assert "@" not in there.out + there.err + doctor.out
    assert left.code == 2
    assert served == (papers, hits)
    assert [line.split()[0] for line in doctor.out.splitlines() if "PostgreSQL" in line] == ["ok"]
    assert back.json == {"papers": len(papers), "origin": shown, "goal": "sqlite"}
    assert (papertrail("papers", "--json").json, papertrail("search", "graph", "--json").json) == (papers, hits)


def test_a_server_that_is_away_is_one_sentence_and_nothing_is_moved(papertrail: Papertrail, tmp_path: Path) -> None:
    papertrail("ingest", write_papers(tmp_path))

    moved = papertrail("collection", "move", "--to", "postgresql://me:hidden@127.0.0.1:1/papers")

    assert moved.code == 1
    assert "does not answer" in moved.err
    assert "hidden" not in moved.err
    assert papertrail("papers").code == 0


def test_a_place_that_is_none_is_the_users_mistake(papertrail: Papertrail, tmp_path: Path) -> None:
    papertrail("ingest", write_papers(tmp_path))

    assert papertrail("collection", "move", "--to", "sqlite").code == 2
    assert papertrail("collection", "move", "--to", "elsewhere").code == 2

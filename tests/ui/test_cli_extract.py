from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from rag.settings import load_settings
from tests.ui.command import Papertrail, write_papers


@pytest.fixture
def papertrail(capsys: pytest.CaptureFixture[str]) -> Papertrail:
    return Papertrail(capsys)


def test_papers_of_an_earlier_version_are_read_once(papertrail: Papertrail, tmp_path: Path) -> None:
    assert papertrail("ingest", write_papers(tmp_path)).code == 0
    new = papertrail("extract", "--json")
    catalogue = load_settings().home / "collections" / "papers" / "catalogue.sqlite"
    with closing(sqlite3.connect(catalogue)) as old:
        old.execute("DROP TABLE entities")

    first, second = papertrail("extract", "--json"), papertrail("extract")

    assert new.json["read"] == 0
    assert new.json["papers"] == 3
    assert new.json["entities"] > 0
    assert first.json == {**new.json, "read": 3}
    assert [line.split()[0] for line in second.out.splitlines()] == ["read", "papers", "entities", "hyperedges"]
    assert second.out.splitlines()[0].split() == ["read", "0"]


def test_a_collection_that_is_not_there_cannot_be_read(papertrail: Papertrail) -> None:
    done = papertrail("extract", "--collection", "other")

    assert done.code == 2
    assert "no collection 'other'" in done.err

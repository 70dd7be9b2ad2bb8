from __future__ import annotations

import io
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from rag.settings import load_settings
from tests.servers import OllamaServer, Reply
from tests.ui.command import PAPERS, Papertrail, write_papers


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


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Iterator[OllamaServer]:
    with OllamaServer(["reader"]) as server:
        server.script("/api/chat", Reply(['{"entities": [{"name": "RiverGraph", "kind": "system"}]}'], usage=(9, 5)))
        monkeypatch.setenv("PAPERTRAIL_OLLAMA_HOST", server.url)
        monkeypatch.setenv("PAPERTRAIL_RETRIES", "0")
        yield server


def test_a_model_reads_after_saying_what_it_takes(
    papertrail: Papertrail, tmp_path: Path, reader: OllamaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    papertrail("ingest", write_papers(tmp_path))
    monkeypatch.setenv("PAPERTRAIL_PRICES", "ollama/reader=100/1000")

    done = papertrail("extract", "--model", "ollama/reader", "--yes", "--json")

    assert "ollama/reader is to read 3 papers: about " in done.err
    assert "at your prices" in done.err
    assert done.code == 0
    assert done.json["read"] == 1
    assert {failure["paper_id"] for failure in done.json["failed"]} == {"2406.00002", "bird song"}
    assert done.json["prompt_tokens"] == 9 + 4 * 9
    assert done.json["money"] == pytest.approx((45 * 100 + 25 * 1000) / 1e6)
    assert done.json["papers"] == 3


def test_without_a_yes_nothing_is_asked_of_a_model(
    papertrail: Papertrail, tmp_path: Path, reader: OllamaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    papertrail("ingest", write_papers(tmp_path))
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))  # no terminal

    done = papertrail("extract", "--model", "ollama/reader")

    assert done.code == 2
    assert "PAPERTRAIL_PRICES=ollama/reader=" in done.err
    assert "--yes" in done.err
    assert reader.requests == []


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("n\n", 2), ("", 2)])
def test_on_a_terminal_it_asks(
    papertrail: Papertrail,
    tmp_path: Path,
    reader: OllamaServer,
    monkeypatch: pytest.MonkeyPatch,
    answer: str,
    code: int,
) -> None:
    papertrail("ingest", write_papers(tmp_path, PAPERS[:1]))
    terminal = io.StringIO(answer)
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdin", terminal)

    done = papertrail("extract", "--model", "ollama/reader")

    assert done.code == code
    assert "Go on? [y/N]" in done.err
    assert bool(reader.requests) == (code == 0)


def test_a_reading_that_stops_says_why_and_what_is_kept(
    papertrail: Papertrail, tmp_path: Path, reader: OllamaServer
) -> None:
    papertrail("ingest", write_papers(tmp_path))
    reader.script("/api/chat", Reply(status=503, body='{"error": "busy"}'))

    done = papertrail("extract", "--model", "ollama/reader", "--yes", "--parallel", "1", "--json")

    assert done.code == 1
    assert "stopped after 0 papers, which are kept: " in done.err
    assert done.json["read"] == 0
    assert "busy" in done.json["stopped"]


def test_the_rules_can_read_again_what_a_model_has_read(
    papertrail: Papertrail, tmp_path: Path, reader: OllamaServer
) -> None:
    papertrail("ingest", write_papers(tmp_path, PAPERS[:1]))
    before = papertrail("extract", "--json").json
    papertrail("extract", "--model", "ollama/reader", "--yes")

    assert papertrail("extract", "--fresh", "--json").json == {**before, "read": 1}
    assert papertrail("extract", "--fresh", "--model", "ollama/reader").code == 2
    assert papertrail("extract", "--model", "reader").code == 2

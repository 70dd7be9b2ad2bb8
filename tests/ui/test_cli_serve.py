"""``papertrail serve`` and ``papertrail mcp`` as commands."""

from __future__ import annotations

import json
import signal
import urllib.request
from pathlib import Path

import pytest

from tests.ui.command import Papertrail, start, write_papers


@pytest.fixture
def library(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Papertrail:
    papertrail = Papertrail(capsys)
    assert papertrail("ingest", write_papers(tmp_path)).code == 0
    return papertrail


@pytest.mark.parametrize("words", [["serve"], ["mcp", "--http"]])
@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_no_other_machine_is_let_in_without_a_token(library: Papertrail, words: list[str], host: str) -> None:
    done = library(*words, "--host", host, "--port", "0")

    assert done.code == 2
    assert "PAPERTRAIL_SERVER_TOKENS" in done.err


@pytest.mark.parametrize("words", [["serve"], ["mcp"], ["mcp", "--http"]])
def test_a_collection_that_is_not_there_is_a_mistake(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    done = Papertrail(capsys)(*words)

    assert (done.code, done.out) == (2, "")


@pytest.mark.usefixtures("library")
def test_serve_prints_its_address_and_answers_until_interrupted() -> None:
    process = start("serve", "--port", "0")
    assert process.stdout is not None
    address = process.stdout.readline().strip()
    with urllib.request.urlopen(f"{address}v1/papers", timeout=60) as response:
        listed = json.load(response)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)

    assert address.startswith("http://127.0.0.1:")
    assert listed["total"] == 3
    assert process.returncode in (0, 130)
    assert "Traceback" not in err

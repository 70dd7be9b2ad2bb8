from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

import rag
from tests.ui.command import Papertrail, write_lines, write_papers

TRUE = "RiverGraph improves answer accuracy by 12.3% over plain vector search."
FALSE = "RiverGraph improves answer accuracy by 21.3% over plain vector search."


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the papers, made once: verifying changes nothing."""
    home = Path(os.environ["PAPERTRAIL_HOME"])
    rag.ingest([write_papers(tmp_path_factory.mktemp("papers"))], settings=rag.load_settings(home=home))
    return home


@pytest.fixture
def papertrail(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, home: Path) -> Papertrail:
    monkeypatch.setenv("PAPERTRAIL_HOME", str(home))
    return Papertrail(capsys)


def test_a_file_is_checked_sentence_by_sentence(papertrail: Papertrail, tmp_path: Path) -> None:
    draft = tmp_path / "draft.txt"
    draft.write_text(f"{TRUE} {FALSE}", encoding="utf-8")

    done = papertrail("verify", draft)

    assert done.code == 0
    assert f"ok      {TRUE}" in done.out
    assert f"no      {FALSE}" in done.out
    assert "21.3%" in done.out.split(FALSE)[1]


def test_standard_input_is_read(papertrail: Papertrail, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(TRUE))

    (one,) = papertrail("verify", "-", "--json").json

    assert one["verdict"] == "supported"
    assert one["paper_id"] == "2501.00001"


def test_a_batch_gives_a_verdict_a_line_and_goes_on_after_bad_lines(papertrail: Papertrail, tmp_path: Path) -> None:
    cites = ["RiverGraph: Hypergraph Retrieval for Flood Reports"]
    batch = write_lines(
        tmp_path / "claims.jsonl",
        {"id": "a", "claim": TRUE, "cites": cites},
        "{no json",
        {"id": "b", "claim": FALSE, "cites": cites},
        {"id": "c", "claim": TRUE, "cites": "not a list"},
        {"id": "d", "claim": TRUE},
    )

    done = papertrail("verify", "--batch", batch)

    assert done.code == 0
    assert [(line["id"], line["verdict"]) for line in done.lines] == [
        ("a", "supported"),
        ("b", "unsupported"),
        ("d", "supported"),
    ]
    assert set(done.lines[0]) == {"id", "verdict", "score", "reason", "evidence"}
    assert done.lines[0]["evidence"] == "It improves answer accuracy by 12.3% over plain vector search."
    assert "claims.jsonl:2" in done.err
    assert "claims.jsonl:4" in done.err


@pytest.mark.parametrize(
    "words",
    [["verify"], ["verify", "x", "--batch", "y"], ["verify", "missing.txt"], ["verify", "--batch", "missing.jsonl"]],
)
def test_a_wrong_call_is_one_sentence(papertrail: Papertrail, words: list[str]) -> None:
    done = papertrail(*words)

    assert done.code == 2
    assert done.out == ""
    assert len(done.err.strip().splitlines()) == 1


def test_a_file_that_is_no_text_is_refused(papertrail: Papertrail, tmp_path: Path) -> None:
    picture = tmp_path / "picture.png"
    picture.write_bytes(b"\x89PNG\xff\xfe")

    done = papertrail("verify", picture)

    assert done.code == 2
    assert "not UTF-8" in done.err

from __future__ import annotations

import csv
import io
import os
from pathlib import Path

import pytest

import rag
from tests.ui.command import Papertrail, write_papers


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the papers, made once: comparing changes nothing."""
    home = Path(os.environ["PAPERTRAIL_HOME"])
    rag.ingest([write_papers(tmp_path_factory.mktemp("papers"))], settings=rag.load_settings(home=home))
    return home


@pytest.fixture
def papertrail(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, home: Path) -> Papertrail:
    monkeypatch.setenv("PAPERTRAIL_HOME", str(home))
    return Papertrail(capsys)


def test_compare_prints_a_markdown_table_with_its_quotes(papertrail: Papertrail) -> None:
    done = papertrail("compare", "River Graph", "lampnet")

    assert done.code == 0
    assert "|  | RiverGraph | LampNet |" in done.out
    assert "| Authors | 2 | 1 |" in done.out
    assert "“It improves answer accuracy by 12.3% over plain vector search.”" in done.out
    assert done.err == ""


@pytest.mark.parametrize("words", [["--format", "json"], ["--json"]])
def test_compare_prints_json(papertrail: Papertrail, words: list[str]) -> None:
    comparison = papertrail("compare", "RiverGraph", "2406.00002", *words).json

    assert [paper["name"] for paper in comparison["papers"]] == ["RiverGraph", "LampNet"]
    assert comparison["names"] == ["RiverGraph", "2406.00002"]


def test_compare_prints_csv_and_says_what_is_not_in_the_table(papertrail: Papertrail) -> None:
    done = papertrail("compare", "RiverGraph", "Nosuchnet", "--format", "csv")

    assert next(csv.reader(io.StringIO(done.out))) == ["aspect", "RiverGraph", "RiverGraph: quote"]
    assert done.err == "Nosuchnet is not in this collection\n"


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["RiverGraph"],
        ["RiverGraph", ""],
        ["Nosuchnet", "Nothernet"],
        ["a", "b", "c", "d", "e", "f", "g"],
        ["RiverGraph", "LampNet", "--format", "html"],
    ],
    ids=" ".join,
)
def test_what_cannot_be_compared_is_a_mistake_in_one_sentence(papertrail: Papertrail, words: list[str]) -> None:
    done = papertrail("compare", *words)

    assert done.code == 2
    assert done.out == ""
    assert done.err.count("\n") == 1

from __future__ import annotations

from pathlib import Path

import pytest

from evals.report.files import write_report
from evals.result import load_result
from rag.errors import SourceError
from tests.evals.report.runs import DEFAULT, run


def test_a_run_is_read_again_as_it_was(tmp_path: Path) -> None:
    result = run(*DEFAULT, lexical=DEFAULT[:2])
    write_report(result, tmp_path / "new" / "report", "papertrail eval")

    assert load_result(tmp_path / "new" / "report" / "run.json") == result
    assert {path.name for path in (tmp_path / "new" / "report").iterdir()} == {"run.json", "report.md", "report.html"}


def test_the_same_run_always_gives_the_same_files(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_report(run(*DEFAULT), tmp_path / name, "papertrail eval")

    for file in ("run.json", "report.html"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


@pytest.mark.parametrize("text", ["{}", "no JSON", '{"header": {}, "runs": {}}'])
def test_a_file_that_is_no_run_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "run.json").write_text(text, encoding="utf-8")

    with pytest.raises(SourceError, match="no run of this version"):
        load_result(tmp_path / "run.json")


def test_a_run_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read"):
        load_result(tmp_path / "run.json")


def test_a_folder_that_cannot_be_written_to_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(SourceError, match="cannot be written"):
        write_report(run(*DEFAULT), tmp_path / "file" / "folder", "papertrail eval")

"""Writing a run into a folder: as data, as Markdown, and as a page."""

from __future__ import annotations

from pathlib import Path

from evals.report.markdown import markdown
from evals.report.page import page
from evals.result import Result, save_result
from rag.errors import SourceError

__all__ = ["PAGE", "RUN", "write_report"]

RUN, TEXT, PAGE = "run.json", "report.md", "report.html"


def write_report(result: Result, folder: Path, command: str, before: Result | None = None) -> None:
    """Writes ``run.json``, ``report.md`` and ``report.html`` into a folder, which is made when it is not there.

    Args:
        result: the run.
        folder: where to.
        command: that made it, for the reader.
        before: an earlier run to compare with; None: there is none.

    Raises:
        SourceError: the folder cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        save_result(result, folder / RUN)
        (folder / TEXT).write_text(markdown(result, command, before), encoding="utf-8")
        (folder / PAGE).write_text(page(result, command, before), encoding="utf-8")
    except OSError as error:
        raise SourceError(f"the report cannot be written to {str(folder)!r}: {error.strerror}") from error

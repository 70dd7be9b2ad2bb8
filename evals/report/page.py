"""A run as one page of HTML that needs nothing else: tables, plots, and every turn to sort and filter."""

from __future__ import annotations

import functools
from importlib import resources

import jinja2

from evals.report.items import CRASHED, RIGHT, WRONG, items_of
from evals.report.markdown import SYSTEM_COLUMNS
from evals.report.plots import plots_of
from evals.report.side_by_side import remarks, side_by_side
from evals.report.table import SHOWN, cell
from evals.result import Result
from evals.stages import Stage
from evals.summary import ALL, COUNTS, Row, changes

__all__ = ["page"]


def page(result: Result, command: str, before: Result | None = None) -> str:
    """The page; everything that comes from papers, questions or models is escaped.

    Args:
        result: the run.
        command: that made it.
        before: an earlier run to compare with; None: there is none.
    """
    return _template().render(
        result=result,
        rows=next(iter(result.summaries.values())),
        systems={name: rows.get(ALL) or next(iter(rows.values())) for name, rows in result.summaries.items()},
        shown=(*SHOWN, "invented", "words"),
        system_columns=SYSTEM_COLUMNS,
        compared=side_by_side(result) if len(result.header.retrievers) > 1 else [],
        remarks=remarks(result),
        plots=plots_of(result),
        items=items_of(result, before),
        outcomes=(RIGHT, WRONG, CRASHED),
        stages=[stage.value for stage in Stage],
        changes=changes(before.main, result.main) if before else None,
        before=before,
        command=command,
        style=_file("page.css"),
        script=_file("page.js"),
    )


def _interval(row: Row, measure: str) -> str:
    """The 95 % interval in words, for a cell's title; empty where there is none."""
    mean = row.means.get(measure)
    return f"95 %: {mean.low:.2f} to {mean.high:.2f}, n={mean.n}" if mean and measure not in COUNTS else ""


@functools.cache
def _template() -> jinja2.Template:
    loader = jinja2.PackageLoader("evals.report", ".")
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    environment.globals |= {"cell": cell, "interval": _interval}
    return environment.get_template("page.html")


def _file(name: str) -> str:
    return resources.files("evals.report").joinpath(name).read_text(encoding="utf-8")

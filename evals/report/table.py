"""The numbers of a run as a text table for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evals.statistics import Mean
from evals.summary import ALL, COUNTS, Row

__all__ = ["cell", "comparison", "table"]

BORNE_OUT = ("borne out: checker", "borne out: judge", "borne out: labels")
"""Who says so: the product's own checker, a model that was asked, or the papers that are labelled as right."""
SHOWN = (
    "first",
    "facts",
    "precision",
    "recall",
    "f1",
    "right",
    "refused",
    *BORNE_OUT,
    "labelled",
    "covered",
    "verbatim",
)
"""Measures with a column; the report's page has all of them."""
COMPARED = ("first", "facts", "f1", "right", *BORNE_OUT)
_NAME = 25


def table(rows: Mapping[str, Row]) -> str:
    """One line a group: how many turns, how many crashed, each measure as its mean, and what was invented.

    The line of all turns has the 95 % intervals below it.
    """
    columns = ("n", "crashed", *SHOWN, "invented", "words")
    widths = [max(10, len(column) + 2) for column in columns]
    lines = [f"{'':{_NAME}}" + _line(columns, widths)]
    for name, row in rows.items():
        cells = [f"{row.n}", f"{row.crashed}", *(cell(row, measure) for measure in (*SHOWN, "invented", "words"))]
        lines.append(f"{name:{_NAME}}" + _line(cells, widths))
    if ALL in rows:
        ends = [rows[ALL].means.get(measure) for measure in SHOWN]
        for label, side in (("  95 % from", "low"), ("  95 % to", "high")):
            bounds = _line([_end(mean, side) for mean in ends], widths[2:])
            lines.append(f"{label:{_NAME}}{'':20}{bounds}")
    return "\n".join(lines)


def comparison(runs: Mapping[str, Mapping[str, Row]], timings: Mapping[str, float]) -> str:
    """One line a system over all turns, with the median milliseconds that it took to find papers."""
    columns = (*COMPARED, "refused", "retrieve ms")
    widths = [max(12, len(column) + 2) for column in columns]
    lines = [f"{'':{_NAME}}" + _line(columns, widths)]
    for name, rows in runs.items():
        row = _overall(rows)
        cells = [cell(row, measure) for measure in (*COMPARED, "refused")]
        cells.append(f"{timings[name]:.1f}" if name in timings else "-")
        lines.append(f"{name:{_NAME}}" + _line(cells, widths))
    return "\n".join(lines)


def cell(row: Row, measure: str) -> str:
    """A number as a table shows it; a dash where the measure makes no sense."""
    value = row.value(measure)
    if value is None:
        return "-"
    return f"{value:.0f}" if measure in COUNTS else f"{value:.2f}"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    """Cells side by side; there may be fewer than columns."""
    return "".join(f"{text:>{width}}" for text, width in zip(cells, widths, strict=False))


def _overall(rows: Mapping[str, Row]) -> Row:
    """The row of all turns; a set of one group has no other."""
    return rows[ALL] if ALL in rows else next(iter(rows.values()))


def _end(mean: Mean | None, side: str) -> str:
    return "-" if mean is None else f"{getattr(mean, side):.2f}"

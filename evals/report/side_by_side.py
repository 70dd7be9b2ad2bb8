"""Retrievers side by side: how right each is by how much a question links, how quick it is, and what it needs."""

from __future__ import annotations

from collections.abc import Mapping

from evals.questions import COMPLEXITY
from evals.result import Result
from evals.statistics import Difference, Mean
from evals.summary import ALL, Row, changes
from rag.tables import markdown_table

__all__ = ["SIDE_MEASURES", "groups_of", "remarks", "side_by_side", "side_by_side_markdown", "side_by_side_text"]

SIDE_MEASURES = ("first", "facts", "recall@5")
"""Of each retriever, a line each."""
_COSTS = ("p50 ms", "p95 ms", "first ms", "index s", "index MiB")


def groups_of(result: Result) -> dict[str, int]:
    """The groups that get a column, with their numbers of questions: the complexities that were asked, and all."""
    rows = next(iter(result.summaries.values()))
    named = [name for name in (*COMPLEXITY.values(), ALL) if name in rows] or list(rows)[:1]
    return {name: rows[name].n for name in named}


def side_by_side(result: Result) -> list[list[str]]:
    """A head and a line for each measure of each retriever; means with half their 95 % interval, – for what is not.

    The costs stand in the first line of a retriever. The index is made of at most 200 papers; the head says of how
    many.
    """
    groups = groups_of(result)
    costs = result.costs
    size = f" ({costs.papers} papers)" if costs else ""
    head = ["", "", *(f"{name} ({n})" for name, n in groups.items()), *_COSTS[:3], f"{_COSTS[3]}{size}", _COSTS[4]]
    lines = [head]
    for name in result.header.retrievers:
        for measure in SIDE_MEASURES:
            first = measure == SIDE_MEASURES[0]
            cells = [_mean(result.summaries[name], group, measure) for group in groups]
            lines.append(
                [name if first else "", measure, *cells, *(_cost(result, name) if first else [""] * len(_COSTS))]
            )
    return lines


def side_by_side_text(result: Result) -> str:
    """The table for a terminal."""
    lines = side_by_side(result)
    widths = [max(len(line[place]) for line in lines) for place in range(len(lines[0]))]
    return "\n".join("  ".join(_padded(line, widths)).rstrip() for line in lines)


def side_by_side_markdown(result: Result) -> str:
    """The table as Markdown."""
    head, *body = side_by_side(result)
    return markdown_table(head, body)


def remarks(result: Result) -> list[str]:
    """How to read the table: the load of the machine, and what each retriever has more than the first, in sentences."""
    costs = result.costs
    said = [f"times: warm, taken in turns, on a machine under a load of {costs.load} before"] if costs else []
    return said + _differences(result)


def _differences(result: Result) -> list[str]:
    first, *others = result.header.retrievers
    found = {name: changes(result.runs[first], result.runs[name])[ALL] for name in others}
    return [
        f"{name} against {first}: {measure} {_said(by_measure[measure])}"
        for name, by_measure in found.items()
        for measure in SIDE_MEASURES
        if measure in by_measure
    ]


def _said(difference: Difference) -> str:
    noise = "within noise" if difference.is_noise else "more than noise"
    counts = f"{difference.better} up, {difference.worse} down of {difference.n}"
    return f"{difference.value:+.3f} ({difference.low:+.3f} to {difference.high:+.3f}; {counts}), {noise}"


def _padded(line: list[str], widths: list[int]) -> list[str]:
    """Words to the left, numbers to the right."""
    return [
        cell.ljust(width) if place < 2 else cell.rjust(width)
        for place, (cell, width) in enumerate(zip(line, widths, strict=True))
    ]


def _mean(rows: Mapping[str, Row], group: str, measure: str) -> str:
    row = rows.get(group)
    mean: Mean | None = row.means.get(measure) if row else None
    if mean is None:
        return "–"
    half = (mean.high - mean.low) / 2
    return f"{mean.value:.2f}" + (f" ±{half:.2f}" if half else "")


def _cost(result: Result, name: str) -> list[str]:
    cost = result.costs.by_retriever.get(name) if result.costs else None
    if cost is None:
        return ["–"] * len(_COSTS)
    return [
        f"{cost.latency.p50:.1f}",
        f"{cost.latency.p95:.1f}",
        f"{cost.first_ms:.0f}",
        f"{cost.index.seconds:.1f}",
        f"{cost.index.mb:.2f}",
    ]

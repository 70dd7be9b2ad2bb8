"""A run as Markdown: what it was made with, its numbers with their intervals, where answers were lost."""

from __future__ import annotations

from collections.abc import Mapping

from evals.measuring import BUILT_IN
from evals.report.items import items_of
from evals.report.side_by_side import remarks, side_by_side_markdown
from evals.report.table import BORNE_OUT, SHOWN, cell
from evals.result import Result
from evals.statistics import Difference
from evals.summary import ALL, COUNTS, Row, changes
from rag.tables import markdown_table, markdown_text

__all__ = ["changes_table", "markdown"]

SYSTEM_COLUMNS = ("first", "facts", "f1", "right", *BORNE_OUT, "refused")


def markdown(result: Result, command: str, before: Result | None = None) -> str:
    """The report as a text that GitHub shows.

    Args:
        result: the run.
        command: that made it.
        before: an earlier run to compare with; None: there is none.
    """
    rows = next(iter(result.summaries.values()))
    blocks = [
        f"# {markdown_text(result.header.suite)}\n",
        _conditions(result, command),
        "## By kind of question\n",
        _table(rows),
        "Means of the turns; after ± half the width of the 95 % interval (percentile bootstrap).\n",
        "## By system\n",
        _systems(result),
        *_side_by_side(result),
        "## Where answers were lost\n",
        _stages(rows),
    ]
    if before is not None:
        blocks += ["## Against the earlier run\n", _against(before, result)]
    return "\n".join(blocks)


def _conditions(result: Result, command: str) -> str:
    header = result.header
    lines = {
        "Command": f"`{command}`",
        "Questions": f"{header.questions} of the set with checksum {header.questions_checksum}",
        "Papers": f"{header.papers} in the collection with checksum {header.collection_checksum}",
        "Written by": f"{header.model}, retriever {', '.join(header.retrievers)}",
        "“Borne out” by": _by(header.judge),
        "Settings, code": f"{header.settings_hash}, {header.code_hash}",
        "Versions": ", ".join(f"{name} {version}" for name, version in header.versions.items()),
        "Ended": header.date,
    }
    return "".join(f"- {name}: {value}\n" for name, value in lines.items())


def _by(judge: str) -> str:
    """By what the sentences were judged."""
    labels = "labels (only papers that are right for the question are cited)"
    return f"checker (the product's own), {labels}" + (f", judge {judge}" if judge != BUILT_IN.name else "; no judge")


def _table(rows: Mapping[str, Row]) -> str:
    head = ["", "n", "crashed", *SHOWN, "invented", "words"]
    body = [
        [name, str(row.n), str(row.crashed), *(_mean(row, measure) for measure in (*SHOWN, "invented", "words"))]
        for name, row in rows.items()
    ]
    return markdown_table(head, body)


def _mean(row: Row, measure: str) -> str:
    mean = row.means.get(measure)
    if mean is None or measure in COUNTS:
        return cell(row, measure).replace("-", "–")
    half = (mean.high - mean.low) / 2
    return f"{mean.value:.2f}" + (f" ±{half:.2f}" if half else "")


def _systems(result: Result) -> str:
    head = ["", *SYSTEM_COLUMNS, "retrieve, ms"]
    body = []
    for name, rows in result.summaries.items():
        row = rows[ALL] if ALL in rows else next(iter(rows.values()))
        time = result.retrieve_ms.get(name)
        body.append([name, *(_mean(row, measure) for measure in SYSTEM_COLUMNS), f"{time:.1f}" if time else "–"])
    return markdown_table(head, body)


def _side_by_side(result: Result) -> list[str]:
    if len(result.header.retrievers) == 1:
        return []
    said = "".join(f"- {sentence}\n" for sentence in remarks(result))
    return ["## Retrievers side by side\n", side_by_side_markdown(result), said]


def _stages(rows: Mapping[str, Row]) -> str:
    stages = list(dict.fromkeys(stage for row in rows.values() for stage in row.stages))
    head = ["", "n", *stages, "crashed", "judge failed on"]
    body = []
    for name, row in rows.items():
        counts = (row.n, *(row.stages.get(stage, 0) for stage in stages), row.crashed, row.judge_failures)
        body.append([name, *map(str, counts)])
    return markdown_table(head, body)


def _against(before: Result, result: Result) -> str:
    lines = [changes_table(changes(before.main, result.main))]
    for word in ("better", "worse"):
        changed = [item.measured.key for item in items_of(result, before) if item.change == word]
        lines.append(f"{word.capitalize()}: {', '.join(changed) or 'none'}.\n")
    return "\n".join(lines)


def changes_table(found: Mapping[str, Mapping[str, Difference]]) -> str:
    """By group the differences that are more than noise, and how many turns went up and down."""
    body = [
        [
            group,
            measure,
            f"{difference.value:+.3f}",
            f"{difference.low:+.3f} to {difference.high:+.3f}",
            f"{difference.better} up, {difference.worse} down of {difference.n}",
            "within noise" if difference.is_noise else "more than noise",
        ]
        for group, differences in found.items()
        for measure, difference in differences.items()
        if difference.better or difference.worse
    ]
    if not body:
        return "Nothing changed.\n"
    return markdown_table(["", "measure", "change", "95 % interval", "turns", ""], body)

"""Benchmarks as text for a terminal, as Markdown, and as a plot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from evals.bench.beside import Peer
from evals.bench.scale import Scale, Step, exponents
from evals.bench.speed import Speed
from evals.machine import Child
from evals.report.plots import as_svg
from rag.errors import SourceError
from rag.tables import markdown_table

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["peers_table", "scale_markdown", "speed_markdown", "write_scale", "write_speed"]


def speed_markdown(speed: Speed, peers: Sequence[Peer], command: str) -> str:
    """One run, ratios first; with other systems where some were measured."""
    warm = [
        [name, f"{one.p50:.1f}", f"{one.p95:.1f}", f"{one.p99:.1f}", str(one.n)]
        for name, one in speed.latencies.items()
    ]
    return "\n".join(
        [
            f"# Speed\n\nMade by `{command}`.\n",
            markdown_table(["ratio of medians of this run", ""], _pairs(speed.ratios)),
            *([peers_table(peers)] if peers else []),
            markdown_table(["warm, ms", "p50", "p95", "p99", "n"], warm),
            markdown_table(["", ""], _pairs(speed.values)),
            _environment(speed.environment),
        ]
    )


def peers_table(peers: Sequence[Peer]) -> str:
    """Other systems beside ours, as Markdown."""
    head = [
        "the same papers, questions and embedding; models answer at once",
        "ms p50",
        "p95",
        "to ours",
        "ingest, papers/s",
    ]
    rows = []
    for peer in peers:
        numbers = (peer.latency.p50, peer.latency.p95, peer.ratio, peer.ingest_rate)
        rows.append([peer.name, *(f"{value:.1f}" for value in numbers)])
    return markdown_table(head, rows)


def scale_markdown(scale: Scale, command: str) -> str:
    """All sizes beside each other, and how each quantity grows."""
    head = ["", *(f"{step.papers:,} papers" for step in scale.steps), "grows as papers to the power of"]
    grows = exponents(scale)
    rows = [
        ["ingest, papers a second", *(_rate(step) for step in scale.steps), ""],
        ["ingest, s", *(_took(step, "seconds") for step in scale.steps), _power(grows, "ingest time")],
        ["ingest, peak MiB", *(_took(step, "peak_mb") for step in scale.steps), _power(grows, "ingest memory")],
        ["disk, MiB", *(f"{step.disk_mb:,.0f}" for step in scale.steps), _power(grows, "disk")],
    ]
    for part in scale.steps[0].parts_mb:
        rows.append([f"... {part}, MiB", *(f"{step.parts_mb[part]:,.0f}" for step in scale.steps), ""])
    rows += _starts(scale)
    for call in scale.steps[0].latencies:
        cells = [f"{step.latencies[call].p50:.1f} / {step.latencies[call].p95:.1f}" for step in scale.steps]
        rows.append([f"{call}, ms p50 / p95", *cells, _power(grows, f"{call}, p50")])
    for style, mean in scale.steps[0].first_right.items():
        cells = [f"{step.first_right[style].value:.2f}" for step in scale.steps]
        rows.append([f"right paper first, {style} (n={mean.n})", *cells, ""])
    return "\n".join(
        [f"# Scale\n\nMade by `{command}`.\n", markdown_table(head, rows), _environment(scale.environment)]
    )


def _starts(scale: Scale) -> list[list[str]]:
    """Rows of first searches: seconds and peak memory of a process that searches once."""
    rows = [
        [f"first search, {name}, s / peak MiB", *(_process(step.starts.by_retriever[name]) for step in scale.steps), ""]
        for name in scale.steps[0].starts.by_retriever
    ]
    changed = [step.starts.changed for step in scale.steps]
    if any(changed):
        rows.append(["... by entities after a change, s / peak MiB", *map(_process, changed), ""])
    return rows


def _process(child: Child | None) -> str:
    return f"{child.seconds:.1f} / {child.peak_mb:,.0f}" if child else "–"


def write_speed(speed: Speed, peers: Sequence[Peer], folder: Path, command: str) -> None:
    """Writes ``speed.md``.

    Raises:
        SourceError: the folder cannot be written to.
    """
    _write(folder, {"speed.md": speed_markdown(speed, peers, command)})


def write_scale(scale: Scale, folder: Path, command: str) -> None:
    """Writes ``scale.md`` and the plot ``scale.svg``.

    Raises:
        SourceError: the folder cannot be written to.
    """
    _write(folder, {"scale.md": scale_markdown(scale, command), "scale.svg": _plot(scale)})


def _write(folder: Path, files: Mapping[str, str]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise SourceError(f"the report cannot be written to {str(folder)!r}: {error.strerror}") from error


def _plot(scale: Scale) -> str:
    """Median latencies over the number of papers, both on logarithmic axes."""

    def draw(axes: Axes) -> None:
        sizes = [step.papers for step in scale.steps]
        for call in scale.steps[0].latencies:
            axes.loglog(sizes, [step.latencies[call].p50 for step in scale.steps], marker="o", label=call)
        axes.set_xlabel("papers")
        axes.set_ylabel("median ms")
        axes.legend()

    return as_svg(draw, "scale", 4.0)


def _pairs(values: Mapping[str, float]) -> list[list[str]]:
    return [[name, f"{value:.2f}"] for name, value in values.items()]


def _environment(values: Mapping[str, str]) -> str:
    return ", ".join(f"{name}: {value}" for name, value in values.items()) + "\n"


def _rate(step: Step) -> str:
    return f"{step.papers / step.ingest.seconds:.1f}" if step.ingest else "–"


def _took(step: Step, what: str) -> str:
    return f"{getattr(step.ingest, what):,.0f}" if step.ingest else "–"


def _power(grows: Mapping[str, float], name: str) -> str:
    return f"{grows[name]:.2f}" if name in grows else "–"

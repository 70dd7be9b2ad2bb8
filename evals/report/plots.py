"""The plots of a run, each an SVG that takes on the colours of the page around it."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from evals.report.side_by_side import SIDE_MEASURES, groups_of
from evals.result import Result
from evals.statistics import Mean, mean_of
from evals.suite import Measured
from evals.summary import ALL, Row

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["as_svg", "plots_of"]

_INK = "#010203"
"""Stands for the colour of the page's text, which is not known when the plot is drawn."""
_BAR = "#0d9488"
_SECOND_BAR = "#a8a29e"
_BINS = 5
"""Of scores from 0 to 1."""
_ROW_INCHES = 0.34
_WIDTH_INCHES = 6.4
_LINES_INCHES = 3.2
_MARKS = "osD^v<>*"
_APART = 0.06
"""Of the points of two systems, where groups are 1 apart."""


def plots_of(result: Result) -> dict[str, str]:
    """Each plot as SVG under its heading; a plot without data is left out."""
    rows = next(iter(result.summaries.values()))
    groups = {name: row for name, row in rows.items() if row.means}
    systems = {name: _overall(rows) for name, rows in result.summaries.items()}
    drawn = {
        "Right answers by kind of question": _bars(_named(groups, "right"), "share of turns that are right"),
        "First citation right by kind of question": _bars(_named(groups, "first"), "share of turns"),
        "Cited papers by system": _bars(_named(systems, "f1"), "F1 over all turns", first_apart=True),
        "Calibration of the verdicts": _bars(
            _calibration(result.main), "share of citations that are of a paper wanted"
        ),
    }
    retrievers = {name: result.summaries[name] for name in result.header.retrievers}
    if len(retrievers) > 1:
        for measure in SIDE_MEASURES:
            drawn[f"{measure.capitalize()} by complexity"] = _lines(retrievers, list(groups_of(result)), measure)
            drawn[f"{measure.capitalize()} and the time of a search"] = _speeds(result, measure)
    return {heading: svg for heading, svg in drawn.items() if svg}


def _named(rows: Mapping[str, Row], measure: str) -> dict[str, Mean]:
    return {name: row.means[measure] for name, row in rows.items() if measure in row.means}


def _overall(rows: Mapping[str, Row]) -> Row:
    return rows[ALL] if ALL in rows else next(iter(rows.values()))


def _calibration(measured: Sequence[Measured]) -> dict[str, Mean]:
    """By the checker's score of a citation, in equal bins, how often the paper is one that must be cited."""
    bins: dict[int, list[float]] = {}
    for one in measured:
        for citation in one.answer.citations if one.answer and one.gold else ():
            place = min(int(citation.score * _BINS), _BINS - 1)
            bins.setdefault(place, []).append(float(citation.title in one.gold))
    return {f"score {place / _BINS:.1f} to {(place + 1) / _BINS:.1f}": mean_of(bins[place]) for place in sorted(bins)}


def _bars(means: Mapping[str, Mean], label: str, *, first_apart: bool = False) -> str:
    """A bar a mean with its interval and its count, from top to bottom; empty without means."""
    if not means:
        return ""
    places = range(len(means))

    def draw(axes: Axes) -> None:
        values = list(means.values())
        spread = [[mean.value - mean.low for mean in values], [mean.high - mean.value for mean in values]]
        colours = [_BAR if not place or not first_apart else _SECOND_BAR for place in places]
        axes.barh(
            places, [mean.value for mean in values], xerr=spread, color=colours, ecolor=_INK, capsize=2, height=0.7
        )
        axes.set_yticks(places, [f"{name} (n={mean.n})" for name, mean in means.items()])
        axes.invert_yaxis()
        axes.set_xlim(0, 1)
        axes.set_xlabel(f"{label}; lines are 95 % intervals")
        for place, mean in zip(places, values, strict=True):
            axes.text(0.01, place, f"{mean.value:.2f}", va="center", color="white" if mean.value > 0.1 else _INK)

    said = "; ".join(f"{name}: {_said(mean)}" for name, mean in means.items())
    return as_svg(draw, label, 0.9 + _ROW_INCHES * len(means), said=f"{label}. {said}.")


def _lines(systems: Mapping[str, Mapping[str, Row]], groups: Sequence[str], measure: str) -> str:
    """A line a system over the groups, a little apart so that the intervals can be told; empty without means."""
    measured = {
        name: [
            (place, row.means[measure])
            for place, group in enumerate(groups)
            if (row := rows.get(group)) and measure in row.means
        ]
        for name, rows in systems.items()
    }
    if not any(measured.values()):
        return ""

    def draw(axes: Axes) -> None:
        for number, (name, points) in enumerate(measured.items()):
            values = [mean.value for _, mean in points]
            spread = [[mean.value - mean.low for _, mean in points], [mean.high - mean.value for _, mean in points]]
            places = [place + (number - len(measured) / 2) * _APART for place, _ in points]
            mark = _MARKS[number % len(_MARKS)]
            axes.errorbar(places, values, yerr=spread, label=name, linestyle=":", marker=mark, capsize=2)
        axes.set_xticks(range(len(groups)), groups)
        axes.set_ylim(0, 1.05)
        axes.set_ylabel(measure)
        axes.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False, labelcolor=_INK)

    lines = [
        f"{name}: " + ", ".join(f"{groups[place]} {_said(mean)}" for place, mean in points)
        for name, points in measured.items()
    ]
    return as_svg(draw, f"{measure} by complexity", _LINES_INCHES, said=f"{measure} by complexity. {'; '.join(lines)}.")


def _speeds(result: Result, measure: str) -> str:
    """A point a retriever: how right it is over how long a search takes; empty without times or means."""
    means = _named({name: _overall(result.summaries[name]) for name in result.header.retrievers}, measure)
    costs = result.costs.by_retriever if result.costs else {}
    points = {name: (costs[name].latency.p50, mean) for name, mean in means.items() if name in costs}
    if len(points) < 2:
        return ""

    def draw(axes: Axes) -> None:
        for number, (name, (ms, mean)) in enumerate(points.items()):
            spread = [[mean.value - mean.low], [mean.high - mean.value]]
            mark = _MARKS[number % len(_MARKS)]
            axes.errorbar([ms], [mean.value], yerr=spread, label=name, linestyle="", marker=mark, capsize=2)
        axes.set_xscale("log")
        for axis in (axes.xaxis.set_major_formatter, axes.xaxis.set_minor_formatter):
            axis(lambda value, _: f"{value:g}")
        axes.set_ylim(0, 1.05)
        axes.set_xlabel("median time of a search, ms, on a logarithmic scale; farther left is quicker")
        axes.set_ylabel(measure)
        axes.legend(loc="upper left", bbox_to_anchor=(1, 1), frameon=False, labelcolor=_INK)

    said = "; ".join(f"{name}: {_said(mean)} at {ms:.1f} ms" for name, (ms, mean) in points.items())
    return as_svg(draw, f"{measure} and time", _LINES_INCHES, said=f"{measure} and the time of a search. {said}.")


def _said(mean: Mean) -> str:
    return f"{mean.value:.2f} ({mean.low:.2f} to {mean.high:.2f}, {mean.n} turns)"


def as_svg(draw: Callable[[Axes], None], name: str, height_inches: float, said: str = "") -> str:
    """A figure with one pair of axes, drawn by ``draw``; the same data give the same text.

    Args:
        draw: draws it.
        name: tells its marks from those of other figures in one page.
        height_inches: its height.
        said: the same in words, for who cannot see it; empty takes the name.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    style: dict[Any, Any] = {"svg.fonttype": "none", "svg.hashsalt": name, "font.size": 9, "text.color": _INK}
    style |= {f"{part}.color": _INK for part in ("xtick", "ytick")}
    style |= {"axes.labelcolor": _INK, "axes.edgecolor": _INK, "axes.spines.top": False, "axes.spines.right": False}
    with mpl.rc_context(style):
        figure = Figure(figsize=(_WIDTH_INCHES, height_inches), layout="constrained")
        draw(figure.add_subplot())
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None})
    text = buffer.getvalue()
    head = f'role="img" aria-label="{html.escape(said or name)}"'
    text = re.sub(r'width="[\d.]+pt" height="[\d.]+pt"', lambda _: head, text[text.index("<svg") :], count=1)
    return text.replace(_INK, "currentColor")

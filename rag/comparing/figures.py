"""Whether figures of different papers measure the same thing."""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Sequence
from typing import Final

from rag.comparing.aspects import own_results
from rag.comparing.reading import Reader, result_figures
from rag.comparing.spelling import name_key
from rag.text.numbers import Quantity
from rag.types import Paper, Passage

__all__ = ["Measured", "has_figures", "measured", "shared_measures"]

_METRIC: Final = re.compile(
    r"\b(?:(?P<accuracy>accura(?:cy|cies))|(?P<f1>F1)|(?P<mfu>MFU|Model FLOPs Utili[sz]ation)"
    r"|(?P<perplexity>perplexity)"
    r"|(?P<bleu>BLEU(?:RT)?)|(?P<comet>COMET)|(?P<mse>MSE)|(?P<recall>recall|R@\d+)|(?P<precision>precision)"
    r"|(?P<ndcg>nDCG)"
    r"|(?P<latency>latency)|(?P<throughput>throughputs?)|(?P<speedup>speed-?ups?|accelerations?)|(?P<memory>memory)"
    r"|(?P<energy>energy)|(?P<costs>costs?)|(?P<tflops>TFLOPS)|(?P<success>success)"
    r"|(?P<scaling>scaling efficienc(?:y|ies)))\b",
    re.IGNORECASE,
)
_CHANGE: Final = re.compile(
    r"\b(?:improv|increas|reduc|gain|degrad|boost|drop|sav|speed-?up|faster|slower|fewer|less|lower|higher|more|smaller|loss|"
    r"outperform|surpass|exceed|accelerat|clos|than|over|by)\w*\b|[+]\d",
    re.IGNORECASE,
)
_CLAUSE_END: Final = re.compile(r"[;:,.]\s|$")
_BEFORE: Final = 50
"""Characters before a figure that say what it measures, unless another figure stands between."""
_AFTER: Final = 50
_PLACED: Final = re.compile(r"\b(?:on|across|in|for)\s+(?:the\s+)?(?:\d-shot\s+)?$", re.IGNORECASE)
_IS_DATA: Final = re.compile(r"\s*(?:datasets?|benchmarks?|tasks?|corpus|subset)\b", re.IGNORECASE)


@dataclasses.dataclass(frozen=True)
class Measured:
    """One figure and what it measures, as far as its sentence says."""

    passage: Passage
    text: str
    """The figure as written, with its unit."""
    unit: str
    change: bool
    """A difference from something else rather than a level."""
    data: frozenset[str]
    """Comparable spellings of the data sets named beside it."""
    metrics: frozenset[str]


def has_figures(text: str) -> bool:
    """Whether the text has a figure that tells an outcome."""
    return bool(result_figures(text))


def measured(paper: Paper) -> list[Measured]:
    """The figures of a paper's own outcome."""
    reader = Reader(paper)
    return [item for passage in own_results(paper) for item in _in_sentence(reader, passage)]


def _in_sentence(reader: Reader, passage: Passage) -> list[Measured]:
    text = passage.text
    figures = result_figures(text)
    names = [
        (place, name_key(text[slice(*place)]))
        for place in reader.foreign_names(text)
        if _PLACED.search(text[: place[0]]) or _IS_DATA.match(text, place[1])
    ]
    found = []
    for before, figure, after in zip([None, *figures], figures, [*figures[1:], None], strict=False):
        begin, end = _around(before, figure, after, len(text))
        behind = {key for place, key in names if figure.end <= place[0] < end}
        ahead = {key for place, key in names if begin <= place[0] < figure.start}
        near = text[begin:end]
        metrics = {match.lastgroup for match in _METRIC.finditer(near) if match.lastgroup}
        change = figure.unit in {"x", "ratio"} or bool(_CHANGE.search(_clause(text, figure)))
        found.append(
            Measured(
                passage,
                text[figure.start : figure.end],
                figure.unit,
                change,
                frozenset(behind or ahead),
                frozenset(metrics),
            )
        )
    return found


def _around(before: Quantity | None, figure: Quantity, after: Quantity | None, length: int) -> tuple[int, int]:
    begin = max(0, figure.start - _BEFORE, before.end if before else 0)
    end = min(length, figure.end + _AFTER, after.start if after else length)
    return begin, end


def _clause(text: str, figure: Quantity) -> str:
    """The clause around a figure; only commas and colons with a space behind them end one, not those of figures."""
    ends = [match.end() for match in _CLAUSE_END.finditer(text)]
    return text[max([end for end in ends if end <= figure.start], default=0) : min(e for e in ends if e >= figure.end)]


def shared_measures(papers: Sequence[Paper]) -> dict[tuple[str, str], list[tuple[Paper, Measured]]]:
    """Figures that measure the same, by what they measure and the unit.

    They are levels ("reaches 81 %") in one unit on one data set, and no two of them name different metrics. Differences
    ("improves by 12 %") are never among them: each starts from a level of its own.
    """
    shared: dict[tuple[str, str], list[tuple[Paper, Measured]]] = {}
    figures = [(paper, item) for paper in papers for item in measured(paper) if not item.change]
    for (paper, one), (other_paper, other) in itertools.combinations(figures, 2):
        label = _same(one, other) if paper != other_paper else None
        if label is not None:
            group = shared.setdefault((label, one.unit), [])
            group += [pair for pair in ((paper, one), (other_paper, other)) if pair not in group]
    return shared


def _same(one: Measured, other: Measured) -> str | None:
    """The data set of both figures, with the metric where both name it; None when they measure different things."""
    data, metrics = one.data & other.data, one.metrics & other.metrics
    if one.unit != other.unit or not data or (one.metrics and other.metrics and not metrics):
        return None
    return ", ".join(sorted(data) + sorted(metrics))

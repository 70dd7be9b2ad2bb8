"""What the comparison of papers and a run of the suite found, as HTML."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from evals.forecast import Forecast
from rag.export import export_papers
from rag.index import Head
from rag.types import Paper
from rag.types.comparison import Comparison
from ui.page.render import html

__all__ = ["Choosing", "compared", "evaluate_note", "failed", "forecast", "picker", "report", "waiting"]

MEASURED = (
    "Asks a set of questions with known answers and counts how often the right paper is cited, how often the facts are "
    "said, and how often it is refused to answer what the papers do not say. Numbers of one set say little about other "
    "questions: the intervals show how little."
)
"""What a run can and cannot tell."""


@dataclasses.dataclass(frozen=True)
class Choosing:
    """The state of choosing papers to compare."""

    chosen: Sequence[tuple[str, str]]
    """Name (an id, or as typed) and title."""
    offered: Sequence[Head]
    total: int
    """How many papers match by their words; some of them are offered, and then others that are near in meaning."""
    query: str
    most: int
    """How many can be chosen."""


def evaluate_note() -> str:
    """What is measured, and what is not."""
    return html("note.html", text=MEASURED)


def forecast(found: Forecast, model: str, judge: str) -> str:
    """What a run takes of models, in a sentence.

    Args:
        found: what is reckoned.
        model: who writes.
        judge: who judges.
    """
    parts = [f"{model} writes up to {found.answers:,} answers"] if found.answers else []
    parts += [f"{judge} judges about {found.judged:,} sentences"] if found.judged else []
    if not parts:
        return html("note.html", text="No language model is asked: it costs some time of this machine alone.")
    price = "no price is set for it (PAPERTRAIL_PRICES)" if found.money is None else f"about {found.money:.2f}"
    text = (
        f"{' and '.join(parts)}: some {found.usage.prompt_tokens:,} tokens to read and "
        f"{found.usage.completion_tokens:,} to write; {price}. What an earlier run has kept is not asked for again."
    )
    return html("note.html", text=text)


def picker(choosing: Choosing) -> str:
    """What is chosen to be compared, and what more can be."""
    return html("picker.html", choosing=choosing, left=choosing.most - len(choosing.chosen))


def compared(comparison: Comparison, papers: Sequence[Paper], link: str) -> str:
    """What each paper brings, the table with a quote behind each cell, and what the reader should know.

    Args:
        comparison: what is shown.
        papers: its columns, for those who want to cite them.
        link: the query of an address that shows it again.
    """
    return html(
        "compared.html",
        comparison=comparison,
        citations={citation.marker: citation for citation in comparison.citations},
        markdown=comparison.to_markdown(),
        csv=comparison.to_csv(),
        bibtex="".join(export_papers(papers, "bibtex")),
        link=link,
    )


def report(page: str) -> str:
    """A whole page of HTML in a frame of its own, which can reach nothing of the page around it."""
    return html("report.html", page=page)


def waiting(text: str) -> str:
    """What is being done."""
    return html("waiting.html", text=text)


def failed(text: str) -> str:
    """Why there is no result, in one sentence."""
    return html("failed.html", text=text)

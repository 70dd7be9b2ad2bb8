"""What the check of a draft and the comparison of papers found, as HTML."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence

from rag.export import export_papers
from rag.types import Comparison, Paper, Verdict
from rag.verification import Checked
from ui.page.render import VERDICT_WORDS, html

__all__ = ["Choosing", "compared", "evaluate_note", "failed", "picker", "report", "verified", "verify_note", "waiting"]

COMPARED = (
    "Each sentence is held against single sentences of the nearest papers: their words, figures, names and "
    "direction (more or less). That finds slips; it is no proof that a sentence is true or false."
)
"""What the check can and cannot tell."""


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
    offered: Sequence[Paper]
    total: int
    """How many papers match, of which some are offered."""
    query: str
    most: int
    """How many can be chosen."""


def verified(checked: Sequence[Checked]) -> str:
    """Each sentence with its verdict, the reasons for it, and the sentence of the paper it was held against."""
    counts = Counter(one.verdict for one in checked)
    return html(
        "verified.html",
        checked=checked,
        counts=[(verdict, counts[verdict]) for verdict in Verdict if counts[verdict]],
        copied="\n\n".join(map(_plain, checked)),
    )


def evaluate_note() -> str:
    """What is measured, and what is not."""
    return html("note.html", text=MEASURED)


def verify_note() -> str:
    """What the check compares, and that it proves nothing."""
    return html("note.html", text=COMPARED)


def picker(choosing: Choosing) -> str:
    """What is chosen to be compared, and what more can be."""
    return html("picker.html", choosing=choosing, left=choosing.most - len(choosing.chosen))


def compared(comparison: Comparison, papers: Sequence[Paper]) -> str:
    """What each paper brings, the table with a quote behind each cell, and what the reader should know.

    Args:
        comparison: what is shown.
        papers: its columns, for those who want to cite them.
    """
    return html(
        "compared.html",
        comparison=comparison,
        citations={citation.marker: citation for citation in comparison.citations},
        markdown=comparison.to_markdown(),
        csv=comparison.to_csv(),
        bibtex="".join(export_papers(papers, "bibtex")),
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


def _plain(one: Checked) -> str:
    lines = [f"{VERDICT_WORDS[one.verdict or Verdict.UNSUPPORTED].capitalize()}: {one.claim}"]
    lines += [f"    – {problem}" for problem in one.problems]
    if one.paper is not None:
        lines.append(f"    {one.paper.title}" + (f": “{one.evidence}”" if one.evidence else ""))
    return "\n".join(lines)

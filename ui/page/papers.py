"""The list of papers: which of the collection are shown for the words typed above it."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr

from rag.assistant import Assistant
from rag.errors import PapertrailError
from rag.types import Paper
from ui.page import render

__all__ = ["ORDERS", "Listing", "Papers", "matching"]

PAGE = 50
"""Rows added at a time: a few screens full, and light enough for a phone."""

_ORDERS: dict[str, tuple[Callable[[Paper], Any], bool]] = {
    "Newest first": (lambda paper: (paper.published or datetime.date.min, paper.title), True),
    "Oldest first": (lambda paper: (paper.published or datetime.date.max, paper.title), False),
    "By title": (lambda paper: paper.title.casefold(), False),
    "Most authors": (lambda paper: paper.author_count or len(paper.authors), True),
}

ORDERS = tuple(_ORDERS)
"""Names of the orders that a list can have."""


@dataclasses.dataclass(frozen=True)
class Listing:
    """The components of the list."""

    query: gr.Textbox
    order: gr.Dropdown
    table: gr.HTML
    more: gr.Button
    rows: gr.State
    """How many rows are shown at most."""


class Papers:
    """The events of the list."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._papers: Sequence[Paper] = ()
        """As they were when a page was last loaded, so that typing does not read them all at every key."""

    def fresh(self, query: str, order: str) -> tuple[str, dict[str, Any], int]:
        """As :meth:`first`, of the collection as it is now."""
        try:
            self._papers = self._assistant.papers()
        except PapertrailError as error:
            return render.message(render.sentence(error)), gr.update(visible=False), 0
        return self.first(query, order)

    def first(self, query: str, order: str) -> tuple[str, dict[str, Any], int]:
        """The first rows that match: the table, the button for more, the number of rows."""
        return self.further(query, order, 0)

    def further(self, query: str, order: str, rows: int) -> tuple[str, dict[str, Any], int]:
        """The same with ``PAGE`` rows more than ``rows``."""
        rows += PAGE
        found = matching(self._papers, query)
        key, reverse = _ORDERS[order]
        shown = sorted(found, key=key, reverse=reverse)[:rows]
        return render.paper_table(shown, len(found), query.strip()), gr.update(visible=len(found) > rows), rows


def matching(papers: Sequence[Paper], query: str) -> list[Paper]:
    """The papers in whose title, organisation, authors or date every word of ``query`` occurs, in any case."""
    words = query.casefold().split()
    return [paper for paper in papers if all(word in _searched(paper) for word in words)]


def _searched(paper: Paper) -> str:
    date = paper.published.isoformat() if paper.published else ""
    return " ".join((paper.title, paper.organisation or "", date, *paper.authors)).casefold()

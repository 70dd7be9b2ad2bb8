"""The collection at a glance: its years as bars, and what its papers are about as an outline to open."""

from __future__ import annotations

from collections import Counter
from typing import Any

import gradio as gr

from rag.errors import PapertrailError
from ui.page import render, results
from ui.page.failures import told
from ui.page.library import Events
from ui.page.typed import data

__all__ = ["Overview", "closed"]

MOST_YEARS = 30
"""Bars that can be told apart on a phone; the newest years are drawn."""
NAMED = 40
"""Papers of a topic that are named; the map shows all."""


def closed() -> str:
    """The button that opens the overview."""
    return render.html("overview.html", open=False)


class Overview(Events):
    """The events of the overview."""

    def shown(self) -> str:
        """Years and topics as the collection is now."""
        try:
            heads, whole = self._assistant.heads(), self._assistant.map()
        except PapertrailError as error:
            return results.failed(told(error))
        counts = Counter(head.published.year for head in heads if head.published)
        years = sorted(counts.items())[-MOST_YEARS:]
        topics = []
        for number, group in enumerate(whole.groups):
            papers = [(one.paper_id, one.title) for one in whole.papers if one.group == number]
            if papers:
                topics.append((group.name or "Various", len(papers), papers[:NAMED]))
        return render.html(
            "overview.html",
            open=True,
            years=years,
            most=max(counts.values(), default=1),
            undated=len(heads) - sum(counts.values()),
            topics=topics,
            drawn=len(whole.papers),
            total=whole.total,
        )

    def year(self, event: gr.EventData) -> Any:
        """The year whose bar was clicked, as the filter of the list."""
        year = str(data(event).get("year", ""))
        return int(year) if year.isdecimal() else gr.skip()

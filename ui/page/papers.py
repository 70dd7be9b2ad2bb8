"""The list of papers: which of the collection are shown for what is wanted, and which of them are chosen."""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Sequence
from typing import Any

import gradio as gr

from rag.assistant import Assistant
from rag.errors import PapertrailError, UnknownPaperError
from rag.export import export_papers
from rag.types import Paper
from ui.page import finder, render
from ui.page.finder import Wanted
from ui.page.library import Events
from ui.page.typed import data, well_formed

__all__ = ["PAGE", "Chosen", "Listing", "Papers", "papers_of"]

PAGE = 50
"""Rows added at a time: a few screens full, and light enough for a phone."""
MOST_CHOSEN = 500
"""Papers that can be chosen; more are what a filter is for."""

Chosen = tuple[str, ...]
"""Ids of the papers that were ticked, in that order."""


@dataclasses.dataclass(frozen=True)
class Listing:
    """The components of the list, and those that show elsewhere what is ticked in it."""

    query: gr.Textbox
    year: gr.Dropdown
    venue: gr.Dropdown
    order: gr.Dropdown
    table: gr.HTML
    more: gr.Button
    rows: gr.State
    """How many rows are shown at most."""
    bar: gr.HTML
    """What can be done with the papers that are ticked."""
    scope: gr.HTML
    """Beside the question: that only these papers are asked."""
    chosen: gr.State
    """The :data:`Chosen` of this visitor."""
    export: gr.HTML
    """What the browser is to save: JSON with name and text."""

    def wanted(self) -> list[gr.components.Component]:
        """The components that say what is wanted."""
        return [self.query, self.year, self.venue, self.order]

    def listed(self) -> list[gr.components.Component]:
        """The components that show the list."""
        return [self.table, self.more, self.rows]

    def chosen_shown(self) -> list[gr.components.Component]:
        """The components that show what is ticked."""
        return [self.chosen, self.bar, self.scope]


class Papers(Events):
    """The events of the list."""

    def head(self) -> str:
        """The head of the page, with the number of papers as it is now."""
        assistant = self._assistant
        return render.header(assistant.collection_name, assistant.heads())

    def fresh(self, query: str, year: int, venue: str, order: str, chosen: Chosen) -> tuple[Any, ...]:
        """The choices of year and venue as the collection is now, then as :meth:`first`."""
        try:
            years, venues = finder.facets(self._assistant.heads())
        except PapertrailError as error:
            return gr.skip(), gr.skip(), render.message(render.sentence(error)), gr.update(visible=False), 0
        dated = [("any", 0), *((f"{year} ({count:,})", year) for year, count in years)]
        held = [("any", ""), *((f"{venue} ({count:,})", venue) for venue, count in venues)]
        return gr.update(choices=dated), gr.update(choices=held), *self.first(query, year, venue, order, chosen)

    def first(self, query: str, year: int, venue: str, order: str, chosen: Chosen) -> tuple[Any, ...]:
        """The first rows that match: the table, the button for more, the number of rows."""
        return self.further(query, year, venue, order, chosen, 0)

    def further(self, query: str, year: int, venue: str, order: str, chosen: Chosen, rows: int) -> tuple[Any, ...]:
        """The same with ``PAGE`` rows more than ``rows``."""
        rows += PAGE
        try:
            found = finder.find(self._assistant, Wanted(well_formed(query), year, venue, order))
        except PapertrailError as error:
            return render.message(render.sentence(error)), gr.update(visible=False), 0
        table = render.paper_table(found, rows, query.strip(), chosen)
        return table, gr.update(visible=len(found.heads) > rows), rows

    def tick(self, event: gr.EventData, chosen: Chosen) -> tuple[Any, ...]:
        """Adds papers whose boxes are ticked, takes out the others shown; outputs as :meth:`Listing.chosen_shown`."""
        shown, ticked = (_named(data(event).get(name)) for name in ("shown", "ticked"))
        rest = [one for one in chosen if one in ticked or one not in shown]
        return self.shown(tuple(dict.fromkeys((*rest, *ticked)))[:MOST_CHOSEN])

    def drop(self, event: gr.EventData, chosen: Chosen) -> tuple[Any, ...]:
        """Takes out the paper that was clicked; without one, all of them."""
        dropped = data(event).get("paper")
        return self.shown(tuple(one for one in chosen if dropped and one != dropped))

    def only(self, event: gr.EventData) -> tuple[Any, ...]:
        """The tab for questions, with the paper that is open as the only one asked."""
        return gr.Tabs(selected="ask"), *self.shown((str(data(event).get("paper", "")),))

    def shown(self, chosen: Chosen) -> tuple[Any, ...]:
        """The ids, what can be done with them, and the scope of a question."""
        heads = {head.paper_id: head for head in self._assistant.heads()} if chosen else {}
        named = [(one, heads[one].title) for one in chosen if one in heads]
        return tuple(one for one, _ in named), render.chosen_bar(named), render.scope(named)

    def export(self, event: gr.EventData, chosen: Chosen) -> str:
        """The ticked papers as a file that the browser saves."""
        return self._exported(str(data(event).get("form", "bibtex")), chosen)

    def cited(self, event: gr.EventData) -> str:
        """The papers of an answer or of the notebook as a file that the browser saves."""
        return self._exported(str(data(event).get("form", "bibtex")), _named(data(event).get("papers"))[:MOST_CHOSEN])

    def _exported(self, form: str, ids: Sequence[str]) -> str:
        suffix = {"bibtex": "bib"}.get(form, form)
        text = "".join(export_papers(papers_of(self._assistant, ids), form))
        at = time.monotonic_ns()  # or the browser would not notice that the same papers are saved again
        return json.dumps({"name": f"papers.{suffix}", "text": text, "at": at})


def _named(sent: object) -> list[str]:
    return [str(one) for one in sent] if isinstance(sent, list) else []


def papers_of(assistant: Assistant, ids: Sequence[str]) -> list[Paper]:
    """The papers of these ids that are still there."""
    found = []
    for paper_id in ids:
        try:
            found.append(assistant.paper(paper_id))
        except UnknownPaperError:
            continue
    return found

"""What the page does to set papers side by side: finding them, choosing them, showing what they say."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncGenerator
from typing import Any

import gradio as gr

from rag.errors import PapertrailError
from rag.index import Head
from ui.page import finder, links, results
from ui.page.failures import told
from ui.page.finder import Wanted
from ui.page.library import Events
from ui.page.render import MOST_COMPARED
from ui.page.results import Choosing
from ui.page.typed import data, well_formed

__all__ = ["Bench", "Compare"]

FEWEST, MOST = 2, MOST_COMPARED
"""How many papers a comparison takes."""

SHOWN = 6
"""Papers offered at a time."""

Names = tuple[str, ...]
"""What is chosen: ids of papers, and names typed that no title has."""


@dataclasses.dataclass(frozen=True)
class Bench:
    """The components of the tab."""

    query: gr.Textbox
    picker: gr.HTML
    compare: gr.Button
    result: gr.HTML
    chosen: gr.State
    """The :data:`Names` of this visitor."""


class Compare(Events):
    """The events of the tab."""

    def found(self, query: str, chosen: Names) -> str:
        """What is chosen, and the papers that match what is typed; before that, the newest to begin with."""
        query = " ".join(well_formed(query).split())
        try:
            heads = self._assistant.heads()
            matching, near = self._offered(query, chosen)
        except PapertrailError as error:
            return results.failed(told(error))
        titles = {head.paper_id: head.title for head in heads if head.paper_id in chosen}
        return results.picker(
            Choosing(
                chosen=[(name, titles.get(name, name)) for name in chosen],
                offered=[*matching, *near][:SHOWN] if query or len(chosen) < FEWEST else [],
                total=len(matching),
                query=query,
                most=MOST,
            )
        )

    def pick(self, event: gr.EventData, query: str, chosen: Names) -> tuple[Any, ...]:
        """Adds what was clicked, and empties the box for the next."""
        name = str(data(event).get("name", ""))
        return self._chosen("", self._with(name, chosen))

    def first(self, query: str, chosen: Names) -> tuple[Any, ...]:
        """Adds the first paper that matches what was typed; without one, nothing."""
        query = " ".join(well_formed(query).split())
        name = next((head.paper_id for head in self._offered(query, chosen)[0]), "") if query else ""
        return self._chosen("" if name else query, self._with(name, chosen))

    def drop(self, event: gr.EventData, query: str, chosen: Names) -> tuple[Any, ...]:
        """Takes out what was clicked."""
        dropped = data(event).get("name")
        return self._chosen(query, tuple(name for name in chosen if name != dropped))

    async def linked(self, event: gr.EventData) -> AsyncGenerator[tuple[Any, ...]]:
        """The tab that the address of the page names, and the comparison of the papers in it.

        As outputs the tabs, then those of :meth:`pick`, then the result.
        """
        view = links.read(str(data(event).get("search", "")))
        names = tuple(well_formed(name) for name in view.papers)
        tabs = gr.Tabs(selected=view.tab) if view.tab else gr.skip()
        if not names:
            yield tabs, *[gr.skip()] * 5
            return
        async for update in self.together(names):
            yield tabs, *update
            tabs = gr.skip()

    async def ticked(self, chosen: Names) -> AsyncGenerator[tuple[Any, ...]]:
        """The tab with the comparison of papers that were ticked elsewhere; outputs as of :meth:`linked`."""
        if not FEWEST <= len(chosen) <= MOST:
            yield gr.skip(), *[gr.skip()] * 5
            return
        async for update in self.together(chosen):
            yield gr.Tabs(selected=links.COMPARE), *update

    async def together(self, names: Names) -> AsyncGenerator[tuple[Any, ...]]:
        """The tab with these papers chosen, first waiting for what they say, then with it."""
        yield *await asyncio.to_thread(self._chosen, "", names[:MOST]), results.waiting("Reading the papers")
        yield *[gr.skip()] * 4, await self._result(names)

    async def compare(self, chosen: Names) -> AsyncGenerator[tuple[Any, str]]:
        """The button and the result: at first that the papers are being read, then what they say or why not."""
        yield gr.Button(interactive=False), results.waiting("Reading the papers")
        yield gr.Button(interactive=True), await self._result(chosen)

    async def _result(self, chosen: Names) -> str:
        """What the papers say, or why that cannot be told."""
        try:
            return await asyncio.to_thread(self._compared, chosen)
        except Exception as error:  # a defect must not leave the page waiting; the log has its traceback
            return results.failed(told(error))

    def _compared(self, chosen: Names) -> str:
        comparison = self._assistant.compare(chosen)
        papers = [self._assistant.paper(paper.paper_id) for paper in comparison.papers]
        return results.compared(comparison, papers, links.to_comparison(chosen))

    def _offered(self, query: str, chosen: Names) -> tuple[list[Head], list[Head]]:
        """The papers to choose from: those with the words that are typed, and others near in meaning."""
        found = finder.find(self._assistant, Wanted(query), near=SHOWN)
        heads, near = ([head for head in some if head.paper_id not in chosen] for some in (found.heads, found.near))
        return heads, near

    def _with(self, name: str, chosen: Names) -> Names:
        return (*chosen, name) if name.strip() and name not in chosen and len(chosen) < MOST else chosen

    def _chosen(self, query: str, chosen: Names) -> tuple[Any, ...]:
        """The box, the picker, the button and the state after a change."""
        return query, self.found(query, chosen), gr.Button(interactive=len(chosen) >= FEWEST), chosen

"""Papers in and out on the page: files are added with a report, papers are removed, and both can be taken back."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import shutil
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.utils import get_upload_folder

from rag import index, providers, sources
from rag.assistant import Assistant
from rag.errors import CollectionMissingError, PapertrailError, SourceError, UserError
from rag.index import IngestReport
from rag.settings import Settings
from rag.shelving import remove
from rag.sources import FORMATS, BadRecord, Note
from rag.sources.dates import parse_date
from rag.types import Paper
from ui.page import render, results
from ui.page.failures import told
from ui.page.library import Events
from ui.page.papers import Chosen, papers_of
from ui.page.typed import data, latest, well_formed

__all__ = ["MOST_BYTES", "Missing", "Shelf", "ShelfParts", "Undo", "drop_zone"]

MOST_BYTES = 200_000_000
"""Largest file that is taken over the page; larger ones are for the command line, which need not copy them."""
NAMED = 5
"""Titles that a report gives of the papers that lack something."""
_WANTED_CHARS = 10_000
"""Of what is typed, so much is read: some hundred ids."""
_FORMATS = {"pdf": "PDF", "bibtex": "BibTeX", "ris": "RIS", "csv": "CSV", "jsonl": "JSON lines", "arxiv-atom": "arXiv"}

Updates = tuple[Any, Any]
"""New values of the report and of what can be taken back."""


@dataclasses.dataclass(frozen=True)
class ShelfParts:
    """The components."""

    zone: gr.HTML
    report: gr.HTML
    undo: gr.State
    """The :class:`Undo` of the last change; ``None`` for none."""


@dataclasses.dataclass(frozen=True)
class Undo:
    """How the last change is taken back."""

    collection: str
    added: tuple[str, ...] = ()
    """Ids of papers that were not there before."""
    before: tuple[Paper, ...] = ()
    """Papers as they were before they were changed or removed."""


@dataclasses.dataclass(frozen=True)
class Missing:
    """What the sources of some papers did not say."""

    what: str
    count: int
    titles: tuple[str, ...]
    """The first of them."""


class Shelf(Events):
    """The events; files that a browser sent are deleted once they are read."""

    def collections(self) -> str:
        """The place to drop files, and the collections there are."""
        name = self._assistant.collection_name
        return drop_zone(name, [name, *(other for other in self._library.names() if other != name)])

    async def add(self, event: gr.EventData) -> AsyncGenerator[Updates]:
        """From the first paper read on how far it is, to the report."""
        into = str(data(event).get("into", "")).strip() or self._assistant.collection_name
        files, wanted = _sent(event), well_formed(str(data(event).get("wanted", "")))[:_WANTED_CHARS]
        assistant = self._assistant
        steps: asyncio.Queue[tuple[int, str] | None] = asyncio.Queue()
        loop = asyncio.get_running_loop()

        def progress(done: int, title: str) -> None:
            loop.call_soon_threadsafe(steps.put_nowait, (done, title))

        adding = _Adding(assistant, into, full_text=data(event).get("full_text") is True)

        async def work() -> IngestReport:
            try:
                return await asyncio.to_thread(adding.run, files, wanted, progress)
            finally:
                steps.put_nowait(None)

        yield results.waiting("Fetching the papers" if wanted else "Reading the files"), gr.skip()
        task = asyncio.ensure_future(work())
        try:
            while (step := await latest(steps)) is not None:
                yield results.waiting(f"{step[0]:,} read: {step[1][:80]}"), gr.skip()
            report = await task
        except Exception as error:  # a defect must not leave the page waiting; the log has its traceback
            yield results.failed(told(error)), adding.undo()
            return
        yield adding.told(report), adding.undo()

    async def remove(self, chosen: Chosen) -> Updates:
        """Takes the chosen papers out of the collection."""
        assistant = self._assistant
        papers = papers_of(assistant, chosen)
        if not papers:
            return gr.skip(), gr.skip()
        name = assistant.collection_name
        try:
            ids = [paper.paper_id for paper in papers]
            count = await asyncio.to_thread(remove, ids, collection=name, settings=assistant.settings)
        except PapertrailError as error:
            return results.failed(told(error)), gr.skip()
        return render.html("undone.html", text=f"{_papers(count)} removed.", undo=True), Undo(name, (), tuple(papers))

    async def edit(self, event: gr.EventData) -> tuple[Any, ...]:
        """Changes the record of a paper; the sentence for the panel that shows it, its id, the report and the undo."""
        sent = {name: well_formed(str(value)).strip() for name, value in data(event).items()}
        assistant = self._assistant
        try:
            before = assistant.paper(sent.get("paper", ""))
            after = _edited(before, sent)
            if after != before:
                await asyncio.to_thread(_replace, assistant, before, after)
        except PapertrailError as error:
            return told(error), sent.get("paper", ""), gr.skip(), gr.skip()
        if after == before:
            return "Nothing has changed.", before.paper_id, gr.skip(), gr.skip()
        report = render.html("undone.html", text="1 record changed.", undo=True)
        undo = Undo(assistant.collection_name, (), (before,))
        return "The record is changed; Papers has the way back.", before.paper_id, report, undo

    async def undo(self, undo: Undo | None) -> Updates:
        """Takes the last change back."""
        if undo is None:
            return gr.skip(), gr.skip()
        try:
            await asyncio.to_thread(self._undo, undo)
        except PapertrailError as error:
            return results.failed(told(error)), gr.skip()
        return render.html("undone.html", text="Taken back: the papers are as they were.", undo=False), None

    def _undo(self, undo: Undo) -> None:
        assistant = self._library.opened(undo.collection)
        settings, name = assistant.settings, undo.collection
        touched = (*undo.added, *(paper.paper_id for paper in undo.before))
        there = [paper.paper_id for paper in papers_of(assistant, touched)]
        if there:  # else a record with other authors would come back beside the one that it is to replace
            remove(there, collection=name, settings=settings)
        if undo.before:
            index.ingest(settings, name, undo.before)


class _Adding:
    """One addition, and what is to be said of it."""

    def __init__(self, assistant: Assistant, into: str, *, full_text: bool) -> None:
        self._shown = assistant.collection_name
        self._settings = assistant.settings
        self._into = into
        self._full_text = full_text
        self._read: dict[str, Paper] = {}
        self._before: dict[str, Paper] = {}

    def run(self, files: Sequence[Path], wanted: str, progress: Callable[[int, str], None]) -> IngestReport:
        """Reads the files, which it deletes, and what ``wanted`` names elsewhere into the collection."""
        try:
            addresses = providers.addresses_in(wanted) if wanted.strip() else []
            with _opened(self._into, self._settings) as known:
                items = self._items(files, addresses, known)
                return index.ingest(self._settings, self._into, items, progress)
        finally:
            for path in files:
                shutil.rmtree(path.parent, ignore_errors=True)

    def undo(self) -> Undo | None:
        """How this is taken back; ``None`` when there is nothing to take back."""
        changed = tuple(paper for key, paper in self._before.items() if _content(paper) != _content(self._read[key]))
        added = tuple(key for key in self._read if key not in self._before)
        return Undo(self._into, added, changed) if added or changed else None

    def told(self, report: IngestReport) -> str:
        """The report: how many were added, what failed and why, what was missing."""
        return render.html(
            "added.html",
            report=report,
            missing=_missing(list(self._read.values())),
            into=self._into,
            elsewhere=self._into != self._shown,
            undo=self.undo() is not None,
        )

    def _items(
        self, files: Sequence[Path], addresses: Sequence[providers.Address], known: Assistant | None
    ) -> Iterator[Paper | BadRecord | Note]:
        for path in files:
            try:
                yield from self._noted(sources.read_papers(path, full_text=self._full_text), known)
            except SourceError as error:
                yield BadRecord(path.name, str(error).replace(str(path), path.name))

        yield from self._noted(providers.read_addresses(addresses, self._settings), known)

    def _noted(
        self, items: Iterator[Paper | BadRecord | Note], known: Assistant | None
    ) -> Iterator[Paper | BadRecord | Note]:
        for item in items:
            if isinstance(item, Paper) and item.paper_id not in self._read:
                self._note(item, known)
            yield item

    def _note(self, paper: Paper, known: Assistant | None) -> None:
        self._read[paper.paper_id] = paper
        if known is not None:
            for before in papers_of(known, [paper.paper_id]):
                self._before[paper.paper_id] = before


def drop_zone(name: str, names: Sequence[str]) -> str:
    """Where files are dropped or chosen, and which collections there are, the one that is shown first."""
    formats = ", ".join(_FORMATS[form] for form in _FORMATS if form in FORMATS)
    return render.html("shelf.html", shown=name, names=names, formats=formats)


def _opened(name: str, settings: Settings) -> contextlib.AbstractContextManager[Assistant | None]:
    """The collection as it is before; nothing when it is not there yet."""
    try:
        return Assistant.open(name, settings)
    except CollectionMissingError:
        return contextlib.nullcontext()


def _edited(paper: Paper, sent: Mapping[str, str]) -> Paper:
    """The paper as its form says.

    Raises:
        UserError: it has no title, or its date is none.
    """
    title = " ".join(sent.get("title", "").split())
    if not title:
        raise UserError("a paper needs a title: type one and save again")
    date = sent.get("published", "")
    published = parse_date(date) if date else None
    if date and published is None:
        raise UserError(f"{date!r} is no date: write 2025, 2025-03 or 2025-03-14")
    authors = tuple(name for part in sent.get("authors", "").split(";") if (name := " ".join(part.split())))
    count = paper.author_count if authors == paper.authors else len(authors) or None
    venue = " ".join(sent.get("venue", "").split()) or None
    return dataclasses.replace(
        paper, title=title, published=published, authors=authors, author_count=count, venue=venue
    )


def _replace(assistant: Assistant, before: Paper, after: Paper) -> None:
    """Puts one record in the place of another, which comes back when that fails.

    It is taken out first, or one with other authors would be read as that of another paper.
    """
    name, settings = assistant.collection_name, assistant.settings
    remove([before.paper_id], collection=name, settings=settings)
    try:
        index.ingest(settings, name, [after])
    except PapertrailError:
        index.ingest(settings, name, [before])
        raise


def _sent(event: gr.EventData) -> list[Path]:
    """The files that the browser sent before, and no other files."""
    folder = Path(get_upload_folder()).resolve()
    files = data(event).get("files")
    named = [Path(well_formed(str(one))).resolve() for one in files] if isinstance(files, list) else []
    return [path for path in named if path.is_relative_to(folder) and path.parent != folder and path.is_file()]


def _missing(papers: Sequence[Paper]) -> list[Missing]:
    """What the papers read lack, by what it is."""
    lacks: list[tuple[str, Callable[[Paper], object]]] = [
        ("abstract", lambda paper: paper.abstract),
        ("date", lambda paper: paper.published),
        ("authors", lambda paper: paper.authors or paper.author_count),
        ("link or DOI", lambda paper: paper.url or paper.doi),
    ]
    found = [(what, [paper.title for paper in papers if not says(paper)]) for what, says in lacks]
    return [Missing(what, len(titles), tuple(titles[:NAMED])) for what, titles in found if titles]


def _content(paper: Paper) -> Paper:
    return dataclasses.replace(paper, source="")


def _papers(count: int) -> str:
    return "1 paper" if count == 1 else f"{count:,} papers"

"""The addresses under ``/v1`` that give the program's own records: the façade over HTTP, and nothing else."""

from __future__ import annotations

import asyncio
import contextlib
import json
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path
from typing import Annotated, Any, Final

import fastapi
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from sse_starlette import EventSourceResponse, ServerSentEvent

from rag import read_draft
from rag.assistant import Assistant
from rag.filters import PaperFilter
from rag.types import Answer
from ui.hits import hits_json
from ui.server.bodies import Ask, Compare, Search, Verify
from ui.server.failures import failure
from ui.server.history import answers_of

__all__ = ["MOST_LISTED", "events_of", "routes"]

MOST_LISTED: Final = 500
"""Papers of one page of the list: about 1 MB."""
_Filters = Annotated[list[str], fastapi.Query(description="as `filter` of the other addresses; may be repeated")]


def routes(assistant: Assistant) -> fastapi.APIRouter:
    """The addresses over one collection."""
    router = fastapi.APIRouter(prefix="/v1", tags=["papers"])

    @router.post("/ask", response_model=None)
    async def ask(body: Ask) -> Response:
        """Answers a question; every sentence cites the sentence of the paper that it rests on.

        With `stream` the answer comes as server-sent events: `piece` (`{"text": ...}`) while it is written, then
        `answer`, the checked one, whose text counts; or `error`.
        """
        stream = assistant.astream(
            body.question,
            history=answers_of(body.history),
            model=body.model,
            retriever=body.retriever,
            filters=body.papers(),
            unsupported=body.unsupported,
            trace=body.trace,
            fresh=body.fresh,
            without=body.without,
        )
        if body.stream:
            return EventSourceResponse(_told(await events_of(stream)))
        async with contextlib.aclosing(await events_of(stream)) as events:
            *_, answer = [event async for event in events]
        return JSONResponse(answer.to_json())

    @router.post("/search")
    def search(body: Search) -> dict[str, Any]:
        """Finds papers without writing an answer; each with its sentences, the best first."""
        notes: list[str] = []
        hits = assistant.search(
            body.query, body.k, retriever=body.retriever, filters=body.papers(), not_ranked=notes.append
        )
        return {"hits": hits_json(hits), "notes": notes}

    @router.post("/compare", response_model=None)
    def compare(body: Compare) -> Response:
        """Sets papers side by side, aspect by aspect, with the sentence behind every cell."""
        comparison = assistant.compare(body.names)
        if body.format == "markdown":
            return PlainTextResponse(comparison.to_markdown(), media_type="text/markdown")
        if body.format == "csv":
            return PlainTextResponse(comparison.to_csv(), media_type="text/csv")
        return JSONResponse(comparison.to_json())

    @router.post("/verify")
    def verify(body: Verify) -> dict[str, Any]:
        """Holds a text against the papers, sentence by sentence."""
        return _verified(assistant, body)

    @router.get("/papers")
    def papers(
        filter: _Filters = [],  # noqa: B006 -- FastAPI reads it and never writes to it
        offset: Annotated[int, fastapi.Query(ge=0)] = 0,
        limit: Annotated[int, fastapi.Query(ge=1, le=MOST_LISTED)] = 50,
    ) -> dict[str, Any]:
        """The papers of the collection, newest first, a page at a time, and how many there are."""
        filters = PaperFilter.parse(filter) if filter else None
        listed = assistant.papers(filters, first=offset, most=limit)
        return {"total": assistant.count(filters), "papers": [paper.to_json() for paper in listed]}

    @router.get("/papers/{paper_id:path}")
    def paper(paper_id: str) -> dict[str, Any]:
        """One paper: title, abstract and what its source says of it."""
        return assistant.paper(paper_id).to_json()

    return router


async def events_of(stream: AsyncIterator[str | Answer]) -> AsyncGenerator[Any]:
    """The events of an answer, once the first is there: what is wrong with a question is known before any is sent."""
    first = await anext(stream)

    async def all_events() -> AsyncGenerator[str | Answer]:
        try:
            yield first
            async for event in stream:
                yield event
        finally:
            if isinstance(stream, AsyncGenerator):
                await stream.aclose()

    return all_events()


async def _told(events: AsyncGenerator[str | Answer]) -> AsyncGenerator[ServerSentEvent]:
    try:
        async with contextlib.aclosing(events):
            async for event in events:
                if isinstance(event, str):
                    yield _event("piece", {"text": event})
                else:
                    yield _event("answer", event.to_json())
    except asyncio.CancelledError:
        raise
    except Exception as error:  # it has begun to answer: the status can say nothing any more
        yield _event("error", failure(error)[1])


def _event(name: str, value: object) -> ServerSentEvent:
    return ServerSentEvent(json.dumps(value, ensure_ascii=False), event=name)


def _verified(assistant: Assistant, body: Verify) -> dict[str, Any]:
    if body.cites is not None:
        claims = assistant.verify(body.text, body.cites, judge=body.judge)
        return {"sentences": [claim.to_json() for claim in claims]}
    with tempfile.TemporaryDirectory() as folder:
        bibliography = Path(folder) / "references.bib"
        if body.bibliography is not None:
            bibliography.write_text(body.bibliography, encoding="utf-8")
        draft = read_draft(body.text, body.format, [bibliography] if body.bibliography is not None else [])
    return assistant.verify_draft(draft, judge=body.judge).to_json()

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from rag.errors import ModelTimeoutError
from rag.types import Answer
from ui.page.run import Run

_ANSWER = Answer("q", "ab", False, None, (), (), (), "extractive", "hybrid", "0")


class _Stream:
    """Pieces, then either an end, an error, or a wait that only a cancellation ends."""

    def __init__(self, *events: str | Answer, then: Exception | str | None = None) -> None:
        self._events = events
        self._then = then
        self.waiting = asyncio.Event()
        self.closed = False

    async def events(self) -> AsyncIterator[str | Answer]:
        try:
            for event in self._events:
                yield event
            if isinstance(self._then, Exception):
                raise self._then
            if self._then == "wait":
                self.waiting.set()
                await asyncio.Event().wait()
        finally:
            self.closed = True


def test_everything_is_passed_on_and_the_run_is_over_at_the_end() -> None:
    async def scenario() -> None:
        run, stream = Run(), _Stream("a", "b", _ANSWER)

        assert [event async for event in run.events(stream.events())] == ["a", "b", _ANSWER]
        assert run.cancel.is_set()
        assert stream.closed

    asyncio.run(scenario())


def test_a_stopped_stream_may_hand_in_what_it_has() -> None:
    async def stream(run: Run) -> AsyncIterator[str | Answer]:
        yield "a"
        await asyncio.to_thread(run.cancel.wait)
        yield _ANSWER

    async def scenario() -> None:
        run = Run()
        events = run.events(stream(run))
        assert await anext(events) == "a"

        run.stop()

        assert [event async for event in events] == [_ANSWER]

    asyncio.run(scenario())


def test_stopping_ends_a_stream_that_says_nothing_any_more() -> None:
    async def scenario() -> None:
        run, stream = Run(patience_s=0.01), _Stream("a", then="wait")
        passed = asyncio.ensure_future(_collect(run, stream))
        await stream.waiting.wait()

        run.stop()

        assert await passed == ["a"]
        await asyncio.sleep(0)  # lets the cancellation through
        assert run.cancel.is_set()
        assert stream.closed

    asyncio.run(scenario())


def test_a_reader_that_goes_away_stops_the_run_and_closes_the_stream() -> None:
    async def scenario() -> None:
        run, stream = Run(), _Stream("a", "b")
        events = run.events(stream.events())
        assert await anext(events) == "a"

        await events.aclose()

        assert run.cancel.is_set()
        assert stream.closed

    asyncio.run(scenario())


def test_errors_of_the_stream_are_raised() -> None:
    async def scenario() -> None:
        run, stream = Run(), _Stream("a", then=ModelTimeoutError("no answer in 1 s"))
        events = run.events(stream.events())
        assert await anext(events) == "a"

        with pytest.raises(ModelTimeoutError, match="no answer"):
            await anext(events)
        assert run.cancel.is_set()

    asyncio.run(scenario())


async def _collect(run: Run, stream: _Stream) -> list[str | Answer]:
    return [event async for event in run.events(stream.events())]

"""Runs a model's stream in a thread of its own, so that it can be given up at any moment, even while it is silent."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import queue
import threading
from collections.abc import AsyncGenerator, Callable, Generator
from dataclasses import dataclass
from typing import TypeVar

from rag.types import Usage

__all__ = ["Delta", "from_async", "from_sync"]

_POLL_S = 0.05
"""Seconds between two looks at the cancel event: too short to notice, and no load (20 wake-ups a second)."""
_JOIN_S = 2.0
"""Seconds to wait for a cancelled task to close its connection, which it does at once."""


@dataclass(frozen=True)
class Delta:
    """What a model server sent in one go."""

    text: str = ""
    finish: str | None = None
    """Why the model stopped, in the last one: ``stop``, ``length``, ``content_filter``, or ``unsaid``."""
    usage: Usage | None = None


class _End:
    """The stream is over."""


@dataclass(frozen=True)
class _Failure:
    error: Exception


_T = TypeVar("_T")
_Items = queue.SimpleQueue[_T | _End | _Failure]


def from_async(source: Callable[[], AsyncGenerator[_T, None]], cancel: threading.Event) -> Generator[_T, None, None]:
    """Yields what ``source`` yields, until ``cancel`` is set or the generator is closed.

    Either cancels the task that reads the stream, wherever it waits, and with it closes its connection. The clients
    of both model servers close a connection whose read is cancelled; their blocking variants cannot be interrupted.
    Errors of ``source`` come out here.
    """
    if cancel.is_set():
        return
    items: _Items[_T] = queue.SimpleQueue()

    async def pump() -> None:
        async with contextlib.aclosing(source()) as stream:
            async for item in stream:
                items.put(item)

    loop = asyncio.new_event_loop()
    task = loop.create_task(pump())

    def run() -> None:
        with contextlib.closing(loop), contextlib.suppress(asyncio.CancelledError):
            try:
                loop.run_until_complete(task)
            finally:
                loop.run_until_complete(loop.shutdown_asyncgens())

    def stop() -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: the stream had ended
            loop.call_soon_threadsafe(task.cancel)

    yield from _consume(items, run, stop, cancel, _JOIN_S)


def from_sync(source: Callable[[], Generator[_T, None, None]], cancel: threading.Event) -> Generator[_T, None, None]:
    """As :func:`from_async`, for a stream that only blocks.

    After a cancel it is left to itself in its daemon thread, and closed as soon as it yields the next item.
    """
    if cancel.is_set():
        return
    items: _Items[_T] = queue.SimpleQueue()
    stopped = threading.Event()

    def run() -> None:
        with contextlib.closing(source()) as stream:
            for item in stream:
                if stopped.is_set():
                    return
                items.put(item)

    yield from _consume(items, run, stopped.set, cancel, 0.0)


def _consume(
    items: _Items[_T], run: Callable[[], None], stop: Callable[[], None], cancel: threading.Event, join_s: float
) -> Generator[_T, None, None]:
    def work() -> None:
        try:
            run()
        except Exception as error:  # whatever it is, it belongs to the thread that reads the items
            items.put(_Failure(error))
        finally:
            items.put(_End())

    thread = threading.Thread(target=contextvars.copy_context().run, args=(work,), name="papertrail-model", daemon=True)
    thread.start()
    try:
        while not cancel.is_set():
            try:
                item = items.get(timeout=_POLL_S)
            except queue.Empty:
                continue
            if isinstance(item, _End):
                return
            if isinstance(item, _Failure):
                raise item.error
            yield item
    finally:
        stop()
        thread.join(join_s)

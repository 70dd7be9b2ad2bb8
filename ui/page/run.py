"""One answer being written, and the way to stop it from another event of the page."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, AsyncIterator

from rag.types import Answer

__all__ = ["Run"]

PATIENCE_S = 3.0
"""Seconds that a stopped answer gets to hand in what there is of it, checked; a model's stream is closed within 2."""


class Run:
    """Passes the events of one answer on until it is stopped.

    To be made and stopped on the event loop of the page; ``cancel`` may be read on any thread.
    """

    def __init__(self, patience_s: float = PATIENCE_S) -> None:
        self._patience_s = patience_s
        self.cancel = threading.Event()
        """Set once the answer is finished or stopped, or its reader has gone away."""
        self.left = False
        """Set when the visitor has gone on to another conversation."""
        self.ended = asyncio.Event()
        """Set when its reader is done with it, and the next answer may begin."""
        self._stopped = asyncio.Event()

    def stop(self, *, left: bool = False) -> None:
        """Ends the run soon, whether or not the model server has anything more to say; may be called twice."""
        self.left = self.left or left
        self.cancel.set()
        self._stopped.set()

    async def events(self, stream: AsyncIterator[str | Answer]) -> AsyncGenerator[str | Answer]:
        """What ``stream`` gives, until its end, or until it is silent after :meth:`stop`; closing this stops it too."""
        stopped = asyncio.ensure_future(self._stopped.wait())
        step: asyncio.Future[str | Answer | None] | None = None
        try:
            while True:
                step = asyncio.ensure_future(anext(stream, None))
                await asyncio.wait({step, stopped}, return_when=asyncio.FIRST_COMPLETED)
                if not step.done():
                    await asyncio.wait({step}, timeout=self._patience_s)
                event = step.result() if step.done() else None
                if event is None:
                    return
                yield event
        finally:
            self.stop()
            stopped.cancel()
            await _close(stream, step)


async def _close(stream: AsyncIterator[str | Answer], step: asyncio.Future[str | Answer | None] | None) -> None:
    """Ends ``stream`` without waiting for a step that is still under way."""
    if step is not None and not step.done():
        step.add_done_callback(lambda done: done.cancelled() or done.exception())  # or asyncio reports it as lost
        step.cancel()
    elif isinstance(stream, AsyncGenerator):
        await stream.aclose()

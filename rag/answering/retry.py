"""Tries a model server again after a failure that may pass, as long as nothing of its answer was shown."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Generator

from rag.answering.stream import Delta
from rag.servers.passing import PassingError, tries

__all__ = ["with_retries"]


def with_retries(
    open_stream: Callable[[], Generator[Delta, None, None]], retries: int, cancel: threading.Event
) -> Generator[Delta, None, None]:
    """Yields what the stream yields; opens it anew when it fails with a :class:`PassingError` before its first text.

    Waits are those of :func:`rag.servers.passing.tries`; ``cancel`` ends them at once.

    Raises:
        ModelError: the last try failed, or one failed for good.
    """
    try:
        held, stream = tries(retries, cancel)(_up_to_first_text, open_stream)
        with contextlib.closing(stream):
            yield from held
            yield from stream
    except PassingError as failure:
        if not cancel.is_set():
            raise failure.error from None


def _up_to_first_text(
    open_stream: Callable[[], Generator[Delta, None, None]],
) -> tuple[list[Delta], Generator[Delta, None, None]]:
    stream = open_stream()
    held = []
    for delta in stream:
        held.append(delta)
        if delta.text:
            break
    return held, stream

"""Tries a model server again after a failure that may pass, as long as nothing of its answer was shown."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Generator

from rag.answering.stream import Delta
from rag.errors import ModelError

__all__ = ["LONGEST_WAIT_S", "PassingError", "with_retries"]

_FIRST_WAIT_S, _LONGEST_BACKOFF_S, _JITTER_S = 0.5, 8.0, 0.25
"""The waits of the OpenAI client (``INITIAL_RETRY_DELAY`` and ``MAX_RETRY_DELAY`` in ``openai/_constants.py``)."""

LONGEST_WAIT_S = 20.0
"""The longest wait a server may ask for: beyond it a person wants to be told rather than to look at nothing."""


class PassingError(Exception):
    """A failure after which the same request may work; never leaves this room."""

    def __init__(self, error: ModelError, wait_s: float | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        """What the caller is told when no further try is made."""
        self.wait_s = wait_s
        """Seconds the server asks to wait; ``None`` when it did not say."""


def with_retries(
    open_stream: Callable[[], Generator[Delta, None, None]], retries: int, cancel: threading.Event
) -> Generator[Delta, None, None]:
    """Yields what the stream yields; opens it anew when it fails with a :class:`PassingError` before its first text.

    Waits between tries grow and vary, or are what the server asked for; ``cancel`` ends them at once.

    Raises:
        ModelError: the last try failed, or one failed for good.
    """
    import tenacity

    backoff = tenacity.wait_exponential(_FIRST_WAIT_S, _LONGEST_BACKOFF_S) + tenacity.wait_random(0, _JITTER_S)

    def wait(state: tenacity.RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.wait_s if isinstance(error, PassingError) else None
        return backoff(state) if asked is None else asked

    tries = tenacity.Retrying(
        retry=tenacity.retry_if_exception(_may_pass),
        stop=tenacity.stop_after_attempt(retries + 1) | tenacity.stop_when_event_set(cancel),
        wait=wait,
        sleep=tenacity.sleep_using_event(cancel),
        reraise=True,
    )
    try:
        held, stream = tries(_up_to_first_text, open_stream)
        with contextlib.closing(stream):
            yield from held
            yield from stream
    except PassingError as failure:
        if not cancel.is_set():
            raise failure.error from None


def _may_pass(error: BaseException) -> bool:
    return isinstance(error, PassingError) and (error.wait_s or 0) <= LONGEST_WAIT_S


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

"""Failures that may pass, and how long to wait before the next try."""

from __future__ import annotations

import email.utils
import threading
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from rag.errors import PapertrailError

if TYPE_CHECKING:
    import tenacity

__all__ = ["LONGEST_WAIT_S", "PassingError", "tries", "wait_asked_for", "when"]

_FIRST_WAIT_S, _LONGEST_BACKOFF_S, _JITTER_S = 0.5, 8.0, 0.25
"""The waits of the OpenAI client (``INITIAL_RETRY_DELAY`` and ``MAX_RETRY_DELAY`` in ``openai/_constants.py``)."""

LONGEST_WAIT_S = 20.0
"""The longest wait a server may ask for: beyond it a person wants to be told rather than to look at nothing."""


class PassingError(Exception):
    """A failure after which the same request may work; never leaves the rooms that ask servers."""

    def __init__(self, error: PapertrailError, wait_s: float | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        """What the caller is told when no further try is made."""
        self.wait_s = wait_s
        """Seconds the server asks to wait; ``None`` when it did not say."""


def tries(retries: int, cancel: threading.Event | None = None) -> tenacity.Retrying:
    """Calls a function again after a :class:`PassingError`, at most ``retries`` times.

    Waits grow and vary, or are what the server asked for; one that it asks to be longer than :data:`LONGEST_WAIT_S`
    ends the tries, and ``cancel`` does at once. The last error comes out.
    """
    import tenacity

    backoff = tenacity.wait_exponential(_FIRST_WAIT_S, _LONGEST_BACKOFF_S) + tenacity.wait_random(0, _JITTER_S)
    cancel = cancel or threading.Event()

    def wait(state: tenacity.RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.wait_s if isinstance(error, PassingError) else None
        return backoff(state) if asked is None else asked

    return tenacity.Retrying(
        retry=tenacity.retry_if_exception(_may_pass),
        stop=tenacity.stop_after_attempt(retries + 1) | tenacity.stop_when_event_set(cancel),
        wait=wait,
        sleep=tenacity.sleep_using_event(cancel),
        reraise=True,
    )


def wait_asked_for(headers: Mapping[str, str]) -> float | None:
    """Seconds in ``Retry-After``, given as a number or a date (RFC 9110, 10.2.3); ``None`` without a readable one."""
    value = headers.get("retry-after", "").strip()
    if value.isdecimal():
        return float(value)
    date = email.utils.parsedate_tz(value)
    return max(0.0, email.utils.mktime_tz(date) - time.time()) if date else None


def when(wait_s: float | None) -> str:
    """What to tell a person about the wait: ``wait``, with the seconds where they are too many to be waited for."""
    return "wait" if wait_s is None or wait_s <= LONGEST_WAIT_S else f"wait {wait_s:.0f} seconds"


def _may_pass(error: BaseException) -> bool:
    return isinstance(error, PassingError) and (error.wait_s or 0) <= LONGEST_WAIT_S

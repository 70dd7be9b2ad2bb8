"""What a language model is asked, and the one way in which all of them are."""

from __future__ import annotations

import abc
import contextlib
import re
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rag.errors import ModelReplyError
from rag.models.budget import estimate_tokens
from rag.models.filters import without_thoughts
from rag.models.metering import Meter
from rag.models.stream import Delta
from rag.servers.overflow import is_overflow
from rag.servers.passing import PassingError, tries
from rag.settings import Settings
from rag.types import Usage

__all__ = ["TEMPLATE_TOKENS", "ChatModel", "Request", "as_data", "schema_refused"]

TEMPLATE_TOKENS = 64
"""Room for what the server's chat template puts around the messages: that of Llama 3.1 has 15 control tokens and two
lines with dates (https://www.llama.com/docs/model-cards-and-prompt-formats/llama3_1/)."""
_TAG_OPENER = re.compile(r"<(?=[A-Za-z/|｜<!?])")
_SCHEMA = re.compile(r"schema|grammar", re.IGNORECASE)
_CONTROL_OR_KEY = re.compile(r"\[(/?[A-Z_]{3,}|[pP]?\d+)\]")


@dataclass(frozen=True)
class Request:
    """What a model is to reply to."""

    messages: Sequence[tuple[str, str]]
    """Role and text of each: ``system`` first, ``user`` last, worked examples between."""
    tokens: int
    """Estimated length of the prompt; see :func:`rag.models.budget.estimate_tokens`."""
    reply_tokens: int
    """Most that the reply may take."""
    room: int
    """Most tokens of prompt and reply together."""
    schema: Mapping[str, Any] | None = None
    """JSON schema of the reply; servers that can, hold the model to it. None: any text."""

    @property
    def wire(self) -> list[dict[str, str]]:
        """The messages as chat servers take them."""
        return [{"role": role, "content": text} for role, text in self.messages]


class ChatModel(abc.ABC):
    """One model; subclasses know how it is asked. Safe for several threads."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @property
    @abc.abstractmethod
    def name(self) -> str:
        """Server and model, as ``--model`` takes them."""

    @abc.abstractmethod
    def _asked(self, request: Request, cancel: threading.Event) -> Generator[Delta, None, None]:
        """Asks once; errors come out as ours, those that may pass as :class:`PassingError`."""

    def stream(self, request: Request, cancel: threading.Event, meter: Meter) -> Generator[Delta, None, None]:
        """What the model sends; asked anew after a failure that may pass, until some text has come.

        Args:
            request: what it is asked.
            cancel: once set, the request ends and its connection is closed, as when the generator is closed.
            meter: counts each call, also one that fails.

        Raises:
            ModelError: the server does not do its work.
        """

        def opened() -> Generator[Delta, None, None]:
            return meter.watched(self.name, request.tokens, self._asked(request, cancel), cancel)

        return _with_retries(opened, self.settings.retries, cancel)

    def reply(self, request: Request, cancel: threading.Event | None = None, meter: Meter | None = None) -> str:
        """All that the model replies, without its thoughts; empty where it says nothing, or ``cancel`` is set."""
        with contextlib.closing(self.stream(request, cancel or threading.Event(), meter or Meter())) as deltas:
            return without_thoughts("".join(delta.text for delta in deltas)).strip()

    def complete(self, system: str, user: str) -> str:
        """What the model replies to two messages, as long as an answer may be.

        Args:
            system: the rules.
            user: the matter; the caller fences what comes from papers.

        Raises:
            ModelReplyError: the reply is empty.
            ModelError: the server does not do its work.
        """
        if reply := self.reply(self.request(system, user, self.settings.answer_tokens)):
            return reply
        raise ModelReplyError(f"{self.name} sent an empty reply; try again or name another model")

    def request(self, system: str, user: str, reply_tokens: int, schema: Mapping[str, Any] | None = None) -> Request:
        """Two messages as a request."""
        tokens = estimate_tokens(system) + estimate_tokens(user) + TEMPLATE_TOKENS
        return Request((("system", system), ("user", user)), tokens, reply_tokens, self.settings.context_tokens, schema)

    def reads(self) -> int | None:
        """The most tokens of prompt and answer together that the model reads; None: its server does not say."""
        return None

    def remark(self, request: Request, usage: Usage) -> str | None:
        """What the reader should know of what the server made of a request; None: nothing."""
        return None


def schema_refused(status: int, complaint: str) -> bool:
    """Whether a server may have turned a request away for the schema that it holds.

    Each says it in words of its own (a grammar that cannot be parsed, a type that is unknown), so any bad request but
    one that is too long counts: asked without the schema, the server says what else is wrong.
    """
    bad = status in (400, 422, 501) or (status == 500 and _SCHEMA.search(complaint) is not None)
    return bad and not is_overflow(status, complaint)


def as_data(text: str) -> str:
    """The text in one line, without anything that a model could take for a key or a control token."""
    text = _TAG_OPENER.sub("‹", " ".join(text.split()))
    return _CONTROL_OR_KEY.sub(r"(\1)", text)


def _with_retries(
    open_stream: Callable[[], Generator[Delta, None, None]], retries: int, cancel: threading.Event
) -> Generator[Delta, None, None]:
    """Yields what the stream yields; opens it anew when it fails with a :class:`PassingError` before its first text.

    Waits are those of :func:`rag.servers.passing.tries`; ``cancel`` ends them at once.
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

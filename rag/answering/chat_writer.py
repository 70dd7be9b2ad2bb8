"""A model behind a chat server: it writes answers with citations, and completes other prompts as plain text."""

from __future__ import annotations

import abc
import contextlib
import functools
import threading
from collections.abc import AsyncGenerator, Generator

from rag.answering.budget import estimate_tokens
from rag.answering.llm import write_from_chat
from rag.answering.metering import Meter
from rag.answering.prompts import Form, Prompt, build_prompt
from rag.answering.retry import with_retries
from rag.answering.stream import Delta, from_async
from rag.answering.tags import without_thoughts
from rag.answering.writer import WriteRequest
from rag.errors import ModelReplyError
from rag.settings import Settings
from rag.types import Draft, Usage

__all__ = ["ChatWriter"]


class ChatWriter(abc.ABC):
    """A model of one server; subclasses know how the server is asked."""

    def __init__(self, model: str, settings: Settings) -> None:
        self._model = model
        self._settings = settings

    @property
    @abc.abstractmethod
    def name(self) -> str:
        """Server and model, as ``--model`` takes them."""

    @abc.abstractmethod
    def _chat(self, prompt: Prompt) -> AsyncGenerator[Delta, None]:
        """Asks the server once; its errors as ours."""

    def write(self, request: WriteRequest) -> Generator[str, None, Draft]:
        """See :meth:`rag.answering.writer.Writer.write`."""
        prompt = build_prompt(
            request.question,
            request.hits,
            self._settings,
            correction=request.correction,
            asks=request.asks,
            example=request.example,
            reads=self._reads() if request.hits and not request.cancel.is_set() else None,
        )
        deltas = self._deltas(prompt, request.cancel, request.meter)
        draft = yield from write_from_chat(request, prompt, self.name, deltas)
        return self._finished(draft, prompt)

    def complete(self, system: str, user: str, cancel: threading.Event | None = None) -> str:
        """What the model replies to two messages, without its thoughts.

        Args:
            system: the rules.
            user: the matter; the caller fences what comes from papers.
            cancel: once set, the request ends and what there is comes back.

        Raises:
            ModelReplyError: the reply is empty.
            ModelError: the server does not do its work.
        """
        return self.completed(system, user, cancel)[0]

    def completed(
        self,
        system: str,
        user: str,
        cancel: threading.Event | None = None,
        form: Form | None = None,
        meter: Meter | None = None,
    ) -> tuple[str, Usage]:
        """As :meth:`complete`, with the tokens that it took.

        Args:
            system: the rules.
            user: the matter; the caller fences what comes from papers.
            cancel: once set, the request ends and what there is comes back.
            form: what the reply is to be; servers that know how, hold the model to it. None: any text, as long as an
                answer may be.
            meter: counts the call, also one that fails; None: nobody does.
        """
        tokens = estimate_tokens(system) + estimate_tokens(user)
        prompt = Prompt(system, user, {}, tokens, form=form)
        usage, text = Usage(), ""
        with contextlib.closing(self._deltas(prompt, cancel or threading.Event(), meter or Meter())) as deltas:
            for delta in deltas:
                text += delta.text
                usage = delta.usage or usage
        reply = without_thoughts(text).strip()
        if not reply:
            raise ModelReplyError(f"{self.name} sent an empty reply; try again or name another model")
        return reply, usage

    def _reply_tokens(self, prompt: Prompt) -> int:
        """Most tokens of the reply."""
        return prompt.form.tokens if prompt.form else self._settings.answer_tokens

    def _deltas(self, prompt: Prompt, cancel: threading.Event, meter: Meter) -> Generator[Delta, None, None]:
        def open_stream() -> Generator[Delta, None, None]:
            stream = from_async(functools.partial(self._chat, prompt), cancel)
            return meter.watched(self.name, prompt.tokens, stream, cancel)

        return with_retries(open_stream, self._settings.retries, cancel)

    def _reads(self) -> int | None:
        """The most tokens of prompt and answer together that the model reads; None: its server does not say."""
        return None

    def _finished(self, draft: Draft, prompt: Prompt) -> Draft:
        """The draft with what the server showed about itself."""
        return draft

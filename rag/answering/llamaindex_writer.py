"""Writes answers with any LlamaIndex LLM that the caller brings along."""

from __future__ import annotations

import functools
from collections.abc import Generator
from typing import TYPE_CHECKING

from rag.answering.llm import write_from_chat
from rag.answering.prompts import Prompt, build_prompt
from rag.answering.stream import Delta, from_sync
from rag.answering.writer import WriteRequest
from rag.errors import ModelReplyError
from rag.settings import Settings
from rag.types import Draft

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

__all__ = ["LlamaIndexWriter"]


class LlamaIndexWriter:
    """A writer with ``llm``, used as it is: its own time limits, retries and length limits hold.

    The prompt is fitted to ``evidence_tokens``, ``context_tokens`` and ``answer_tokens`` of the settings. A cancel
    ends the answer at once; the connection of an ``llm`` that waits for its server is closed when the next piece of
    text arrives.
    """

    def __init__(self, llm: LLM, settings: Settings) -> None:
        self._llm = llm
        self._settings = settings

    @property
    def name(self) -> str:
        """``llama-index/`` and the name of the model, or of the class of one that does not say."""
        model = getattr(self._llm, "model", None)
        return f"llama-index/{model if isinstance(model, str) and model else type(self._llm).__name__}"

    def write(self, request: WriteRequest) -> Generator[str, None, Draft]:
        """See :meth:`rag.answering.writer.Writer.write`."""
        prompt = build_prompt(
            request.question,
            request.hits,
            self._settings,
            correction=request.correction,
            asks=request.asks,
            example=request.example,
        )
        deltas = from_sync(functools.partial(self._chat, prompt), request.cancel)
        watched = request.meter.watched(self.name, prompt.tokens, deltas, request.cancel)
        return (yield from write_from_chat(request, prompt, self.name, watched))

    def _chat(self, prompt: Prompt) -> Generator[Delta, None, None]:
        from llama_index.core.llms import ChatMessage, MessageRole

        messages = [
            ChatMessage(role=MessageRole(message["role"]), content=message["content"]) for message in prompt.messages
        ]
        try:
            for response in self._llm.stream_chat(messages):
                yield Delta(response.delta or "")
        except Exception as error:  # each of the many LLM classes has errors of its own
            raise ModelReplyError(
                f"{self.name} failed with {type(error).__name__}; see the error that caused this one"
            ) from error
        yield Delta(finish="stop")

"""Writes answers with a model of an Ollama server, over its own interface, which takes a context length."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncGenerator, AsyncIterator
from typing import TYPE_CHECKING

from rag.answering.budget import context_window
from rag.answering.chat_writer import ChatWriter
from rag.answering.prompts import Prompt
from rag.answering.stream import Delta
from rag.errors import ModelReplyError
from rag.servers import ollama_server
from rag.types import Draft, Usage

if TYPE_CHECKING:
    import ollama

__all__ = ["OllamaWriter"]

_TRUNCATED_BELOW = 0.5
"""Share of the estimated prompt length below which the server has probably cut the prompt: prompts with the seed
abstracts have 0.60 to 0.75 of the estimate with cl100k_base."""
_SHORTEST_CONTEXT = 1024
"""A prompt that is cut has exactly as many tokens as the context holds: what was asked for, or what the model was made
for where that is less, often a power of two from this on. A whole prompt of exactly so many is one in thousands."""


class OllamaWriter(ChatWriter):
    """A writer with the Ollama model ``model``, such as ``llama3.2``."""

    @property
    def name(self) -> str:
        """``ollama/`` and the name of the model."""
        return f"ollama/{self._model}"

    def _reads(self) -> int | None:
        """What the model was made for, or a smaller window that its Modelfile sets; None when the server is mute.

        https://github.com/ollama/ollama/blob/main/docs/api.md#show-model-information
        """
        return ollama_server.context_length(self._settings, self._model)

    def _finished(self, draft: Draft, prompt: Prompt) -> Draft:
        """Says when the server has cut the prompt, which it does without a word."""
        read, window = draft.usage.prompt_tokens, self._window(prompt)
        filled = read >= window or (_SHORTEST_CONTEXT <= read < prompt.tokens and read.bit_count() == 1)
        if not (0 < read < _TRUNCATED_BELOW * prompt.tokens or filled):
            return draft
        note = (
            f"{self.name} read {read} tokens of a prompt of about {prompt.tokens}, in a window of {window}: papers may "
            "have been cut off; set PAPERTRAIL_CONTEXT_TOKENS to what the model reads."
        )
        return dataclasses.replace(draft, notes=(*draft.notes, note))

    def _window(self, prompt: Prompt) -> int:
        """The context length to ask for, in tokens."""
        most = prompt.room or self._settings.context_tokens
        return context_window(prompt.tokens, self._reply_tokens(prompt), most)

    async def _chat(self, prompt: Prompt) -> AsyncGenerator[Delta, None]:
        try:
            async with ollama_server.async_client(self._settings) as client:
                done = False
                async for part in self._parts(client, prompt):
                    done = bool(part.done)
                    yield _delta(part)
        except ollama_server.failures() as error:
            raise ollama_server.failure(error, self._settings, self._model) from error
        if not done:
            raise ModelReplyError(f"{self.name} stopped in the middle of its answer; try again")

    async def _parts(self, client: ollama.AsyncClient, prompt: Prompt) -> AsyncGenerator[ollama.ChatResponse, None]:
        import ollama

        try:
            async for part in await self._request(client, prompt, think=False):
                yield part
        except ollama.ResponseError as error:
            if error.status_code != 400 or "think" not in error.error:
                raise
            # Not every model knows the switch, and some servers refuse it instead of ignoring it.
            async for part in await self._request(client, prompt, think=None):
                yield part

    async def _request(
        self, client: ollama.AsyncClient, prompt: Prompt, *, think: bool | None
    ) -> AsyncIterator[ollama.ChatResponse]:
        settings = self._settings
        return await client.chat(
            self._model,
            prompt.messages,
            stream=True,
            think=think,
            format=dict(prompt.form.schema) if prompt.form else None,
            keep_alive=_duration(settings.ollama_keep_alive),
            options={
                "num_ctx": self._window(prompt),
                "num_predict": self._reply_tokens(prompt),
                "temperature": 0,
            },
        )


def _delta(part: ollama.ChatResponse) -> Delta:
    text = part.message.content or ""
    if not part.done:
        return Delta(text)
    return Delta(text, part.done_reason or "stop", Usage(part.prompt_eval_count or 0, part.eval_count or 0))


def _duration(keep_alive: str) -> str | int:
    """Ollama takes ``10m`` as text but ``-1`` and ``0`` as numbers only."""
    return int(keep_alive) if keep_alive.removeprefix("-").isdigit() else keep_alive

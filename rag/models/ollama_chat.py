"""A model of an Ollama server, asked over Ollama's own interface, which takes a context length."""

from __future__ import annotations

import functools
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Mapping
from typing import TYPE_CHECKING, Any

from rag.errors import ModelReplyError
from rag.models.budget import context_window
from rag.models.door import ChatModel, Request, schema_refused
from rag.models.stream import Delta, from_async
from rag.servers import ollama_server
from rag.settings import Settings
from rag.types import Usage

if TYPE_CHECKING:
    import ollama

__all__ = ["OllamaChat"]

_TRUNCATED_BELOW = 0.5
"""Share of the estimated prompt length below which the server has probably cut the prompt: prompts with the seed
abstracts have 0.60 to 0.75 of the estimate with cl100k_base."""
_SHORTEST_CONTEXT = 1024
"""A prompt that is cut has exactly as many tokens as the context holds: what was asked for, or what the model was made
for where that is less, often a power of two from this on. A whole prompt of exactly so many is one in thousands."""


class OllamaChat(ChatModel):
    """The Ollama model ``model``, such as ``llama3.2``."""

    def __init__(self, model: str, settings: Settings) -> None:
        super().__init__(settings)
        self._model = model
        self._schema_refused = False

    @property
    def name(self) -> str:
        """``ollama/`` and the name of the model."""
        return f"ollama/{self._model}"

    def reads(self) -> int | None:
        """What the model was made for, or a smaller window that its Modelfile sets; None when the server is mute.

        https://github.com/ollama/ollama/blob/main/docs/api.md#show-model-information
        """
        return ollama_server.context_length(self.settings, self._model)

    def remark(self, request: Request, usage: Usage) -> str | None:
        """Says when the server has cut the prompt, which it does without a word."""
        read, window = usage.prompt_tokens, _window(request)
        filled = read >= window or (_SHORTEST_CONTEXT <= read < request.tokens and read.bit_count() == 1)
        if not (0 < read < _TRUNCATED_BELOW * request.tokens or filled):
            return None
        return (
            f"{self.name} read {read} tokens of a prompt of about {request.tokens}, in a window of {window}: papers "
            "may have been cut off; set PAPERTRAIL_CONTEXT_TOKENS to what the model reads."
        )

    def _asked(self, request: Request, cancel: threading.Event) -> Generator[Delta, None, None]:
        return from_async(functools.partial(self._chat, request), cancel)

    async def _chat(self, request: Request) -> AsyncGenerator[Delta, None]:
        try:
            async with ollama_server.async_client(self.settings) as client:
                done = False
                async for part in self._parts(client, request):
                    done = bool(part.done)
                    yield _delta(part)
        except ollama_server.failures() as error:
            raise ollama_server.failure(error, self.settings, self._model) from error
        if not done:
            raise ModelReplyError(f"{self.name} stopped in the middle of its answer; try again")

    async def _parts(self, client: ollama.AsyncClient, request: Request) -> AsyncGenerator[ollama.ChatResponse, None]:
        """The reply; not every model knows the switch ``think``, nor every server schemas: they are asked without."""
        import ollama

        think: bool | None = False
        while True:
            schema = None if self._schema_refused else request.schema
            try:
                async for part in await self._request(client, request, schema, think=think):
                    yield part
            except ollama.ResponseError as error:
                if error.status_code == 400 and think is not None and "think" in error.error:
                    think = None
                elif schema and schema_refused(error.status_code, error.error):
                    self._schema_refused = True
                else:
                    raise
            else:
                return

    async def _request(
        self, client: ollama.AsyncClient, request: Request, schema: Mapping[str, Any] | None, *, think: bool | None
    ) -> AsyncIterator[ollama.ChatResponse]:
        return await client.chat(
            self._model,
            request.wire,
            stream=True,
            think=think,
            format=dict(schema) if schema else None,
            keep_alive=_duration(self.settings.ollama_keep_alive),
            options={"num_ctx": _window(request), "num_predict": request.reply_tokens, "temperature": 0},
        )


def _window(request: Request) -> int:
    """The context length to ask for, in tokens."""
    return context_window(request.tokens, request.reply_tokens, request.room)


def _delta(part: ollama.ChatResponse) -> Delta:
    text = part.message.content or ""
    if not part.done:
        return Delta(text)
    return Delta(text, part.done_reason or "stop", Usage(part.prompt_eval_count or 0, part.eval_count or 0))


def _duration(keep_alive: str) -> str | int:
    """Ollama takes ``10m`` as text but ``-1`` and ``0`` as numbers only."""
    return int(keep_alive) if keep_alive.removeprefix("-").isdigit() else keep_alive

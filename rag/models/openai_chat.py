"""A model of OpenAI, or of any server that speaks its chat interface."""

from __future__ import annotations

import functools
import threading
from collections.abc import AsyncGenerator, Generator
from typing import TYPE_CHECKING, Any

from rag.models.door import ChatModel, Request, schema_refused
from rag.models.stream import Delta, from_async
from rag.servers import openai_server
from rag.servers.overflow import is_overflow
from rag.settings import Settings
from rag.types import Usage

if TYPE_CHECKING:
    import openai
    from openai.types.chat import ChatCompletionChunk

__all__ = ["OpenAIChat"]

_FORM = "response_format"
_LENGTH, _NEWER_LENGTH = "max_tokens", "max_completion_tokens"


class OpenAIChat(ChatModel):
    """The model ``model`` of the server that the settings name."""

    def __init__(self, model: str, settings: Settings, *, named: str | None = None) -> None:
        """Notes what is asked for.

        Args:
            model: as the server calls it.
            settings: with the address of the server.
            named: what the model is called here; None: ``openai/`` and ``model``.
        """
        super().__init__(settings)
        self._model = model
        self._name = named or f"openai/{model}"
        self._refused: set[str] = set()
        """Options that the server has said it does not take: it is not asked with them again."""

    @property
    def name(self) -> str:
        """``openai/`` and the name of the model, behind ``@`` the address where it is not the configured one."""
        return self._name

    def _asked(self, request: Request, cancel: threading.Event) -> Generator[Delta, None, None]:
        return from_async(functools.partial(self._chat, request), cancel)

    async def _chat(self, request: Request) -> AsyncGenerator[Delta, None]:
        try:
            async with openai_server.async_client(self.settings) as client:
                finish = None
                async with await self._open(client, request) as chunks:
                    async for chunk in chunks:
                        delta = _delta(chunk)
                        finish = delta.finish or finish
                        yield delta
        except openai_server.failures() as error:
            raise openai_server.failure(error, self.settings, self._model) from None
        if finish is None:
            yield Delta(finish="unsaid")

    async def _open(self, client: openai.AsyncOpenAI, request: Request) -> openai.AsyncStream[ChatCompletionChunk]:
        """Opens the stream; an option that the server says it does not take is left out."""
        import openai

        messages: Any = request.wire  # plain values of the documented shape
        while True:
            options = self._options(request)
            try:
                stream: openai.AsyncStream[ChatCompletionChunk] = await client.chat.completions.create(
                    model=self._model, messages=messages, stream=True, **options
                )
            except openai.APIStatusError as error:
                refused = _refused(options, error.status_code, f"{error.message} {error.body}")
                if refused is None:
                    raise
                self._refused.add(refused)
            else:
                return stream

    def _options(self, request: Request) -> dict[str, Any]:
        """All that the server takes; OpenAI's newer models want the length under another name."""
        length = _NEWER_LENGTH if _LENGTH in self._refused else _LENGTH
        options = {"stream_options": {"include_usage": True}, "temperature": 0, length: request.reply_tokens}
        if request.schema:
            # https://platform.openai.com/docs/guides/structured-outputs
            form = {"name": request.schema["title"], "schema": dict(request.schema), "strict": True}
            options[_FORM] = {"type": "json_schema", "json_schema": form}
        return {name: value for name, value in options.items() if name not in self._refused}


def _refused(options: dict[str, Any], status: int, complaint: str) -> str | None:
    """The option that ``complaint`` is about; None if it is about none of them.

    Servers differ: some know no ``stream_options`` or schemas, some models take no temperature.
    """
    named = [name for name in options if name in complaint] if status in (400, 422) else []
    if named and not is_overflow(status, complaint):
        return named[0]
    return _FORM if _FORM in options and schema_refused(status, complaint) else None


def _delta(chunk: ChatCompletionChunk) -> Delta:
    """The part of ``chunk`` that counts; the client does not check it, and servers leave out whole fields."""
    usage = Usage(chunk.usage.prompt_tokens or 0, chunk.usage.completion_tokens or 0) if chunk.usage else None
    if not chunk.choices:
        return Delta(usage=usage)
    choice = chunk.choices[0]
    return Delta((choice.delta.content if choice.delta else None) or "", choice.finish_reason, usage)

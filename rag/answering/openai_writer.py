"""Writes answers with a model of OpenAI or of any server that speaks its chat interface."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Any

from rag.answering.chat_writer import ChatWriter
from rag.answering.prompts import Prompt
from rag.answering.stream import Delta
from rag.servers import openai_server
from rag.types import Usage

if TYPE_CHECKING:
    import openai
    from openai.types.chat import ChatCompletionChunk

__all__ = ["OpenAIWriter"]


class OpenAIWriter(ChatWriter):
    """A writer with the model ``model`` of the server that the settings name."""

    @property
    def name(self) -> str:
        """``openai/`` and the name of the model."""
        return f"openai/{self._model}"

    async def _chat(self, prompt: Prompt) -> AsyncGenerator[Delta, None]:
        try:
            async with openai_server.async_client(self._settings) as client:
                finish = None
                async with await self._open(client, prompt) as chunks:
                    async for chunk in chunks:
                        delta = _delta(chunk)
                        finish = delta.finish or finish
                        yield delta
        except openai_server.failures() as error:
            raise openai_server.failure(error, self._settings, self._model) from None
        if finish is None:
            yield Delta(finish="unsaid")

    async def _open(self, client: openai.AsyncOpenAI, prompt: Prompt) -> openai.AsyncStream[ChatCompletionChunk]:
        """Opens the stream; an option that the server says it does not take is left out."""
        import openai

        messages: Any = prompt.messages  # plain values of the documented shape
        options: dict[str, Any] = {
            "stream_options": {"include_usage": True},
            "temperature": 0,
            "max_tokens": self._reply_tokens(prompt),
            **_form(prompt),
        }
        while True:
            try:
                stream: openai.AsyncStream[ChatCompletionChunk] = await client.chat.completions.create(
                    model=self._model,
                    messages=messages,
                    stream=True,
                    **options,
                )
            except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                if not _give_way(options, f"{error.message} {error.body}"):
                    raise
            else:
                return stream


def _form(prompt: Prompt) -> dict[str, Any]:
    """The option that holds a model to a JSON schema (https://platform.openai.com/docs/guides/structured-outputs)."""
    if prompt.form is None:
        return {}
    schema = {"name": prompt.form.name, "schema": dict(prompt.form.schema)}
    return {"response_format": {"type": "json_schema", "json_schema": schema}}


def _give_way(options: dict[str, Any], complaint: str) -> bool:
    """Drops the option that ``complaint`` is about; false if it is about none of them.

    Servers differ: some know no ``stream_options`` or ``response_format``, some models take no temperature, and
    OpenAI's newer ones want ``max_completion_tokens`` in place of ``max_tokens``.
    """
    if "context length" in complaint:
        return False
    named = [name for name in options if name in complaint]
    if not named:
        return False
    value = options.pop(named[0])
    if named[0] == "max_tokens":
        options["max_completion_tokens"] = value
    return True


def _delta(chunk: ChatCompletionChunk) -> Delta:
    """The part of ``chunk`` that counts; the client does not check it, and servers leave out whole fields."""
    usage = Usage(chunk.usage.prompt_tokens or 0, chunk.usage.completion_tokens or 0) if chunk.usage else None
    if not chunk.choices:
        return Delta(usage=usage)
    choice = chunk.choices[0]
    return Delta((choice.delta.content if choice.delta else None) or "", choice.finish_reason, usage)

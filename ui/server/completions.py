"""The collection as a model of OpenAI's chat completions (https://platform.openai.com/docs/api-reference/chat).

The last message is the question, the messages before it the conversation. Citations stand below the text, and the whole
record of the answer in the field ``papertrail`` of the reply; of a stream, in that of its last piece.
"""

from __future__ import annotations

import contextlib
import json
import time
import uuid
from collections.abc import AsyncGenerator, Sequence
from typing import Any, Final, Literal

import fastapi
import pydantic
from fastapi.responses import JSONResponse, Response
from pydantic import Field
from sse_starlette import EventSourceResponse, ServerSentEvent

from rag.assistant import Assistant
from rag.errors import QuestionError, UserError
from rag.filters import PaperFilter
from rag.types import Answer
from ui.server.api import events_of
from ui.server.failures import failure
from ui.server.footnotes import AFTER_CHECK, footnotes, read_back

__all__ = ["MODEL", "Completion", "routes"]

MODEL: Final = "papertrail"
"""The model that writes as the settings of the server say; the other names are those of ``--model``."""
_CREATED: Final = int(time.time())


class _Part(pydantic.BaseModel):
    type: str
    text: str = ""


class _Message(pydantic.BaseModel):
    role: Literal["system", "developer", "user", "assistant"]
    content: str | list[_Part] | None = None

    @property
    def text(self) -> str:
        """What it says.

        Raises:
            UserError: it holds more than text.
        """
        if not isinstance(self.content, list):
            return self.content or ""
        if other := next((part.type for part in self.content if part.type != "text"), None):
            raise UserError(f"a message holds a part of type {other!r}; only text is read")
        return "".join(part.text for part in self.content)


class _StreamOptions(pydantic.BaseModel):
    include_usage: bool = False


class _Format(pydantic.BaseModel):
    type: str = "text"


class _How(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid")

    filter: list[str] = []
    retriever: str | None = None
    unsupported: str | None = None
    fresh: bool = False


class Completion(pydantic.BaseModel):
    """A request; what would change the form of the reply is refused, other wishes (temperature ...) have no effect."""

    messages: list[_Message] = Field(min_length=1)
    model: str = MODEL
    stream: bool = False
    stream_options: _StreamOptions | None = None
    n: Literal[1] | None = None
    response_format: _Format | None = None
    tool_choice: Literal["none", "auto"] | None = None
    logprobs: Literal[False] | None = None
    papertrail: _How = Field(default=_How(), description="as the fields of /v1/ask; `extra_body` of the openai client")

    def conversation(self, assistant: Assistant) -> tuple[str, tuple[Answer, ...]]:
        """The question, and the answers before it.

        Raises:
            UserError: another form of reply is wanted, or the last message is no question.
        """
        if self.response_format and self.response_format.type != "text":
            raise UserError(f"replies are text, and no {self.response_format.type!r}; leave out response_format")
        said = [message for message in self.messages if message.role in ("user", "assistant")]
        if not said or said[-1].role != "user":
            raise QuestionError("the last message must be the user's question")
        pairs = zip(said, said[1:], strict=False)
        turns = [(one.text, two.text) for one, two in pairs if (one.role, two.role) == ("user", "assistant")]
        return said[-1].text, tuple(read_back(question, text, assistant) for question, text in turns)


def routes(assistant: Assistant) -> fastapi.APIRouter:
    """The addresses over one collection."""
    router = fastapi.APIRouter(prefix="/v1", tags=["as OpenAI has it"])

    @router.get("/models")
    def models() -> dict[str, Any]:
        """Who can be asked: the collection as it is set up, and by the names of those who can write now."""
        names = [MODEL, *(choice.name for choice in assistant.models() if choice.available)]
        return {"object": "list", "data": [_model(name) for name in names]}

    @router.post("/chat/completions", response_model=None)
    async def complete(body: Completion) -> Response:
        """Answers the last message from the papers, with citations below the text and in the field `papertrail`."""
        question, history = await fastapi.concurrency.run_in_threadpool(body.conversation, assistant)
        how = body.papertrail
        stream = assistant.astream(
            question,
            history=history,
            model=None if body.model == MODEL else body.model,
            retriever=how.retriever,
            filters=PaperFilter.parse(how.filter) if how.filter else None,
            unsupported=how.unsupported,
            fresh=how.fresh,
        )
        reply = _Reply(body.model)
        if body.stream:
            usage = body.stream_options is not None and body.stream_options.include_usage
            return EventSourceResponse(reply.chunks(await events_of(stream), usage), sep="\n")
        async with contextlib.aclosing(await events_of(stream)) as events:
            *_, answer = [event async for event in events]
        return JSONResponse(reply.whole(answer))

    return router


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": _CREATED, "owned_by": "papertrail"}


class _Reply:
    """One reply in OpenAI's format."""

    def __init__(self, model: str) -> None:
        self._head = {"id": f"chatcmpl-{uuid.uuid4().hex}", "created": int(time.time()), "model": model}

    def whole(self, answer: Answer) -> dict[str, Any]:
        message = {"role": "assistant", "content": answer.text + footnotes(answer), "refusal": None}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        return self._head | {
            "object": "chat.completion",
            "choices": [choice],
            "usage": _usage(answer),
            "papertrail": answer.to_json(),
        }

    async def chunks(
        self, events: AsyncGenerator[str | Answer], include_usage: bool
    ) -> AsyncGenerator[ServerSentEvent]:
        shown: list[str] = []
        try:
            yield self._chunk({"role": "assistant", "content": ""})
            async with contextlib.aclosing(events):
                async for event in events:
                    if isinstance(event, str):
                        shown.append(event)
                        yield self._chunk({"content": event})
                    else:
                        for chunk in self._last(event, "".join(shown), include_usage):
                            yield chunk
        except Exception as error:  # it has begun to answer: the status can say nothing any more
            yield ServerSentEvent(json.dumps(failure(error)[1], ensure_ascii=False))
            return
        yield ServerSentEvent("[DONE]")

    def _last(self, answer: Answer, shown: str, include_usage: bool) -> Sequence[ServerSentEvent]:
        """What the check has changed, the citations, the end with the record, and what it took where that is wanted."""
        changed = "" if shown == answer.text else f"{AFTER_CHECK if shown else ''}{answer.text}"
        chunks = [self._chunk({"content": text}) for text in (changed, footnotes(answer)) if text]
        chunks.append(self._chunk({}, finish_reason="stop", papertrail=answer.to_json()))
        if include_usage:
            chunks.append(self._event({"choices": [], "usage": _usage(answer)}))
        return chunks

    def _chunk(self, delta: dict[str, str], finish_reason: str | None = None, **more: Any) -> ServerSentEvent:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        return self._event({"choices": [choice], **more})

    def _event(self, values: dict[str, Any]) -> ServerSentEvent:
        record = self._head | {"object": "chat.completion.chunk"} | values
        return ServerSentEvent(json.dumps(record, ensure_ascii=False))


def _usage(answer: Answer) -> dict[str, int]:
    read, written = answer.usage.prompt_tokens, answer.usage.completion_tokens
    return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}

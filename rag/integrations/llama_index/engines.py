"""Papertrail as LlamaIndex's query engine and chat engine: marker [n] of an answer is ``source_nodes[n - 1]``."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncGenerator, Callable, Generator, Iterator
from typing import TYPE_CHECKING, Any

from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.llms.types import ChatMessage, MessageRole
from llama_index.core.base.response.schema import AsyncStreamingResponse, Response, StreamingResponse
from llama_index.core.chat_engine.types import AgentChatResponse, BaseChatEngine, StreamingAgentChatResponse
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from rag.errors import UserError
from rag.types import Answer, Citation

if TYPE_CHECKING:
    from rag.assistant import Assistant

__all__ = ["PapersChatEngine", "PapersQueryEngine"]


class PapersQueryEngine(BaseQueryEngine):
    """Answers as :meth:`rag.Assistant.ask` does, in the form of LlamaIndex's ``CitationQueryEngine``.

    The response is the answer with its markers; ``source_nodes`` are the sentences cited, in the order of the markers,
    each with ``marker``, ``paper_id``, ``title``, ``start``, ``end`` and ``verdict`` as metadata; ``metadata`` is the
    whole answer as :meth:`rag.Answer.to_json` has it. Of a streaming response both are filled in when its text has been
    read to the end. Errors are those of :meth:`rag.Assistant.stream`.
    """

    def __init__(self, assistant: Assistant, options: dict[str, Any], *, streaming: bool = False) -> None:
        super().__init__(None)
        self._assistant = assistant
        self._options = options
        self._streaming = streaming

    def retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        """The sentences of the best papers."""
        return self._assistant.as_retriever(self._options.get("retriever")).retrieve(query_bundle)

    def _query(self, query_bundle: QueryBundle) -> Response | StreamingResponse:
        if not self._streaming:
            return _response(self._assistant.ask(query_bundle.query_str, **self._options))
        sources: list[NodeWithScore] = []
        said: dict[str, Any] = {}
        events = self._assistant.stream(query_bundle.query_str, **self._options)
        return StreamingResponse(_pieces(events, lambda answer: _fill(answer, sources, said)), sources, said)

    async def _aquery(self, query_bundle: QueryBundle) -> Response | AsyncStreamingResponse:
        if not self._streaming:
            return _response(await self._assistant.aask(query_bundle.query_str, **self._options))
        sources: list[NodeWithScore] = []
        said: dict[str, Any] = {}

        async def pieces() -> AsyncGenerator[str, None]:
            async for event in self._assistant.astream(query_bundle.query_str, **self._options):
                if isinstance(event, Answer):
                    _fill(event, sources, said)
                else:
                    yield event

        return AsyncStreamingResponse(pieces(), sources, said)

    def _get_prompt_modules(self) -> dict[str, Any]:
        return {}


@dataclasses.dataclass
class _StreamedAnswer(StreamingAgentChatResponse):
    """Read from the answer itself rather than from a queue that a thread of its own fills."""

    events: Iterator[str | Answer] = dataclasses.field(default_factory=lambda: iter(()))
    metadata: dict[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def response_gen(self) -> Generator[str, None, None]:
        """The pieces; afterwards ``response`` is the checked answer, with its sources."""
        return _pieces(self.events, self._finish)

    async def async_response_gen(self) -> AsyncGenerator[str, None]:
        """The same for servers."""
        pieces, ended = self.response_gen, object()
        while isinstance(piece := await asyncio.to_thread(next, pieces, ended), str):
            yield piece

    def _finish(self, answer: Answer) -> None:
        self.response = self.unformatted_response = answer.text
        _fill(answer, self.source_nodes, self.metadata)
        self.is_done = True


class PapersChatEngine(BaseChatEngine):
    """A conversation as :meth:`rag.Assistant.chat` holds it: each turn is read in the light of the answers before.

    ``[n]`` leads to the same sentence in all turns; a response has the sentences that it cites as ``source_nodes``,
    each with its ``marker``. Errors are those of :meth:`rag.Assistant.stream`.
    """

    def __init__(self, assistant: Assistant, options: dict[str, Any]) -> None:
        self._assistant = assistant
        self._options = options
        self.reset()

    def reset(self) -> None:
        """Begins a new conversation."""
        self._chat = self._assistant.chat(**self._options)

    @property
    def chat_history(self) -> list[ChatMessage]:
        """Questions and answers, oldest first."""
        return [
            ChatMessage(role=role, content=text)
            for answer in self._chat.answers
            for role, text in ((MessageRole.USER, answer.question), (MessageRole.ASSISTANT, answer.text))
        ]

    def chat(self, message: str, chat_history: list[ChatMessage] | None = None) -> AgentChatResponse:
        """The next turn.

        Args:
            message: the question.
            chat_history: goes back to that point of this conversation; None: goes on.

        Raises:
            UserError: ``chat_history`` is not the beginning of this conversation: its citations would be unknown.
        """
        self._go_back(chat_history)
        answer = self._chat.ask(message)
        return AgentChatResponse(answer.text, source_nodes=_sources(answer), metadata=answer.to_json())

    def stream_chat(self, message: str, chat_history: list[ChatMessage] | None = None) -> StreamingAgentChatResponse:
        """The next turn in pieces, which is part of the conversation once it has been read; see :meth:`chat`."""
        self._go_back(chat_history)
        return _StreamedAnswer(events=self._chat.stream(message))

    async def achat(self, message: str, chat_history: list[ChatMessage] | None = None) -> AgentChatResponse:
        """:meth:`chat` for servers."""
        return await asyncio.to_thread(self.chat, message, chat_history)

    async def astream_chat(
        self, message: str, chat_history: list[ChatMessage] | None = None
    ) -> StreamingAgentChatResponse:
        """:meth:`stream_chat` for servers."""
        return self.stream_chat(message, chat_history)

    def _go_back(self, history: list[ChatMessage] | None) -> None:
        if history is None:
            return
        wanted = [(message.role, message.content) for message in history]
        here = [(message.role, message.content) for message in self.chat_history]
        if len(wanted) % 2 or wanted != here[: len(wanted)]:
            raise UserError(
                "chat_history is not the beginning of this conversation: leave it out, the engine remembers its "
                "own answers with their citations, or call reset() to begin anew"
            )
        del self._chat.answers[len(wanted) // 2 :]


def _response(answer: Answer) -> Response:
    return Response(answer.text, source_nodes=_sources(answer), metadata=answer.to_json())


def _pieces(events: Iterator[str | Answer], finish: Callable[[Answer], None]) -> Generator[str, None, None]:
    for event in events:
        if isinstance(event, Answer):
            finish(event)
        else:
            yield event


def _fill(answer: Answer, sources: list[NodeWithScore], said: dict[str, Any]) -> None:
    sources[:] = _sources(answer)
    said.update(answer.to_json())


def _sources(answer: Answer) -> list[NodeWithScore]:
    cited = sorted(answer.citations, key=lambda citation: citation.marker)
    return [NodeWithScore(node=_cited(citation), score=citation.score) for citation in cited]


def _cited(citation: Citation) -> TextNode:
    metadata = {name: getattr(citation, name) for name in ("marker", "paper_id", "title", "start", "end")}
    return TextNode(
        id_=f"{citation.paper_id}@{citation.start}",
        text=citation.quote,
        metadata=metadata | {"verdict": citation.verdict.value},
        start_char_idx=citation.start,
        end_char_idx=citation.end,
    )

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import pytest
from llama_index.core.base.llms.types import CompletionResponse, CompletionResponseGen
from llama_index.core.llms import ChatMessage, ChatResponse, CustomLLM, LLMMetadata
from llama_index.core.llms.callbacks import llm_completion_callback

from rag.answering.generative import GenerativeWriter
from rag.answering.prompts import REFUSAL
from rag.errors import ModelReplyError
from rag.models.llamaindex_chat import LlamaIndexChat
from rag.settings import Settings
from rag.text.sentences import passages_of
from tests.rag.answering.material import GLACIER, GLACIER_KEY, drain, request_for
from tests.servers import WAIT_S


class ScriptedLLM(CustomLLM):
    """Says the given pieces; where one is an event, waits for it; where one is an error, raises it."""

    pieces: Sequence[Any]
    prompts: list[str] = []
    at_event: Any = None
    closed: Any = None

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata()

    @llm_completion_callback()
    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        raise NotImplementedError

    @llm_completion_callback()
    def stream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponseGen:
        self.prompts.append(prompt)
        return self._say()

    def _say(self) -> CompletionResponseGen:
        said = ""
        try:
            for piece in self.pieces:
                if isinstance(piece, threading.Event):
                    self.at_event.set()
                    assert piece.wait(WAIT_S)
                elif isinstance(piece, Exception):
                    raise piece
                else:
                    said += piece
                    yield CompletionResponse(text=said, delta=piece)
        finally:
            if self.closed is not None:
                self.closed.set()


def _writer(*pieces: Any, **more: Any) -> GenerativeWriter:
    return GenerativeWriter(LlamaIndexChat(ScriptedLLM(pieces=pieces, prompts=[], **more), Settings()))


def test_any_llm_of_llama_index_writes_with_checked_citations() -> None:
    pieces, draft = drain(
        _writer("Glacier raises recall by 12.3% [", GLACIER_KEY, "]", ". Too [p9999].").write(request_for())
    )

    assert "".join(pieces) == draft.text == "Glacier raises recall by 12.3% [1]. Too."
    assert draft.cited == (passages_of(GLACIER)[2],)
    assert draft.unknown_keys == ("p9999",)
    assert draft.notes == ()


def test_the_llm_is_given_rules_papers_and_question() -> None:
    llm = ScriptedLLM(pieces=["Yes."], prompts=[])

    drain(GenerativeWriter(LlamaIndexChat(llm, Settings())).write(request_for()))

    assert REFUSAL not in llm.prompts[0]
    assert "[1] Glacier: Glacier keeps old passages in a slow cache." in llm.prompts[0]
    assert "How much does Glacier raise recall?" in llm.prompts[0]


def test_a_refusal_is_recognised() -> None:
    assert drain(_writer(REFUSAL).write(request_for()))[1].refused


def test_an_error_of_the_llm_is_mapped() -> None:
    with pytest.raises(ModelReplyError, match="ScriptedLLM failed with ZeroDivisionError") as caught:
        drain(_writer("Recall ", ZeroDivisionError("x")).write(request_for()))

    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_cancel_ends_the_answer_while_the_llm_blocks_and_closes_it_when_it_goes_on() -> None:
    held, at_event, closed, cancel = (threading.Event() for _ in range(4))
    writing = _writer("Recall rises a great deal ", held, "and ", "so on", at_event=at_event, closed=closed).write(
        request_for(cancel=cancel)
    )

    assert next(writing) == "Recall rises a great deal"
    assert at_event.wait(WAIT_S)
    cancel.set()
    _, draft = drain(writing)
    assert draft.text == "Recall rises a great deal"
    held.set()

    assert closed.wait(WAIT_S)


def test_the_name_is_that_of_the_model_if_it_has_one() -> None:
    class Named(ScriptedLLM):
        model: str = "tiny"

    assert _writer("").name == "llama-index/ScriptedLLM"
    assert LlamaIndexChat(Named(pieces=[]), Settings()).name == "llama-index/tiny"


def test_a_delta_that_is_missing_is_passed_over() -> None:
    class Silent(ScriptedLLM):
        def stream_chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> Any:
            yield ChatResponse(message=ChatMessage(content=""), delta=None)
            yield ChatResponse(message=ChatMessage(content="Yes."), delta="Yes.")

    assert drain(GenerativeWriter(LlamaIndexChat(Silent(pieces=[]), Settings())).write(request_for()))[1].text == "Yes."

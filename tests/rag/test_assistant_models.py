"""Who writes: model servers on loopback, a LlamaIndex model, and falling back to the papers' own sentences."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from llama_index.core import SummaryIndex
from llama_index.core.schema import TextNode

from rag import Answer, Assistant, Verdict
from rag.answering.prompts import REFUSAL
from rag.errors import ModelMissingError, ModelReplyError, ModelUnavailableError, PapertrailError, SettingsError
from rag.types import Usage
from tests.papers import SPARSE
from tests.rag.models.test_llamaindex_chat import ScriptedLLM
from tests.servers import CUT, WAIT_S, OllamaServer, Reply, Stall, cite_first_key, closed_port_url

_QUESTION = "Does Glasswing save memory?"
_CHAT = "/api/chat"
_SAID = "Glasswing halves the memory of the Firefly cache"


@pytest.fixture
def server() -> Iterator[OllamaServer]:
    with OllamaServer(["llama3.2"]) as server:
        yield server


def _open(small: Assistant, server: OllamaServer | None = None, **settings: Any) -> Assistant:
    """The small collection with the model of ``server`` for ``auto``."""
    address = {"ollama_host": server.url, "ollama_model": "llama3.2"} if server else {}
    return Assistant.open(
        settings=small.settings.model_copy(update={"model": "auto", "retries": 0} | address | settings)
    )


def test_auto_without_a_configured_model_asks_no_server(small: Assistant, server: OllamaServer) -> None:
    with _open(small, ollama_host=server.url) as assistant:
        answer = assistant.ask(_QUESTION)

    assert (answer.model, answer.notes) == ("extractive", ())
    assert server.requests == []


def test_a_configured_model_writes_and_its_answer_is_checked(small: Assistant, server: OllamaServer) -> None:
    server.script(_CHAT, cite_first_key(_SAID))
    with _open(small, server) as assistant:
        *pieces, answer = assistant.stream(_QUESTION)

    assert isinstance(answer, Answer)
    assert answer.model == "ollama/llama3.2"
    assert "".join(map(str, pieces)) == answer.text == f"{_SAID} [1]."
    assert [(claim.text, claim.verdict) for claim in answer.claims] == [(f"{_SAID}.", Verdict.SUPPORTED)]
    (citation,) = answer.citations
    assert citation.paper_id == "sparse"
    assert SPARSE.text[citation.start : citation.end] == citation.quote
    assert answer.usage == Usage(1000, 20)


def test_a_figure_that_the_model_made_up_is_shown_as_unsupported(small: Assistant, server: OllamaServer) -> None:
    server.script(_CHAT, cite_first_key("Glasswing reaches 99.9% accuracy on the Meadowlark benchmark"))
    with _open(small, server) as assistant:
        (claim,) = assistant.ask(_QUESTION).claims

    assert claim.verdict is not Verdict.SUPPORTED
    assert claim.problems


def test_keys_that_the_model_made_up_are_removed_and_counted(small: Assistant, server: OllamaServer) -> None:
    server.script(_CHAT, Reply([f"{_SAID} [p9999]."]))
    with _open(small, server) as assistant:
        answer = assistant.ask(_QUESTION)

    assert answer.text == f"{_SAID} [1]."
    assert (answer.citations[0].paper_id, answer.removed_keys) == ("sparse", 1)
    assert "named no source for 1 of 1 sentence" in answer.notes[0]


def test_a_model_that_refuses_good_evidence_is_not_believed(small: Assistant, server: OllamaServer) -> None:
    server.script(_CHAT, Reply([REFUSAL]))
    with _open(small, server) as assistant:
        *pieces, answer = assistant.stream(_QUESTION)

    assert isinstance(answer, Answer)
    assert (answer.refused, answer.model) == (False, "extractive")
    assert "".join(map(str, pieces)) == answer.text
    assert answer.citations[0].paper_id == "sparse"
    assert answer.notes[0].startswith("ollama/llama3.2 found no answer in papers that are close to the question")
    assert answer.usage == Usage(1000, 20)


def test_the_refusal_of_a_model_names_the_nearest_papers(small: Assistant, server: OllamaServer) -> None:
    server.script(_CHAT, Reply([REFUSAL]))
    with _open(small, server) as assistant:
        *pieces, answer = assistant.stream("Which of them would a bridge builder like?", model="ollama/llama3.2")

    assert isinstance(answer, Answer)
    assert answer.refused
    assert answer.reason == answer.text == "".join(map(str, pieces)) != ""
    assert (answer.citations, answer.claims) == ((), ())
    assert answer.nearest


def test_no_model_is_called_for_what_the_papers_do_not_hold(small: Assistant, server: OllamaServer) -> None:
    with _open(small, server) as assistant:
        assert assistant.ask("How does QuillForge save memory?").refused
        assert not assistant.ask("hello").refused

    assert server.requests == []


def test_auto_falls_back_when_no_server_answers_and_says_so(small: Assistant) -> None:
    with _open(small, ollama_host=closed_port_url(), ollama_model="llama3.2") as assistant:
        answer = assistant.ask(_QUESTION)

    assert answer.model == "extractive"
    assert answer.citations
    assert answer.notes[0].startswith("ollama/llama3.2 cannot be used: ")
    assert answer.notes[-1] == "The extractive writer answered instead."


def test_auto_falls_back_when_the_model_fails_before_it_said_anything(small: Assistant, server: OllamaServer) -> None:
    server.script(_CHAT, Reply(status=500, body='{"error": "out of memory"}'))
    with _open(small, server) as assistant:
        *pieces, answer = assistant.stream(_QUESTION)

    assert isinstance(answer, Answer)
    assert answer.model == "extractive"
    assert "".join(map(str, pieces)) == answer.text
    (note,) = answer.notes
    assert note.startswith("ollama/llama3.2 did not answer: ")
    assert note.endswith("The extractive writer did.")


def test_auto_does_not_begin_again_when_some_has_been_shown(small: Assistant, server: OllamaServer) -> None:
    server.script(_CHAT, Reply([f"{_SAID}. ", "And ", "more ", CUT]))
    with _open(small, server) as assistant:
        pieces = assistant.stream(_QUESTION)

        assert str(next(pieces)).startswith("Glasswing")
        with pytest.raises(PapertrailError):
            list(pieces)


def test_a_model_asked_for_by_name_must_do_the_work_itself(small: Assistant) -> None:
    with (
        _open(small, ollama_host=closed_port_url()) as assistant,
        pytest.raises((ModelUnavailableError, ModelMissingError)),
    ):
        assistant.ask(_QUESTION, model="ollama/llama3.2")


def test_a_model_of_no_known_kind_is_refused(small: Assistant) -> None:
    with pytest.raises(SettingsError, match="model 'gpt' is not known; name one as ollama/NAME or openai/NAME"):
        small.ask(_QUESTION, model="gpt")


def test_the_models_of_the_server_can_be_chosen(small: Assistant, server: OllamaServer) -> None:
    with _open(small, server) as assistant:
        choices = {choice.name: choice.available for choice in assistant.models()}

    assert choices == {"auto": True, "extractive": True, "ollama/llama3.2:latest": True}


@pytest.mark.parametrize("model", [None, "auto"])
def test_a_llamaindex_model_that_is_passed_in_writes(small: Assistant, model: str | None) -> None:
    llm = ScriptedLLM(pieces=[f"{_SAID}."], prompts=[])
    with Assistant.open(settings=small.settings, llm=llm) as assistant:
        answer = assistant.ask(_QUESTION, model=model)

    assert answer.model.startswith("llama-index/")
    assert answer.text == f"{_SAID} [1]."
    assert "[1] Glasswing: " in llm.prompts[0]


def test_the_extractive_writer_can_be_asked_for_beside_it(small: Assistant) -> None:
    llm = ScriptedLLM(pieces=["Never said."], prompts=[])
    with Assistant.open(settings=small.settings, llm=llm) as assistant:
        answer = assistant.ask(_QUESTION, model="extractive")

    assert answer.model == "extractive"
    assert llm.prompts == []


def test_a_llamaindex_model_that_fails_is_an_error_unless_auto_may_fall_back(small: Assistant) -> None:
    llm = ScriptedLLM(pieces=[RuntimeError("no memory")], prompts=[])
    with Assistant.open(settings=small.settings, llm=llm) as assistant:
        with pytest.raises(ModelReplyError, match="failed with RuntimeError"):
            assistant.ask(_QUESTION)
        answer = assistant.ask(_QUESTION, model="auto")

    assert answer.model == "extractive"
    assert "failed with RuntimeError" in answer.notes[0]


def test_an_answer_names_the_llamaindex_retriever_that_found(small: Assistant) -> None:
    outside = SummaryIndex([TextNode(text="", metadata={"paper_id": "sparse"})]).as_retriever()
    with Assistant.open(settings=small.settings, retriever=outside) as assistant:
        found = assistant.ask(_QUESTION)
        named = assistant.ask(_QUESTION, retriever="dense")

    assert (found.retriever, named.retriever) == ("llama-index/SummaryIndexRetriever", "dense")
    assert {citation.paper_id for citation in found.citations} == {"sparse"}


async def _collect(events: AsyncIterator[str | Answer]) -> list[str | Answer]:
    return [event async for event in events]


@pytest.mark.parametrize("options", [{}, {"cancel": None}, {"model": "extractive"}])
def test_the_asynchronous_twins_give_the_same(small: Assistant, options: dict[str, Any]) -> None:
    *pieces, streamed = asyncio.run(_collect(small.astream(_QUESTION, **options)))
    asked = asyncio.run(small.aask(_QUESTION, **options))

    assert isinstance(streamed, Answer)
    assert "".join(map(str, pieces)) == streamed.text == asked.text == small.ask(_QUESTION).text


def test_an_error_comes_through_the_asynchronous_twins(small: Assistant) -> None:
    with pytest.raises(SettingsError):
        asyncio.run(_collect(small.astream(_QUESTION, model="gpt")))
    with pytest.raises(SettingsError):
        asyncio.run(small.aask(_QUESTION, model="gpt"))


def test_leaving_an_asynchronous_stream_early_hangs_up_on_the_server(small: Assistant, server: OllamaServer) -> None:
    stall = Stall()
    server.script(_CHAT, Reply([f"{_SAID}. ", "And ", stall, "more."]))
    cancel = threading.Event()

    async def leave(assistant: Assistant) -> None:
        events = assistant.astream(_QUESTION, cancel=cancel)
        assert str(await anext(events)).startswith("Glasswing")
        await events.aclose()  # type: ignore[attr-defined] # it is an asynchronous generator

    with _open(small, server) as assistant:
        asyncio.run(leave(assistant))

        assert cancel.is_set()
        assert stall.hung_up.wait(WAIT_S)

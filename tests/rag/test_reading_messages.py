"""A language model that reads the messages of a conversation, from the setting to the answer; models are scripted."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from rag import Assistant, Settings
from rag.types import Usage
from tests.papers import CACHE
from tests.servers import OllamaServer, Reply

QUESTION = "What does Firefly keep between questions?"


@pytest.fixture
def server() -> Iterator[OllamaServer]:
    with OllamaServer(["reader"]) as server:
        yield server


@pytest.fixture
def opened(server: OllamaServer, small: Assistant) -> Iterator[Callable[..., Assistant]]:
    """Opens the papers with a model that reads so, its last reply again and again."""
    made: list[Assistant] = []

    def open_with(*replies: dict[str, Any] | Reply, **more: Any) -> Assistant:
        values = {"ollama_host": server.url, "read_messages": "ollama/reader", "retries": 0} | more
        said = (Reply([json.dumps(one)], usage=(400, 60)) if isinstance(one, dict) else one for one in replies)
        server.script("/api/chat", *said)
        made.append(Assistant.open(settings=Settings(**(small.settings.model_dump() | values))))
        return made[-1]

    yield open_with
    for assistant in made:
        assistant.close()


def test_by_default_no_model_reads(opened: Callable[..., Assistant], server: OllamaServer) -> None:
    opened({"kind": "paper"}, read_messages="none").ask(QUESTION)

    assert server.requests == []


def test_the_reading_is_in_the_trace_and_its_tokens_count(opened: Callable[..., Assistant]) -> None:
    answer = opened({"kind": "chat"}).ask(QUESTION, trace=True)

    assert answer.usage == Usage(400, 60)
    steps = {step.name: step.details for step in answer.trace}
    assert steps["read"]["kind"] == "chat"
    assert steps["understand"]["kinds"]["chat"] > 0.7


def test_a_follow_up_is_answered_from_the_paper_that_the_model_names(opened: Callable[..., Assistant]) -> None:
    chat = opened({"kind": "paper"}, {"kind": "paper", "question": "How fast is Firefly?"}).chat()
    chat.ask(QUESTION)

    answer = chat.ask("how fast?")

    assert {citation.paper_id for citation in answer.citations} == {CACHE.paper_id}


@pytest.mark.parametrize(
    "reply",
    [Reply(["no"]), Reply(status=503, body='{"error": "busy"}'), Reply(status=404, body='{"error": "no model"}')],
)
def test_where_the_model_fails_the_built_in_one_reads_and_a_note_says_so(
    opened: Callable[..., Assistant], small: Assistant, reply: Reply
) -> None:
    answer, plain = opened(reply).ask(QUESTION), small.ask(QUESTION)

    assert answer.text == plain.text
    assert any(note.startswith("ollama/reader did not read the message: ") for note in answer.notes)


def test_a_budget_that_ran_out_is_no_reason_to_fail(
    opened: Callable[..., Assistant], small: Assistant, server: OllamaServer
) -> None:
    answer = opened({"kind": "paper"}, budget_tokens=100).ask(QUESTION)

    assert answer.text == small.ask(QUESTION).text
    assert any("PAPERTRAIL_BUDGET_TOKENS" in note for note in answer.notes)
    assert server.requests == []

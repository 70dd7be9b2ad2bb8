"""The collection as a model, asked with OpenAI's own client."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import openai
import pytest

from rag import Assistant
from tests.ui.server.conftest import listening
from ui.server.guard import Access
from ui.server.serving import application

QUESTION = "What accuracy does Glasswing reach on the Meadowlark benchmark?"


@pytest.fixture
def client(service: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{service}v1", api_key="none", max_retries=0) as client:
        yield client


def _ask(client: openai.OpenAI, *said: str, **options: Any) -> Any:
    """The reply to messages of user and assistant in turn, after one of the system."""
    roles = ("user", "assistant")
    messages: list[Any] = [{"role": roles[place % 2], "content": text} for place, text in enumerate(said)]
    messages.insert(0, {"role": "system", "content": "You are a pirate."})
    return client.chat.completions.create(**{"model": "papertrail", "messages": messages} | options)


def test_a_reply_has_the_answer_its_citations_below_it_and_the_record(client: openai.OpenAI, small: Assistant) -> None:
    reply = _ask(client, QUESTION, temperature=0.2, max_tokens=50)
    record = reply.model_extra["papertrail"]
    text = reply.choices[0].message.content
    wanted = small.ask(QUESTION)

    assert text.startswith(wanted.text)
    assert f"(sparse): “{wanted.citations[0].quote}”" in text
    assert "https://example.org/glasswing" in text
    assert record["citations"] == json.loads(json.dumps(wanted.to_json()["citations"]))
    assert (reply.choices[0].finish_reason, reply.usage.total_tokens) == ("stop", 0)


def test_a_stream_ends_with_citations_record_and_usage(client: openai.OpenAI) -> None:
    whole = _ask(client, QUESTION)
    chunks = list(_ask(client, QUESTION, stream=True, stream_options={"include_usage": True}))
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    *_, end, usage = chunks

    assert text == whole.choices[0].message.content
    assert end.choices[0].finish_reason == "stop"
    assert end.model_extra["papertrail"]["citations"] == whole.model_extra["papertrail"]["citations"]
    assert (usage.choices, usage.usage.total_tokens) == ([], 0)
    assert len({chunk.id for chunk in chunks}) == 1


def test_a_follow_up_is_read_in_the_light_of_the_messages(client: openai.OpenAI) -> None:
    first = _ask(client, "What is Firefly?").choices[0].message.content
    second = _ask(client, "What is Firefly?", first, "How fast is it?").model_extra["papertrail"]

    assert "Firefly" in second["searched"]
    assert second["citations"][0]["paper_id"] == "cache"


def test_content_in_parts_is_read(client: openai.OpenAI) -> None:
    parts = [{"type": "text", "text": "What is "}, {"type": "text", "text": "Firefly?"}]
    reply = client.chat.completions.create(model="extractive", messages=[{"role": "user", "content": parts}])  # type: ignore[misc, list-item]

    assert reply.model == "extractive"
    assert reply.model_extra["papertrail"]["question"] == "What is Firefly?"


def test_a_refusal_names_the_nearest_papers(client: openai.OpenAI) -> None:
    reply = _ask(client, "How does QuillForge save memory?")

    record, text = reply.model_extra["papertrail"], reply.choices[0].message.content
    assert record["refused"] is True
    assert record["nearest"]
    assert all(f"({near['paper_id']})" in text for near in record["nearest"])
    assert "References" not in text


def test_fields_of_our_own_go_into_the_extra_body(client: openai.OpenAI) -> None:
    reply = _ask(client, QUESTION, extra_body={"papertrail": {"filter": ["year=2023"], "retriever": "lexical"}})

    assert reply.model_extra["papertrail"]["retriever"] == "lexical"
    assert all(one["paper_id"] == "soil" for one in reply.model_extra["papertrail"]["citations"])


def test_models_are_listed(client: openai.OpenAI) -> None:
    assert [model.id for model in client.models.list()][:3] == ["papertrail", "auto", "extractive"]


@pytest.mark.parametrize(
    "options",
    [
        {"n": 2},
        {"response_format": {"type": "json_object"}},
        {"tool_choice": "required"},
        {"logprobs": True},
        {"model": "gpt-4o"},
        {"messages": []},
        {"messages": [{"role": "assistant", "content": "Hello"}]},
        {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:,"}}]}]},
        {"messages": [{"role": "tool", "content": "5", "tool_call_id": "1"}]},
        {"extra_body": {"papertrail": {"color": "red"}}},
    ],
)
def test_what_cannot_be_done_is_an_error_of_the_client(client: openai.OpenAI, options: dict[str, Any]) -> None:
    with pytest.raises((openai.BadRequestError, openai.UnprocessableEntityError)) as caught:
        _ask(client, QUESTION, **options)
    assert caught.value.body["message"]  # type: ignore[index]


def test_the_key_is_the_token(small: Assistant) -> None:
    with listening(application(small, Access(tokens=("a-token-of-ada-1815",)))) as address:
        right, wrong = (
            openai.OpenAI(base_url=f"{address}v1", api_key=key, max_retries=0) for key in ("a-token-of-ada-1815", "x")
        )
        with right, wrong:
            assert _ask(right, QUESTION).choices
            with pytest.raises(openai.AuthenticationError):
                _ask(wrong, QUESTION)

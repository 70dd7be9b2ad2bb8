"""The servers of the tests speak to the real clients as the documentation says."""

from __future__ import annotations

import ollama
import openai
import pytest

from tests.servers import OllamaServer, OpenAIServer, Reply, cite_first_key, closed_port_url

KEY = "sk-test"


def test_ollama_lists_shows_embeds_and_chats() -> None:
    with OllamaServer(["llama3.2"], dimensions=16) as server, ollama.Client(server.url) as client:
        server.script("/api/chat", Reply(["Hel", "lo"], usage=(7, 2)))

        assert [model.model for model in client.list().models] == ["llama3.2:latest"]
        assert client.show("llama3.2").capabilities == ["completion"]
        vectors = client.embed("llama3.2", ["red cat", "red cat", "blue dog"]).embeddings
        whole = client.chat("llama3.2", [{"role": "user", "content": "hi"}])
        parts = list(client.chat("llama3.2", [{"role": "user", "content": "hi"}], stream=True))

    assert [len(vector) for vector in vectors] == [16, 16, 16]
    assert vectors[0] == vectors[1] != vectors[2]
    assert (whole.message.content, whole.prompt_eval_count) == ("Hello", 7)
    assert "".join(part.message.content or "" for part in parts) == "Hello"
    assert server.paths() == ["/api/tags", "/api/show", "/api/embed", "/api/chat", "/api/chat"]


def test_ollama_does_not_know_a_model_it_has_not() -> None:
    with (
        OllamaServer() as server,
        ollama.Client(server.url) as client,
        pytest.raises(ollama.ResponseError, match="not found"),
    ):
        client.embed("absent", "text")


def test_openai_lists_embeds_and_chats() -> None:
    with (
        OpenAIServer(["small"], dimensions=16, key=KEY) as server,
        openai.OpenAI(base_url=server.url, api_key=KEY, max_retries=0) as client,
    ):
        server.script("/v1/chat/completions", Reply(["Hel", "lo"], usage=(7, 2)))

        assert [model.id for model in client.models.list()] == ["small"]
        packed = client.embeddings.create(model="small", input=["red cat", "blue dog"]).data
        plain = client.embeddings.create(model="small", input="red cat", encoding_format="float", dimensions=4).data
        whole = client.chat.completions.create(model="small", messages=[{"role": "user", "content": "hi"}])

    assert [len(one.embedding) for one in packed] == [16, 16]
    assert sum(value * value for value in packed[0].embedding) == pytest.approx(1)
    assert len(plain[0].embedding) == 4
    assert whole.choices[0].message.content == "Hello"
    assert whole.usage is not None
    assert whole.usage.prompt_tokens == 7


def test_openai_refuses_another_key_and_repeats_it() -> None:
    with (
        OpenAIServer(key=KEY) as server,
        openai.OpenAI(base_url=server.url, api_key="sk-other", max_retries=0) as client,
        pytest.raises(openai.AuthenticationError, match="sk-other"),
    ):
        client.models.list()


def test_replies_come_in_order_and_the_last_one_stays() -> None:
    with OllamaServer(["x"]) as server, ollama.Client(server.url) as client:
        server.script("/api/chat", Reply(status=500, body='{"error": "no"}'), Reply(["Yes"]))

        with pytest.raises(ollama.ResponseError):
            client.chat("x", [])
        assert [client.chat("x", []).message.content for _ in range(2)] == ["Yes", "Yes"]


def test_a_reply_can_cite_what_the_prompt_offers() -> None:
    with OllamaServer(["x"]) as server, ollama.Client(server.url) as client:
        server.script("/api/chat", cite_first_key("So it is"))
        turns = ["rules", "asked", "answered", "[1] Oak: It is so.\n[2] Elm: It is not."]
        reply = client.chat("x", [{"role": "user", "content": turn} for turn in turns])

    assert reply.message.content == "So it is [1]."


def test_nothing_listens_at_a_closed_port() -> None:
    with ollama.Client(closed_port_url()) as client, pytest.raises(ConnectionError):
        client.list()

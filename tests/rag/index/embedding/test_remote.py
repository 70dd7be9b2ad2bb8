from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from rag.errors import (
    ModelMissingError,
    ModelReplyError,
    ModelTimeoutError,
    ModelUnavailableError,
    SettingsError,
)
from rag.index.embedding import Embedder, embedder_for
from rag.settings import load_settings
from tests.servers import WAIT_S, OllamaServer, OpenAIServer, Reply, closed_port_url

MODEL = "nomic-embed-text"
AT_ONCE = {"Retry-After": "0"}
Server = OllamaServer | OpenAIServer


@pytest.fixture(params=["ollama", "openai"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def server(kind: str) -> Iterator[Server]:
    with OllamaServer([MODEL]) if kind == "ollama" else OpenAIServer([MODEL]) as running:
        yield running


@pytest.fixture
def path(kind: str) -> str:
    return "/api/embed" if kind == "ollama" else "/v1/embeddings"


@pytest.fixture
def embedder_at(kind: str) -> Callable[..., Embedder]:
    def made(url: str, model: str = MODEL, **overrides: Any) -> Embedder:
        address = {"ollama_host": url} if kind == "ollama" else {"openai_base_url": url}
        return embedder_for(load_settings(**{"embedding": f"{kind}:{model}", "retries": 0} | address | overrides))

    return made


def test_vectors_have_the_order_of_the_texts_and_unit_length(
    server: Server, embedder_at: Callable[..., Embedder]
) -> None:
    embedder = embedder_at(server.url)
    vectors = embedder.embed(["sparse attention", "soil moisture", "sparse attention"])
    assert vectors.shape == (3, server.dimensions)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    np.testing.assert_array_equal(vectors[0], vectors[2])
    assert not np.array_equal(vectors[0], vectors[1])


def test_the_dimension_is_asked_for_once(server: Server, embedder_at: Callable[..., Embedder]) -> None:
    embedder = embedder_at(server.url)
    assert (embedder.dimension, embedder.dimension) == (server.dimensions, server.dimensions)
    assert embedder.embed([]).shape == (0, server.dimensions)
    assert len(server.requests) == 1


def test_many_texts_go_in_several_requests(server: Server, embedder_at: Callable[..., Embedder]) -> None:
    vectors = embedder_at(server.url).embed([f"text {number}" for number in range(150)])
    assert len(vectors) == 150
    assert [len(request.json["input"]) for request in server.requests] == [64, 64, 22]


def test_the_empty_text_is_not_sent_as_such(server: Server, embedder_at: Callable[..., Embedder]) -> None:
    assert np.isfinite(embedder_at(server.url).embed(["", "text"])).all()
    assert "" not in server.requests[0].json["input"]


def test_a_server_that_is_not_there_is_named(embedder_at: Callable[..., Embedder]) -> None:
    url = closed_port_url()
    with pytest.raises(ModelUnavailableError, match=url):
        embedder_at(url).embed(["text"])


def test_a_model_that_the_server_does_not_have_is_named(server: Server, embedder_at: Callable[..., Embedder]) -> None:
    with pytest.raises(ModelMissingError, match="'other-model'"):
        embedder_at(server.url, "other-model").embed(["text"])


def test_a_silent_server_is_not_waited_for_longer_than_allowed(
    server: Server, path: str, embedder_at: Callable[..., Embedder]
) -> None:
    released = threading.Event()

    def silent(request: Any) -> Reply:
        released.wait(WAIT_S)
        return Reply(body="{}")

    server.script(path, silent)
    try:
        with pytest.raises(ModelTimeoutError, match="PAPERTRAIL_READ_TIMEOUT_S"):
            embedder_at(server.url, read_timeout_s=0.2).embed(["text"])
    finally:
        released.set()


@pytest.mark.parametrize(
    "body",
    ["no json", "[]", "{}", '{"embeddings": [], "data": []}', '{"embeddings": "x", "data": [{"index": 0}]}'],
)
def test_a_reply_of_another_shape_is_an_error(
    server: Server, path: str, embedder_at: Callable[..., Embedder], body: str
) -> None:
    server.script(path, Reply(body=body))
    with pytest.raises(ModelReplyError):
        embedder_at(server.url).embed(["text"])


@pytest.mark.parametrize("vector", ["[0, 0]", "[]", "[NaN, 1]"])
def test_a_vector_without_direction_is_an_error(
    server: Server, path: str, embedder_at: Callable[..., Embedder], vector: str
) -> None:
    rows = f'"embeddings": [{vector}], "data": [{{"object": "embedding", "index": 0, "embedding": {vector}}}]'
    server.script(path, Reply(body=f'{{"model": "m", {rows}}}'))
    with pytest.raises(ModelReplyError, match="one usable vector"):
        embedder_at(server.url).embed(["text"])


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_is_asked_again(
    server: Server, path: str, embedder_at: Callable[..., Embedder], status: int
) -> None:
    rows = '"embeddings": [[3, 4]], "data": [{"object": "embedding", "index": 0, "embedding": [3, 4]}]'
    server.script(
        path, Reply(status=status, body='{"error": "busy"}', headers=AT_ONCE), Reply(body=f'{{"model": "m", {rows}}}')
    )
    np.testing.assert_allclose(embedder_at(server.url, retries=1).embed(["text"]), [[0.6, 0.8]], atol=1e-6)


def test_tries_come_to_an_end(server: Server, path: str, embedder_at: Callable[..., Embedder]) -> None:
    server.script(path, Reply(status=503, body='{"error": "busy"}', headers=AT_ONCE))
    with pytest.raises(ModelUnavailableError, match="503"):
        embedder_at(server.url, retries=2).embed(["text"])
    assert len(server.requests) == 3


def test_a_request_that_cannot_work_is_sent_once(
    server: Server, path: str, embedder_at: Callable[..., Embedder]
) -> None:
    server.script(path, Reply(status=400, body='{"error": "this model does not embed"}'))
    with pytest.raises(ModelUnavailableError, match="400"):
        embedder_at(server.url, retries=2).embed(["text"])
    assert len(server.requests) == 1


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/x", "http://127.0.0.1:port/v1"])
def test_an_address_that_is_none_is_the_users_mistake(embedder_at: Callable[..., Embedder], url: str) -> None:
    with pytest.raises(SettingsError, match="is no address of a server"):
        embedder_at(url).embed(["text"])


def test_a_key_never_shows_in_an_error() -> None:
    with OpenAIServer([MODEL], key="right") as server:
        settings = load_settings(
            embedding=f"openai:{MODEL}", openai_base_url=server.url, openai_api_key="sk-wrong-secret", retries=0
        )
        with pytest.raises(ModelUnavailableError) as caught:
            embedder_for(settings).embed(["text"])
    assert "sk-wrong-secret" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_openai_without_key_and_address_says_what_to_set() -> None:
    with pytest.raises(ModelUnavailableError, match="PAPERTRAIL_OPENAI_API_KEY"):
        embedder_for(load_settings(embedding=f"openai:{MODEL}")).embed(["text"])


def test_ollama_is_told_to_cut_long_texts_and_to_keep_the_model() -> None:
    with OllamaServer([MODEL]) as server:
        settings = load_settings(embedding=f"ollama:{MODEL}", ollama_host=server.url, ollama_keep_alive="3m")
        embedder_for(settings).embed(["text"])
        assert server.requests[0].json["truncate"] is True
        assert server.requests[0].json["keep_alive"] == "3m"

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from rag.answering.generative import GenerativeWriter
from rag.errors import ModelContextError, ModelMissingError, ModelReplyError, ModelUnavailableError
from rag.models.ollama_chat import OllamaChat
from rag.settings import Settings
from rag.types import Draft, Paper, Usage
from tests.rag.answering.material import GLACIER, drain, request_for
from tests.servers import OllamaServer, Reply, Request


@pytest.fixture
def server() -> Iterator[OllamaServer]:
    with OllamaServer(["llama3.2"]) as server:
        yield server


def _write(server: OllamaServer, *papers: Paper, model: str = "llama3.2", **more: Any) -> Draft:
    writer = GenerativeWriter(OllamaChat(model, Settings(ollama_host=server.url, **more)))
    return drain(writer.write(request_for(*papers)))[1]


def _chats(server: OllamaServer) -> list[Request]:
    return [request for request in server.requests if request.path == "/api/chat"]


def test_the_request_sets_window_length_temperature_and_keep_alive(server: OllamaServer) -> None:
    server.script("/api/chat", Reply(["Yes."]))

    _write(server, answer_tokens=300, ollama_keep_alive="5m")

    sent = server.requests[-1].json
    assert sent["options"] == {"num_ctx": 4096, "num_predict": 300, "temperature": 0}
    assert (sent["model"], sent["stream"], sent["think"], sent["keep_alive"]) == ("llama3.2", True, False, "5m")


def test_a_longer_prompt_gets_a_larger_window_up_to_the_limit(server: OllamaServer) -> None:
    server.script("/api/chat", Reply(["Yes."]))
    long = Paper("long", "Long", "word " * 2600)

    _write(server, long)
    _write(server, long, context_tokens=7000)

    assert [request.json["options"]["num_ctx"] for request in _chats(server)] == [8192, 7000]


def test_keep_alive_without_a_unit_is_sent_as_a_number(server: OllamaServer) -> None:
    server.script("/api/chat", Reply(["Yes."]))

    _write(server, ollama_keep_alive="-1")

    assert server.requests[-1].json["keep_alive"] == -1


def test_a_model_that_refuses_the_think_switch_is_asked_without_it(server: OllamaServer) -> None:
    refusal = Reply(status=400, body='{"error": "\\"llama3.2\\" does not support thinking"}')
    server.script("/api/chat", refusal, Reply(["Yes."]))

    draft = _write(server)

    assert draft.text == "Yes."
    assert ["think" in request.json for request in _chats(server)] == [True, False]


def test_another_bad_request_is_told_with_the_servers_words(server: OllamaServer) -> None:
    server.script("/api/chat", Reply(status=400, body='{"error": "invalid options"}'))

    with pytest.raises(ModelUnavailableError, match="status 400 \\(invalid options\\)"):
        _write(server)


@pytest.mark.parametrize("read", [100, 2048, 8192])
def test_a_prompt_that_the_server_cut_is_noted(server: OllamaServer, read: int) -> None:
    """Far fewer tokens than were sent, as many as a smaller model reads, or as many as the window holds."""
    server.script("/api/chat", Reply(["Yes."], usage=(read, 3)))

    draft = _write(server, Paper("long", "Long", "word " * 2600))

    assert any(
        note.startswith(f"ollama/llama3.2 read {read} tokens") and "PAPERTRAIL_CONTEXT_TOKENS" in note
        for note in draft.notes
    )


@pytest.mark.parametrize("read", [2600, 2049])
def test_a_prompt_that_was_read_whole_is_not(server: OllamaServer, read: int) -> None:
    server.script("/api/chat", Reply(["Yes."], usage=(read, 3)))

    assert _write(server, Paper("long", "Long", "word " * 2600)).notes == ()


def test_a_server_that_counts_nothing_gives_no_usage_and_no_note(server: OllamaServer) -> None:
    server.script("/api/chat", Reply(["Yes."], usage=None))

    draft = _write(server)

    assert (draft.usage, draft.notes) == (Usage(0, 0), ())


def test_a_missing_model_comes_with_the_command_to_fetch_it(server: OllamaServer) -> None:
    with pytest.raises(ModelMissingError, match="`ollama pull qwen3:4b`"):
        _write(server, model="qwen3:4b")


def test_a_404_of_another_server_is_not_a_missing_model(server: OllamaServer) -> None:
    server.script("/api/chat", Reply(status=404, body="<h1>Not Found</h1>"))

    with pytest.raises(ModelUnavailableError, match="status 404"):
        _write(server)


def test_a_server_that_wants_a_sign_in_is_not_asked_again(server: OllamaServer) -> None:
    server.script("/api/chat", Reply(status=401, body='{"error": "unauthorized"}'))

    with pytest.raises(ModelUnavailableError, match="ollama signin"):
        _write(server)

    assert len(_chats(server)) == 1


def test_a_stream_that_ends_without_its_last_message_is_cut(server: OllamaServer) -> None:
    server.script("/api/chat", Reply(["Recall rises"], finish=None))

    with pytest.raises(ModelReplyError, match="stopped in the middle"):
        _write(server)


@pytest.mark.parametrize(
    "line", [b"[1, 2]\n", b'"text"\n', b"null\n", b'{"done": false}\n', b'{"message": 5}\n', b"\xff\n"]
)
def test_a_line_of_another_shape_is_an_error(server: OllamaServer, line: bytes) -> None:
    server.script("/api/chat", Reply([line]))

    with pytest.raises(ModelReplyError, match="does not speak Ollama's protocol"):
        _write(server)


def test_a_password_in_the_address_is_not_shown() -> None:
    with OllamaServer() as server:
        host = server.url.replace("http://", "http://user:hidden-word@")

        with pytest.raises(ModelMissingError) as caught:
            drain(GenerativeWriter(OllamaChat("x", Settings(ollama_host=host))).write(request_for(GLACIER)))

    assert "hidden-word" not in str(caught.value)
    assert "127.0.0.1" in str(caught.value)


def _described(server: OllamaServer, parameters: str = "", **info: object) -> None:
    described = {"details": {}, "model_info": info, "capabilities": ["completion"], "parameters": parameters}
    server.script("/api/show", Reply(body=json.dumps(described)))


LONG = [Paper(f"long{number}", f"Long {number}", "It has very many words in it. " * 200) for number in range(4)]


@pytest.mark.parametrize(
    ("parameters", "info", "reads"),
    [
        ("", {"llama.context_length": 2048, "llama.block_count": 16}, 2048),
        ('stop "<|eot|>"\nnum_ctx 2500\n', {"llama.context_length": 131072}, 2500),
    ],
)
def test_a_model_that_reads_less_than_is_allowed_gets_what_fits(
    server: OllamaServer, parameters: str, info: dict[str, int], reads: int
) -> None:
    _described(server, parameters, **info)
    server.script("/api/chat", Reply(["Yes."]))

    _write(server, *LONG, evidence_tokens=6000)

    assert _chats(server)[0].json["options"]["num_ctx"] == reads


@pytest.mark.parametrize("body", ['{"model_info": {}}', '{"model_info": {"llama.context_length": "many"}}', "no JSON"])
def test_where_the_server_does_not_say_what_a_model_reads_the_setting_holds(server: OllamaServer, body: str) -> None:
    server.script("/api/show", Reply(body=body))
    server.script("/api/chat", Reply(["Yes."]))

    _write(server, *LONG, evidence_tokens=6000)

    assert _chats(server)[0].json["options"]["num_ctx"] == 8192


def test_a_model_with_no_room_for_a_paper_is_named_as_such(server: OllamaServer) -> None:
    _described(server, **{"llama.context_length": 1024})

    with pytest.raises(ModelContextError, match="reads 1024 tokens, .* PAPERTRAIL_ANSWER_TOKENS"):
        _write(server, Paper("long", "Long", "word " * 2000))

    assert _chats(server) == []

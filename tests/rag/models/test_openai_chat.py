from __future__ import annotations

import email.utils
import json
import threading
import traceback
from collections.abc import Iterator
from typing import Any

import pytest

from rag.answering.generative import GenerativeWriter
from rag.errors import ModelError, ModelMissingError, ModelReplyError, ModelUnavailableError, SettingsError
from rag.models.openai_chat import OpenAIChat
from rag.settings import Settings
from rag.types import Draft, Usage
from tests.rag.answering.material import drain, request_for
from tests.servers import WAIT_S, OpenAIServer, Reply, Request

CHAT = "/v1/chat/completions"
SECRET = "sk-very-secret-0123456789"


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer(["small"], key=SECRET) as server:
        yield server


def _writer(server: OpenAIServer, key: str | None = SECRET, model: str = "small", **more: Any) -> GenerativeWriter:
    return GenerativeWriter(OpenAIChat(model, Settings(openai_base_url=server.url, openai_api_key=key, **more)))


def _write(server: OpenAIServer, **more: Any) -> Draft:
    return drain(_writer(server, **more).write(request_for()))[1]


def _refusing(*names: str) -> Any:
    """A server that answers 400 to the first of the named options that a request has."""

    def reply(request: Request) -> Reply:
        for name in names:
            if name in request.json:
                return Reply(status=400, body=json.dumps({"error": {"message": f"Unsupported parameter: '{name}'"}}))
        return Reply(["Yes."])

    return reply


def test_the_request_sets_length_and_temperature_and_asks_for_usage(server: OpenAIServer) -> None:
    server.script(CHAT, Reply(["Yes."], usage=(900, 3)))

    draft = _write(server, answer_tokens=300)

    sent = server.requests[-1].json
    assert (sent["model"], sent["max_tokens"], sent["temperature"]) == ("small", 300, 0)
    assert draft.usage == Usage(900, 3)


@pytest.mark.parametrize(
    ("refused", "left"),
    [
        (["stream_options"], {"temperature", "max_tokens"}),
        (["temperature"], {"stream_options", "max_tokens"}),
        (["max_tokens"], {"stream_options", "temperature", "max_completion_tokens"}),
        (["max_tokens", "max_completion_tokens", "temperature", "stream_options"], set()),
    ],
)
def test_an_option_that_the_server_does_not_take_is_left_out(
    server: OpenAIServer, refused: list[str], left: set[str]
) -> None:
    server.script(CHAT, _refusing(*refused))

    draft = _write(server)

    assert draft.text == "Yes."
    assert set(server.requests[-1].json) == {"model", "messages", "stream"} | left


def test_a_bad_request_about_something_else_is_told_and_not_repeated(server: OpenAIServer) -> None:
    server.script(CHAT, Reply(status=400, body='{"error": {"message": "messages must alternate"}}'))

    with pytest.raises(ModelUnavailableError, match="must alternate"):
        _write(server)

    assert len(server.requests) == 1


def test_chunks_without_choices_delta_or_content_are_passed_over(server: OpenAIServer) -> None:
    odd = [
        {"choices": []},
        {"choices": None},
        {},
        {"choices": [{"index": 0}]},
        {"choices": [{"delta": {"content": None}}]},
    ]
    events = [b"data: " + json.dumps(chunk).encode() + b"\n\n" for chunk in odd]
    server.script(CHAT, Reply([b": a comment\n\n", *events, "Yes", *events, "."]))

    assert _write(server).text == "Yes."


def test_an_answer_without_an_end_is_noted(server: OpenAIServer) -> None:
    server.script(CHAT, Reply(["Recall rises"], finish=None))

    draft = _write(server)

    assert any("did not say that the answer is finished" in note for note in draft.notes)


def test_an_answer_stopped_by_a_content_filter_is_noted(server: OpenAIServer) -> None:
    server.script(CHAT, Reply(["Recall rises"], finish="content_filter"))

    assert any("content filter" in note for note in _write(server).notes)


def test_a_wrong_key_is_told_without_the_key_anywhere(server: OpenAIServer) -> None:
    wrong = "sk-wrong-secret-987654321"
    writer = _writer(server, key=wrong)

    with pytest.raises(ModelUnavailableError, match="PAPERTRAIL_OPENAI_API_KEY") as caught:
        drain(writer.write(request_for()))

    assert server.requests[-1].headers["authorization"] == f"Bearer {wrong}"
    assert len(server.requests) == 1
    assert wrong not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("status", [400, 403, 404, 429, 500])
def test_an_error_that_repeats_the_key_is_told_without_it(server: OpenAIServer, status: int) -> None:
    body = json.dumps({"error": {"message": f"cannot serve {SECRET}"}})
    server.script(CHAT, Reply(status=status, body=body))

    with pytest.raises(ModelError) as caught:
        _write(server, retries=0)

    assert SECRET not in "".join(traceback.format_exception(caught.value))
    assert SECRET not in repr(vars(OpenAIChat("small", Settings(openai_base_url=server.url, openai_api_key=SECRET))))


def test_an_error_inside_the_stream_that_repeats_the_key_is_told_without_it(server: OpenAIServer) -> None:
    server.script(CHAT, Reply([b'data: {"error": {"message": "bad ' + SECRET.encode() + b'"}}\n\n']))

    with pytest.raises(ModelReplyError) as caught:
        _write(server)

    assert SECRET not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("key", ["sk-two\nlines", "sk-schlüssel", "sk-\x00"])
def test_a_key_that_cannot_be_sent_is_the_users_mistake(server: OpenAIServer, key: str) -> None:
    with pytest.raises(SettingsError, match="openai_api_key") as caught:
        _write(server, key=key)

    assert key not in str(caught.value)
    assert server.requests == []


def test_blanks_around_a_key_are_not_part_of_it(server: OpenAIServer) -> None:
    server.script(CHAT, Reply(["Yes."]))

    _write(server, key=f"{SECRET}\n")

    assert server.requests[-1].headers["authorization"] == f"Bearer {SECRET}"


def test_a_server_of_ones_own_needs_no_key() -> None:
    with OpenAIServer(["small"]) as server:
        server.script(CHAT, Reply(["Yes."]))

        assert _write(server, key=None).text == "Yes."


def test_without_address_and_key_the_settings_to_set_are_named() -> None:
    with pytest.raises(ModelUnavailableError, match="PAPERTRAIL_OPENAI_API_KEY.*PAPERTRAIL_OPENAI_BASE_URL"):
        drain(GenerativeWriter(OpenAIChat("small", Settings())).write(request_for()))


def test_a_missing_model_or_path_is_told_as_such(server: OpenAIServer) -> None:
    with pytest.raises(ModelMissingError, match="'absent'.*/v1"):
        _write(server, model="absent")


def test_a_wait_longer_than_bearable_is_told_instead_of_waited(server: OpenAIServer) -> None:
    server.script(CHAT, Reply(status=429, body='{"error": {"message": "slow down"}}', headers={"Retry-After": "3600"}))

    with pytest.raises(ModelUnavailableError, match="wait 3600 seconds"):
        _write(server, retries=5)

    assert len(server.requests) == 1


def test_a_wait_given_as_a_date_is_understood(server: OpenAIServer) -> None:
    past = email.utils.formatdate(0, usegmt=True)
    server.script(CHAT, Reply(status=503, headers={"Retry-After": past}), Reply(["Yes."]))

    assert _write(server, retries=1).text == "Yes."


def test_a_used_up_quota_is_not_tried_again(server: OpenAIServer) -> None:
    body = json.dumps({"error": {"message": "You exceeded your quota", "code": "insufficient_quota"}})
    server.script(CHAT, Reply(status=429, body=body, headers={"Retry-After": "0"}))

    with pytest.raises(ModelUnavailableError, match="quota"):
        _write(server, retries=3)

    assert len(server.requests) == 1


def test_cancel_ends_the_wait_between_two_tries(server: OpenAIServer) -> None:
    cancel = threading.Event()
    asked = threading.Event()

    def reply(_: Request) -> Reply:
        asked.set()
        return Reply(status=503, headers={"Retry-After": "19"})

    server.script(CHAT, reply)
    drafts: list[Draft] = []
    writing = _writer(server, retries=5).write(request_for(cancel=cancel))
    thread = threading.Thread(target=lambda: drafts.append(drain(writing)[1]))
    thread.start()
    assert asked.wait(WAIT_S)
    cancel.set()
    thread.join(WAIT_S / 2)  # less than the wait that the server asks for

    assert [draft.text for draft in drafts] == [""]
    assert len(server.requests) == 1

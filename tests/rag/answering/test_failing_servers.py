"""What both writers do when the model server fails, falls silent or is none; the real clients talk to loopback."""

from __future__ import annotations

import re

import pytest

from rag.answering.generative import GenerativeWriter
from rag.errors import ModelMissingError, ModelReplyError, ModelTimeoutError, ModelUnavailableError, SettingsError
from rag.models.offered import model_for
from rag.settings import Settings
from tests.rag.answering.bench import Bench
from tests.rag.answering.material import drain, request_for
from tests.servers import CUT, WAIT_S, Reply, Stall, closed_port_url


def test_an_empty_reply_is_an_error(bench: Bench) -> None:
    bench.reply(Reply([""]))

    with pytest.raises(ModelReplyError, match="empty"):
        bench.write()


@pytest.mark.parametrize("before", [(), ("Recall ",)])
def test_a_server_that_falls_silent_is_a_timeout_and_not_asked_again(bench: Bench, before: tuple[str, ...]) -> None:
    stall = Stall()
    bench.reply(Reply([*before, stall]))

    with pytest.raises(ModelTimeoutError, match="PAPERTRAIL_READ_TIMEOUT_S") as caught:
        bench.write(read_timeout_s=0.2)

    assert caught.value.retryable
    assert stall.hung_up.wait(WAIT_S)
    assert bench.server.paths().count(bench.chat) == 1


def test_a_connection_cut_in_mid_stream_is_an_error_and_not_repeated(bench: Bench) -> None:
    bench.reply(Reply(["Recall rises a great deal ", CUT]))
    writing = bench.writer().write(request_for())

    assert next(writing) == "Recall rises a great deal"
    with pytest.raises(ModelReplyError, match="broke the connection off"):
        drain(writing)
    assert bench.server.paths().count(bench.chat) == 1


def test_a_connection_cut_before_the_first_word_is_tried_again(bench: Bench) -> None:
    bench.reply(Reply(["", CUT]), Reply(["Yes."]))

    _, draft = bench.write(retries=1)

    assert draft.text == "Yes."
    assert bench.server.paths().count(bench.chat) == 2


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_failure_that_may_pass_is_tried_again(bench: Bench, status: int) -> None:
    failing = Reply(status=status, body=bench.busy, headers={"Retry-After": "0"})
    bench.reply(failing, Reply(["Yes."]))

    _, draft = bench.write(retries=1)

    assert draft.text == "Yes."


def test_a_failure_that_stays_is_told_after_the_allowed_tries(bench: Bench) -> None:
    bench.reply(Reply(status=503, body=bench.busy, headers={"Retry-After": "0"}))

    with pytest.raises(ModelUnavailableError, match=r"status 503 \(.*server busy"):
        bench.write(retries=1)

    assert bench.server.paths().count(bench.chat) == 2


def test_without_retries_a_server_is_asked_once(bench: Bench) -> None:
    bench.reply(Reply(status=503, body=bench.busy))

    with pytest.raises(ModelUnavailableError):
        bench.write(retries=0)

    assert bench.server.paths().count(bench.chat) == 1


def test_a_model_that_is_not_there_is_named(bench: Bench) -> None:
    missing = bench.name.partition("/")[0] + "/absent"

    with pytest.raises(ModelMissingError, match="'absent'"):
        drain(GenerativeWriter(model_for(missing, bench.settings())).write(request_for()))

    assert bench.server.paths().count(bench.chat) == 1


def test_a_server_that_is_not_there_is_told_at_once() -> None:
    url = closed_port_url()
    host = re.escape(url)

    with pytest.raises(ModelUnavailableError, match=rf"{host}; start it with `ollama serve`"):
        drain(GenerativeWriter(model_for("ollama/x", Settings(ollama_host=url))).write(request_for()))
    with pytest.raises(ModelUnavailableError, match=f"{host}/v1; start it or correct PAPERTRAIL_OPENAI_BASE_URL"):
        drain(GenerativeWriter(model_for("openai/x", Settings(openai_base_url=f"{url}/v1"))).write(request_for()))


@pytest.mark.parametrize(
    ("name", "setting"), [("ollama/x", "ollama_host"), ("openai/x", "openai_base_url")], ids=["ollama", "openai"]
)
@pytest.mark.parametrize("value", ["ftp://127.0.0.1/", "gopher:nonsense"])
def test_an_address_that_is_none_is_the_users_mistake(name: str, setting: str, value: str) -> None:
    with pytest.raises(SettingsError, match=setting):
        drain(GenerativeWriter(model_for(name, Settings(**{setting: value}))).write(request_for()))


def test_bytes_that_are_no_json_are_an_error(bench: Bench) -> None:
    bench.reply(Reply([b"data: {not json\n\n"]))

    with pytest.raises(ModelReplyError, match="protocol"):
        bench.write()


def test_a_web_page_in_place_of_a_model_server_is_an_error(bench: Bench) -> None:
    bench.reply(Reply(body="<html><body>Welcome</body></html>", headers={"Content-Type": "text/html"}))

    with pytest.raises(ModelReplyError):
        bench.write()


def test_an_error_reported_inside_the_stream_is_passed_on(bench: Bench) -> None:
    plain = b'{"error": "out of memory"}\n'
    event = b'data: {"error": {"message": "out of memory"}}\n\n'
    bench.reply(Reply(["Recall ", plain if bench.chat == "/api/chat" else event]))

    with pytest.raises(ModelReplyError, match="out of memory"):
        bench.write()

"""A value asked of a model, with the real clients against servers on loopback; models here are scripted."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import pytest

from rag.errors import ModelError, ModelReplyError, ModelTimeoutError
from rag.models.door import ChatModel
from rag.models.llamaindex_chat import LlamaIndexChat
from rag.models.metering import Meter
from rag.models.offered import model_for
from rag.models.structured import Shape, structured
from rag.settings import Settings
from rag.types import Usage
from tests.rag.models.test_llamaindex_chat import ScriptedLLM
from tests.servers import WAIT_S, OllamaServer, OpenAIServer, Reply, Request, Stall

RULES, MATTER = "Say the bird.", "It is blue."


class Bird(Shape):
    name: str
    colours: list[str] = []


class Word(Shape):
    verdict: Literal["yes", "no"]


@dataclass
class Bench:
    """One of the two servers, and a model of it."""

    server: OllamaServer | OpenAIServer
    chat: str

    def model(self, **more: Any) -> ChatModel:
        if isinstance(self.server, OllamaServer):
            return model_for("ollama/m", Settings(ollama_host=self.server.url, retries=0, **more))
        return model_for("openai/m", Settings(openai_base_url=self.server.url, retries=0, **more))

    def script(self, *replies: str | Reply | Callable[[Request], Reply]) -> None:
        said = (Reply([one], usage=(100, 20)) if isinstance(one, str) else one for one in replies)
        self.server.script(self.chat, *said)

    def bird(self, *replies: str | Reply | Callable[[Request], Reply], **more: Any) -> Bird:
        self.script(*replies)
        return structured(self.model(), RULES, MATTER, Bird, lambda bird: bird, tokens=50, **more)

    @property
    def asked(self) -> list[Any]:
        return [request.json for request in self.server.requests if request.path == self.chat]

    def schema(self, body: Any) -> Any:
        return body.get("format") or body.get("response_format", {}).get("json_schema", {}).get("schema")


@pytest.fixture(params=["ollama", "openai"])
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    if request.param == "ollama":
        with OllamaServer(["m"]) as ollama:
            yield Bench(ollama, "/api/chat")
    else:
        with OpenAIServer(["m"]) as openai:
            yield Bench(openai, "/v1/chat/completions")


def _refusing(bench: Bench, status: int, complaint: str) -> Callable[[Request], Reply]:
    error: Any = complaint if bench.chat == "/api/chat" else {"message": complaint}

    def reply(request: Request) -> Reply:
        if bench.schema(request.json):
            return Reply(status=status, body=json.dumps({"error": error}))
        return Reply(['{"name": "jay"}'])

    return reply


def test_the_server_is_given_a_schema_in_which_all_fields_are_required(bench: Bench) -> None:
    bird = bench.bird('{"name": "jay", "colours": ["blue"]}')

    assert bird == Bird(name="jay", colours=["blue"])
    [body] = bench.asked
    schema = bench.schema(body)
    assert schema["required"] == ["name", "colours"]
    assert schema["additionalProperties"] is False
    assert "default" not in json.dumps(schema)
    assert [message["content"] for message in body["messages"]] == [RULES, MATTER]


@pytest.mark.parametrize(
    ("status", "complaint"),
    [
        (400, "response_format is not supported"),
        (400, "Invalid schema for response_format 'Bird'"),
        (400, "Failed to parse grammar"),
        (400, "json: cannot unmarshal object into Go struct field ChatRequest.format of type string"),
        (422, "Extra inputs are not permitted"),
        (500, "failed to load model vocabulary required for schema"),
        (501, "not implemented"),
    ],
)
def test_a_server_that_refuses_the_schema_is_asked_without_and_never_with_it_again(
    bench: Bench, status: int, complaint: str
) -> None:
    bench.script(_refusing(bench, status, complaint))
    model = bench.model()

    birds = [structured(model, RULES, MATTER, Bird, lambda bird: bird.name, tokens=50) for _ in range(2)]

    assert birds == ["jay", "jay"]
    assert [bool(bench.schema(body)) for body in bench.asked] == [True, False, False]


def test_a_prompt_that_is_too_long_is_no_refused_schema(bench: Bench) -> None:
    with pytest.raises(ModelError, match="PAPERTRAIL_CONTEXT_TOKENS"):
        bench.bird(_refusing(bench, 400, "the prompt exceeds the available context size"))

    assert len(bench.asked) == 1


@pytest.mark.parametrize(
    "reply",
    [
        'Here it is:\n```json\n{"name": "jay"}\n```\nDone.',
        '<think>{"name": "owl"}? No.</think>{"name": "jay"}',
        'I thought {of it} </think> {"name": "jay"}',
        '{"bird": {"name": "jay"}}',
        '{"name": "jay", "colours": ["bl',
        '{"name": "jay", "colours": ["blue"], "wings": 2}',
    ],
    ids=["fenced", "thinking", "thinking unopened", "wrapped", "cut off", "more than asked"],
)
def test_a_value_is_found_in_what_stands_around_it(bench: Bench, reply: str) -> None:
    assert bench.bird(reply).name == "jay"
    assert len(bench.asked) == 1


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        ("A jay.", "no JSON object"),
        ("", "no JSON object"),
        ('{"name": ["jay"]}', "name: "),
        ('{"colours": []}', "name: "),
        ('{"name": ', "name: "),
        ("{" * 5000, "object"),
        ('{"name":' * 3000, "object"),
    ],
    ids=["prose", "nothing", "another type", "a field missing", "cut off", "braces", "nested"],
)
def test_a_reply_of_no_use_is_asked_for_once_more_and_the_model_told_why(bench: Bench, reply: str, why: str) -> None:
    meter = Meter()

    assert bench.bird(reply, '{"name": "jay"}', meter=meter).name == "jay"

    first, second = bench.asked
    assert second["messages"][0] == first["messages"][0]
    assert second["messages"][1]["content"].startswith(MATTER)
    assert why in second["messages"][1]["content"]
    assert meter.usage == Usage(200, 40)


def test_what_the_task_refuses_counts_as_of_no_use(bench: Bench) -> None:
    def blue(bird: Bird) -> str:
        if "blue" not in bird.colours:
            raise ValueError("it is not blue")
        return bird.name

    bench.script('{"name": "owl"}', '{"name": "jay", "colours": ["blue"]}')

    assert structured(bench.model(), RULES, MATTER, Bird, blue, tokens=50) == "jay"
    assert "it is not blue" in bench.asked[1]["messages"][1]["content"]


def test_a_model_that_never_gives_one_is_an_error_after_two_requests(bench: Bench) -> None:
    with pytest.raises(ModelReplyError, match="gave no bird of use .* name another model"):
        bench.bird("A jay.")

    assert len(bench.asked) == 2


@pytest.mark.parametrize("reply", ["Yes", " no.", "**Yes**, it does."])
def test_a_bare_word_will_do_for_a_shape_of_one_field(bench: Bench, reply: str) -> None:
    bench.script(reply)

    said = structured(bench.model(), RULES, MATTER, Word, lambda word: word.verdict, tokens=50)

    assert said == ("no" if "no" in reply else "yes")


def test_a_server_that_falls_silent_is_a_timeout(bench: Bench) -> None:
    bench.script(Reply([Stall()]))

    with pytest.raises(ModelTimeoutError, match="PAPERTRAIL_READ_TIMEOUT_S"):
        structured(bench.model(read_timeout_s=0.2), RULES, MATTER, Bird, lambda bird: bird, tokens=50)


def test_a_cancel_closes_the_connection_and_asks_no_more(bench: Bench) -> None:
    stall, cancel, ended = Stall(), threading.Event(), list[Exception]()
    bench.script(Reply(["{", stall]))

    def ask() -> None:
        try:
            structured(bench.model(), RULES, MATTER, Bird, lambda bird: bird, tokens=50, cancel=cancel)
        except ModelReplyError as error:
            ended.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    assert stall.reached.wait(WAIT_S)
    cancel.set()

    assert stall.hung_up.wait(WAIT_S)
    thread.join()
    assert len(ended) == len(bench.asked) == 1


def test_any_llamaindex_llm_is_asked_in_the_same_way() -> None:
    llm = ScriptedLLM(pieces=['```json\n{"name": "jay"', "}\n```"], prompts=[])

    bird = structured(LlamaIndexChat(llm, Settings()), RULES, MATTER, Bird, lambda bird: bird, tokens=50)

    assert bird.name == "jay"

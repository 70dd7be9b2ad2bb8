"""What becomes of sentences that their sources do not bear out, and what the trace tells of the way."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from rag import Answer, Assistant, Verdict
from rag.answering.prompts import CORRECTION, REFUSAL, RULES
from rag.errors import SettingsError
from rag.types import Usage
from rag.writing import NOTHING_LEFT
from tests.servers import OpenAIServer, Reply, Request, offered_keys

CHAT = "/v1/chat/completions"
QUESTION = "Does Glasswing save memory?"
TRUE = "Glasswing halves the memory of the Firefly cache"
FALSE = "Glasswing reaches 99.9% accuracy on the Meadowlark benchmark"
KEY = "sk-very-secret-0123456789"


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer(["small"], key=KEY) as server:
        yield server


@pytest.fixture
def ask(server: OpenAIServer, small: Assistant) -> Iterator[Callable[..., Answer]]:
    settings = small.settings.model_copy(
        update={"openai_base_url": server.url, "openai_api_key": _secret(), "retries": 0, "openai_model": "small"}
    )
    with Assistant.open(settings=settings) as assistant:

        def asked(*replies: Any, **options: Any) -> Answer:
            server.script(CHAT, *replies)
            return assistant.ask(QUESTION, **{"model": "openai/small"} | options)

        yield asked


def _secret() -> Any:
    from pydantic import SecretStr

    return SecretStr(KEY)


def _saying(text: str) -> Callable[[Request], Reply]:
    """A reply in which KEY stands for the key of the right paper."""

    def reply(request: Request) -> Reply:
        return Reply([text.replace("KEY", offered_keys(request)["Glasswing"])], usage=(1000, 20))

    return reply


BOTH = f"{TRUE} [KEY]. {FALSE} [KEY]."


def test_marking_shows_the_sentence_with_its_reason(ask: Callable[..., Answer], server: OpenAIServer) -> None:
    answer = ask(_saying(BOTH))

    assert [claim.verdict for claim in answer.claims] == [Verdict.SUPPORTED, Verdict.UNSUPPORTED]
    assert "99.9" in answer.text
    assert server.paths().count(CHAT) == 1


def test_rewriting_tells_the_model_why_and_shows_what_it_makes_of_it(
    ask: Callable[..., Answer], server: OpenAIServer
) -> None:
    answer = ask(_saying(BOTH), _saying(f"{TRUE} [KEY]."), unsupported="rewrite")

    assert answer.text == f"{TRUE} [1]."
    assert [claim.verdict for claim in answer.claims] == [Verdict.SUPPORTED]
    assert answer.notes[-1] == "1 sentence not borne out when first written, 0 after the model was told why."
    assert answer.usage == Usage(2000, 40)
    first, second = (request.json["messages"] for request in server.requests)
    assert second[:4] == first
    assert [message["role"] for message in second[4:]] == ["assistant", "user"]
    assert re.fullmatch(rf"{TRUE} \[\d\]\. {FALSE} \[\d\]\.", second[4]["content"])
    assert second[5]["content"].startswith(CORRECTION)
    assert f"“{FALSE}.”: " in second[5]["content"]
    assert "99.9" in second[5]["content"].split("”: ")[1]


@pytest.mark.parametrize(
    "second",
    [BOTH, f"{FALSE} [KEY]. Glasswing has 900 layers [KEY].", REFUSAL],
    ids=["the same", "worse", "a refusal"],
)
def test_a_rewriting_that_does_not_help_leaves_the_first_answer_marked(ask: Callable[..., Answer], second: str) -> None:
    answer = ask(_saying(BOTH), _saying(second), unsupported="rewrite")

    assert answer.text == f"{TRUE} [1]. {FALSE} [2]."
    assert [claim.verdict for claim in answer.claims] == [Verdict.SUPPORTED, Verdict.UNSUPPORTED]
    assert answer.notes[-1] == "Writing 1 sentence anew did not help."
    assert answer.usage == Usage(2000, 40)


def test_a_refusal_of_what_was_wholly_unsupported_is_taken(ask: Callable[..., Answer]) -> None:
    answer = ask(_saying(f"{FALSE} [KEY]."), _saying(REFUSAL), unsupported="rewrite")

    assert answer.refused
    assert answer.text == REFUSAL


def test_a_server_that_fails_at_the_rewriting_costs_nothing(ask: Callable[..., Answer]) -> None:
    answer = ask(_saying(BOTH), Reply(status=500, body='{"error": {"message": "boom"}}'), unsupported="rewrite")

    assert answer.text == f"{TRUE} [1]. {FALSE} [2]."
    assert "could not be written anew: " in answer.notes[-1]
    assert "boom" in answer.notes[-1]


def test_dropping_leaves_the_sentence_out_and_says_so(ask: Callable[..., Answer], server: OpenAIServer) -> None:
    answer = ask(_saying(f"- {FALSE} [KEY].\n- {TRUE} [KEY]. {FALSE} [KEY]."), unsupported="drop")

    assert answer.text == f"- {TRUE} [2]."
    assert [claim.text for claim in answer.claims] == [f"{TRUE}."]
    assert [citation.marker for citation in answer.citations] == [2]
    assert answer.notes[-1] == "2 sentences not borne out by what was cited, and left out."
    assert server.paths().count(CHAT) == 1


def test_an_answer_of_which_nothing_is_left_is_none(ask: Callable[..., Answer]) -> None:
    answer = ask(_saying(f"{FALSE} [KEY]."), unsupported="drop")

    assert answer.refused
    assert (answer.text, answer.citations, answer.claims) == (NOTHING_LEFT, (), ())
    assert answer.nearest[0][0] == "sparse"


@pytest.mark.parametrize("way", ["mark", "rewrite", "drop"])
def test_what_is_borne_out_stays_as_it_is(ask: Callable[..., Answer], server: OpenAIServer, way: str) -> None:
    answer = ask(_saying(f"{TRUE} [KEY]."), unsupported=way)

    assert (answer.text, answer.notes) == (f"{TRUE} [1].", ())
    assert server.paths().count(CHAT) == 1


def test_another_way_is_the_users_mistake(ask: Callable[..., Answer]) -> None:
    with pytest.raises(SettingsError, match="choose one of mark, rewrite, drop"):
        ask(_saying(BOTH), unsupported="hide")


def test_an_answer_has_a_trace_only_where_it_is_asked_for(ask: Callable[..., Answer]) -> None:
    assert "trace" not in ask(_saying(BOTH)).to_json()


def test_the_trace_tells_each_step_with_the_exact_prompt(ask: Callable[..., Answer], server: OpenAIServer) -> None:
    answer = ask(_saying(BOTH), _saying(f"{TRUE} [KEY]."), unsupported="rewrite", trace=True)

    record = json.loads(json.dumps(answer.to_json()))["trace"]
    steps = [step["step"] for step in record]
    found, written = ["understand", "retrieve", "decide"], ["prompt", "write", "check"]
    assert steps == [*found, *written, "prompt", "rewrite", "check", "answered", "spent"]
    told = {step["step"]: step for step in reversed(record)}
    assert told["understand"]["message"] == QUESTION
    best = told["retrieve"]["papers"][0]
    assert (best["paper_id"], best["title"][:9]) == ("sparse", "Glasswing")
    assert best["score"] == pytest.approx(sum(best["signals"].values()), abs=1e-3)
    assert told["prompt"]["messages"] == server.requests[0].json["messages"]
    assert told["prompt"]["messages"][0]["content"] == RULES
    assert (told["prompt"]["prompt_tokens"], told["prompt"]["completion_tokens"]) == (1000, 20)
    assert [sentence["verdict"] for sentence in told["check"]["sentences"]] == ["supported", "unsupported"]
    call = {"model": "openai/small", "prompt_tokens": 1000, "completion_tokens": 20, "estimated": False}
    assert told["spent"]["calls"] == [call, call]
    assert all(step["ms"] >= 0 for step in record)
    assert KEY not in json.dumps(record)


def test_the_trace_tells_what_was_left_out_for_want_of_room(small: Assistant, server: OpenAIServer) -> None:
    settings = small.settings.model_copy(
        update={"openai_base_url": server.url, "openai_api_key": _secret(), "context_tokens": 1024}
    )
    server.script(CHAT, _saying(f"{TRUE} [KEY]."))
    with Assistant.open(settings=settings) as assistant:
        answer = assistant.ask(QUESTION, model="openai/small", trace=True)

    (prompt,) = (step for step in answer.trace if step.name == "prompt")
    assert prompt.details["left_out"]
    assert not {*prompt.details["left_out"]} & {*prompt.details["papers"].values()}


@pytest.mark.parametrize(
    ("question", "steps"),
    [
        ("hello", ["understand", "answered"]),
        ("How does QuillForge save memory?", ["understand", "retrieve", "decide", "answered"]),
    ],
)
def test_other_answers_have_the_steps_they_took(small: Assistant, question: str, steps: list[str]) -> None:
    assert [step.name for step in small.ask(question, trace=True).trace] == steps

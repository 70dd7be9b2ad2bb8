"""A model that plans the search, with the rules behind it; only scripted models are met here."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pydantic
import pytest

from rag import Answer, Assistant, Settings
from rag.retrieval.merging import merged
from rag.types import Usage
from tests.papers import CACHE, SOIL, SPARSE, hit_of
from tests.servers import OllamaServer, OpenAIServer, Reply

SERVERS = {"ollama": (OllamaServer, "/api/chat"), "openai": (OpenAIServer, "/v1/chat/completions")}


@pytest.fixture(params=SERVERS)
def ask(request: pytest.FixtureRequest, small: Assistant) -> Iterator[Callable[..., Any]]:
    """Asks with a planner that replies so; gives the answer and what the planner was asked."""
    kind = request.param
    make, path = SERVERS[kind]
    with make(["planner"]) as server:
        address = {"ollama_host": server.url} if kind == "ollama" else {"openai_base_url": server.url}
        settings = small.settings.model_copy(update=address | {"planning": f"{kind}/planner", "retries": 0})
        with Assistant.open(settings=settings) as assistant:

            def asked(question: str, *replies: str | Reply, history: tuple[Answer, ...] = ()) -> tuple[Answer, Any]:
                made = [Reply([reply], usage=(300, 30)) if isinstance(reply, str) else reply for reply in replies]
                server.script(path, *made)
                answer = assistant.ask(question, history=history, trace=True)
                return answer, [sent.json["messages"] for sent in server.requests]

            yield asked


def _plan(question: str, parts: tuple[str, ...] = (), variants: tuple[str, ...] = ()) -> str:
    return json.dumps({"question": question, "parts": parts, "variants": variants})


def _first_turn(small: Assistant) -> tuple[Answer, ...]:
    return (small.ask("What is Firefly?"),)


def test_a_follow_up_is_made_to_stand_alone(ask: Callable[..., Any], small: Assistant) -> None:
    answer, [sent] = ask("And how fast is that thing?", _plan("How fast is Firefly?"), history=_first_turn(small))

    assert answer.searched == "How fast is Firefly?"
    assert answer.citations[0].paper_id == "cache"
    assert answer.usage == Usage(300, 30)
    assert answer.notes == ()
    assert "User: What is Firefly?" in sent[1]["content"]
    assert CACHE.title in sent[1]["content"]
    assert sent[1]["content"].endswith("<message>And how fast is that thing?</message>")


def test_a_first_message_is_searched_as_it_is(ask: Callable[..., Any]) -> None:
    answer, _ = ask("How fast is Firefly?", _plan("How quick is it?"))

    assert answer.searched == "How fast is Firefly?"


def test_a_follow_up_that_the_model_leaves_as_it_is_is_read_by_the_rules(
    ask: Callable[..., Any], small: Assistant
) -> None:
    history = _first_turn(small)

    answer, _ = ask("and its speed?", _plan("and its speed?"), history=history)

    assert answer.searched == small.ask("and its speed?", history=history).searched != "and its speed?"


def test_parts_and_other_wordings_are_searched_too(ask: Callable[..., Any]) -> None:
    answer, _ = ask(
        "What do people use when fields are dry, and what is said of pictures from space?",
        _plan(
            "Fields and pictures?",
            ("How is soil moisture predicted?", "Which satellite images are used as input?"),
            ("neural networks for irrigation",),
        ),
    )

    plan, retrieve = answer.trace[:2]
    assert plan.details["by"].endswith("/planner")
    assert plan.details["queries"] == [
        "How is soil moisture predicted?",
        "Which satellite images are used as input?",
        "neural networks for irrigation",
    ]
    assert retrieve.details["papers"][0]["paper_id"] == "soil"


@pytest.mark.parametrize(
    "reply",
    [f"Sure!\n```json\n{_plan('How fast is Firefly?')}\n```", f"<think>Hm</think>{_plan('How fast is Firefly?')}"],
)
def test_a_plan_with_words_or_thoughts_around_it_is_read(ask: Callable[..., Any], small: Assistant, reply: str) -> None:
    answer, sent = ask("and its speed?", reply, history=_first_turn(small))

    assert (answer.searched, len(sent)) == ("How fast is Firefly?", 1)


def test_a_reply_that_is_no_plan_is_asked_for_once_more(ask: Callable[..., Any], small: Assistant) -> None:
    answer, sent = ask("and its speed?", "I will help!", _plan("How fast is Firefly?"), history=_first_turn(small))

    assert answer.searched == "How fast is Firefly?"
    assert len(sent) == 2
    assert answer.usage == Usage(600, 60)


@pytest.mark.parametrize(
    "reply",
    [
        "nonsense",
        "{}",
        "[1]",
        '{"question": 5}',
        '{"question": "?"}',
        '{"question": "x", "parts": "y"}',
        "{" * 5000,
        _plan("How fast is Lightning?"),
        _plan("How does Firefly get 9.7 times faster?"),
        Reply(status=500, body='{"error": {"message": "boom"}}'),
        Reply([""]),
    ],
)
def test_without_a_plan_that_can_be_used_the_rules_plan_and_say_so(
    ask: Callable[..., Any], small: Assistant, reply: str | Reply
) -> None:
    history = _first_turn(small)
    answer, _ = ask("and its speed?", reply, history=history)
    by_rules = small.ask("and its speed?", history=history)

    assert answer.searched == by_rules.searched
    assert answer.text == by_rules.text
    assert "did not plan the search: " in answer.notes[0]
    assert answer.notes[0].endswith(" The rules did.")
    assert answer.trace[0].details["by"] == "rules"


def test_small_talk_needs_no_plan(ask: Callable[..., Any]) -> None:
    _, sent = ask("hello", "nonsense")

    assert sent == []


def test_a_planner_of_no_known_kind_is_refused() -> None:
    with pytest.raises(pydantic.ValidationError):
        Settings(planning="model")


def _ids(hits: Any) -> list[tuple[str, float]]:
    return [(hit.paper.paper_id, round(hit.score, 3)) for hit in hits]


def test_a_paper_found_twice_keeps_its_best_score() -> None:
    sure = {"similarity": 0.5}
    one = [_signed(hit_of(SPARSE, score=0.9), sure), _signed(hit_of(CACHE, score=0.3), sure)]
    two = [_signed(hit_of(CACHE, score=0.7), sure), _signed(hit_of(SOIL, score=0.2), sure)]

    assert _ids(merged([one, two], 5)) == [("sparse", 0.9), ("cache", 0.7), ("soil", 0.2)]
    assert _ids(merged([one, two], 1)) == [("sparse", 0.9)]


def test_scores_that_are_not_absolute_are_brought_to_one_scale() -> None:
    one, two = [hit_of(SPARSE, score=10.0), hit_of(CACHE, score=2.0)], [hit_of(SOIL, score=40.0)]

    assert _ids(merged([one, two], 5)) == [("sparse", 10.0), ("soil", 10.0), ("cache", 2.0)]


def test_nothing_found_is_nothing() -> None:
    assert merged([], 3) == merged([[], []], 3) == []
    assert _ids(merged([[], [hit_of(SOIL, score=2.0)]], 3)) == [("soil", 2.0)]


def _signed(hit: Any, signals: dict[str, float]) -> Any:
    import dataclasses

    return dataclasses.replace(hit, signals=signals)

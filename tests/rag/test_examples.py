"""Earlier checked answers as worked examples: only where wanted, only what still holds, never as evidence."""

from __future__ import annotations

import contextlib
import dataclasses
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rag import Answer, Assistant, Settings, Verdict, index, remove
from rag.answering.prompts import EXAMPLE, RULES
from rag.answering.writer import Example
from rag.examples import Examples
from rag.index.layout import layout_of
from rag.remembered import Remembered
from tests.papers import PAPERS, SPARSE
from tests.rag.test_misbehaviour import saying
from tests.servers import OpenAIServer, Request, offered_keys

CHAT = "/v1/chat/completions"
FIRST, NEAR, FAR = (
    "Does Glasswing save memory?",
    "Does Glasswing reduce memory?",
    "How accurate is Glasswing on Meadowlark?",
)
TRUE = "Glasswing halves the memory of the Firefly cache"
NOTE = f"One earlier checked answer, to “{FIRST}”, was shown to the model as an example."


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer(["small"]) as server:
        server.script(CHAT, saying(f"{TRUE} [KEY]."))
        yield server


@pytest.fixture
def settings(small: Assistant, tmp_path: Path, server: OpenAIServer) -> Settings:
    home = tmp_path / "home"
    shutil.copytree(small.settings.home, home, symlinks=True)
    values = {"cache_answers": 9, "examples": True, "model": "openai/small", "retries": 0}
    return Settings(home=home, openai_base_url=server.url, **values)


@pytest.fixture
def ask(settings: Settings) -> Callable[..., Answer]:
    def asked(question: str, **more: Any) -> Answer:
        with Assistant.open(settings=Settings(**settings.model_dump() | more)) as assistant:
            return assistant.ask(question, trace=True)

    return asked


def _example(request: Request) -> str | None:
    """The messages of the example, one string; None when it is the usual one."""
    example = request.json["messages"][1:3]
    assert [message["role"] for message in example] == ["user", "assistant"]
    if tuple(message["content"] for message in example) == tuple(text for _, text in EXAMPLE):
        return None
    return "\n".join(message["content"] for message in example)


def test_a_checked_answer_to_a_near_question_is_shown_and_said_to_be(
    ask: Callable[..., Answer], server: OpenAIServer
) -> None:
    first, second = ask(FIRST), ask(NEAR)

    assert first.notes == ()
    assert second.notes == (NOTE,)
    assert _example(server.requests[0]) is None
    shown = _example(server.requests[1]) or ""
    assert shown.startswith("[1] Glasswing")
    assert shown.endswith(f"Question: {FIRST}\n{TRUE} [1].")
    assert server.requests[1].json["messages"][0]["content"] == RULES
    (prompt,) = (step for step in second.trace if step.name == "prompt")
    assert prompt.details["example"]["question"] == FIRST
    assert 0.75 <= prompt.details["example"]["similarity"] <= 1


def test_what_is_not_borne_out_stays_so_beside_an_example(ask: Callable[..., Answer], server: OpenAIServer) -> None:
    ask(FIRST)
    server.script(CHAT, saying("Glasswing halves it on 900 GPUs [KEY]."))

    answer = ask(NEAR)

    assert [claim.verdict for claim in answer.claims] == [Verdict.UNSUPPORTED]


def test_another_question_gets_no_example(ask: Callable[..., Answer], server: OpenAIServer) -> None:
    ask(FIRST)

    assert ask(FAR).notes == ()
    assert _example(server.requests[-1]) is None


@pytest.mark.parametrize("off", [{"examples": False}, {"cache_answers": 0}])
def test_examples_can_be_turned_off(ask: Callable[..., Answer], server: OpenAIServer, off: dict[str, Any]) -> None:
    ask(FIRST)

    assert ask(NEAR, **off).notes == ()
    assert _example(server.requests[-1]) is None


@pytest.mark.parametrize(
    "said",
    [
        "Glasswing reaches 99.9% accuracy on the Meadowlark benchmark [KEY].",
        f"{TRUE}.",
        f"{TRUE} [KEY][p9999].",
        "The papers do not mention how much memory Glasswing needs.",
    ],
)
def test_an_answer_that_is_not_borne_out_is_no_example(
    ask: Callable[..., Answer], server: OpenAIServer, said: str
) -> None:
    server.script(CHAT, saying(said), saying(f"{TRUE} [KEY]."))
    ask(FIRST)

    ask(NEAR)

    assert _example(server.requests[-1]) is None


def _near(settings: Settings) -> Example | None:
    with contextlib.closing(index.Collection.open(settings, "papers")) as collection:
        remembered = Remembered(settings, layout_of(settings, "papers").root)
        return Examples(settings, collection, remembered).near(NEAR)


def test_an_answer_of_a_paper_that_was_removed_is_no_example(ask: Callable[..., Answer], settings: Settings) -> None:
    ask(FIRST)
    assert _near(settings) is not None

    remove(["sparse"], settings=settings)

    assert _near(settings) is None


def test_an_answer_of_a_paper_that_has_changed_is_no_example(ask: Callable[..., Answer], settings: Settings) -> None:
    ask(FIRST)
    other = dataclasses.replace(SPARSE, abstract=SPARSE.abstract.replace("halves the memory", "cuts the memory"))

    index.ingest(settings, "papers", [other if paper is SPARSE else paper for paper in PAPERS])

    assert _near(settings) is None


def test_an_example_never_takes_the_place_of_a_paper(ask: Callable[..., Answer], server: OpenAIServer) -> None:
    ask(FIRST, context_tokens=1500)
    ask(NEAR, context_tokens=1500, answer_tokens=500)

    for request in server.requests:
        assert _example(request) is None or len(offered_keys(request)) == len(offered_keys(server.requests[0]))

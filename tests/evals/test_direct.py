"""A model without papers, over a real client and a local server."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.cache import AnswerCache
from evals.direct import asking_directly, check_direct
from evals.measuring import BUILT_IN, DIRECT, Ruler
from evals.questions import Question
from evals.stages import Stage
from evals.suite import Measured, run_questions
from rag import Assistant
from rag.errors import UserError
from tests.papers import SPARSE
from tests.replies import Reply
from tests.servers import OllamaServer

_QUESTION = Question(
    "memory",
    "factual",
    ("How much memory does Glasswing need?",),
    ((SPARSE.title,),),
    ((("halves",), ("never",)),),
    linked=2,
)


def _run(
    small: Assistant, folder: Path, reply: Reply, question: Question = _QUESTION
) -> tuple[list[Measured], OllamaServer]:
    with OllamaServer(["quill"]) as server, AnswerCache(folder / "kept.sqlite") as cache:
        server.script("/api/chat", reply)
        settings = small.settings.model_copy(update={"ollama_host": server.url, "retries": 0})
        ask = asking_directly("ollama/quill", settings, cache)
        return list(run_questions(ask, [question], Ruler(small.papers(), BUILT_IN))), server


def test_only_the_facts_are_measured_of_a_model_without_papers(small: Assistant, tmp_path: Path) -> None:
    (measured,), _ = _run(small, tmp_path, Reply(["Glasswing halves it."]))

    assert measured.answer is not None
    assert (measured.answer.retriever, measured.answer.model) == (DIRECT, "ollama/quill")
    assert (measured.answer.citations, measured.answer.found) == ((), ())
    assert measured.values == {"facts": 0.5, "refused": 0.0, "words": 3.0}
    assert measured.stage is Stage.FACT_MISSING
    assert measured.group == "two linked facts"


def test_the_model_sees_the_conversation_and_no_paper(small: Assistant, tmp_path: Path) -> None:
    dialog = Question("d", "dialog", ("What is Glasswing?", "Does it need training?"), ((), ()), ((), ()))
    measured, server = _run(small, tmp_path, Reply(["An insect."]), dialog)
    last = server.requests[-1].json["messages"][-1]["content"]

    assert len(measured) == 2
    assert last == "Question: What is Glasswing?\nAnswer: An insect.\n\nQuestion: Does it need training?"
    assert SPARSE.abstract[:30] not in str([request.json for request in server.requests])


def test_a_server_that_fails_is_a_crash_of_the_turn(small: Assistant, tmp_path: Path) -> None:
    (measured,), _ = _run(small, tmp_path, Reply(status=500))

    assert measured.answer is None
    assert measured.error


@pytest.mark.parametrize("model", ["extractive", "auto"])
def test_it_needs_a_model_that_is_named(model: str) -> None:
    with pytest.raises(UserError, match="name it with --model"):
        check_direct(model)

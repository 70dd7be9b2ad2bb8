"""Running question sets over the small collection, without a language model."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from evals.cache import AnswerCache
from evals.measuring import BUILT_IN, Ruler
from evals.questions import Question
from evals.stages import Stage
from evals.suite import Measured, asking, run_questions
from rag import Answer, Assistant
from tests.papers import CACHE, SOIL, SPARSE
from tests.replies import Reply
from tests.servers import OllamaServer

_ASKED = "What accuracy does Glasswing reach on the Meadowlark benchmark?"
_ACCURACY = Question(
    "accuracy",
    "factual",
    (_ASKED,),
    ((SPARSE.title,),),
    ((("81.5%",), ("never",)),),
    "named",
)
_DIALOG = Question(
    "dialog",
    "dialog",
    (_ASKED, "In one sentence, please"),
    ((SPARSE.title,), (SPARSE.title,)),
    ((("81.5%",),), (("81.5%",),)),
)
_UNKNOWN = Question("unknown", "unanswerable", ("How does QuillForge save memory?",), ((),), ((),))
_WRONG = Question("wrong", "factual", (_ASKED,), ((CACHE.title,),), ((),), "named")


def _run(small: Assistant, *questions: Question, **how: str) -> list[Measured]:
    ask = asking(small, model=how.get("model", "extractive"), retriever=how.get("retriever"))
    return list(run_questions(ask, questions, Ruler(small.papers(), BUILT_IN)))


def test_an_answer_is_measured_by_what_was_wanted(small: Assistant) -> None:
    (measured,) = _run(small, _ACCURACY)

    assert (measured.id, measured.turn, measured.group, measured.error) == ("accuracy", 0, "named", None)
    assert measured.answer is not None
    assert measured.answer.question == _ACCURACY.turns[0]
    words = len(measured.answer.text.split())
    assert measured.values == {
        "precision": 1.0,
        "recall": 1.0,
        "f1": 1.0,
        "refused": 0.0,
        "invented": 0.0,
        "words": words,
        "verbatim": 1.0,
        "supported": 1.0,
        "covered": 1.0,
        "numbers covered": 1.0,
        "borne out: checker": 1.0,
        "borne out: labels": 1.0,
        "labelled": 1.0,
        "needed: checker": 1.0,
        "first": 1.0,
        "recall@5": 1.0,
        "facts": 0.5,
        "right": 0.0,
    }
    assert measured.stage is Stage.FACT_MISSING
    assert (measured.question, measured.gold) == (_ACCURACY.turns[0], (SPARSE.title,))


def test_an_answer_is_right_with_every_paper_and_every_fact(small: Assistant) -> None:
    assert [one.values["right"] for one in _run(small, _DIALOG, _WRONG)] == [1.0, 1.0, 0.0]


def test_the_turns_of_a_dialog_are_read_together(small: Assistant) -> None:
    first, second = _run(small, _DIALOG)

    assert (first.turn, second.turn) == (0, 1)
    assert second.answer is not None
    assert "Glasswing reaches 81.5% accuracy" in second.answer.text


def test_each_question_begins_a_conversation_of_its_own(small: Assistant) -> None:
    follow_up = Question("alone", "dialog", ("And which accuracy does it reach?",), ((SOIL.title,),), ((),))
    answers = [_run(small, *questions)[-1].answer for questions in ([follow_up], [_ACCURACY, follow_up])]

    assert len({answer.text for answer in answers if answer}) == 1
    assert None not in answers


def test_a_refusal_is_right_where_nothing_may_be_cited(small: Assistant) -> None:
    (measured,) = _run(small, _UNKNOWN)

    assert (measured.values["refused"], measured.values["right"], measured.values["recall"]) == (1.0, 1.0, 1.0)
    assert measured.values.keys().isdisjoint({"first", "facts", "verbatim", "supported"})


def test_a_refusal_finds_no_facts_even_if_it_repeats_them(small: Assistant) -> None:
    refused = Question("r", "factual", _UNKNOWN.turns, ((SPARSE.title,),), ((("quillforge",),),))
    (measured,) = _run(small, refused)

    assert (measured.values["facts"], measured.values["first"], measured.values["right"]) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(("kind", "found"), [("factual", 0.0), ("compare", 1.0), ("list", 1.0)])
def test_more_of_comparisons_and_lists_is_read(small: Assistant, kind: str, found: float) -> None:
    with OllamaServer(["long"]) as server:
        server.script("/api/chat", Reply(["word " * 130, "needle."]))
        settings = small.settings.model_copy(update={"ollama_host": server.url})
        question = Question("long", kind, _ACCURACY.turns, ((SPARSE.title,),), ((("needle",),),))
        with Assistant.open(settings=settings) as assistant:
            (measured,) = _run(assistant, question, model="ollama/long")

    assert measured.values["facts"] == found


def test_keys_that_a_model_made_up_count_as_invented(small: Assistant) -> None:
    with OllamaServer(["liar"]) as server:
        server.script("/api/chat", Reply(["Glasswing halves the memory of the Firefly cache [p9999]."]))
        settings = small.settings.model_copy(update={"ollama_host": server.url})
        with Assistant.open(settings=settings) as assistant:
            (measured,) = _run(assistant, _ACCURACY, model="ollama/liar")

    assert measured.values["invented"] == 1.0


def test_a_crash_is_a_row_of_its_own_and_the_rest_goes_on(small: Assistant) -> None:
    broken = Question("broken", "dialog", ("?", _ASKED), ((), (SPARSE.title,)), ((), ()))
    crashed, after, last = _run(small, broken, _ACCURACY)

    assert (crashed.answer, crashed.values) == (None, {})
    assert crashed.error is not None
    assert "the question is empty" in crashed.error
    assert after.values["first"] == last.values["first"] == 1.0


def test_each_question_done_is_reported(small: Assistant) -> None:
    done: list[str] = []
    for _ in run_questions(asking(small), [_DIALOG, _UNKNOWN], Ruler(small.papers(), BUILT_IN), done.append):
        pass

    assert done == ["dialog", "unknown"]


@pytest.mark.parametrize("retriever", ["dense", "lexical"])
def test_the_retriever_is_the_one_asked_for(small: Assistant, retriever: str) -> None:
    (measured,) = _run(small, _ACCURACY, retriever=retriever)

    assert measured.answer is not None
    assert measured.answer.retriever == retriever


def test_a_record_is_written_as_json(small: Assistant) -> None:
    good, bad = _run(small, _ACCURACY, Question("bad", "meta", ("?",), ((),), ((),)))
    record = json.loads(json.dumps(good.to_json()))

    assert (record["id"], record["turn"], record["group"], record["gold"]) == ("accuracy", 0, "named", [SPARSE.title])
    assert record["stage"] == "cited but fact missing"
    assert record["answer"]["question"] == _ACCURACY.turns[0]
    assert record["values"] == dict(good.values)
    assert bad.to_json()["answer"] is None


def test_a_defect_is_a_row_of_its_own_and_the_rest_goes_on(small: Assistant) -> None:
    answer = small.ask(_ACCURACY.turns[0])

    def ask(turns: Sequence[str], history: Sequence[Answer]) -> Answer:
        if turns == _UNKNOWN.turns:
            raise ZeroDivisionError("by nothing")
        return answer

    crashed, measured = run_questions(ask, [_UNKNOWN, _ACCURACY], Ruler(small.papers(), BUILT_IN))

    assert (crashed.answer, crashed.error) == (None, "ZeroDivisionError: by nothing")
    assert measured.answer == answer


def test_what_follows_a_failed_turn_is_not_kept(small: Assistant, tmp_path: Path) -> None:
    with AnswerCache(tmp_path / "kept.sqlite") as cache:
        ask = asking(small, cache=cache)
        ask(_DIALOG.turns, [])  # the first turn has failed
        assert cache.get(_DIALOG.turns, "hybrid") is None
        ask(_DIALOG.turns, [ask(_DIALOG.turns[:1], [])])
        assert cache.get(_DIALOG.turns, "hybrid") is not None

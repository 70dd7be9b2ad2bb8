from __future__ import annotations

import pytest

from rag.answering.planner import is_small_talk, stand_alone
from rag.types import Answer, Citation, Verdict


@pytest.mark.parametrize(
    "message",
    [
        "Hello!",
        "hi there",
        "Good morning, how are you?",
        "THANKS A LOT 🙏",
        "ok, that helps. Bye!",
        "haha",
        "What can you do?",
    ],
)
def test_greetings_and_thanks_are_small_talk(message: str) -> None:
    assert is_small_talk(message)


@pytest.mark.parametrize(
    "message",
    [
        "RAG",
        "Hello, what is RAG?",
        "Thanks! And its memory?",
        "How are you different from RAG?",
        "Which papers are great?",
        "日本語",
        "42",
    ],
)
def test_whatever_asks_for_something_is_not(message: str) -> None:
    assert not is_small_talk(message)


def _answer(*titles: str) -> Answer:
    citations = tuple(
        Citation(number, title.lower(), title, None, "Quote.", 0, 6, Verdict.SUPPORTED, 1.0)
        for number, title in enumerate(titles, start=1)
    )
    return Answer("q", "a", not titles, None, citations, (), (), "extractive", "hybrid", "0")


@pytest.mark.parametrize(
    "question",
    [
        "How much memory does it need?",
        "and when?",
        "What about the second one?",
        "Training time?",
        "Its authors?",
        "why",
    ],
)
def test_a_follow_up_gets_the_titles_that_were_spoken_of(question: str) -> None:
    history = [_answer("Old: A Paper"), _answer("Firefly: A Cache", "Glasswing: Sparse", "Firefly: A Cache")]

    assert stand_alone(question, history) == f"Firefly: A Cache; Glasswing: Sparse: {question}"


@pytest.mark.parametrize(
    "question",
    ["How does LightRAG compare to it?", "Which survey reviews neural networks for predicting soil moisture?"],
)
def test_a_question_that_stands_alone_stays_as_it_is(question: str) -> None:
    assert stand_alone(question, [_answer("Firefly: A Cache")]) == question


def test_the_first_question_stays_as_it_is() -> None:
    assert stand_alone("and when?", []) == "and when?"


def test_answers_that_cite_nothing_are_passed_over() -> None:
    assert stand_alone("and when?", [_answer("Firefly: A Cache"), _answer()]) == "Firefly: A Cache: and when?"
    assert stand_alone("and when?", [_answer(), _answer()]) == "and when?"

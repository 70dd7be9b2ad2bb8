from __future__ import annotations

import pytest

from rag.answering.planner import Turn, is_small_talk, read_turn
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
        "nonone",
        "日本語",
        "42",
    ],
)
def test_whatever_asks_for_something_is_not(message: str) -> None:
    assert not is_small_talk(message)


def _answer(*titles: str, question: str = "q") -> Answer:
    citations = tuple(
        Citation(number, title.lower(), title, None, "Quote.", 0, 6, Verdict.SUPPORTED, 1.0)
        for number, title in enumerate(titles, start=1)
    )
    return Answer(question, "a", not titles, None, citations, (), (), "extractive", "hybrid", "0")


_OLD = _answer("Old: A Paper")
_TWO = _answer("Firefly: A Cache", "Glasswing: Sparse", "Firefly: A Cache")


@pytest.mark.parametrize(
    "message",
    [
        "How much memory does it need?",
        "and when?",
        "Training time?",
        "Are their authors the same?",
        "What is the accuracy?",
        "why",
    ],
)
def test_a_follow_up_gets_the_titles_that_were_spoken_of_last(message: str) -> None:
    assert read_turn(message, [_OLD, _TWO]) == Turn(f"Firefly: A Cache; Glasswing: Sparse: {message}", message)


@pytest.mark.parametrize(
    ("message", "title"),
    [
        ("How large is the first one?", "Firefly: A Cache"),
        ("And the second?", "Glasswing: Sparse"),
        ("What of the latter?", "Glasswing: Sparse"),
    ],
)
def test_a_follow_up_may_point_to_one_of_several(message: str, title: str) -> None:
    assert read_turn(message, [_OLD, _TWO]).asked == f"{title}: {message}"


def test_both_of_two_questions_are_meant_when_each_spoke_of_one_paper() -> None:
    turn = read_turn("Which of them is newer?", [_OLD, _answer("Firefly: A Cache")])

    assert turn.asked == "Old: A Paper; Firefly: A Cache: Which of them is newer?"


@pytest.mark.parametrize(
    "message",
    [
        "How does LightRAG save memory?",
        "Which survey reviews neural networks for predicting soil moisture?",
        "What is knowledge distillation?",
        "How many papers are there?",
        "newest paper?",
    ],
)
def test_a_question_that_stands_alone_stays_as_it_is(message: str) -> None:
    assert read_turn(message, [_TWO]) == Turn(message, message)


def test_the_first_question_stays_as_it_is() -> None:
    assert read_turn("and when?", []) == Turn("and when?", "and when?")


def test_answers_that_cite_nothing_are_passed_over() -> None:
    assert read_turn("and when?", [_answer("Firefly: A Cache"), _answer()]).asked == "Firefly: A Cache: and when?"
    assert read_turn("and when?", [_answer(), _answer()]).asked == "and when?"


@pytest.mark.parametrize("message", ["Shorter, please!", "in one sentence", "tl;dr", "Briefly?"])
def test_a_wish_for_less_repeats_the_question_before_it(message: str) -> None:
    history = [_OLD, _answer("Firefly: A Cache", question="And how fast is it?")]

    turn = read_turn(message, history)

    assert turn == Turn("Old: A Paper: And how fast is it?", "And how fast is it?", sentences=1)
    assert read_turn(message, [*history, _answer("Firefly: A Cache", question=message)]) == turn


def test_a_wish_for_less_with_nothing_before_it_is_a_message_like_any() -> None:
    assert read_turn("in two sentences", []).asked == "in two sentences"


@pytest.mark.parametrize(
    ("message", "sentences"),
    [
        ("What is RAG, in two sentences?", 2),
        ("Explain RAG in one sentence.", 1),
        ("RAG in 3 sentences", 3),
        ("RAG?", None),
    ],
)
def test_the_number_of_sentences_wanted_is_read(message: str, sentences: int | None) -> None:
    assert read_turn(message, []).sentences == sentences

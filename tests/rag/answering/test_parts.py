from __future__ import annotations

import pytest

from rag.answering.parts import read_parts


def _asked(message: str, *spoken_of: str) -> list[str]:
    return [part.asked for part in read_parts(message, spoken_of)]


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        (
            "How fast is Firefly, and what does Glasswing cost?",
            ["How fast is Firefly", "what does Glasswing cost?"],
        ),
        ("How fast is Firefly? And what is Glasswing?", ["How fast is Firefly?", "And what is Glasswing?"]),
        ("How fast is Firefly; how large is Glasswing?", ["How fast is Firefly", "how large is Glasswing?"]),
        (
            "How fast is Firefly, and how many hours did its training take?",
            ["How fast is Firefly", "Firefly: how many hours did its training take?"],
        ),
        ("Does Firefly need a GPU, and does it learn?", ["Does Firefly need a GPU", "Firefly: does it learn?"]),
        (
            "What predicts the moisture of soils, and which galaxies grow in clusters?",
            ["What predicts the moisture of soils", "which galaxies grow in clusters?"],
        ),
        (
            "What do Firefly, Glasswing and QuillForge do?",
            ["What do Firefly do?", "What do Glasswing do?", "What do QuillForge do?"],
        ),
    ],
)
def test_several_questions_are_told_apart_and_each_stands_alone(message: str, parts: list[str]) -> None:
    assert _asked(message) == parts


@pytest.mark.parametrize(
    "message",
    [
        "How fast is Firefly?",
        "How fast is Firefly and its cache?",
        "Which system halves memory, and how fast is it?",
        "Which system halves memory, and by how much?",
        "Which factor is it, and why?",
        "How do Firefly and Glasswing differ?",
        "Firefly and Glasswing: which needs less memory?",
        "Which is faster, Firefly or Glasswing?",
        "What is behind 'Ask, and what you get is given? And why?'",
        "Fields are dry. How is soil moisture predicted?",
        "What is A? What is B? What is C? What is D? What is E?",
        "",
    ],
)
def test_a_single_question_has_no_parts(message: str) -> None:
    assert _asked(message) == []


def test_a_part_that_points_back_gets_what_was_spoken_of() -> None:
    asked = _asked("How fast is it, and what does it cost?", "Firefly: A Cache")

    assert asked == ["Firefly: A Cache: How fast is it", "Firefly: A Cache: what does it cost?"]


def test_the_reader_is_told_a_part_in_the_words_of_the_message() -> None:
    parts = read_parts("How fast is Firefly, and also how large is its index?")

    assert [part.text for part in parts] == ["How fast is Firefly", "how large is its index"]

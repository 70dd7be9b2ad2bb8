from __future__ import annotations

import pytest

from rag.retrieval.question import Question


def test_lay_words_are_changed_in_what_is_embedded_and_not_in_the_terms() -> None:
    question = Question("Do chatbots help?")

    assert question.spoken == "Do language models help?"
    assert "chatbot" in question.terms
    assert "languag" not in question.terms


def test_content_has_each_stem_once_without_stop_words_and_joined_names() -> None:
    assert Question("What does Light RAG cost, and the costs of RAG?").content == ("light", "rag", "cost")


def test_clauses_are_parts_of_their_own() -> None:
    parts = Question("How many papers were read, and over which years did they appear?").parts

    assert len(parts) == 2
    assert "paper" in parts[0]
    assert "paper" not in parts[1]
    assert "appear" in parts[1]


def test_a_short_piece_is_no_part_of_its_own() -> None:
    assert len(Question("For instance, how many papers were read?").parts) == 1


@pytest.mark.parametrize("text", ["memory", "memory?", "of memory"])
def test_one_word_is_one_part(text: str) -> None:
    question = Question(text)

    assert question.parts == (question.terms,)
    assert "memori" in question.terms


@pytest.mark.parametrize("text", ["", "日本語のモデル", "???"])
def test_a_question_without_terms_still_has_one_part(text: str) -> None:
    question = Question(text)

    assert question.terms == question.content == ()
    assert question.parts == ((),)

from __future__ import annotations

import pytest

from rag.retrieval.plain_words import in_field_terms


@pytest.mark.parametrize(
    ("asked", "searched"),
    [
        ("Which chatbot lies least?", "Which language models hallucination least?"),
        ("graphics cards", "GPUs"),
        ("Graphics Cards or a card", "GPUs or a GPUs"),
        ("teams of bots", "multi-agent system"),
        ("talking machine", "language models"),
        ("imitates", "distill"),
    ],
)
def test_everyday_words_become_the_fields_terms(asked: str, searched: str) -> None:
    assert in_field_terms(asked) == searched


@pytest.mark.parametrize(
    "question", ["", "xyzzy", "How does Hyper-RAG reduce hallucinations?", "discarding embroidery", "réseau 日本"]
)
def test_a_question_without_such_words_stays_as_it_is(question: str) -> None:
    assert in_field_terms(question) == question

from __future__ import annotations

import pytest

from rag.answering.trim import trim
from rag.text.sentences import passages_of
from rag.text.terms import query_terms
from tests.papers import PAPERS


@pytest.mark.parametrize(
    ("sentence", "trimmed"),
    [
        ("However, caches forget what was asked a minute ago.", "Caches forget what was asked a minute ago."),
        ("In this paper, we propose a cache for slow questions.", "We propose a cache for slow questions."),
        ("To address this gap, we propose a cache for slow questions.", "We propose a cache for slow questions."),
        (
            "Extensive experiments demonstrate that the cache answers in half the time.",
            "The cache answers in half the time.",
        ),
        (
            "Moreover, our results clearly show that the cache answers in half the time.",
            "The cache answers in half the time.",
        ),
        (
            "The cache answers in half the time, paving the way for faster assistants.",
            "The cache answers in half the time.",
        ),
        ("The cache keeps all of the passages, thereby enabling reuse", "The cache keeps all of the passages"),
    ],
)
def test_openings_announcements_and_promises_are_cut(sentence: str, trimmed: str) -> None:
    assert trim(sentence, ()) == trimmed


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("In this paper, we propose a cache for slow questions.", "What does the paper propose?"),
        ("Extensive experiments demonstrate that the cache answers in half the time.", "Which experiments were made?"),
        ("The cache answers in half the time, paving the way for faster assistants.", "Are assistants faster?"),
    ],
)
def test_what_is_asked_for_stays(sentence: str, question: str) -> None:
    assert trim(sentence, query_terms(question)) == sentence


@pytest.mark.parametrize(
    "sentence",
    [
        "The cache answers in half the time, saving 3 seconds.",
        "The cache answers in half the time, making it faster than BERT.",
        "The cache answers in half the time, offering 2 ways out.",
    ],
)
def test_a_promise_with_a_figure_or_a_name_stays(sentence: str) -> None:
    assert trim(sentence, ()) == sentence


@pytest.mark.parametrize("sentence", ["However, it failed.", "We show that caches forget.", "Yes.", "…", "However, "])
def test_a_short_sentence_stays_whole(sentence: str) -> None:
    assert trim(sentence, ()) == sentence


@pytest.mark.parametrize("name", ["vLLM", "k-NN", "mT5", "iRAG"])
def test_a_name_that_begins_small_stays_small(name: str) -> None:
    assert trim(f"Notably, {name} answers in half of the time.", ()) == f"{name} answers in half of the time."


def test_what_is_left_is_a_piece_of_the_sentence() -> None:
    for passage in (passage for paper in PAPERS for passage in passages_of(paper)):
        trimmed = trim(passage.text, ())
        assert trimmed[1:].rstrip(".") in passage.text
        assert trimmed[0].lower() in passage.text.lower()

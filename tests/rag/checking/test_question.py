"""Whether the question was answered, apart from whether the sentences are borne out."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from rag import Assistant
from rag.checking import answered
from rag.checking.question import thresholds
from rag.retrieval.relevance import relevance_of
from rag.types import Answer, Answered, Claim, Verdict
from rag.understanding.query import Kind, Query


@pytest.fixture
def answer(small: Assistant) -> Answer:
    return small.ask("How much faster does Firefly answer than a plain index?")


def _again(answer: Answer, question: str, home: Path) -> Answered | None:
    return answered(answer, Query(question, question, Kind.PAPER, {Kind.PAPER: 1.0}), relevance_of(home))


def test_the_thresholds_part_three_answers() -> None:
    found = thresholds()

    assert 0 < found.partly <= found.yes < 1
    assert [found.of(value) for value in (1.0, found.yes, found.partly, 0.0)][::3] == [Answered.YES, Answered.NO]


def test_an_extracted_answer_says_that_it_answers_and_a_refusal_that_it_does_not(
    small: Assistant, answer: Answer
) -> None:
    refused = small.ask("How does QuillForge-9 brew coffee?")

    assert answer.answered is Answered.YES
    assert (refused.refused, refused.answered) == (True, Answered.NO)
    assert answer.to_json()["answered"] == "yes"


def test_sentences_that_are_borne_out_may_answer_something_else(small: Assistant, answer: Answer) -> None:
    home = small.settings.home

    assert {claim.verdict for claim in answer.claims} == {Verdict.SUPPORTED}
    assert _again(answer, "Which fish are counted by divers in marine reefs?", home) is Answered.NO


def test_it_is_read_from_the_words_whoever_wrote_them(small: Assistant, answer: Answer) -> None:
    said = Claim("Firefly answers 3.4 times faster than a plain index does.", (1,), Verdict.SUPPORTED)
    written = dataclasses.replace(answer, claims=(said,), model="ollama/some")

    assert _again(written, answer.question, small.settings.home) in (Answered.YES, Answered.PARTLY)


def test_what_is_missing_makes_it_partly_and_small_talk_asks_nothing(small: Assistant, answer: Answer) -> None:
    partly = dataclasses.replace(answer, not_found=("its colour",))

    assert _again(partly, answer.question, small.settings.home) is Answered.PARTLY
    assert small.ask("Hello!").answered is None

"""The quality that every change must keep: factual and unanswerable questions over the seed collection, no model."""

from __future__ import annotations

import pytest

from evals.questions import load_questions
from evals.report import summary
from evals.suite import Measured, run_questions
from rag import Assistant


@pytest.fixture(scope="module")
def measured(seed: Assistant) -> list[Measured]:
    questions = [question for question in load_questions() if question.kind in ("factual", "unanswerable")]
    return list(run_questions(seed, questions, model="extractive"))


@pytest.fixture(scope="module")
def rows(measured: list[Measured]) -> dict[str, dict[str, float]]:
    return summary(measured)


def test_every_question_gets_an_answer(measured: list[Measured]) -> None:
    assert [(one.id, one.error) for one in measured if one.error] == []
    assert len(measured) == 175


def test_the_paper_that_is_named_is_cited_first(measured: list[Measured]) -> None:
    values = [one.values["first"] for one in measured if one.group in ("named", "keywords")]

    assert sum(values) / len(values) >= 0.98


@pytest.mark.parametrize(("style", "floor"), [("described", 0.93), ("riddle", 0.43)])
def test_a_paper_that_is_described_is_found(rows: dict[str, dict[str, float]], style: str, floor: float) -> None:
    assert rows[style]["first"] >= floor


def test_the_facts_asked_for_are_said(rows: dict[str, dict[str, float]]) -> None:
    assert rows["factual"]["facts"] >= 0.72


def test_what_can_be_answered_is_answered(rows: dict[str, dict[str, float]]) -> None:
    assert rows["factual without riddles"]["refused"] <= 0.05


def test_what_cannot_be_answered_is_refused(rows: dict[str, dict[str, float]]) -> None:
    assert rows["unanswerable"]["refused"] >= 0.55


def test_every_quote_is_verbatim_and_no_citation_is_invented(rows: dict[str, dict[str, float]]) -> None:
    assert {name: row["verbatim"] for name, row in rows.items()} == dict.fromkeys(rows, 1.0)
    assert {name: row["invented"] for name, row in rows.items()} == dict.fromkeys(rows, 0.0)

"""The quality that every change must keep: all kinds of questions over the seed collection, no model."""

from __future__ import annotations

import pytest

from evals.questions import load_questions
from evals.report import summary
from evals.suite import Measured, run_questions
from rag import Assistant


@pytest.fixture(scope="module")
def measured(seed: Assistant) -> list[Measured]:
    return list(run_questions(seed, load_questions(), model="extractive"))


@pytest.fixture(scope="module")
def rows(measured: list[Measured]) -> dict[str, dict[str, float]]:
    return summary(measured)


def test_every_question_gets_an_answer(measured: list[Measured]) -> None:
    assert [(one.id, one.error) for one in measured if one.error] == []
    assert len(measured) == 266


def test_the_paper_that_is_named_is_cited_first(measured: list[Measured]) -> None:
    values = [one.values["first"] for one in measured if one.group in ("named", "keywords")]

    assert sum(values) / len(values) >= 0.98


@pytest.mark.parametrize(("style", "floor"), [("described", 0.93), ("riddle", 0.45)])
def test_a_paper_that_is_described_is_found(rows: dict[str, dict[str, float]], style: str, floor: float) -> None:
    assert rows[style]["first"] >= floor


def test_the_facts_asked_for_are_said(rows: dict[str, dict[str, float]]) -> None:
    assert rows["factual"]["facts"] >= 0.72


def test_what_can_be_answered_is_answered(rows: dict[str, dict[str, float]]) -> None:
    assert rows["factual without riddles"]["refused"] <= 0.05


def test_what_cannot_be_answered_is_refused(rows: dict[str, dict[str, float]]) -> None:
    assert rows["unanswerable"]["refused"] >= 0.55


@pytest.mark.parametrize(
    ("kind", "measure", "floor"),
    [
        ("compare", "f1", 0.92),
        ("compare", "facts", 0.80),
        ("list", "f1", 0.75),
        ("meta", "right", 0.90),
        ("dialog", "right", 0.80),
        ("injection", "f1", 0.95),
        ("smalltalk", "right", 1.00),
    ],
)
def test_each_other_kind_of_question_keeps_its_floor(
    rows: dict[str, dict[str, float]], kind: str, measure: str, floor: float
) -> None:
    assert rows[kind][measure] >= floor


def test_every_quote_is_verbatim_and_no_citation_is_invented(rows: dict[str, dict[str, float]]) -> None:
    quoted = {name: row["verbatim"] for name, row in rows.items() if "verbatim" in row}
    assert len(quoted) > 8
    assert quoted == dict.fromkeys(quoted, 1.0)
    assert {name: row["invented"] for name, row in rows.items()} == dict.fromkeys(rows, 0.0)

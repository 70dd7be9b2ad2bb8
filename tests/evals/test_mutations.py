"""The suite proves itself: an answer spoiled in one way moves the measures that must see it, and only down."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest

from evals.measuring import BUILT_IN, Ruler
from evals.questions import Question
from rag import Answer, Assistant, Citation
from rag.checking import check
from rag.types import Passage
from tests.checkers import built_in
from tests.evals.answers import cite
from tests.papers import CACHE, SOIL, SPARSE

_QUESTION = Question(
    "speed", "factual", ("How fast is Firefly, and what recall does it lose?",), ((CACHE.title,),), ((("3.4 times",),),)
)


def _said(answer: Answer, assistant: Assistant, text: str, citations: tuple[Citation, ...]) -> Answer:
    """The answer with this text and these citations, checked anew."""
    passages = [Passage(c.paper_id, 1, c.start, c.end, c.quote) for c in citations]
    papers = {paper.paper_id: paper for paper in assistant.papers()}
    claims, checked = check(text, passages, papers, built_in())
    return dataclasses.replace(answer, text=text, claims=claims, citations=checked)


def _swap_paper(answer: Answer, assistant: Assistant) -> Answer:
    return _said(answer, assistant, answer.text, tuple(cite(SOIL, 2, c.marker) for c in answer.citations))


def _change_number(answer: Answer, assistant: Assistant) -> Answer:
    return _said(answer, assistant, answer.text.replace("3.4", "6.1"), answer.citations)


def _delete_citation(answer: Answer, assistant: Assistant) -> Answer:
    claims = tuple(dataclasses.replace(claim, markers=()) for claim in answer.claims)
    return dataclasses.replace(answer, text=answer.text.replace(" [1]", ""), claims=claims, citations=())


def _add_irrelevant(answer: Answer, assistant: Assistant) -> Answer:
    extra = len(answer.citations) + 1
    text = answer.text.replace("[1]", f"[1] [{extra}]")
    return _said(answer, assistant, text, (*answer.citations, cite(SPARSE, 5, extra)))


def _negate(answer: Answer, assistant: Assistant) -> Answer:
    text = answer.text.replace("answers 3.4 times faster", "does not answer 3.4 times faster")
    assert text != answer.text
    return _said(answer, assistant, text, answer.citations)


@pytest.fixture
def answer(small: Assistant) -> Answer:
    quote = cite(CACHE, 3)
    asked = small.ask(_QUESTION.turns[0])
    return _said(asked, small, f"{quote.quote} [1]", (quote,))


def _values(answer: Answer, assistant: Assistant) -> dict[str, float]:
    return dict(Ruler(assistant.papers(), BUILT_IN).measure(answer, _QUESTION, 0).values)


def test_the_answer_as_it_was_is_right_in_every_measure(answer: Answer, small: Assistant) -> None:
    values = _values(answer, small)

    shares = (
        "first",
        "facts",
        "precision",
        "recall",
        "f1",
        "right",
        "verbatim",
        "covered",
        "borne out: checker",
        "borne out: labels",
        "needed: checker",
    )
    assert {name: values[name] for name in shares} == dict.fromkeys(shares, 1.0)


@pytest.mark.parametrize(
    ("spoil", "moved"),
    [
        (
            _swap_paper,
            {
                "first",
                "precision",
                "recall",
                "f1",
                "right",
                "borne out: checker",
                "borne out: labels",
                "needed: checker",
                "supported",
            },
        ),
        (_change_number, {"facts", "right", "borne out: checker", "needed: checker", "supported"}),
        (
            _delete_citation,
            {
                "first",
                "precision",
                "recall",
                "f1",
                "right",
                "covered",
                "numbers covered",
                "borne out: checker",
                "borne out: labels",
            },
        ),
        (_add_irrelevant, {"precision", "f1", "needed: checker", "borne out: labels"}),
        (_negate, {"borne out: checker", "needed: checker", "supported"}),
    ],
)
def test_a_spoiled_answer_loses_where_it_must(
    answer: Answer, small: Assistant, spoil: Callable[[Answer, Assistant], Answer], moved: set[str]
) -> None:
    before, after = _values(answer, small), _values(spoil(answer, small), small)
    shares = before.keys() - {"words", "invented"}

    assert {name for name in shares if after.get(name, before[name]) < before[name]} == moved
    assert not {name for name in shares if after.get(name, 0.0) > before[name]}


def test_a_made_up_marker_is_counted(answer: Answer, small: Assistant) -> None:
    spoiled = dataclasses.replace(answer, text=answer.text + " [9]")

    assert _values(spoiled, small)["invented"] == _values(answer, small)["invented"] + 1

"""What is handed over as it is kept."""

from __future__ import annotations

import pytest

from rag import Assistant
from rag.answering.requests import requested
from rag.text.sentences import passages_of
from rag.types import Verdict
from rag.understanding.query import Form, Kind, Query
from tests.papers import BRACKETS, CACHE, NO_ABSTRACT, SPARSE


def _query(form: Form) -> Query:
    return Query("it", "it", Kind.PAPER, {Kind.PAPER: 1.0}, form=form)


def test_an_abstract_is_given_whole_each_sentence_cited() -> None:
    draft = requested(_query(Form.ABSTRACT), [CACHE, BRACKETS])

    assert draft.cited == (*passages_of(CACHE)[1:], *passages_of(BRACKETS)[1:])
    assert draft.claims is not None
    assert {claim.verdict for claim in draft.claims} == {Verdict.SUPPORTED}
    first, second = draft.text.split("\n\n")
    for paper, text in ((CACHE, first), (BRACKETS, second)):
        assert text.startswith(paper.title)
    for number, passage in enumerate(passages_of(CACHE)[1:], start=1):
        assert f"{passage.text.rstrip('.')} [{number}]." in first
    assert "[12]" not in second  # a bracket of the paper is no marker


def test_that_no_abstract_is_kept_is_said_of_the_paper() -> None:
    draft = requested(_query(Form.ABSTRACT), [NO_ABSTRACT])

    assert draft.cited == passages_of(NO_ABSTRACT)
    assert "No abstract" in draft.text


def test_an_entry_for_a_reference_manager_is_complete() -> None:
    draft = requested(_query(Form.BIBTEX), [CACHE, SPARSE])

    assert [passage.paper_id for passage in draft.cited] == ["cache", "sparse"]
    entries = draft.text.split("```bibtex\n")[1:]
    assert len(entries) == 2
    assert "Marin, Ada and Reef, Bo" in entries[0] or "Ada Marin and Bo Reef" in entries[0]
    assert "2024" in entries[0]
    assert all(entry.startswith("@") and entry.split("```")[0].strip().endswith("}") for entry in entries)


@pytest.mark.parametrize(
    ("message", "said"),
    [("show me the abstract of Firefly", "3.4 times faster"), ("bibtex of Firefly", "```bibtex\n@")],
)
def test_a_person_who_asks_for_it_gets_it(small: Assistant, message: str, said: str) -> None:
    answer = small.ask(message)

    assert not answer.refused
    assert {citation.paper_id for citation in answer.citations} == {"cache"}
    assert said in answer.text


def test_two_papers_come_in_the_order_of_the_message(small: Assistant) -> None:
    for one, other in (("Firefly", "Glasswing"), ("Glasswing", "Firefly")):
        text = small.ask(f"bibtex of {one} and {other}").text

        assert text.index(f"{one}:") < text.index(f"{other}:")

from __future__ import annotations

import pytest

from rag import Assistant, Verdict
from rag.errors import QuestionError
from tests.papers import CACHE, SPARSE

TRUE = "Firefly answers 3.4 times faster than a plain index."


def test_a_claim_is_held_against_the_paper_it_cites(small: Assistant) -> None:
    (checked,) = small.verify(TRUE, [CACHE.title])

    assert checked.verdict is Verdict.SUPPORTED
    assert checked.paper == CACHE
    assert checked.evidence in CACHE.text


@pytest.mark.parametrize("name", [CACHE.title, CACHE.paper_id, "Firefly", "firefly"])
def test_the_paper_may_be_cited_by_title_id_or_name(small: Assistant, name: str) -> None:
    (checked,) = small.verify(TRUE, [name])

    assert checked.paper == CACHE


def test_a_changed_figure_is_named(small: Assistant) -> None:
    (checked,) = small.verify("Firefly answers 4.3 times faster than a plain index.", ["Firefly"])

    assert checked.verdict is Verdict.UNSUPPORTED
    assert any("4.3" in problem for problem in checked.problems)


def test_the_wrong_paper_does_not_support_it(small: Assistant) -> None:
    (checked,) = small.verify(TRUE, [SPARSE.title])

    assert checked.verdict is not Verdict.SUPPORTED


def test_a_paper_that_is_not_here_is_said_to_be_missing(small: Assistant) -> None:
    (checked,) = small.verify(TRUE, ["A Paper Nobody Wrote"])

    assert checked.verdict is Verdict.UNSUPPORTED
    assert checked.paper is None
    assert checked.evidence == ""
    assert "A Paper Nobody Wrote" in checked.problems[0]


def test_each_sentence_of_a_draft_finds_its_paper(small: Assistant) -> None:
    draft = f"{TRUE} On the Meadowlark benchmark, Glasswing reaches 81.5% accuracy.\nGlasswing was trained on 512 GPUs."

    first, second, third = small.verify(draft)

    assert (first.paper, first.verdict) == (CACHE, Verdict.SUPPORTED)
    assert (second.paper, second.verdict) == (SPARSE, Verdict.SUPPORTED)
    assert third.verdict is Verdict.UNSUPPORTED
    assert first.claim == TRUE
    assert third.claim == "Glasswing was trained on 512 GPUs."


@pytest.mark.parametrize("text", ["", "  \n ", "?!"])
def test_an_empty_draft_is_refused(small: Assistant, text: str) -> None:
    with pytest.raises(QuestionError, match="no text"):
        small.verify(text)

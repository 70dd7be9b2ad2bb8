"""One thing of a list put for another."""

from __future__ import annotations

import pytest

from rag.grounding import judge_claim
from rag.types import Paper, Verdict

MILL = Paper(
    "mill",
    "Wind Mills with Three Parts",
    "The work is divided into a planner, a caller, and a summarizer. The law relates wind, blade angle, and tower "
    "height. Mills are used in baking, in brewing, and in pumping.",
)


@pytest.mark.parametrize(
    ("claim", "said", "given"),
    [
        ("The work is divided into a planner, a caller and a miller.", "miller", "summarizer"),
        ("The law relates wind, sail area and tower height.", "sail area", "blade angle"),
    ],
)
def test_another_thing_in_a_list_makes_the_sentence_partial(claim: str, said: str, given: str) -> None:
    judgement = judge_claim(claim, [MILL])

    assert judgement.verdict is Verdict.PARTIAL
    assert f"the cited paper lists {given!r} where the sentence lists {said!r}" in judgement.problems


@pytest.mark.parametrize(
    "claim",
    [
        "The work is divided into a planner, a caller and a summarizer.",
        "The law relates the height of the tower, the angle of the blade and the wind.",
        "Planner, summarizer and caller divide the work.",
        "The work is divided among a caller and a planner.",
        "In baking, brewing and pumping, mills are used.",
        "Mills relate wind and height, and a planner divides the work.",
    ],
)
def test_the_same_list_in_other_words_or_another_order_is_no_problem(claim: str) -> None:
    assert not [problem for problem in judge_claim(claim, [MILL]).problems if "lists" in problem]

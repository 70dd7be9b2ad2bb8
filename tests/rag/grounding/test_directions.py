"""Whether a sentence says the opposite of its paper, in words of its own."""

from __future__ import annotations

import pytest

from rag.grounding import judge_claim
from rag.types import Paper, Verdict

KILN = Paper(
    "kiln",
    "KilnNet: Firing Pottery with Little Wood",
    "Firing pottery wastes wood. KilnNet improves the hardness of bowls by 14% and mitigates cracks in thin plates. "
    "Larger kilns are less reliable at firing cups than previously thought. The damper adds minimal smoke. "
    "It is trained without additional effort and not only saves charcoal but also overlaps drying with stacking. "
    "The best glaze depends on the clay. Wet clay reduces high temperatures near the door. "
    "Novices struggle to fire large jars. KilnNet increases the yield of the workshop without hurting the glaze. "
    "The potters save 3-5% of wood at a 7-9% drop in brightness. The landscape of temperatures is convex. "
    "Only beyond 900 degrees is the gas kiln cheaper than the wood kiln.",
)


@pytest.mark.parametrize(
    ("claim", "problem"),
    [
        ("KilnNet amplifies cracks in thin plates.", "the paper says 'mitigates' where the sentence says 'amplifies'"),
        ("KilnNet lowers the hardness of bowls by 14%.", "the paper says 'improves' where the sentence says 'lowers'"),
        ("Larger kilns are more reliable at firing cups than previously thought.", "'less' where the sentence"),
        ("The damper comes with heavy smoke.", "the paper says 'minimal' where the sentence says 'heavy'"),
        ("Training it needs considerable extra effort.", "'additional'"),
        ("KilnNet saves charcoal, but it cannot overlap drying with stacking.", "the sentence denies 'overlap'"),
        ("The best glaze is independent of the clay.", "the paper says 'depends' where the sentence"),
        ("Novices readily fire large jars.", "the paper says 'struggle' where the sentence says 'readily'"),
        ("KilnNet increases the yield at the expense of the glaze.", "'hurting' where the sentence says 'expense'"),
        ("The potters improve brightness by 7-9%.", "the paper says 'drop' where the sentence says 'improve'"),
        ("The landscape of temperatures is non-convex.", "the sentence denies 'convex'"),
        (
            "Below 900 degrees the gas kiln is cheaper than the wood kiln.",
            "from 900 upwards, the sentence of what is up",
        ),
    ],
)
def test_the_opposite_in_other_words_is_a_problem(claim: str, problem: str) -> None:
    judgement = judge_claim(claim, [KILN])

    assert judgement.verdict is Verdict.UNSUPPORTED
    assert problem in "; ".join(judgement.problems)


@pytest.mark.parametrize(
    "claim",
    [
        "KilnNet makes bowls harder by 14% and alleviates cracks in thin plates.",
        "Larger kilns turned out less reliable at firing cups than previously thought.",
        "The damper adds little smoke.",
        "Wet clay lowers the temperatures near the door.",
        "No additional effort is needed to train KilnNet.",
        "The best glaze hinges on the clay.",
        "Novices find it hard to fire large jars.",
        "KilnNet increases the yield of the workshop while the glaze stays unhurt.",
        "The gas kiln is cheaper than the wood kiln only above 900 degrees.",
    ],
)
def test_the_same_in_other_words_is_no_problem_of_direction(claim: str) -> None:
    assert not [
        problem
        for problem in judge_claim(claim, [KILN]).problems
        if "where the sentence says" in problem or "denies" in problem or "opposite" in problem or "upwards" in problem
    ]


def test_each_clause_has_its_own_evidence() -> None:
    claim = "KilnNet improves the hardness of bowls by 14%, whereas the damper adds much smoke."

    judgement = judge_claim(claim, [KILN])

    assert "the paper says 'minimal' where the sentence says 'much'" in judgement.problems


@pytest.mark.parametrize(
    "claim",
    [
        "The gap between the scores of the robots is roughly twelve points.",
        "The first robot scores a little under 12 points more than the second.",
        "The guild discards 70% of the tiles.",
    ],
)
def test_figures_that_follow_from_those_of_the_paper_are_no_problem(claim: str) -> None:
    paper = Paper("t", "Tiles", "The first robot scores 91.5 and the second robot scores 79.8. The guild keeps 30%.")

    assert not [problem for problem in judge_claim(claim, [paper]).problems if "is not in the cited paper" in problem]

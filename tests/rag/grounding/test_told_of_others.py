"""What a paper says of one thing told of another: counterparts, figures dealt out, other work, its own system."""

from __future__ import annotations

import pytest

from rag.grounding.judge import judge_claim
from rag.types import Paper, Verdict

_PAPER = Paper(
    "sluice",
    "SluiceGate: Routing Water through Canal Networks",
    "Canals lose water. However, existing routing methods often rely on costly sonar buoys and lack support for "
    "winter ice. We introduce SluiceGate, a planner that opens gates by forecast. SluiceGate uses tide tables for"
    " larger canals and rain gauges for smaller canals. We train two towers and then distill only the query tower"
    " to save power. The teacher reports high confidence, while the student asks for dense labels. Gate timing "
    "and basin storage respectively contribute 15.7% and 18.2% of the savings. SluiceGate outperforms the "
    "Brookline planner. On the Weir benchmark it keeps 0.587 of the fish alive, and 68% of the boats arrive on "
    "time. With noise the strongest planner has decreased performance in every season.",
)


def _judged(claim: str) -> tuple[Verdict, str]:
    judgement = judge_claim(claim, [_PAPER])
    return judgement.verdict, "; ".join(judgement.problems)


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ("SluiceGate uses rain gauges for larger canals.", "the paper says this of 'smaller', not of 'larger'"),
        ("The student reports high confidence.", "the paper says this of 'teacher', not of 'student'"),
        ("SluiceGate distills the document tower to save power.", "speaks of the 'query tower'"),
        ("Basin storage contributes 15.7% of the savings.", "the paper gives 18.2% for this, not 15.7%"),
        ("Two towers are trained, and then it distills both towers to save power.", "'only' where the sentence"),
        ("SluiceGate relies on costly sonar buoys.", "the paper says this of other work"),
        ("The Brookline planner outperforms SluiceGate.", "the paper"),
        ("With noise the strongest planner gains in performance in every season.", "decreased"),
    ],
)
def test_what_is_said_of_another_is_not_supported(claim: str, reason: str) -> None:
    verdict, problems = _judged(claim)

    assert verdict == Verdict.UNSUPPORTED
    assert reason in problems


@pytest.mark.parametrize(
    "claim",
    [
        "SluiceGate uses tide tables for larger canals and rain gauges for smaller canals.",
        "For smaller canals SluiceGate uses rain gauges.",
        "The teacher reports high confidence.",
        "SluiceGate distills only the query tower to save power.",
        "Gate timing contributes 15.7% of the savings.",
        "Gate timing and basin storage contribute 15.7% and 18.2% of the savings.",
        "SluiceGate overcomes that routing methods rely on costly sonar buoys.",
        "Existing routing methods rely on costly sonar buoys.",
        "SluiceGate outperforms the Brookline planner.",
        "On the Weir benchmark over 40% of the fish are lost.",
        "About a third of the boats fail to arrive on time.",
    ],
)
def test_what_is_said_of_the_thing_itself_is_supported(claim: str) -> None:
    assert _judged(claim) == (Verdict.SUPPORTED, "")


def test_a_share_that_the_rest_does_not_leave_is_not_supported() -> None:
    verdict, problems = _judged("On the Weir benchmark 30% of the fish are lost.")

    assert verdict == Verdict.UNSUPPORTED
    assert "30% is not in the cited paper" in problems

"""Checking answers: what of a sentence its sources bear out, by rules and counts alone; and refusing in time."""

from __future__ import annotations

from rag.grounding.absent import absent
from rag.grounding.answers import check
from rag.grounding.judge import Judgement, judge, judge_claim
from rag.grounding.language import speaks_otherwise
from rag.grounding.needless import without_needless
from rag.grounding.support import Support, best_support

__all__ = [
    "Judgement",
    "Support",
    "absent",
    "best_support",
    "check",
    "judge",
    "judge_claim",
    "speaks_otherwise",
    "without_needless",
]

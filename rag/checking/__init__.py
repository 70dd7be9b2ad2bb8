"""Holding sentences against papers: those of answers, and those of somebody else's draft."""

from __future__ import annotations

from rag.checking.answers import check
from rag.checking.checked import Checked, CheckedDraft, Status, Suggestion, Supporter
from rag.checking.judge import Checker, Judgement, absent, checker_for
from rag.checking.language import speaks_otherwise
from rag.checking.layers import Examiner, Judge, Layer
from rag.checking.needless import without_needless
from rag.checking.question import answered
from rag.checking.verifier import Verifier

__all__ = [
    "Checked",
    "CheckedDraft",
    "Checker",
    "Examiner",
    "Judge",
    "Judgement",
    "Layer",
    "Status",
    "Suggestion",
    "Supporter",
    "Verifier",
    "absent",
    "answered",
    "check",
    "checker_for",
    "speaks_otherwise",
    "without_needless",
]

"""Checking somebody else's text: each sentence against the papers it cites or names, or against the nearest one."""

from __future__ import annotations

from rag.verification.checked import Checked, CheckedDraft, Status, Suggestion
from rag.verification.layers import Examiner, Judge, Layer
from rag.verification.verifier import Verifier

__all__ = [
    "Checked",
    "CheckedDraft",
    "Examiner",
    "Judge",
    "Layer",
    "Status",
    "Suggestion",
    "Verifier",
]

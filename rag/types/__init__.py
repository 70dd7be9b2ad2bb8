"""The values that the rooms of the house hand to each other: frozen, compared by value, free of storage ids."""

from __future__ import annotations

from rag.types.answers import Answer, Answered, Draft, Usage
from rag.types.claims import Citation, Claim, Verdict
from rag.types.comparison import ComparedPaper, Comparison, ComparisonCell, ComparisonRow, MentionedName
from rag.types.papers import Hit, Paper, Passage, ScoredPassage

__all__ = [
    "Answer",
    "Answered",
    "Citation",
    "Claim",
    "ComparedPaper",
    "Comparison",
    "ComparisonCell",
    "ComparisonRow",
    "Draft",
    "Hit",
    "MentionedName",
    "Paper",
    "Passage",
    "ScoredPassage",
    "Usage",
    "Verdict",
]

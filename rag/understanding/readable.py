"""A question as it can be read: plain characters, neither empty nor too long."""

from __future__ import annotations

from rag.errors import QuestionError
from rag.sources.latex import latex_to_text

__all__ = ["readable"]


def readable(question: str, longest: int) -> str:
    """The question without LaTeX, control characters and needless space.

    Raises:
        QuestionError: nothing is left, or it is longer than ``longest`` characters.
    """
    if len(question) > longest:
        raise QuestionError(
            f"the question has {len(question):,} characters and may have {longest:,}; shorten it, "
            "or raise PAPERTRAIL_QUESTION_CHARS"
        )
    text = " ".join("".join(c if c.isprintable() else " " for c in latex_to_text(question)).split())
    if not any(c.isalnum() for c in text):
        raise QuestionError("the question is empty; ask something about the papers")
    return text

"""Whether a question was answered, in words, for both faces."""

from __future__ import annotations

from typing import Final

__all__ = ["ANSWERED_WORDS"]

ANSWERED_WORDS: Final = {
    "yes": "The question is answered, as the small model reads it.",
    "partly": "The question may be answered in part only: read whether this is what you asked.",
    "no": "This does not seem to answer the question, even where its sentences are borne out.",
}
"""By the values of :class:`rag.types.Answered`."""

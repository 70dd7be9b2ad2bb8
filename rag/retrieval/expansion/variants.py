"""Other forms of a question by rules, each searched for by itself."""

from __future__ import annotations

from collections.abc import Collection

from rag.retrieval.expansion.widening import Wider
from rag.retrieval.question import Question
from rag.retrieval.search import Index, Retriever
from rag.text.terms import STOP_WORDS, words

__all__ = ["variants"]

FEWEST_WORDS = 3
"""Of a form: fewer say too little."""


def variants(index: Index, text: str, within: Collection[str] | None, find: Retriever) -> Wider:
    """The question's telling words alone, and each of its clauses; the everyday words are read by every search."""
    question = Question(text)
    telling = " ".join(word for word in text.split() if any(part not in STOP_WORDS for part in words(word)))
    forms = [form for form in (telling, *question.clauses) if len(form.split()) >= FEWEST_WORDS]
    return Wider(texts=tuple(form for form in dict.fromkeys(forms) if form != text))

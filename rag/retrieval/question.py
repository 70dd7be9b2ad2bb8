"""A question prepared for searching: what is embedded, which terms are looked up, into which parts it falls."""

from __future__ import annotations

import dataclasses
import functools
import re

from rag.retrieval.plain_words import in_field_terms
from rag.text.terms import STOP_WORDS, query_terms, stem, words

__all__ = ["Question"]

_PARTS = re.compile(
    r"[?.:;,]\s+|\s-\s|,?\s+and\s+(?=(?:what|how|which|who|whose|where|when|why|is|does|do|did|by|for|in|up|over|to)\b)"
)
_PART_WORDS = 3
"""Shorter pieces ("for instance") are no parts of their own."""


@dataclasses.dataclass(frozen=True)
class Question:
    """What a user asked, and its forms for each kind of search."""

    text: str
    rewords: bool = True
    """Whether it is put in the field's terms."""

    @functools.cached_property
    def spoken(self) -> str:
        """The text with everyday words replaced by the field's terms; embedded beside the text itself."""
        return in_field_terms(self.text) if self.rewords else self.text

    @functools.cached_property
    def terms(self) -> tuple[str, ...]:
        """Terms for the lexical index, without repeats."""
        return tuple(query_terms(self.text))

    @functools.cached_property
    def content(self) -> tuple[str, ...]:
        """Stems of its words without stop words and joined forms: what its weight is counted in."""
        return tuple(dict.fromkeys(stem(word) for word in words(self.text) if word not in STOP_WORDS))

    @functools.cached_property
    def clauses(self) -> tuple[str, ...]:
        """Its clauses ("how many ..., and over which ...") that are long enough to say something; may be empty."""
        return tuple(piece for piece in _PARTS.split(self.text) if len(piece.split()) >= _PART_WORDS)

    @functools.cached_property
    def parts(self) -> tuple[tuple[str, ...], ...]:
        """The terms of each clause; at least one part."""
        return tuple(tuple(query_terms(piece)) for piece in self.clauses) or (self.terms,)

"""Whether an answer is in another language than what it cites, so that wording cannot be compared."""

from __future__ import annotations

from collections.abc import Sequence

from rag.text.terms import STOP_WORDS, words
from rag.types import Passage

__all__ = ["speaks_otherwise"]

_FEWEST_WORDS = 8
"""Shorter texts do not say which language they are in."""
_ENGLISH = 0.11
"""Share of English stop words among the words. Of 10,000 abstracts none has fewer than 0.19; a sentence about the same
in German, French, Spanish, Italian, Dutch, Portuguese or Polish has 0.00 to 0.10."""
_OTHER_SCRIPTS = "\u0400"
"""Cyrillic and all that follows; Latin letters with accents and the Greek of formulas come before."""
_SCRIPT_SHARE = 0.25
"""Of the letters; the names in such a text are mostly written in Latin ones."""


def speaks_otherwise(text: str, cited: Sequence[Passage]) -> bool:
    """Whether ``text`` is long enough to tell and not in English, while the passages it cites are."""
    return bool(cited) and _english(text) is False and _english(" ".join(passage.text for passage in cited)) is True


def _english(text: str) -> bool | None:
    """None when the text is too short to tell."""
    letters = [char for char in text if char.isalpha()]
    if sum(char >= _OTHER_SCRIPTS for char in letters) > _SCRIPT_SHARE * len(letters):
        return False if len(letters) >= _FEWEST_WORDS else None
    said = words(text)
    if len(said) < _FEWEST_WORDS:
        return None
    return sum(word in STOP_WORDS for word in said) >= _ENGLISH * len(said)

"""The clauses of a long sentence: what stands between its commas, semicolons and dashes."""

from __future__ import annotations

import re

from rag.text.terms import STOP_WORDS, fold

__all__ = ["clauses_of"]

LONG = 22
"""Words from which on a sentence is also read clause by clause."""
_FEWEST = 4
"""Words of content of a clause that says something by itself; one with fewer goes with the next."""
_CUT = re.compile(r"(?<=[;:,—])\s+(?!\d)|\s[–-]\s")
_WORD = re.compile(r"[^\W_]+")


def clauses_of(claim: str, least: int = LONG) -> tuple[str, ...]:
    """Two clauses or more; none where the sentence has fewer than ``least`` words or is one clause."""
    if len(claim.split()) < least:
        return ()
    found: list[str] = []
    held = ""
    for piece in _CUT.split(claim):
        held = f"{held} {piece}".strip()
        if sum(fold(word) not in STOP_WORDS for word in _WORD.findall(held)) >= _FEWEST:
            found.append(held.rstrip(",;:—"))
            held = ""
    if held and found:
        found[-1] = f"{found[-1]}, {held}"
    return tuple(found) if len(found) > 1 else ()

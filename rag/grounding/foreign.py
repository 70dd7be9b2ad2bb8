"""Terms of a question that belong to other papers than the one it is asked of: a wrong owner, or a false premise."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Container, Sequence

from rag.text.terms import STOP_WORDS, stem, words
from rag.types import Paper

__all__ = ["foreign_term"]

_LINKING = frozenset({"of"})
"""What may stand inside a term: ``mixture of experts``."""


def foreign_term(
    question: str, paper: Paper, others: Sequence[Paper], plain: Container[str]
) -> tuple[str, Paper] | None:
    """Two neighbouring words of the question that ``paper`` lacks at least one of and another paper has side by side.

    Args:
        question: as asked.
        paper: what it is asked of.
        others: papers near the question, best first.
        plain: stems that are no part of a term: those that frame a question, and those of most papers.

    Returns:
        The term as the question writes it, and the first paper that has it; None when there is none.
    """
    own = frozenset(_stems(paper.text))
    for first, second in itertools.pairwise(_runs(question)):
        if first is None or second is None or {stem(first), stem(second)} <= own:
            continue
        pair = (stem(first), stem(second))
        if pair[0] in plain or pair[1] in plain:
            continue
        for other in others:
            if pair in _pairs(other.text):
                return f"{first} {second}", other
    return None


def _runs(text: str) -> list[str | None]:
    """Its words of content, with None where others stand between."""
    return [None if word in STOP_WORDS else word for word in words(text) if word not in _LINKING]


@functools.lru_cache(maxsize=4096)
def _stems(text: str) -> tuple[str, ...]:
    return tuple(stem(word) for word in words(text) if word not in _LINKING)


@functools.lru_cache(maxsize=1024)
def _pairs(text: str) -> frozenset[tuple[str, str]]:
    return frozenset(itertools.pairwise(_stems(text)))

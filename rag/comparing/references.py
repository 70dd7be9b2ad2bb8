"""Numbering the sentences that a comparison quotes, by first use."""

from __future__ import annotations

from rag.types import Citation, Paper, Passage, Verdict

__all__ = ["References"]


class References:
    """Sentences with their numbers, from 1; one that is quoted again keeps its number."""

    def __init__(self) -> None:
        self._quoted: dict[Passage, Paper] = {}

    def marker(self, paper: Paper, passage: Passage) -> int:
        """The number of a sentence of ``paper``."""
        self._quoted.setdefault(passage, paper)
        return list(self._quoted).index(passage) + 1

    def citations(self) -> tuple[Citation, ...]:
        """All of them in order; what is shown is cut from the quote itself, so each supports it fully."""
        return tuple(
            Citation(
                marker,
                paper.paper_id,
                paper.title,
                paper.url,
                passage.text,
                passage.start,
                passage.end,
                Verdict.SUPPORTED,
                1.0,
                passage.page,
            )
            for marker, (passage, paper) in enumerate(self._quoted.items(), start=1)
        )

"""A text whose lines each quote a sentence of a paper: the shape of lists, comparisons and overviews."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answering.quoting import unmarked, with_marker
from rag.text.naming import names_paper, short_name
from rag.types import Claim, Draft, Paper, Passage, Verdict

__all__ = ["CitedLines", "naming"]


def naming(paper: Paper, sentence: str) -> str:
    """What stands in front of a sentence to say whose it is: empty where the sentence names its paper."""
    return "" if sentence == paper.title or names_paper(sentence, paper) else f"{unmarked(short_name(paper))}: "


class CitedLines:
    """Collects blocks of text and the sentences behind them; claims are settled, as they are the papers' own words."""

    def __init__(self) -> None:
        self._blocks: list[str] = []
        self._cited: list[Passage] = []
        self._claims: list[Claim] = []

    def say(self, text: str) -> None:
        """A block that claims nothing of a paper."""
        self._blocks.append(text)

    def cite(self, lead: str, quotes: Sequence[tuple[Passage, str]]) -> None:
        """A block of one paper's sentences.

        Args:
            lead: what stands in front of the first one.
            quotes: each passage with the words of it that are shown, not empty.
        """
        pieces = []
        for place, (passage, words) in enumerate(quotes):
            self._cited.append(passage)
            marker, opening = len(self._cited), lead if place == 0 else ""
            pieces.append(opening + with_marker(words, marker))
            self._claims.append(Claim(opening + unmarked(words), (marker,), Verdict.SUPPORTED))
        self._blocks.append(" ".join(pieces))

    def draft(self, *, notes: tuple[str, ...] = ()) -> Draft:
        """What has been collected, in its order."""
        return Draft("\n\n".join(self._blocks), tuple(self._cited), notes=notes, claims=tuple(self._claims))

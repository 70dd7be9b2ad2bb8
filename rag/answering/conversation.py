"""The numbers of a conversation: a sentence that was cited keeps its number, and no number ever means another one."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from rag.types import Answer, Citation, Claim, Passage

__all__ = ["Numbers"]

_MARKER = re.compile(r"\[(\d+)\]")


class Numbers:
    """Turns the markers of a draft, which count from 1, into those of the conversation it belongs to."""

    def __init__(self, history: Sequence[Answer] = ()) -> None:
        """Takes over the numbers given so far.

        Args:
            history: answers given so far, oldest first. Where two of them, asked apart from each other, give one
                sentence two numbers, the older one holds.
        """
        cited = [citation for answer in history for citation in answer.citations]
        self._last = max((citation.marker for citation in cited), default=0)
        self._numbers: dict[tuple[str, str], int] = {}
        for citation in cited:
            self._numbers.setdefault((citation.paper_id, citation.quote), citation.marker)

    def text(self, text: str, cited: Sequence[Passage]) -> str:
        """``text`` with the numbers of the conversation; a number that leads nowhere can no longer pass for one.

        Args:
            text: a draft or a piece of it, no marker cut in two.
            cited: the passage behind each marker: marker n is ``cited[n - 1]``.
        """

        def renumbered(match: re.Match[str]) -> str:
            number = int(match[1])
            return f"[{self._of(cited[number - 1])}]" if 0 < number <= len(cited) else f"[{number} ]"

        return _MARKER.sub(renumbered, text)

    def citations(self, citations: Sequence[Citation]) -> tuple[Citation, ...]:
        """The citations in their order under the numbers of the conversation, each number once."""
        renumbered = [
            dataclasses.replace(citation, marker=self._number(citation.paper_id, citation.quote))
            for citation in citations
        ]
        return tuple({citation.marker: citation for citation in reversed(renumbered)}.values())[::-1]

    def claims(self, claims: Sequence[Claim], cited: Sequence[Passage]) -> tuple[Claim, ...]:
        """The claims with the numbers of the conversation; ``cited`` as for :meth:`text`."""
        return tuple(
            dataclasses.replace(
                claim, markers=tuple(dict.fromkeys(self._of(cited[marker - 1]) for marker in claim.markers))
            )
            for claim in claims
        )

    def _of(self, passage: Passage) -> int:
        return self._number(passage.paper_id, passage.text)

    def _number(self, paper_id: str, quote: str) -> int:
        if (paper_id, quote) not in self._numbers:
            self._last += 1
        return self._numbers.setdefault((paper_id, quote), self._last)

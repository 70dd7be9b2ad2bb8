"""What is said, where it is said, and what the check found of it."""

from __future__ import annotations

import dataclasses
import enum

__all__ = ["Citation", "Claim", "Verdict"]


class Verdict(enum.StrEnum):
    """What the checker found out about one sentence and the passages it cites."""

    SUPPORTED = "supported"
    PARTIAL = "partial"
    UNSUPPORTED = "unsupported"


@dataclasses.dataclass(frozen=True)
class Citation:
    """Where a marker leads: a verbatim sentence of one paper."""

    marker: int
    paper_id: str
    title: str
    url: str | None
    quote: str
    """``Paper.text[start:end]``."""
    start: int
    end: int
    verdict: Verdict
    score: float
    """Support of the quote for the sentences that cite it, 0 to 1."""
    page: int | None = None
    """Number of the page of the paper that the quote begins on, from 1; None in title and abstract."""

    @property
    def where(self) -> str:
        """The id of the paper, with the page if there is one: ``2504.08758, p. 4``."""
        return f"{self.paper_id}, p. {self.page}" if self.page else self.paper_id


@dataclasses.dataclass(frozen=True)
class Claim:
    """One sentence of an answer with what the check says of it."""

    text: str
    """The sentence without its markers."""
    markers: tuple[int, ...]
    verdict: Verdict
    problems: tuple[str, ...] = ()
    """Each a sentence a person understands, e.g. ``65.08 % is not in the cited paper``."""

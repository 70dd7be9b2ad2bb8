"""What a list of papers shows and sorts by, without their abstracts."""

from __future__ import annotations

import dataclasses
import datetime

__all__ = ["Head"]


@dataclasses.dataclass(frozen=True, slots=True)
class Head:
    """One paper as a list shows it; ``None`` and the empty string: its source did not say."""

    paper_id: str
    title: str
    published: datetime.date | None
    authors: str
    """Names with commas between them."""
    author_count: int | None
    organisation: str | None
    venue: str | None

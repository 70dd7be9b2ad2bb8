"""Papers, their sentences, and how well either was found to match a question."""

from __future__ import annotations

import bisect
import dataclasses
import datetime
import functools
from collections.abc import Mapping
from typing import Any

__all__ = ["Hit", "Paper", "Passage", "ScoredPassage"]


@dataclasses.dataclass(frozen=True)
class Paper:
    """One paper of a collection, cleaned for display and search.

    ``None`` always means that the source did not say.
    """

    paper_id: str
    """Stable id: the source's own (arXiv id, BibTeX key, ``id`` column) or one derived from the title."""
    title: str
    """Cleaned title, never empty."""
    abstract: str
    """Cleaned abstract; may be empty."""
    original: str = ""
    """Title, newline and abstract exactly as the source had them."""
    authors: tuple[str, ...] = ()
    author_count: int | None = None
    """Number of authors; known in some sources that name none of them."""
    published: datetime.date | None = None
    organisation: str | None = None
    venue: str | None = None
    categories: tuple[str, ...] = ()
    comment_count: int | None = None
    url: str | None = None
    """The page of the paper itself."""
    code_urls: tuple[str, ...] = ()
    """Code repositories named by the record or found in the abstract."""
    project_urls: tuple[str, ...] = ()
    """Other pages named by the record or found in the abstract."""
    doi: str | None = None
    source: str = ""
    """File name and place in it, e.g. ``daily_papers.txt:11``, several parted by ``; `` where records were merged; not
    part of the paper's content."""
    identifiers: tuple[str, ...] = ()
    """Other ids that it goes by, e.g. ``arxiv:2105.00003`` or ``pmid:31415926``."""
    pages: tuple[str, ...] = ()
    """Its full text, where that was asked for: what each page of the file has beside title and abstract, running text
    without headers, footers and references; empty for a page that has none. ``pages[0]`` is page 1."""

    @functools.cached_property
    def text(self) -> str:
        """Title, abstract and pages, a newline between them: what is shown, and what every quote is a substring of."""
        return "\n".join((self.title, self.abstract, *self.pages))

    def page_starts(self) -> list[int]:
        """Where each page begins in ``text``."""
        starts, place = [], len(self.title) + len(self.abstract) + 2
        for page in self.pages:
            starts.append(place)
            place += len(page) + 1
        return starts

    def page_at(self, start: int) -> int | None:
        """The number, from 1, of the page on which the character ``start`` of ``text`` stands; None before them."""
        return bisect.bisect_right(self.page_starts(), start) or None

    def to_json(self) -> dict[str, Any]:
        """All fields and ``text`` as JSON values; dates as ``YYYY-MM-DD``; ``pages`` only where there are some."""
        record = dataclasses.asdict(self)
        if not self.pages:
            del record["pages"]
        record["published"] = self.published.isoformat() if self.published else None
        record["text"] = self.text
        return record

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> Paper:
        """The inverse of :meth:`to_json`; unknown keys are ignored."""
        names = {field.name for field in dataclasses.fields(cls)}
        values: dict[str, Any] = {key: record[key] for key in names if key in record}
        values = {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
        if values.get("published"):
            values["published"] = datetime.date.fromisoformat(values["published"])
        return cls(**values)


@dataclasses.dataclass(frozen=True)
class Passage:
    """One sentence of a paper (its title is sentence 0)."""

    paper_id: str
    number: int
    """Position among the sentences of the paper, from 0, the title."""
    start: int
    """First character in ``Paper.text``."""
    end: int
    """One past the last character in ``Paper.text``."""
    text: str
    """``Paper.text[start:end]``."""
    page: int | None = None
    """Number of the page that it begins on, from 1; None for title and abstract."""


@dataclasses.dataclass(frozen=True)
class ScoredPassage:
    """A passage and how well it matches a question."""

    passage: Passage
    score: float
    """Cosine with the question; where nothing was embedded the share of the question's words that it holds, 0 to 1."""
    relevance: float | None = None
    """Probability that it answers the question, 0 to 1; None where nobody has read it."""


@dataclasses.dataclass(frozen=True)
class Hit:
    """A paper found for a question, with its sentences best first."""

    paper: Paper
    score: float
    """Higher is better; comparable within one answer of one retriever only."""
    passages: tuple[ScoredPassage, ...]
    """All sentences of the paper, best first."""
    signals: Mapping[str, float] = dataclasses.field(default_factory=dict)
    """What the score was made of, by name (``cosine``, ``bm25`` ...), for traces and tests."""
    similarity: float | None = None
    """Soft maximum of the cosines of its sentences with the question, at most 1; None where nothing was embedded."""
    closeness: float | None = None
    """How close it is to the question, on one scale for all questions and retrievers; see ``rag.retrieval.closeness``.
    None where nobody has measured it."""

    @property
    def relevance(self) -> float | None:
        """Of its most probable sentence; None where none has been read."""
        return max((one.relevance for one in self.passages if one.relevance is not None), default=None)

"""The values that the rooms of the house hand to each other: frozen, compared by value, free of storage ids."""

from __future__ import annotations

import bisect
import dataclasses
import datetime
import enum
import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rag.tables import csv_table, markdown_table, markdown_text
from rag.trace import Step

__all__ = [
    "Answer",
    "Answered",
    "Citation",
    "Claim",
    "ComparedPaper",
    "Comparison",
    "ComparisonCell",
    "ComparisonRow",
    "Draft",
    "Hit",
    "MentionedName",
    "Paper",
    "Passage",
    "ScoredPassage",
    "Usage",
    "Verdict",
]


class Verdict(enum.StrEnum):
    """What the checker found out about one sentence and the passages it cites."""

    SUPPORTED = "supported"
    PARTIAL = "partial"
    UNSUPPORTED = "unsupported"


class Answered(enum.StrEnum):
    """Whether an answer answers its question, however well its sentences are borne out."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


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


@dataclasses.dataclass(frozen=True)
class Usage:
    """Tokens as the model server counted them; 0 when no model was called or it did not say."""

    prompt_tokens: int = 0
    completion_tokens: int = 0

    def __add__(self, other: Usage) -> Usage:
        """Both together, for an answer that took several calls."""
        return Usage(self.prompt_tokens + other.prompt_tokens, self.completion_tokens + other.completion_tokens)


@dataclasses.dataclass(frozen=True)
class Draft:
    """An answer as its writer left it, before the check."""

    text: str
    """Sentences with ``[n]`` markers; n counts from 1 by first use and indexes ``cited``."""
    cited: tuple[Passage, ...]
    """The sentence behind each marker: marker n is ``cited[n - 1]``."""
    refused: bool = False
    """The writer found that the passages do not answer the question."""
    unknown_keys: tuple[str, ...] = ()
    """Citation keys the model used without having been given them; they were taken out of the text."""
    usage: Usage = Usage()
    notes: tuple[str, ...] = ()
    """What a reader should know about how it was written (evidence left out, cut by length)."""
    not_found: tuple[str, ...] = ()
    """Of several things asked for those that the writer says the papers do not answer, in the words of the message."""
    claims: tuple[Claim, ...] | None = None
    """The claims, where they come from the papers' records and need no check; None: they are to be checked."""


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


@dataclasses.dataclass(frozen=True)
class Answer:
    """A checked answer; :meth:`to_json` is the format of the command line."""

    question: str
    text: str
    refused: bool
    reason: str | None
    """Why it was refused, in one sentence; ``None`` when it was not."""
    citations: tuple[Citation, ...]
    claims: tuple[Claim, ...]
    nearest: tuple[tuple[str, str], ...]
    """Paper id and title of papers worth a look; filled when refused."""
    model: str
    """Who wrote it, e.g. ``extractive`` or ``ollama/llama3.2``."""
    retriever: str
    settings_hash: str
    usage: Usage = Usage()
    timings_ms: Mapping[str, float] = dataclasses.field(default_factory=dict)
    """``retrieve``, ``write``, ``check`` and ``total``, in milliseconds."""
    removed_keys: int = 0
    """How many citation keys were removed because the model had not been given them."""
    dropped_citations: int = 0
    """How many citations were taken out because their papers bear nothing of their sentence out."""
    cached: bool = False
    """A model wrote it earlier, to the same question and evidence; it was checked anew."""
    cost: float | None = None
    """What the model's tokens cost at the prices of the settings; None where none are set."""
    notes: tuple[str, ...] = ()
    """Remarks for the reader, e.g. that the configured model did not answer."""
    not_found: tuple[str, ...] = ()
    """Of several things asked for those that the papers do not answer, in the words of the question; the text ends
    with them."""
    answered: Answered | None = None
    """Whether the question was answered, by the small model that reads sentences beside it; None: nothing was asked
    that papers could answer."""
    searched: str | None = None
    """What was searched: the question made understandable without the conversation; None when nothing was."""
    found: tuple[str, ...] = ()
    """Ids of the papers that the retriever found for it, best first."""
    comparison: Comparison | None = None
    """The papers side by side, where the question asks how they differ; its markers are its own."""
    trace: tuple[Step, ...] = ()
    """What happened on the way, where that was asked for."""
    readings: tuple[str, ...] = ()
    """How the question was read (``reading flexora as “Flexora”``, ``only papers since 2025``), piece by piece: asked
    again ``without`` one of them, it is read otherwise."""

    @property
    def remarks(self) -> tuple[str, ...]:
        """How the question was read, in a sentence, and the notes."""
        return (f"How it was read: {'; '.join(self.readings)}.", *self.notes) if self.readings else self.notes

    def to_json(self) -> dict[str, Any]:
        """The answer as JSON values, in the order of the documented format; ``trace`` only where there is one."""
        trace = {"trace": [step.to_json() for step in self.trace]} if self.trace else {}
        return {
            "question": self.question,
            "answer": self.text,
            "refused": self.refused,
            "reason": self.reason,
            "citations": [dataclasses.asdict(citation) for citation in self.citations],
            "claims": [dataclasses.asdict(claim) for claim in self.claims],
            "nearest": [{"paper_id": paper_id, "title": title} for paper_id, title in self.nearest],
            "model": self.model,
            "retriever": self.retriever,
            "settings_hash": self.settings_hash,
            "usage": dataclasses.asdict(self.usage),
            "timings_ms": dict(self.timings_ms),
            "removed_keys": self.removed_keys,
            "dropped_citations": self.dropped_citations,
            "cached": self.cached,
            "cost": self.cost,
            "notes": list(self.notes),
            "not_found": list(self.not_found),
            "answered": self.answered,
            "searched": self.searched,
            "readings": list(self.readings),
            "found": list(self.found),
            "comparison": self.comparison.to_json() if self.comparison else None,
            **trace,
        }


@dataclasses.dataclass(frozen=True)
class ComparedPaper:
    """A column of a comparison."""

    name: str
    """What the table calls it: its system's name or its title; differs from that of every other column."""
    paper_id: str
    title: str
    url: str | None
    asked: tuple[str, ...]
    """The names given that mean it."""


@dataclasses.dataclass(frozen=True)
class ComparisonCell:
    """What one paper says under one aspect."""

    text: str
    """A piece of the quoted sentence with an ellipsis where it is cut, a value of the record, or ``not stated``."""
    marker: int | None = None
    """The citation behind it; None: it comes from the paper's record, or is not stated."""
    stated: bool = True


@dataclasses.dataclass(frozen=True)
class ComparisonRow:
    """One aspect of all papers."""

    aspect: str
    """Its key, e.g. ``results``."""
    label: str
    """Its heading, e.g. ``Headline results``."""
    cells: tuple[ComparisonCell, ...]
    """One for each paper, in their order."""


@dataclasses.dataclass(frozen=True)
class MentionedName:
    """A name without a paper of its own in the collection, and what the papers there say of it."""

    name: str
    claims: tuple[Claim, ...]


@dataclasses.dataclass(frozen=True)
class Comparison:
    """Papers side by side; every sentence and every cell from a text has its citation."""

    names: tuple[str, ...]
    """As they were given."""
    papers: tuple[ComparedPaper, ...]
    summary: tuple[Claim, ...]
    """What each paper brings, one sentence a paper."""
    direct: tuple[Claim, ...]
    """What one of them says of another by name."""
    rows: tuple[ComparisonRow, ...]
    mentioned: tuple[MentionedName, ...]
    unknown: tuple[str, ...]
    """Names given that the collection does not know."""
    notes: tuple[str, ...]
    citations: tuple[Citation, ...]

    def to_json(self) -> dict[str, Any]:
        """The comparison as JSON values; each cell with its quote and its place in the text of its column's paper."""
        quotes = {citation.marker: citation for citation in self.citations}
        record = dataclasses.asdict(self)
        for row in record["rows"]:
            for cell in row["cells"]:
                cited = quotes.get(cell["marker"])
                places = ("paper_id", "quote", "start", "end", "page")
                cell |= {key: getattr(cited, key) if cited else None for key in places}
        return record

    def to_csv(self) -> str:
        """The table with two columns a paper, text and quote; text that a spreadsheet would run is made harmless."""
        quotes = {citation.marker: citation.quote for citation in self.citations}
        head = ["aspect", *(heading for paper in self.papers for heading in (paper.name, f"{paper.name}: quote"))]
        body = [
            [row.label, *(text for cell in row.cells for text in (cell.text, quotes.get(cell.marker or 0, "")))]
            for row in self.rows
        ]
        return csv_table([head, *body])

    def to_table(self, shown: Callable[[ComparisonCell], str] = lambda cell: markdown_text(cell.text)) -> str:
        """The table alone as Markdown, a cell as ``shown`` writes it; the empty string when it has no rows."""
        head = ["", *(markdown_text(paper.name) for paper in self.papers)]
        body = [[markdown_text(row.label), *map(shown, row.cells)] for row in self.rows]
        return markdown_table(head, body) if body else ""

    def to_markdown(self) -> str:
        """What differs, the table and the quotes behind it, as GitHub-flavoured Markdown."""
        blocks = [_bullets([*self.summary, *self.direct])]
        for name in self.mentioned:
            lead = f"{markdown_text(name.name)} has no paper of its own in this collection; the papers here say of it:"
            blocks.append(f"{lead}\n\n{_bullets(name.claims)}")
        blocks.append(self.to_table(_markdown_cell))
        if self.unknown:
            blocks.append(f"Not in this collection: {', '.join(map(markdown_text, self.unknown))}.\n")
        blocks += [f"Note: {markdown_text(note)}\n" for note in self.notes]
        if self.citations:
            blocks.append("References\n\n" + "".join(map(_markdown_reference, self.citations)))
        return "\n".join(block for block in blocks if block)


def _bullets(claims: Sequence[Claim]) -> str:
    lines = (f"- {markdown_text(c.text)} {' '.join(f'[{marker}]' for marker in c.markers)}\n" for c in claims)
    return "".join(lines)


def _markdown_cell(cell: ComparisonCell) -> str:
    return markdown_text(cell.text) + (f" [{cell.marker}]" if cell.marker else "")


def _markdown_reference(citation: Citation) -> str:
    source = f"{markdown_text(citation.title)} ({markdown_text(citation.where)})"
    return f"- [{citation.marker}] {source}: “{markdown_text(citation.quote)}”\n"

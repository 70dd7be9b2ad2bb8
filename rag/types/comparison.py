"""Papers side by side: the table, what is said around it, and the forms in which it is handed out."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

from rag.tables import csv_table, markdown_table, markdown_text
from rag.types.claims import Citation, Claim

__all__ = ["ComparedPaper", "Comparison", "ComparisonCell", "ComparisonRow", "MentionedName"]


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

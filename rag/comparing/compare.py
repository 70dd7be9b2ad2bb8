"""Building a comparison: names to papers, papers to columns, aspects to rows, and the citations behind them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from rag.answering.trim import trim
from rag.comparing.aspects import findings
from rag.comparing.clauses import piece_around
from rag.comparing.figures import has_figures, shared_measures
from rag.comparing.names import MENTIONS, Library, Meaning, NameReader, readable_names
from rag.comparing.references import References
from rag.comparing.spelling import brought_names, mention_of, mentioning, name_key, owns, presents
from rag.errors import UserError
from rag.text.naming import own_names, short_name
from rag.types import (
    Claim,
    ComparedPaper,
    Comparison,
    ComparisonCell,
    ComparisonRow,
    Hit,
    MentionedName,
    Paper,
    Passage,
    Verdict,
)

__all__ = ["compare"]

NOT_STATED: Final = "not stated"
SUMMARY_WORDS: Final = 40
"""Room for what a paper brings, above the table."""
SHORTEST: Final = -3.0

_FROM_TEXT: Final = {
    "problem": ("Problem", 1.0),
    "idea": ("Idea", 1.0),
    "novelty": ("What is new", 1.0),
    "data": ("Data and models", -0.6),
    "hardware": ("Hardware and scale", -0.6),
    "results": ("Headline results", 1.0),
    "compared": ("Compared against", -0.3),
    "cost": ("Cost and speed", -0.2),
    "code": ("Code", 1.0),
}
"""Heading of each aspect, and how much a long piece is liked there (see ``piece_around``)."""
_FROM_RECORD: Final[dict[str, tuple[str, Callable[[Paper], str | None]]]] = {
    "date": ("Date", lambda paper: paper.published.isoformat() if paper.published else None),
    "authors": ("Authors", lambda paper: _author_count(paper)),
    "organisation": ("Organisation", lambda paper: paper.organisation),
}
_FIGURES_APART: Final = (
    "The figures of different columns are not comparable: no two of them share a unit, a data set and a metric."
)
_FIGURES_SHARED: Final = (
    "Only the figures in the rows that begin with “Same measure” are comparable; the others are on different data or "
    "of different metrics."
)


def compare(names: Sequence[str], library: Library, find: Callable[[str], Sequence[Hit]]) -> Comparison:
    """Sets what the names mean side by side.

    Args:
        names: 2 to 6 systems, titles, beginnings of titles, ids or descriptions.
        library: the collection.
        find: the best papers for a text, best first.

    Raises:
        UserError: the number of names is wrong, one of them is empty or too long, or the collection knows none.
    """
    asked = readable_names(names)
    reader = NameReader(library, find)
    meanings = [reader.read(name) for name in asked]
    if not any(meaning.papers or meaning.mentions for meaning in meanings):
        raise UserError(_nothing(meanings))
    return _Table(meanings).built()


def _nothing(meanings: Sequence[Meaning]) -> str:
    """Why there is nothing to compare, in one sentence."""
    notes = [meaning.note for meaning in meanings if meaning.note]
    listed = " and ".join(f"“{meaning.name}”" for meaning in meanings)
    return notes[0].rstrip(".") if notes else f"no paper here is or mentions {listed}; see `papertrail papers`"


class _Table:
    """One comparison in the making."""

    def __init__(self, meanings: Sequence[Meaning]) -> None:
        self.meanings = meanings
        self.papers = list({paper.paper_id: paper for meaning in meanings for paper in meaning.papers}.values())
        self.references = References()

    def built(self) -> Comparison:
        columns = tuple(map(self._column, self.papers))
        names = {column.paper_id: column.name for column in columns}
        summary = tuple(self._summary(paper, names[paper.paper_id]) for paper in self.papers)
        direct = tuple(self._direct(names))
        mentioned = tuple(self._mentioned())
        rows = self._rows()
        return Comparison(
            names=tuple(meaning.name for meaning in self.meanings),
            papers=columns,
            summary=tuple(claim for claim in summary if claim is not None),
            direct=direct,
            rows=tuple(rows),
            mentioned=mentioned,
            unknown=tuple(m.name for m in self.meanings if not (m.papers or m.mentions or m.note)),
            notes=tuple(self._notes(rows)),
            citations=self.references.citations(),
        )

    def _column(self, paper: Paper) -> ComparedPaper:
        asked = tuple(meaning.name for meaning in self.meanings if paper in meaning.papers)
        name = _called(paper, asked)
        others = (_called(other, asked) for other in self.papers if other is not paper)
        return ComparedPaper(paper.title if name in others else name, paper.paper_id, paper.title, paper.url, asked)

    def _summary(self, paper: Paper, name: str) -> Claim | None:
        """What the paper brings; None when its abstract does not say."""
        idea = findings(paper).get("idea")
        if idea is None:
            return None
        text = piece_around(idea.passage.text, idea.start, idea.end, most_words=SUMMARY_WORDS)
        return self._claim(
            f"{name}: {text.removesuffix(' …')}{' …' if text.endswith('…') else '.'}", paper, idea.passage
        )

    def _direct(self, names: dict[str, str]) -> Iterator[Claim]:
        """What each paper says of the others."""
        for paper in self.papers:
            told = set()
            for meaning in self.meanings:
                for called in [] if paper in meaning.papers or meaning.mentions else _names_of(meaning):
                    for passage in mentioning(called, paper):
                        if passage not in told:
                            told.add(passage)
                            text = f"{names[paper.paper_id]} on {meaning.name}: {trim(passage.text, frozenset())}"
                            yield self._claim(text, paper, passage)

    def _mentioned(self) -> Iterator[MentionedName]:
        for meaning in self.meanings:
            others = [pair for pair in meaning.mentions if pair[0] not in self.papers]
            own = [pair for pair in meaning.mentions if pair[0] in self.papers]
            chosen = [*own, *others][: max(MENTIONS, len(own))]
            if chosen:
                claims = (
                    self._claim(f"{_called(paper, ())}: {trim(passage.text, frozenset())}", paper, passage)
                    for paper, passage in chosen
                )
                yield MentionedName(meaning.name, tuple(claims))

    def _claim(self, text: str, paper: Paper, passage: Passage) -> Claim:
        return Claim(text, (self.references.marker(paper, passage),), Verdict.SUPPORTED)

    def _rows(self) -> list[ComparisonRow]:
        shown: dict[str, set[str]] = {paper.paper_id: set() for paper in self.papers}
        rows = [
            ComparisonRow(aspect, label, tuple(self._cell(p, aspect, filled, shown[p.paper_id]) for p in self.papers))
            for aspect, (label, filled) in _FROM_TEXT.items()
        ]
        rows[-1:-1] = self._shared_figures()
        rows += [
            ComparisonRow(aspect, label, tuple(_record_cell(value(paper)) for paper in self.papers))
            for aspect, (label, value) in _FROM_RECORD.items()
        ]
        return [row for row in rows if any(cell.stated for cell in row.cells)]

    def _cell(self, paper: Paper, aspect: str, filled: float, shown: set[str]) -> ComparisonCell:
        """What the paper says under an aspect; a piece that its column shows already is cut shorter."""
        found = findings(paper).get(aspect)
        urls = ", ".join(paper.code_urls) if aspect == "code" else ""
        if found is None:
            return _record_cell(urls)
        marker = self.references.marker(paper, found.passage)
        text = piece_around(found.passage.text, found.start, found.end, filled=filled)
        if text in shown:
            text = piece_around(found.passage.text, found.start, found.end, filled=SHORTEST)
        shown.add(text)
        return ComparisonCell(urls or text, marker)

    def _shared_figures(self) -> list[ComparisonRow]:
        rows = []
        for (label, unit), group in shared_measures(self.papers).items():
            cells = []
            for paper in self.papers:
                own = [item for other, item in group if other is paper]
                text = ", ".join(dict.fromkeys(item.text for item in own))
                marker = self.references.marker(paper, own[0].passage) if own else None
                cells.append(ComparisonCell(text, marker) if own else _record_cell(None))
            rows.append(ComparisonRow("figures", f"Same measure: {label}{f' ({unit})' if unit else ''}", tuple(cells)))
        return rows

    def _notes(self, rows: Iterable[ComparisonRow]) -> Iterator[str]:
        for meaning in self.meanings:
            if meaning.note:
                yield meaning.note
            if len(meaning.papers) > 1:
                yield f"{len(meaning.papers)} papers bear the name “{meaning.name}”; each has its column."
        for column in map(self._column, self.papers):
            if len(column.asked) > 1:
                yield f"{' and '.join(f'“{name}”' for name in column.asked)} mean the same paper, “{column.title}”."
        kinds = {row.aspect: row for row in rows}
        if "figures" in kinds:
            yield _FIGURES_SHARED
        elif any(_several_figures(kinds[aspect]) for aspect in ("results", "cost") if aspect in kinds):
            yield _FIGURES_APART


def _several_figures(row: ComparisonRow) -> bool:
    return sum(has_figures(cell.text) for cell in row.cells if cell.stated) > 1


def _called(paper: Paper, asked: Sequence[str]) -> str:
    """The name the paper is asked for by, in its own spelling, else its short name."""
    for name in asked:
        if own := next((own for own in brought_names(paper) if name_key(own) == name_key(name)), None):
            return own
        if presents(name, paper):
            sentence = mentioning(name, paper)[0].text
            start, end = mention_of(name, sentence) or (0, 0)
            return sentence[start:end]
    names = brought_names(paper)
    return names[0] if names else short_name(paper).strip("“”") if not own_names(paper) else paper.title


def _names_of(meaning: Meaning) -> list[str]:
    """What texts call the thing: the name given unless it is a title, and the own names of its papers."""
    given = [meaning.name] if any(owns(meaning.name, p) or presents(meaning.name, p) for p in meaning.papers) else []
    return list(dict.fromkeys(given + list(itertools.chain.from_iterable(map(brought_names, meaning.papers)))))


def _record_cell(value: str | None) -> ComparisonCell:
    return ComparisonCell(value) if value else ComparisonCell(NOT_STATED, stated=False)


def _author_count(paper: Paper) -> str | None:
    count = paper.author_count or len(paper.authors)
    return str(count) if count else None

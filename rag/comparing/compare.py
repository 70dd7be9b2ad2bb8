"""Building a comparison: names to papers, papers to columns, aspects to rows, and the citations behind them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from rag.answering.trim import trim
from rag.comparing.aspects import ASPECTS, Embeds, findings, has_figures
from rag.comparing.names import MENTIONS, Library, Meaning, NameReader, readable_names
from rag.comparing.references import References
from rag.comparing.spelling import brought_names, mention_of, mentioning, name_key, owns, presents
from rag.errors import UserError
from rag.retrieval.relevance import Relevance
from rag.text.naming import own_names, short_name
from rag.types import Claim, Hit, Paper, Passage, Verdict
from rag.types.comparison import ComparedPaper, Comparison, ComparisonCell, ComparisonRow, MentionedName

__all__ = ["compare"]

NOT_STATED: Final = "not stated"
MOST_WORDS: Final = 40
"""Room of a cell. Judgement."""
_JOINT: Final = re.compile(r"[,;:]\s")

_FROM_RECORD: Final[dict[str, tuple[str, Callable[[Paper], str | None]]]] = {
    "date": ("Date", lambda paper: paper.published.isoformat() if paper.published else None),
    "authors": ("Authors", lambda paper: _author_count(paper)),
    "organisation": ("Organisation", lambda paper: paper.organisation),
}
_FIGURES_APART: Final = (
    "The figures of different columns come from different experiments; they can be compared only where data set and "
    "metric are the same."
)


def compare(
    names: Sequence[str], library: Library, find: Callable[[str], Sequence[Hit]], embedder: Embeds, relevance: Relevance
) -> Comparison:
    """Sets what the names mean side by side.

    Args:
        names: 2 to 6 systems, titles, beginnings of titles, ids or descriptions.
        library: the collection.
        find: the best papers for a text, best first.
        embedder: what :func:`rag.comparing.built_in` gives.
        relevance: reads sentences.

    Raises:
        UserError: the number of names is wrong, one of them is empty or too long, or the collection knows none.
    """
    asked = readable_names(names)
    reader = NameReader(library, find)
    meanings = [reader.read(name) for name in asked]
    if not any(meaning.papers or meaning.mentions for meaning in meanings):
        raise UserError(_nothing(meanings))
    papers = list({paper.paper_id: paper for meaning in meanings for paper in meaning.papers}.values())
    return _Table(meanings, papers, findings(papers, embedder, relevance)).built()


def _nothing(meanings: Sequence[Meaning]) -> str:
    """Why there is nothing to compare, in one sentence."""
    notes = [meaning.note for meaning in meanings if meaning.note]
    listed = " and ".join(f"“{meaning.name}”" for meaning in meanings)
    return notes[0].rstrip(".") if notes else f"no paper here is or mentions {listed}; see `papertrail papers`"


class _Table:
    """One comparison in the making."""

    def __init__(
        self, meanings: Sequence[Meaning], papers: Sequence[Paper], found: Mapping[str, Mapping[str, Passage]]
    ) -> None:
        self.meanings = meanings
        self.papers = papers
        self.found = found
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
        idea = self.found[paper.paper_id].get("idea")
        return self._claim(f"{name}: {_piece(idea.text)}", paper, idea) if idea else None

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
        rows = [
            ComparisonRow(key, label, tuple(self._cell(paper, key) for paper in self.papers))
            for key, label in ASPECTS.items()
        ]
        rows += [
            ComparisonRow(key, label, tuple(_record_cell(value(paper)) for paper in self.papers))
            for key, (label, value) in _FROM_RECORD.items()
        ]
        return [row for row in rows if any(cell.stated for cell in row.cells)]

    def _cell(self, paper: Paper, aspect: str) -> ComparisonCell:
        """What the paper says under an aspect; the addresses of its code stand for the sentence that holds them."""
        passage = self.found[paper.paper_id].get(aspect)
        urls = ", ".join(paper.code_urls) if aspect == "code" else ""
        if passage is None:
            return _record_cell(urls)
        return ComparisonCell(urls or _piece(passage.text), self.references.marker(paper, passage))

    def _notes(self, rows: Iterable[ComparisonRow]) -> Iterator[str]:
        for meaning in self.meanings:
            if meaning.note:
                yield meaning.note
            if len(meaning.papers) > 1:
                yield f"{len(meaning.papers)} papers bear the name “{meaning.name}”; each has its column."
        for column in map(self._column, self.papers):
            if len(column.asked) > 1:
                yield f"{' and '.join(f'“{name}”' for name in column.asked)} mean the same paper, “{column.title}”."
        told = [row.cells for row in rows if row.aspect in ("results", "cost")]
        if any(sum(cell.stated and has_figures(cell.text) for cell in cells) > 1 for cells in told):
            yield _FIGURES_APART


def _piece(sentence: str) -> str:
    """The sentence without needless openings, and with an ellipsis for an end that is cut away.

    A long one ends at its last comma or the like that there is room for.
    """
    text = trim(sentence, frozenset())
    whole = sentence.endswith(text[1:])
    if room := re.match(rf"(?:\S+\s+){{{MOST_WORDS}}}(?=\S)", text):
        joints = [joint.start() for joint in _JOINT.finditer(room[0])]
        text, whole = room[0][: joints[-1]] if joints else room[0].rstrip(), False
    return text if whole else f"{text.removesuffix('.')} …"


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

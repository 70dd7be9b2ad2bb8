"""Writing papers for other programs: BibTeX and RIS for reference managers, CSV, and JSON lines without loss."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Final

from rag.errors import UserError
from rag.tables import safe_cell
from rag.types import Paper

if TYPE_CHECKING:
    from bibtexparser.model import Entry

__all__ = ["EXPORT_FORMATS", "export_papers"]

_COLUMNS: Final = (
    "id",
    "title",
    "abstract",
    "authors",
    "author_count",
    "published",
    "organisation",
    "venue",
    "categories",
    "comment_count",
    "url",
    "code_urls",
    "project_urls",
    "doi",
    "identifiers",
    "source",
)

_ARXIV_ID: Final = re.compile(r"(?:arxiv:)?((?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?)", re.IGNORECASE)
"""New and old form, https://info.arxiv.org/help/arxiv_identifier.html."""

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def export_papers(papers: Iterable[Paper], form: str) -> Iterator[str]:
    """The papers as text of one format, in pieces that end with a line.

    Args:
        papers: what to write, in this order; none gives an empty file (CSV: its header).
        form: one of ``EXPORT_FORMATS``. ``jsonl`` keeps everything and can be ingested again. ``csv`` joins lists
            with ``; `` and sets an apostrophe before text that a spreadsheet would run as a formula. ``bibtex``
            escapes text for LaTeX, and turns characters of an id that a BibTeX key cannot have into hyphens.
            ``ris`` has each value in one line.

    Raises:
        UserError: the format is unknown.
    """
    if form not in _WRITERS:
        raise UserError(f"unknown export format {form!r}; choose one of {', '.join(EXPORT_FORMATS)}")
    return _WRITERS[form](papers)


def _jsonl(papers: Iterable[Paper]) -> Iterator[str]:
    for paper in papers:
        yield json.dumps(paper.to_json(), ensure_ascii=False) + "\n"


def _csv(papers: Iterable[Paper]) -> Iterator[str]:
    line = io.StringIO()
    writer = csv.writer(line, lineterminator="\n")
    writer.writerow(_COLUMNS)
    yield line.getvalue()
    for paper in papers:
        line.seek(0)
        line.truncate()
        record = {**paper.to_json(), "id": paper.paper_id}
        writer.writerow([_cell(record[column]) for column in _COLUMNS])
        yield line.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, tuple):
        alone = len(value) == 1 and re.search(r",|\band\b", value[0])
        value = "; ".join(value) + (";" if alone else "")  # so that one name is not taken for two
    if not isinstance(value, str):
        return value
    return safe_cell(value)


def _bibtex(papers: Iterable[Paper]) -> Iterator[str]:
    from bibtexparser.entrypoint import write_string  # costs time to load, and only this format needs it
    from bibtexparser.library import Library

    keys: set[str] = set()
    for paper in papers:
        key = _bibtex_key(paper.paper_id, keys)
        keys.add(key)
        yield write_string(Library([_entry(paper, key)])) + "\n"


def _bibtex_key(paper_id: str, taken: set[str]) -> str:
    key = base = re.sub(r"[^A-Za-z0-9:._/+-]+", "-", paper_id).strip("-") or "paper"
    number = 2
    while key in taken:
        key, number = f"{base}-{number}", number + 1
    return key


def _entry(paper: Paper, key: str) -> Entry:
    from bibtexparser.model import Entry, Field
    from pylatexenc.latexencode import UnicodeToLatexEncoder

    # Characters that LaTeX has no name for stay as they are: today's engines read UTF-8.
    latex = UnicodeToLatexEncoder(unknown_char_policy="keep", unknown_char_warning=False).unicode_to_latex
    arxiv = _arxiv(paper)
    parted = "; " if any("," in word for word in paper.categories) else ", "
    text = {
        "title": f"{{{latex(paper.title)}}}",  # in braces of its own: styles must not change its capitals
        "author": " and ".join(_author(name, latex) for name in paper.authors),
        "journal": latex(paper.venue or ""),
        "organization": latex(paper.organisation or ""),
        "keywords": latex(parted.join(paper.categories)),
        "abstract": latex(paper.abstract),
        "year": str(paper.published.year) if paper.published else "",
        "month": _MONTHS[paper.published.month - 1] if paper.published else "",
        "day": str(paper.published.day) if paper.published else "",
        "eprint": arxiv or "",
        "archiveprefix": "arXiv" if arxiv else "",
        "doi": _verbatim(paper.doi or ""),
        "url": _verbatim(paper.url or ""),
        "pmid": next((one.partition(":")[2] for one in paper.identifiers if one.startswith("pmid:")), ""),
    }
    fields = [Field(name, value) for name, value in text.items() if value]
    return Entry("article" if paper.venue else "misc", key, fields)


def _arxiv(paper: Paper) -> str | None:
    """The arXiv id that a paper has, or goes by."""
    found = (_ARXIV_ID.fullmatch(one) for one in (paper.paper_id, *paper.identifiers))
    return next((match[1] for match in found if match), None)


def _author(name: str, latex: Callable[[str], str]) -> str:
    """One author; braces keep a name together that BibTeX would split in two."""
    return f"{{{latex(name)}}}" if re.search(r"\band\b|,", name) else latex(name)


def _verbatim(address: str) -> str:
    """An address without the characters that would end a BibTeX value early."""
    return address.replace("\\", "%5C").replace("{", "%7B").replace("}", "%7D")


def _ris(papers: Iterable[Paper]) -> Iterator[str]:
    """The tags are those of https://en.wikipedia.org/wiki/RIS_(file_format), which reference managers read."""
    for paper in papers:
        date = paper.published
        lines = [
            ("TY", "JOUR" if paper.venue else "GEN"),
            ("ID", paper.paper_id),
            ("TI", paper.title),
            *(("AU", name) for name in paper.authors),
            ("PY", str(date.year) if date else ""),
            ("DA", f"{date:%Y/%m/%d}" if date else ""),
            ("T2", paper.venue or ""),
            ("AD", paper.organisation or ""),
            *(("KW", word) for word in paper.categories),
            ("DO", paper.doi or ""),
            ("UR", paper.url or ""),
            ("AB", paper.abstract),
        ]
        said = ((tag, " ".join(value.split())) for tag, value in lines)
        yield "".join(f"{tag}  - {value}\n" for tag, value in said if value) + "ER  - \n\n"


_WRITERS: Final[dict[str, Callable[[Iterable[Paper]], Iterator[str]]]] = {
    "bibtex": _bibtex,
    "csv": _csv,
    "jsonl": _jsonl,
    "ris": _ris,
}

EXPORT_FORMATS: Final = tuple(sorted(_WRITERS))
"""What :func:`export_papers` can write."""

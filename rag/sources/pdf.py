"""PDF files of papers: title and abstract as they stand on the first pages; the text of all pages, if it is wanted."""

from __future__ import annotations

import dataclasses
import io
import logging
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rag.sources.dates import parse_date
from rag.sources.files import open_bytes
from rag.sources.notes import BadRecord, Note
from rag.sources.pdf_lines import LARGER, SMALLER, Line, joined, lines_of
from rag.sources.pdf_pages import pages_of
from rag.sources.record import Record, make_paper
from rag.types import Paper

if TYPE_CHECKING:
    from pypdf import PdfReader

__all__ = ["is_pdf", "read_pdf"]

_PAGES = 3
"""An abstract begins on one of the first pages: a cover sheet and a title page may come before it."""
_FILE_BYTES = 200 * 2**20
_LONGEST = 6_000
"""Characters; of 87,308 abstracts 0.9999 are shorter. What goes on longer has no end that was recognised."""
_SHORTEST = 30
_FOOTNOTE_CHARS = 20
"""What is smaller and shorter may be a line with nothing but an index or exponent."""
_ABSTRACT = re.compile(
    r"(?:a\s?b\s?s\s?t\s?r\s?a\s?c\s?t|summary$)\s*(?:$|[.:—–-]+\s*|\s(?-i:(?=[A-Z])))", re.IGNORECASE
)
"""A heading at the start of a line, alone or with the text behind it; spaced letters and small capitals come apart."""
_END = re.compile(
    r"(?:(?:1|I)?\s*[.:]?\s*i\s?n\s?t\s?r\s?o\s?d\s?u\s?c\s?t\s?i\s?o\s?n\b|(?:1|I)[.:]?\s+(?-i:[A-Z])[^.]{2,60}$"
    r"|key\s?-?words?\b|index terms\b|ccs concepts\b|categories and subject|general terms\b|additional key"
    r"|acm reference|permission to make|pacs\b|msc\b|jel\b|mathematics subject|contents$|[©∗†‡]|\(c\)|copyright\b)",
    re.IGNORECASE,
)
"""What comes after an abstract, as a line begins: the introduction, key words, a footnote."""
_STAMP = re.compile(
    r"arXiv:(?P<id>\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?"
    r"(?:\s*\[(?P<subject>[\w.-]+)\])?\s*(?P<day>\d{1,2} \w{3} \d{4})?"
)
_FILE_NAME = re.compile(r"(?:^|/)(?P<id>\d{4}\.\d{4,5})(?:v\d+)?\.pdf", re.IGNORECASE)
"""What a paper fetched from arXiv is called."""
_INSTEAD = "give it as BibTeX, JSON lines or CSV with title and abstract"
_BROKEN = (ValueError, KeyError, TypeError, AttributeError, IndexError, ArithmeticError, RecursionError, OSError)
"""What pypdf lets through, besides its own errors, when a file is damaged."""


def is_pdf(head: str) -> bool:
    """Whether a file that begins with ``head`` is a PDF file."""
    return head.lstrip().startswith("%PDF-")


def read_pdf(path: Path, label: str, *, full_text: bool = False) -> Iterator[Paper | BadRecord | Note]:
    """The one paper in ``path``: its title, its abstract, and what arXiv stamped on it (id, day, subject).

    The title is the one of the file's properties if it stands above the abstract, else what is printed largest there.
    The abstract goes from its heading to the next one. A file in which either is not found is a bad record: scanned
    pages, and papers whose abstract has no heading. (Of 230 sample documents of publishers' LaTeX classes with the
    word "abstract" on their first two pages, theses among them, 167 are read and the others reported.)

    Args:
        path: The file, at most 200 MB.
        label: What to call it in ``source``.
        full_text: Also its pages, see :func:`rag.sources.pdf_pages.pages_of`; then an abstract may be missing, and
            what is printed largest on the first page that has text is the title.

    Raises:
        SourceError: The file cannot be read.
    """
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").addHandler(logging.NullHandler())  # what it would print is in the bad record
    try:
        reader = _opened(path)
        pages = [lines_of(page) for page in (reader.pages if full_text else reader.pages[:_PAGES])]
        named = str(reader.metadata.title or "") if reader.metadata else ""
    except (PyPdfError, *_BROKEN) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        yield BadRecord(label, f"it is no PDF file that can be read ({reason:.100}): fetch it anew or print it to PDF")
        return
    if not any(_letters(line.text) for lines in pages for line in lines):
        yield BadRecord(
            label,
            f"its pages are pictures without text, as scanners make them: have OCR read them first, or {_INSTEAD}",
        )
        return
    yield _whole(pages, named, label) if full_text else _paper(pages, named, label)


def _opened(path: Path) -> PdfReader:
    from pypdf import PdfReader

    with open_bytes(path) as file:
        content = file.read(_FILE_BYTES + 1)
    if len(content) > _FILE_BYTES:
        raise ValueError(f"more than {_FILE_BYTES // 2**20} MB")
    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted and not reader.decrypt(""):
        raise ValueError("it asks for a password")
    return reader


def _paper(pages: Sequence[Sequence[Line]], named: str, label: str) -> Paper | BadRecord:
    lines = [line for page in pages for line in page]
    upright = [line for line in lines if not line.turned]
    start = next((n for n, line in enumerate(upright) if _ABSTRACT.match(line.text)), None)
    if start is None:
        return BadRecord(label, f"no heading of an abstract stands on its first {_PAGES} pages: {_INSTEAD}")
    abstract, _ = _abstract(upright[start:])
    if not abstract:
        return BadRecord(label, f"where its abstract ends cannot be told: {_INSTEAD}")
    title = _title(upright[:start], named)
    if not title:
        return BadRecord(label, f"no title is found above its abstract: {_INSTEAD}")
    return make_paper(_record(lines, title, abstract, label))


def _whole(pages: Sequence[Sequence[Line]], named: str, label: str) -> Paper | BadRecord:
    """The paper with the text of its pages, of which title, authors and abstract are no part."""
    upright = [[line for line in page if not line.turned] for page in pages]
    head = [line for page in upright[:_PAGES] for line in page]
    start = next((n for n, line in enumerate(head) if _ABSTRACT.match(line.text)), None)
    abstract, end = _abstract(head[start:]) if start is not None else ("", 0)
    first = next((page for page in upright if any(_letters(line.text) for line in page)), [])
    title = _title(head[:start] if start is not None else first, named)
    if not title:
        return BadRecord(label, f"no title is found on its first page: {_INSTEAD}")
    taken = (start or 0) + end if abstract else _after_title(head, title)
    record = _record([line for page in pages[:_PAGES] for line in page], title, abstract, label)
    return make_paper(dataclasses.replace(record, pages=pages_of(upright, taken)))


def _after_title(lines: Sequence[Line], title: str) -> int:
    """How many of ``lines`` come before what follows the title; none where it does not stand there."""
    wanted, held = _letters(title), ""
    for number, line in enumerate(lines):
        held += _letters(line.text)
        if wanted in held:
            return number + 1
    return 0


def _record(lines: Sequence[Line], title: str, abstract: str, label: str) -> Record:
    stamp = next((match for line in lines if (match := _STAMP.search(line.text))), None)
    name = _FILE_NAME.search(label)
    arxiv_id = stamp["id"] if stamp else name["id"] if name else None
    return Record(
        source=label,
        title=title,
        abstract=abstract,
        own_id=arxiv_id,
        published=parse_date(stamp["day"]) if stamp else None,
        categories=(stamp["subject"],) if stamp and stamp["subject"] else (),
        url=f"https://arxiv.org/abs/{arxiv_id}" if arxiv_id else None,
    )


def _abstract(lines: list[Line]) -> tuple[str, int]:
    """What stands between the heading in the first of ``lines`` and what ends it, and how many lines that takes.

    Empty and 0 when nothing ends it.
    """
    first = _ABSTRACT.sub("", lines[0].text, count=1)
    text = [first] if first else []
    body = (lines[0] if first else lines[1]).size if len(lines) > 1 else 0.0
    for number, line in enumerate(lines[1:], start=1):
        if text and (_END.match(line.text) or (text[-1].endswith((".", "!", "?")) and _differs(line, body))):
            found = joined(text)
            return (found, number) if len(found) >= _SHORTEST else ("", 0)
        text.append(line.text)
        if sum(map(len, text)) > _LONGEST:
            break
    return "", 0


def _differs(line: Line, body: float) -> bool:
    """Whether a line is printed too large or too small to belong to a text of size ``body``."""
    return line.size > LARGER * body or (line.size < SMALLER * body and len(line.text) > _FOOTNOTE_CHARS)


def _title(lines: list[Line], named: str) -> str:
    """The title of the file's properties if it stands in ``lines``, else the first run of the largest letters there."""
    letters = _letters(" ".join(line.text for line in lines))
    if len(named.split()) > 1 and _letters(named) in letters:
        return named
    worded = [line for line in lines if len(re.findall(r"[^\W\d_]", line.text)) > 2]
    if not worded:
        return ""
    largest = max(line.size for line in worded)
    first = next(n for n, line in enumerate(worded) if line.size * LARGER >= largest)
    run = [line.text for line in worded[first : first + 6]]
    same = next((n for n, line in enumerate(worded[first : first + 6]) if line.size * LARGER < largest), len(run))
    return joined(run[:same]).rstrip(" ∗*†‡§¶")


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text.casefold())

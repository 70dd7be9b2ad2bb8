"""PDF files of papers: title and abstract as they stand on the first pages; the rest is not read."""

from __future__ import annotations

import dataclasses
import io
import logging
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.sources.dates import parse_date
from rag.sources.files import open_bytes
from rag.sources.notes import BadRecord
from rag.sources.record import Record, make_paper
from rag.types import Paper

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

__all__ = ["is_pdf", "read_pdf"]

_PAGES = 3
"""An abstract begins on one of the first pages: a cover sheet and a title page may come before it."""
_FILE_BYTES = 200 * 2**20
_LONGEST = 6_000
"""Characters; of 87,308 abstracts 0.9999 are shorter. What goes on longer has no end that was recognised."""
_SHORTEST = 30
_LARGER, _SMALLER = 1.1, 0.88
"""To the size of the text: a heading is larger, a footnote smaller. pypdf gives 0.98 to 1.02 for the same."""
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
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "\u00ad": "", "\0": ""})
_INSTEAD = "give it as BibTeX, JSON lines or CSV with title and abstract"
_BROKEN = (ValueError, KeyError, TypeError, AttributeError, IndexError, ArithmeticError, RecursionError, OSError)
"""What pypdf lets through, besides its own errors, when a file is damaged."""


@dataclasses.dataclass
class _Line:
    """What is printed on one line of a page."""

    text: str
    size: float
    """Of most of its letters, in points."""
    height: float
    """Of its base above the foot of the page, in points."""
    turned: bool
    """It does not run from left to right, as the stamp of arXiv in the margin."""


def is_pdf(head: str) -> bool:
    """Whether a file that begins with ``head`` is a PDF file."""
    return head.lstrip().startswith("%PDF-")


def read_pdf(path: Path, label: str) -> Iterator[Paper | BadRecord]:
    """The one paper in ``path``: its title, its abstract, and what arXiv stamped on it (id, day, subject).

    The title is the one of the file's properties if it stands above the abstract, else what is printed largest there.
    The abstract goes from its heading to the next one. A file in which either is not found is a bad record: scanned
    pages, and papers whose abstract has no heading. (Of 230 sample documents of publishers' LaTeX classes with the
    word "abstract" on their first two pages, theses among them, 167 are read and the others reported.)

    Args:
        path: The file, at most 200 MB.
        label: What to call it in ``source``.

    Raises:
        SourceError: The file cannot be read.
    """
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").addHandler(logging.NullHandler())  # what it would print is in the bad record
    try:
        reader = _opened(path)
        lines = [line for page in reader.pages[:_PAGES] for line in _lines(page)]
        named = str(reader.metadata.title or "") if reader.metadata else ""
    except (PyPdfError, *_BROKEN) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        yield BadRecord(label, f"it is no PDF file that can be read ({reason:.100}): fetch it anew or print it to PDF")
        return
    yield _paper(lines, named, label)


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


def _lines(page: PageObject) -> list[_Line]:
    """The lines of a page in the order in which they are written down, column by column as a rule."""
    lines: list[_Line] = []
    sizes: list[dict[float, int]] = []
    ended = True

    def take(text: str, outer: Sequence[float], inner: Sequence[float], font: Any, size: float) -> None:
        nonlocal ended
        if text.strip():
            across, up = _direction(inner, outer)
            points = round(abs(size) * max(abs(across), abs(up)), 1)
            height = inner[4] * outer[1] + inner[5] * outer[3] + outer[5]
            turned = abs(up) > abs(across)
            level = lines and lines[-1].turned == turned and abs(lines[-1].height - height) < 0.6 * points
            if ended or not level:
                lines.append(_Line("", points, height, turned))
                sizes.append({})
            lines[-1].text += text
            sizes[-1][points] = sizes[-1].get(points, 0) + len(text)
        elif lines and text:
            lines[-1].text += " "
        ended = text.endswith("\n") if text else ended

    page.extract_text(visitor_text=take)
    for line, counts in zip(lines, sizes, strict=True):
        line.text = " ".join(line.text.translate(_LIGATURES).split())
        line.size = max(counts, key=lambda points: counts[points])
    return lines


def _direction(inner: Sequence[float], outer: Sequence[float]) -> tuple[float, float]:
    """Where a letter one point wide runs to, in points across and up."""
    return inner[0] * outer[0] + inner[1] * outer[2], inner[0] * outer[1] + inner[1] * outer[3]


def _paper(lines: list[_Line], named: str, label: str) -> Paper | BadRecord:
    upright = [line for line in lines if not line.turned]
    start = next((n for n, line in enumerate(upright) if _ABSTRACT.match(line.text)), None)
    if start is None:
        return BadRecord(label, f"no heading of an abstract stands on its first {_PAGES} pages: {_INSTEAD}")
    abstract = _abstract(upright[start:])
    if not abstract:
        return BadRecord(label, f"where its abstract ends cannot be told: {_INSTEAD}")
    title = _title(upright[:start], named)
    if not title:
        return BadRecord(label, f"no title is found above its abstract: {_INSTEAD}")
    stamp = next((match for line in lines if (match := _STAMP.search(line.text))), None)
    name = _FILE_NAME.search(label)
    arxiv_id = stamp["id"] if stamp else name["id"] if name else None
    return make_paper(
        Record(
            source=label,
            title=title,
            abstract=abstract,
            own_id=arxiv_id,
            published=parse_date(stamp["day"]) if stamp else None,
            categories=(stamp["subject"],) if stamp and stamp["subject"] else (),
            url=f"https://arxiv.org/abs/{arxiv_id}" if arxiv_id else None,
        )
    )


def _abstract(lines: list[_Line]) -> str:
    """What stands between the heading in the first of ``lines`` and what ends it; empty when nothing does."""
    first = _ABSTRACT.sub("", lines[0].text, count=1)
    text = [first] if first else []
    body = (lines[0] if first else lines[1]).size if len(lines) > 1 else 0.0
    for line in lines[1:]:
        if text and (_END.match(line.text) or (text[-1].endswith((".", "!", "?")) and _differs(line, body))):
            found = _joined(text)
            return found if len(found) >= _SHORTEST else ""
        text.append(line.text)
        if sum(map(len, text)) > _LONGEST:
            break
    return ""


def _differs(line: _Line, body: float) -> bool:
    """Whether a line is printed too large or too small to belong to a text of size ``body``."""
    return line.size > _LARGER * body or (line.size < _SMALLER * body and len(line.text) > _FOOTNOTE_CHARS)


def _title(lines: list[_Line], named: str) -> str:
    """The title of the file's properties if it stands in ``lines``, else the first run of the largest letters there."""
    letters = _letters(" ".join(line.text for line in lines))
    if len(named.split()) > 1 and _letters(named) in letters:
        return named
    worded = [line for line in lines if len(re.findall(r"[^\W\d_]", line.text)) > 2]
    if not worded:
        return ""
    largest = max(line.size for line in worded)
    first = next(n for n, line in enumerate(worded) if line.size * _LARGER >= largest)
    run = [line.text for line in worded[first : first + 6]]
    same = next((n for n, line in enumerate(worded[first : first + 6]) if line.size * _LARGER < largest), len(run))
    return _joined(run[:same]).rstrip(" ∗*†‡§¶")


def _joined(lines: Sequence[str]) -> str:
    """Lines as running text, words that a line end divides made whole."""
    text = ""
    for line in lines:
        divided = re.search(r"[^\W\d_]-$", text) and re.match(r"[^\W\d_]", line) and line[0].islower()
        text = text[:-1] + line if divided else f"{text} {line}"
    return text.strip()


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text.casefold())

"""Pages of daily papers saved as text: title, abstract, authors or organisation, date, as a browser copies them.

The form and its quirks are described in ``data/README.md``.
"""

from __future__ import annotations

import dataclasses
import datetime
import itertools
import re
from collections.abc import Iterator
from pathlib import Path

from rag.sources.dates import MONTHS
from rag.sources.files import Line, read_lines
from rag.sources.notes import BadRecord, Note
from rag.sources.record import Record, make_paper
from rag.types import Paper

__all__ = ["is_daily_papers", "read_daily_papers"]

_DATE = re.compile(r"([A-Z][a-z]{2,8})\.? (\d{1,2})(?:, (\d{4}))?(?: (\d{1,6}))?")
_AUTHORS = re.compile(r"\s*•?\s*(\d[\d,]*) authors?\s*")
_DOT = "·"
_HEADER_BLOCKS = 12
"""Blocks at most before the date that ends a page's header; the seed page has 6."""
_TITLE_CHARS = 300
"""A block that is longer is an abstract; the longest title of the seed page has 165 characters."""
_ABSTRACT_CHARS = 200
"""A block that is shorter is no abstract where nothing but its length tells; the seed page's shortest has 974."""


@dataclasses.dataclass(frozen=True)
class _Block:
    """Lines without a blank one between them."""

    number: int
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def is_details(self) -> bool:
        """It ends with a dot in the middle of a line of its own, and a date."""
        return len(self.lines) >= 2 and self.lines[-2].strip() == _DOT and bool(_DATE.fullmatch(self.lines[-1].strip()))


def is_daily_papers(head: str) -> bool:
    """Whether ``head``, the beginning of a file, shows the dot and the date that end an entry."""
    return bool(re.search(rf"^{_DOT}\s*\r?\n{_DATE.pattern}\s*$", head, re.MULTILINE))


def read_daily_papers(path: Path, label: str) -> Iterator[Paper | BadRecord | Note]:
    """A paper for each entry.

    Dates without a year are in the page's year. That is the year in the header's date (``Oct 27, 2025``); when the
    header has none, the year after the latest one written out on the page, because such pages leave out the current
    year only; when no year is written anywhere, the dates stay unknown.

    Args:
        path: The file, plain or gzip. It is read twice, the first time for the page's year.
        label: What to call it in ``source``.

    Raises:
        SourceError: The file cannot be read.
    """
    year = _page_year(path)
    waiting: list[_Block] = []
    for block in _without_header(_blocks(path, label)):
        if isinstance(block, BadRecord | Note):
            yield block
        elif block.is_details:
            yield from _entries(waiting, block, label, year)
            waiting = []
        else:
            waiting.append(block)
    yield from _entries(waiting, None, label, year)


def _page_year(path: Path) -> int | None:
    written: list[int] = []
    after_dot = False
    for line in read_lines(path):
        match = _DATE.fullmatch(line.text.strip())
        if match and match[3]:
            if not after_dot and not written:
                return int(match[3])
            if after_dot:
                written.append(int(match[3]))
        after_dot = line.text.strip() == _DOT
    return max(written) + 1 if written else None


def _blocks(path: Path, label: str) -> Iterator[_Block | BadRecord | Note]:
    gathered: list[Line] = []
    for line in read_lines(path):
        if line.note:
            yield Note(label, line.note)
        if line.problem:
            yield BadRecord(f"{label}:{line.number}", line.problem)
        elif line.text.strip():
            gathered.append(line)
            continue
        if gathered:
            yield _block(gathered)
            gathered = []
    if gathered:
        yield _block(gathered)


def _block(lines: list[Line]) -> _Block:
    return _Block(lines[0].number, tuple(line.text for line in lines))


def _without_header(blocks: Iterator[_Block | BadRecord | Note]) -> Iterator[_Block | BadRecord | Note]:
    """All blocks but the page's header, which ends with a date that stands alone; a page may have no header."""
    first: list[_Block | BadRecord | Note] = []
    for block in blocks:
        if isinstance(block, _Block) and len(block.lines) == 1 and _DATE.fullmatch(block.text.strip()):
            first = [earlier for earlier in first if isinstance(earlier, BadRecord | Note)]
            break
        first.append(block)
        if len(first) > _HEADER_BLOCKS or (isinstance(block, _Block) and block.is_details):
            break
    yield from first
    yield from blocks


def _entries(texts: list[_Block], details: _Block | None, label: str, year: int | None) -> Iterator[Paper | BadRecord]:
    """The papers that ``texts`` hold: the last one has the ``details``, those before it came without any."""
    groups = _by_title(texts)
    for position, (title, *abstract) in enumerate(groups):
        source = f"{label}:{title.number}"
        own = details if position == len(groups) - 1 else None
        if own is None and sum(len(block.text) for block in abstract) < _ABSTRACT_CHARS:
            yield BadRecord(source, f"it is text that belongs to no paper: {title.text[:60]!r}")
        else:
            yield make_paper(_record(title, abstract, own, source, year))
    if details and not groups:
        yield BadRecord(f"{label}:{details.number}", "it is a date without a title and an abstract before it")


def _by_title(texts: list[_Block]) -> list[list[_Block]]:
    """``texts`` cut before each title: the first block, then those that look like one, with an abstract after them."""
    groups: list[list[_Block]] = []
    for block, following in itertools.zip_longest(texts, texts[1:]):
        if not groups or (len(groups[-1]) > 1 and following and _is_title(block.text, following.text)):
            groups.append([block])
        else:
            groups[-1].append(block)
    return groups


def _is_title(text: str, following: str) -> bool:
    short = len(text) <= _TITLE_CHARS and len(following) >= _ABSTRACT_CHARS
    return short and not text.rstrip().endswith((".", ":", ",", ";")) and "://" not in text


def _record(title: _Block, abstract: list[_Block], details: _Block | None, source: str, year: int | None) -> Record:
    extra = details.lines[:-2] if details else ()
    counts = [match for line in extra if (match := _AUTHORS.fullmatch(line))]
    others = [line.split() for line in extra if not _AUTHORS.fullmatch(line)]
    date = _DATE.fullmatch(details.lines[-1].strip()) if details else None
    return Record(
        source=source,
        title=title.text,
        abstract="\n\n".join(block.text for block in abstract),
        author_count=int(counts[0][1].replace(",", "")) if counts else None,
        published=_day(date, year) if date else None,
        organisation=" ".join(others[0][1:] or others[0]) if others else None,  # its handle, then its name
        comment_count=int(date[4]) if date and date[4] else None,
    )


def _day(date: re.Match[str], page_year: int | None) -> datetime.date | None:
    year = int(date[3]) if date[3] else page_year
    try:
        return datetime.date(year, MONTHS[date[1][:3].lower()], int(date[2])) if year else None
    except (KeyError, ValueError):  # no such month, or February 30
        return None

"""BibTeX files, with or without abstracts."""

from __future__ import annotations

import datetime
import logging
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from rag.sources.cleaning import clean
from rag.sources.dates import MONTHS, parse_date
from rag.sources.files import read_lines
from rag.sources.links import find_links
from rag.sources.names import split_list
from rag.sources.record import BadRecord, Record, make_paper
from rag.types import Paper

if TYPE_CHECKING:
    from bibtexparser.model import Entry, Field

__all__ = ["BLOCK_START", "read_bibtex"]

BLOCK_START = re.compile(r"^\s*@\s*(\w+)\s*[{(]", re.MULTILINE)
"""What begins an entry, at the beginning of a line: where bibtexparser, too, takes up again after a broken one."""

_PARENTS = frozenset({"crossref", "xdata"})
"""Fields that name an entry from which others are taken, as BibTeX and BibLaTeX have them."""
_HANDED_ON = frozenset(
    "author booktitle date institution journal journaltitle month school title year publisher".split()
)
"""Fields that an entry takes from the one that it refers to; an abstract or an address is its own."""
_ENTRY_CHARS = 4 * 2**20
"""An entry that is not over after so much text is not one of a paper."""


def read_bibtex(path: Path, label: str) -> Iterator[Paper | BadRecord]:
    """A paper for each entry with a title, under its key; ``@string``, ``@comment`` and ``@preamble`` are none.

    An entry that takes fields from another (``crossref``, ``xdata``), which may stand further down, comes after all
    others.

    Args:
        path: The file, plain or gzip. It is parsed entry by entry.
        label: What to call it in ``source``.

    Raises:
        SourceError: The file cannot be read.
    """
    logging.getLogger("bibtexparser").addHandler(logging.NullHandler())  # what it would print is in the bad records
    strings: dict[str, str] = {}
    keys: set[str] = set()
    known: dict[str, dict[str, str]] = {}
    waiting: list[tuple[Entry, str]] = []
    for number, block in _blocks(path, label):
        source = f"{label}:{number}"
        entry = block if isinstance(block, BadRecord) else _parsed(block, strings, source)
        if isinstance(entry, BadRecord):
            yield entry
        elif entry and entry.key and entry.key in keys:
            yield BadRecord(source, f"its key {entry.key!r} is that of an earlier entry")
        elif entry:
            keys.add(entry.key)
            fields = _fields(entry, strings)
            known[entry.key.lower()] = {name: value for name, value in fields.items() if name in _HANDED_ON}
            if fields.keys() & _PARENTS:
                waiting.append((entry, source))
            elif entry.entry_type.lower() != "xdata":
                yield _paper(entry, fields, source)
    for entry, source in waiting:
        yield _paper(entry, _completed(_fields(entry, strings), known), source)


def _blocks(path: Path, label: str) -> Iterator[tuple[int, str | BadRecord]]:
    """First line and text of each entry; text before the first one is no entry."""
    start, lines, size = 0, list[str](), 0
    for line in read_lines(path):
        if line.problem:
            yield line.number, BadRecord(f"{label}:{line.number}", line.problem)
        if BLOCK_START.match(line.text):
            if start:
                yield start, _joined(lines, size, f"{label}:{start}")
            start, lines, size = line.number, [], 0
        size += len(line.text) + 1
        if start and size <= _ENTRY_CHARS:
            lines.append(line.text)
    if start:
        yield start, _joined(lines, size, f"{label}:{start}")


def _joined(lines: list[str], size: int, source: str) -> str | BadRecord:
    if size > _ENTRY_CHARS:
        return BadRecord(
            source, f"the entry has more than {_ENTRY_CHARS // 2**20} million characters; is a brace not closed?"
        )
    return "\n".join(lines)


def _parsed(block: str, strings: dict[str, str], source: str) -> Entry | BadRecord | None:
    """The entry in ``block``; None for a block of another kind, of which a ``@string`` goes to ``strings``."""
    from bibtexparser.entrypoint import parse_string

    library = parse_string(block)
    strings.update((string.key.lower(), string.value) for string in library.strings)
    if library.failed_blocks:
        error = library.failed_blocks[0].error
        reason = getattr(error, "abort_reason", None) or str(error).partition(". Note:")[0]
        return BadRecord(source, f"it is no BibTeX that can be read: {' '.join(reason.split())}")
    return library.entries[0] if library.entries else None


def _fields(entry: Entry, strings: dict[str, str]) -> dict[str, str]:
    return {field.key.lower(): _value(field, strings) for field in entry.fields}


def _completed(fields: dict[str, str], known: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """``fields`` with what the entries that they refer to add: of a ``crossref`` the title is that of the volume."""
    found = dict(fields)
    volume = known.get(fields.get("crossref", "").strip().lower(), {})
    for name, value in volume.items():
        found.setdefault("booktitle" if name == "title" else name, value)
    for key in split_list(fields.get("xdata", "")):
        for name, value in known.get(key.strip().lower(), {}).items():
            found.setdefault(name, value)
    return found


def _paper(entry: Entry, fields: dict[str, str], source: str) -> Paper | BadRecord:
    def first(*names: str) -> str:
        return next((fields[name] for name in names if fields.get(name)), "")

    authors, complete = _authors(first("author"))
    return make_paper(
        Record(
            source=source,
            title=first("title"),
            abstract=first("abstract"),
            own_id=entry.key,
            authors=authors,
            more_authors=not complete,
            published=_published(fields),
            organisation=first("institution", "school"),
            venue=first("journal", "journaltitle", "booktitle"),
            categories=split_list(first("keywords")),
            url=_address(fields),
            links=tuple(find_links(clean(first("note", "annote"), latex=True))),
            doi=first("doi"),
            latex=True,
        )
    )


def _value(field: Field, strings: dict[str, str]) -> str:
    """The text of a field, a name without quotes or braces looked up among the ``@string`` definitions."""
    value = str(field.value)
    return strings.get(value.lower(), value) if field.enclosing == "no-enclosing" else value


def _authors(value: str) -> tuple[tuple[str, ...], bool]:
    """Names, given name first, and whether they are all: not when "and others" ends them."""
    from bibtexparser.middlewares.names import parse_single_name_into_parts, split_multiple_persons_names

    people = split_multiple_persons_names(" ".join(value.split()))
    named = [person for person in people if person.lower() != "others"]
    parts = [parse_single_name_into_parts(person, strict=False) for person in named]
    return tuple(part.merge_first_name_first for part in parts), len(named) == len(people)


def _published(fields: dict[str, str]) -> datetime.date | None:
    """The day in ``date`` (BibLaTeX), or that of ``year``, ``month`` and ``day``, what is missing counting as 1."""
    if day := parse_date(clean(fields.get("date", ""), latex=True)):
        return day
    year = clean(fields.get("year", ""), latex=True)
    month = clean(fields.get("month", ""), latex=True)
    number = MONTHS.get(month[:3].lower()) or month
    return (
        parse_date(f"{year}-{number}-{fields.get('day', '') or 1}")
        or parse_date(f"{year}-{number}")
        or parse_date(year)
    )


def _address(fields: dict[str, str]) -> str | None:
    eprint = fields.get("eprint", "")
    if not fields.get("url") and "arxiv" in (fields.get("archiveprefix") or fields.get("eprinttype") or "").lower():
        return f"https://arxiv.org/abs/{eprint}" if eprint else None
    found = find_links(clean(fields.get("url") or fields.get("howpublished") or "", latex=True))
    return found[0] if found else None

"""CSV tables: a header row, then one row a paper, in the dialects of the programs that write them."""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Iterator
from pathlib import Path

from rag.sources.fields import is_title, paper_from_fields, unused_names
from rag.sources.files import read_lines
from rag.sources.notes import BadRecord, Note, unused
from rag.types import Paper

__all__ = ["delimiter_of", "read_csv"]

_CELL_CHARS = 2**20
"""Longest cell; Python's own limit of 131,072 stops at one long text, none at all at a quote that is never closed."""
_PREFACE_LINES = 20
"""Lines that a program may put above the header, as IEEE Xplore and Scopus have done: a search, a date."""
_DISARMED = re.compile(r"^'(?=[=+\-@\t\r\n])")
"""The sign by which our export, and others, keep a spreadsheet from running a text as a formula."""
_SEPARATOR = re.compile(r"\"?sep=(.)\"?[,;\t]*", re.IGNORECASE)
"""The line by which Excel is told the separator."""


def read_csv(path: Path, label: str) -> Iterator[Paper | BadRecord | Note]:
    """A paper for each row; for the names of columns see ``fields.ALIASES``, a title column is needed.

    Separators are comma, semicolon, tab and bar; a line ``sep=;`` names one. Columns that are not used are told.

    Args:
        path: The file, plain or gzip, in any encoding.
        label: What to call it in ``source``.

    Raises:
        SourceError: The file cannot be read.
    """
    csv.field_size_limit(max(_CELL_CHARS, csv.field_size_limit()))  # one for the process: never made smaller
    told: list[BadRecord | Note] = []
    header: list[str] | None = None
    used: set[int] = set()
    for number, row in _rows(_lines(path, label, told), label):
        yield from told
        told.clear()
        source = f"{label}:{number}"
        if isinstance(row, BadRecord):
            yield row
        elif header is None:
            header = _unique(row)
            if not any(map(is_title, header)):
                yield BadRecord(source, f"no column is called title, only {', '.join(map(repr, header))[:200]}")
                return
        elif (
            len(row) > len(header)
            and any(cell.strip() for cell in row[len(header) :])
            or len(row) < len(header)
            and not _may_end_early(header, row)
        ):
            yield BadRecord(source, f"it has {len(row)} cells where the header has {len(header)}")
        else:
            used.update(place for place, cell in enumerate(row) if cell.strip())
            cells = (_DISARMED.sub("", cell) for cell in row)
            yield paper_from_fields(dict(zip(header, cells, strict=False)), source, cells=True)
    yield from told
    names = [header[place] for place in sorted(used) if place < len(header)] if header else []
    yield from unused(label, unused_names(names))


def delimiter_of(header: str) -> str:
    """The sign that parts the cells of a header row: the one that gives the most cells outside of quotes."""
    bare = re.sub(r'"(?:[^"]|"")*"', "", header)
    return max(",;\t|", key=lambda sign: (bare.count(sign), header.count(sign)))


def _may_end_early(header: list[str], row: list[str]) -> bool:
    """Whether a short row may have lost empty cells at its end, as some programs write it."""
    titles = [place for place, name in enumerate(header) if is_title(name)]
    return len(row) >= 2 and all(place < len(row) for place in titles) and len(row) * 2 > len(header)


def _unique(row: list[str]) -> list[str]:
    """The names of the columns; of those that come twice, the first keeps its name."""
    seen: dict[str, int] = {}
    names = []
    for name in row:
        name = name.strip()
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name} {seen[name]}")
    return names


def _lines(path: Path, label: str, told: list[BadRecord | Note]) -> Iterator[str]:
    """The lines with their ends, as ``csv`` wants them; what cannot be read, or should be known, goes to ``told``."""
    for line in read_lines(path):
        if line.problem:
            told.append(BadRecord(f"{label}:{line.number}", line.problem))
        if line.note:
            told.append(Note(label, line.note))
        yield f"{line.text}\n".replace("\0", "")


def _rows(lines: Iterator[str], label: str) -> Iterator[tuple[int, list[str] | BadRecord]]:
    """First line and cells of each row that is not blank."""
    above, first, named = _header(lines)
    delimiter = named or delimiter_of(first)
    reader = csv.reader(itertools.chain([first], lines), delimiter=delimiter)
    number = above + 1
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            hint = "; is a quotation mark not closed?" if "limit" in str(error) else ""
            yield number, BadRecord(f"{label}:{number}", f"it cannot be read as CSV: {error}{hint}")
            number = above + reader.line_num + 1
            continue
        if any(cell.strip() for cell in row):
            yield number, row
        number = above + reader.line_num + 1


def _header(lines: Iterator[str]) -> tuple[int, str, str | None]:
    """How many lines stand above the header row, that row, and the separator that one of them names."""
    named: str | None = None
    held: list[str] = []
    for line in lines:
        held.append(line)
        match = _SEPARATOR.fullmatch(line.strip(" \n\r\ufeff")) or _SEPARATOR.fullmatch(line.rstrip("\n"))
        if match and len(held) == 1:
            named = match[1]
            continue
        cells = next(csv.reader([line], delimiter=named or delimiter_of(line)), [])
        if any(map(is_title, cells)):
            return len(held) - 1, line, named
        if len(held) > _PREFACE_LINES:
            break
    start = 1 if named and len(held) > 1 else 0
    return start, held[start] if held else "", named

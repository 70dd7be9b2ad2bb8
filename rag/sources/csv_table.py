"""CSV tables: a header row, then one row a paper; comma, semicolon or tab between the cells."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterator
from pathlib import Path

from rag.sources.fields import ALIASES, paper_from_fields, plain_name
from rag.sources.files import read_lines
from rag.sources.record import BadRecord
from rag.types import Paper

__all__ = ["read_csv"]

_CELL_CHARS = 2**20
"""Longest cell; Python's own limit of 131,072 stops at one long text, none at all at a quote that is never closed."""


def read_csv(path: Path, label: str) -> Iterator[Paper | BadRecord]:
    """A paper for each row; for the names of columns see ``fields.ALIASES``, a title column is needed.

    Args:
        path: The file, plain or gzip.
        label: What to call it in ``source``.

    Raises:
        SourceError: The file cannot be read.
    """
    csv.field_size_limit(max(_CELL_CHARS, csv.field_size_limit()))  # one for the process: never made smaller
    problems: list[BadRecord] = []
    header: list[str] | None = None
    for number, row in _rows(_lines(path, label, problems), label):
        yield from problems
        problems.clear()
        source = f"{label}:{number}"
        if isinstance(row, BadRecord):
            yield row
        elif header is None:
            header = row
            if not any(plain_name(name) in ALIASES["title"] for name in header):
                yield BadRecord(source, f"no column is called title, only {', '.join(map(repr, header))[:200]}")
                return
        elif len(row) != len(header):
            yield BadRecord(source, f"it has {len(row)} cells where the header has {len(header)}")
        else:
            yield paper_from_fields(dict(zip(header, row, strict=True)), source)
    yield from problems


def _lines(path: Path, label: str, problems: list[BadRecord]) -> Iterator[str]:
    """The lines with their ends, as ``csv`` wants them; what cannot be read goes to ``problems``."""
    for line in read_lines(path):
        if line.problem:
            problems.append(BadRecord(f"{label}:{line.number}", line.problem))
        yield f"{line.text}\n"


def _rows(lines: Iterator[str], label: str) -> Iterator[tuple[int, list[str] | BadRecord]]:
    """First line and cells of each row that is not blank."""
    first = next(lines, "")
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(itertools.chain([first], lines), delimiter=delimiter)
    number = 1
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            hint = "; is a quotation mark not closed?" if "limit" in str(error) else ""
            yield number, BadRecord(f"{label}:{number}", f"it cannot be read as CSV: {error}{hint}")
            number = reader.line_num + 1
            continue
        if any(cell.strip() for cell in row):
            yield number, row
        number = reader.line_num + 1

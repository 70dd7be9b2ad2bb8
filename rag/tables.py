"""Tables as text for other programs: Markdown whose cells cannot break out of it, CSV that no spreadsheet runs."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Final

__all__ = ["csv_table", "markdown_table", "markdown_text", "safe_cell"]

_FORMULA_START: Final = ("=", "+", "-", "@", "\t", "\n")
"""Spreadsheets run a cell that starts so, https://owasp.org/www-community/attacks/CSV_Injection."""
_MARKDOWN: Final = re.compile(r"[\\`*\[\]<|]|(?<!\w)_|_(?!\w)|~(?=~)|&(?=#?\w+;)")
"""What Markdown reads as more than itself inside a line: emphasis, code, links, HTML, entities, cell borders."""
_ENTITIES: Final = {"&": "&amp;", "<": "&lt;"}
_LINE_OPENING: Final = re.compile(r"^(?=[#>+=-])|^(\d+)(?=[.)])")
"""What would make a heading, a quotation, a rule or a list of a line that begins with it."""


def safe_cell(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would run it as a formula; line ends become LF."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")  # a lone CR would end the row for some readers
    return f"'{text}" if text.startswith(_FORMULA_START) else text


def csv_table(rows: Iterable[Sequence[str]]) -> str:
    """The rows as CSV (RFC 4180, but lines end with LF), every cell made safe with :func:`safe_cell`."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([safe_cell(cell) for cell in row] for row in rows)
    return text.getvalue()


def markdown_text(text: str) -> str:
    """The text on one line, shown as it is by every Markdown reader: nothing in it is markup, link or HTML."""
    text = _MARKDOWN.sub(lambda match: _ENTITIES.get(match[0], "\\" + match[0]), " ".join(text.split()))
    return _LINE_OPENING.sub(lambda match: (match[1] or "") + "\\", text)


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are Markdown already; each ends with a line, one row a line."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)

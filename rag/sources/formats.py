"""The registry of formats: what each is called, how it is recognised, who reads it."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from rag.errors import SourceError
from rag.sources.arxiv_atom import read_arxiv_atom
from rag.sources.arxiv_json import read_arxiv_json
from rag.sources.bibtex import BLOCK_START, read_bibtex
from rag.sources.csv_table import read_csv
from rag.sources.daily_papers import is_daily_papers, read_daily_papers
from rag.sources.fields import ALIASES, plain_name
from rag.sources.files import head_of, suffix_of
from rag.sources.jsonl import read_jsonl
from rag.sources.pdf import is_pdf, read_pdf
from rag.sources.record import BadRecord
from rag.types import Paper

__all__ = ["FORMATS", "Format", "detect", "format_named"]


@dataclasses.dataclass(frozen=True)
class Format:
    """One way in which papers are written down."""

    name: str
    suffixes: tuple[str, ...]
    """What files in it may be called, ``.gz`` after it left out; a folder is searched for these."""
    read: Callable[[Path, str], Iterator[Paper | BadRecord]]
    """Reads a file, calling it by the second argument in ``source``."""


_REGISTRY = {
    entry.name: entry
    for entry in (
        Format("daily-papers", (".txt",), read_daily_papers),
        Format("arxiv-json", (".json", ".jsonl", ".ndjson"), read_arxiv_json),
        Format("arxiv-atom", (".atom", ".xml"), read_arxiv_atom),
        Format("bibtex", (".bib", ".bibtex"), read_bibtex),
        Format("jsonl", (".jsonl", ".ndjson", ".json"), read_jsonl),
        Format("csv", (".csv", ".tsv"), read_csv),
        Format("pdf", (".pdf",), read_pdf),
    )
}
FORMATS = tuple(_REGISTRY)
"""Names of the formats that can be read."""

_ARXIV_FIELDS = {"authors_parsed", "update_date", "versions", "journal-ref"}


def format_named(name: str) -> Format:
    """The format called ``name``.

    Raises:
        SourceError: There is none of that name.
    """
    if name not in _REGISTRY:
        raise SourceError(f"there is no format {name!r}: use one of auto, {', '.join(FORMATS)}")
    return _REGISTRY[name]


def detect(path: Path) -> Format | None:
    """The format of the file ``path``: by what it begins with, or else by its suffix; None when neither tells.

    Raises:
        SourceError: The file cannot be read, or cannot be in any of the formats: empty, JSON over many lines.
    """
    head, suffix = head_of(path), suffix_of(path)
    if not head.strip():
        raise SourceError(f"{path} is empty: name a file with papers")
    name = _by_content(head, path) or next((f.name for f in _REGISTRY.values() if suffix in _own_suffixes(f)), None)
    return _REGISTRY[name] if name else None


def _own_suffixes(entry: Format) -> tuple[str, ...]:
    """Suffixes that no other format has and that say more than "text"."""
    shared = {".txt", ".xml", ".json"}
    return tuple(suffix for suffix in entry.suffixes if suffix not in shared and entry.name != "arxiv-json")


def _by_content(head: str, path: Path) -> str | None:
    start = head.lstrip()
    if is_pdf(head):
        return "pdf"
    if start.startswith("["):
        raise SourceError(
            f"{path} is one JSON list, and one object a line is needed: try jq -c '.[]' {path} > papers.jsonl"
        )
    if start.startswith("{"):
        return _json_kind(start, path)
    if start.startswith("<"):
        return "arxiv-atom" if "http://www.w3.org/2005/Atom" in head else None
    if is_daily_papers(head):
        return "daily-papers"
    if BLOCK_START.search(head):
        return "bibtex"
    cells = re.split(r"[,;\t]", start.splitlines()[0])
    named = {plain_name(cell.strip("\"' ")) for cell in cells}
    return "csv" if len(cells) > 1 and named & set(ALIASES["title"]) else None


def _json_kind(start: str, path: Path) -> str:
    first = start.splitlines()[0]
    if first.strip() == "{":
        raise SourceError(
            f"{path} is JSON over many lines, and one object a line is needed: try jq -c . {path} > papers.jsonl"
        )
    try:
        names = set(json.loads(first))
    except (ValueError, RecursionError):  # longer than the head, or a bad line: its reader will say so
        names = {name for name in _ARXIV_FIELDS if f'"{name}"' in first}
    return "arxiv-json" if names & _ARXIV_FIELDS else "jsonl"

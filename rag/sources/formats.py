"""The registry of formats: what each is called, how it is recognised, who reads it."""

from __future__ import annotations

import dataclasses
import functools
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from rag.errors import SourceError
from rag.sources.arxiv_json import read_arxiv_json
from rag.sources.bibtex import read_bibtex
from rag.sources.bibtex_entries import BLOCK_START
from rag.sources.csv_table import delimiter_of, read_csv
from rag.sources.daily_papers import is_daily_papers, read_daily_papers
from rag.sources.feeds import read_feed
from rag.sources.fields import is_title
from rag.sources.files import head_of, suffix_of
from rag.sources.jsonl import read_jsonl
from rag.sources.notes import BadRecord, Note
from rag.sources.pdf import is_pdf, read_pdf
from rag.sources.tagged import DIALECTS, read_endnote_text, read_nbib, read_ris, read_wos
from rag.sources.xml_libraries import read_endnote_xml, read_pubmed_xml
from rag.types import Paper

__all__ = ["FORMATS", "FULL_TEXT", "Format", "detect", "format_named"]


@dataclasses.dataclass(frozen=True)
class Format:
    """One way in which papers are written down."""

    name: str
    suffixes: tuple[str, ...]
    """What files in it may be called, ``.gz`` after it left out; a folder is searched for these."""
    read: Callable[[Path, str], Iterator[Paper | BadRecord | Note]]
    """Reads a file, calling it by the second argument in ``source``."""


_REGISTRY = {
    entry.name: entry
    for entry in (
        Format("daily-papers", (".txt",), read_daily_papers),
        Format("arxiv-json", (".json", ".jsonl", ".ndjson"), read_arxiv_json),
        Format("arxiv-atom", (".atom", ".rss", ".rdf", ".xml"), read_feed),
        Format("bibtex", (".bib", ".bibtex"), read_bibtex),
        Format("jsonl", (".jsonl", ".ndjson", ".json"), read_jsonl),
        Format("csv", (".csv", ".tsv", ".tab"), read_csv),
        Format("ris", (".ris", ".txt"), read_ris),
        Format("nbib", (".nbib", ".medline", ".txt"), read_nbib),
        Format("wos", (".ciw", ".isi", ".txt"), read_wos),
        Format("endnote", (".enw", ".enl", ".txt"), read_endnote_text),
        Format("endnote-xml", (".xml",), read_endnote_xml),
        Format("pubmed-xml", (".xml",), read_pubmed_xml),
        Format("pdf", (".pdf",), read_pdf),
    )
}
FULL_TEXT = dataclasses.replace(_REGISTRY["pdf"], read=functools.partial(read_pdf, full_text=True))
"""PDF files with the text of their pages."""
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
        SourceError: The file cannot be read or is empty.
    """
    head, suffix = head_of(path), suffix_of(path)
    if not head.strip():
        raise SourceError(f"{path} is empty: name a file with papers")
    name = _by_content(head) or next((f.name for f in _REGISTRY.values() if suffix in _own_suffixes(f)), None)
    return _REGISTRY[name] if name else None


def _own_suffixes(entry: Format) -> tuple[str, ...]:
    """Suffixes that no other format has and that say more than "text"."""
    shared = {".txt", ".xml", ".json"}
    return tuple(suffix for suffix in entry.suffixes if suffix not in shared and entry.name != "arxiv-json")


def _by_content(head: str) -> str | None:
    start = head.lstrip()
    if is_pdf(head):
        return "pdf"
    if start.startswith(("[", "{")):
        return _json_kind(start)
    if start.startswith("<"):
        return _xml_kind(start)
    if is_daily_papers(head):
        return "daily-papers"
    tagged = next((name for name, dialect in DIALECTS.items() if dialect.head.search(head[:4096])), None)
    if tagged:
        return tagged
    if _has_title_column(start):
        return "csv"
    return "bibtex" if BLOCK_START.search(head) else None


def _has_title_column(start: str) -> bool:
    """Whether one of the first lines is the header of a table, or a line for Excel that says what parts its cells."""
    for line in start.splitlines()[:20]:
        if BLOCK_START.match(line.lstrip()):
            return False
        if re.match(r"\"?sep=", line, re.IGNORECASE):
            return True
        cells = re.split(re.escape(delimiter_of(line)), line)
        if len(cells) > 1 and len(line) < 10_000 and any(is_title(cell.strip("\"' ")) for cell in cells):
            return True
    return False


def _json_kind(start: str) -> str:
    """ArXiv's snapshot has one object a line, with names of its own."""
    first = start.splitlines()[0]
    try:
        value = json.loads(first)
        names = set(value) if isinstance(value, dict) else set()
    except (ValueError, RecursionError):  # longer than the head, or a bad line: its reader will say so
        names = {name for name in _ARXIV_FIELDS if f'"{name}"' in first}
    return "arxiv-json" if names & _ARXIV_FIELDS else "jsonl"


def _xml_kind(start: str) -> str | None:
    if re.search(r"<Pubmed(?:Article|BookArticle)", start):
        return "pubmed-xml"
    if re.search(r"<records>|<ref-type\b|<rec-number>", start):
        return "endnote-xml"
    feeds = r"http://www\.w3\.org/2005/Atom|<rss\b|<rdf:RDF\b|http://www\.openarchives\.org/OAI/|http://arxiv\.org/OAI/"
    return "arxiv-atom" if re.search(feeds, start) else None

"""The metadata snapshot of arXiv: JSON lines with arXiv's own fields (https://www.kaggle.com/Cornell-University/arxiv)."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rag.sources.dates import parse_date
from rag.sources.jsonl import read_objects
from rag.sources.links import find_links
from rag.sources.names import split_authors
from rag.sources.notes import BadRecord, Note
from rag.sources.record import Record, make_paper
from rag.types import Paper

__all__ = ["read_arxiv_json"]

_WITHDRAWN = re.compile(
    r"\b(?:paper|submission|article|manuscript) (?:has been|is|was) withdrawn\b|^\s*withdrawn\b", re.IGNORECASE
)
"""The words of arXiv's own note on a paper that was withdrawn, https://info.arxiv.org/help/withdraw.html."""


def read_arxiv_json(path: Path, label: str) -> Iterator[Paper | BadRecord | Note]:
    """A paper for each line: dated by its first version (or else ``update_date``), addressed at arxiv.org.

    Papers that their authors have withdrawn are papers, too, and are told.

    Args:
        path: The file, plain or gzip.
        label: What to call it in ``source``.

    Raises:
        SourceError: The file cannot be read.
    """
    for source, value in read_objects(path, label):
        if not isinstance(value, dict):
            yield value
            continue
        if _WITHDRAWN.search(f"{_text(value, 'comments')} {_text(value, 'abstract')[:200]}"):
            yield Note(source, f"{_text(value, 'id')} has been withdrawn")
        yield _paper(value, source)


def _paper(fields: dict[str, Any], source: str) -> Paper | BadRecord:
    arxiv_id = _text(fields, "id").strip()
    if not arxiv_id:
        return BadRecord(source, "it has no arXiv id")
    return make_paper(
        Record(
            source=source,
            title=_text(fields, "title"),
            abstract=_text(fields, "abstract"),
            own_id=arxiv_id,
            authors=_authors(fields),
            published=_published(fields),
            venue=_text(fields, "journal-ref"),
            categories=tuple(_text(fields, "categories").split()),
            url=f"https://arxiv.org/abs/{arxiv_id}",
            links=tuple(find_links(_text(fields, "comments"))),
            doi=_text(fields, "doi"),
        )
    )


def _text(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def _authors(fields: dict[str, Any]) -> tuple[str, ...]:
    """Given name, family name and suffix from ``authors_parsed``; else the names in ``authors``."""
    parsed = fields.get("authors_parsed")
    if not isinstance(parsed, list):
        return split_authors(fields.get("authors"))
    people = [[part for part in person if isinstance(part, str)] for person in parsed if isinstance(person, list)]
    return tuple(name for person in people if (name := " ".join([*person[1:2], *person[:1], *person[2:3]]).strip()))


def _published(fields: dict[str, Any]) -> datetime.date | None:
    versions = fields.get("versions")
    first = versions[0] if isinstance(versions, list) and versions else None
    created = parse_date(first.get("created")) if isinstance(first, dict) else None
    return created or parse_date(fields.get("update_date"))

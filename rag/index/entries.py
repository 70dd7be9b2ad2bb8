"""What papers are looked up by: names of systems, authors, venues, organisations, categories, ids."""

from __future__ import annotations

import dataclasses
import enum
import re
from collections.abc import Iterable, Iterator
from typing import Final

from rag.index.database import Statements
from rag.knowledge.expansions import expansions
from rag.text.mentions import FIELD
from rag.text.naming import own_names
from rag.text.terms import fold, words
from rag.types import Paper

__all__ = ["TABLES", "VERSION", "Entry", "Role", "entries_of", "joined", "note"]

VERSION: Final = "directory-1"
"""Raise it when the same paper gives other entries; papers that were read otherwise are read again."""
TABLES = (
    "CREATE TABLE IF NOT EXISTS listed "
    "(id TEXT PRIMARY KEY REFERENCES papers ON DELETE CASCADE, version TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS entries (role TEXT NOT NULL, key TEXT NOT NULL, "
    "id TEXT NOT NULL REFERENCES papers ON DELETE CASCADE, written TEXT NOT NULL, "
    "PRIMARY KEY (role, key, id, written)) WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS entries_of_paper ON entries (id)",
)
_LIST = "INSERT INTO listed VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET version = excluded.version"
_ARXIV = re.compile(r"(?<![\d.])(\d{4}\.\d{4,5})(?:v\d+)?(?![\d.]|\w)")
_LETTERS = re.compile(r"[^\W_]+")
_ACRONYM = re.compile(r"[A-Z]{1,4}s?")
"""Short forms of a few capitals alone are of the whole field (``NER``, ``KB``)."""
_NAME_WORDS = 5
"""Longest name of a system, in words."""


class Role(enum.StrEnum):
    """What an entry is of its paper."""

    NAME = "name"
    """A name that the paper gives to what it brings; key: its letters and digits, folded, in one (``lightrag``)."""
    AUTHOR = "author"
    """One word of an author's name; written: the whole name."""
    VENUE = "venue"
    """Key: its folded words."""
    ORGANISATION = "organisation"
    CATEGORY = "category"
    IDENTIFIER = "identifier"
    """Its id, DOI or arXiv number, in small letters."""


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """One thing that a paper is looked up by."""

    role: Role
    key: str
    """Folded: the form in which spellings are compared."""
    paper_id: str
    written: str
    """As the record or the paper has it."""


def joined(name: str) -> str:
    """The letters and digits of a name, folded, in one: ``td3dcnn`` for TD-3DCNN and td 3dcnn."""
    return "".join(_LETTERS.findall(fold(name)))


def entries_of(paper: Paper) -> list[Entry]:
    """All that a paper is looked up by."""
    found = [(Role.NAME, joined(name), name) for name in _names(paper)]
    found += [(Role.AUTHOR, word, name) for name in paper.authors for word in words(name)]
    found += [(Role.VENUE, " ".join(words(paper.venue)), paper.venue)] if paper.venue else []
    found += (
        [(Role.ORGANISATION, " ".join(words(paper.organisation)), paper.organisation)] if paper.organisation else []
    )
    found += [(Role.CATEGORY, fold(category), category) for category in paper.categories]
    found += [(Role.IDENTIFIER, number, number) for number in _identifiers(paper)]
    return [Entry(role, key, paper.paper_id, written) for role, key, written in dict.fromkeys(found) if key]


def _names(paper: Paper) -> Iterator[str]:
    """Own names, the part of the title before its colon where it is short, and short forms that it spells out."""
    head, colon, _ = paper.title.partition(":")
    if colon and len(head.split()) <= _NAME_WORDS:
        yield head.strip()
    yield from own_names(paper)
    for found in expansions(paper.abstract):  # "temporal dropout 3DCNN (TD-3DCNN)"
        short = paper.abstract[found.short_start : found.short_end]
        if joined(short) not in FIELD and not _ACRONYM.fullmatch(short):
            yield short


def _identifiers(paper: Paper) -> Iterator[str]:
    yield paper.paper_id.lower()
    if paper.doi:
        yield paper.doi.lower()
    for text in (paper.paper_id, paper.url or "", paper.doi or ""):
        yield from _ARXIV.findall(text)


def note(statements: Statements, papers: Iterable[Paper]) -> None:
    """Writes the entries of ``papers`` in place of those they had, within the transaction of the caller."""
    for paper in papers:
        statements.execute("DELETE FROM entries WHERE id = ?", (paper.paper_id,))
        statements.execute(_LIST, (paper.paper_id, VERSION))
        statements.executemany(
            "INSERT INTO entries VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            [(entry.role, entry.key, entry.paper_id, entry.written) for entry in entries_of(paper)],
        )

"""The catalogue of a collection: papers, their vectors and what is half written, in one SQLite file."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import functools
import json
import re
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from rag.errors import CollectionDamagedError, CollectionError, CollectionMissingError
from rag.filters import PaperFilter, organisation_words
from rag.index.embedding import Vectors
from rag.index.heads import Head
from rag.index.identity import Identity
from rag.index.layout import Key, Layout
from rag.knowledge.extraction import Extract
from rag.knowledge.readers import MODELS, RULES
from rag.types import Paper

__all__ = ["Catalogue", "Stored", "mapped", "open_catalogue"]

_CHUNK = 500
"""Papers read at a time where all are read."""
_CURRENT = "(version = ? OR version GLOB ?)"
_READERS = (RULES, f"{MODELS}*")
"""What a current reader has found counts, be it the rules or a model; what an older one has found does not."""


@dataclasses.dataclass(frozen=True)
class Stored:
    """One paper with everything that the two indexes hold of it."""

    key: Key
    paper: Paper
    vectors: Vectors
    """One row a passage, unit length to 1e-3: kept with half precision."""


class Catalogue:
    """Reads a catalogue; one connection behind a lock, for any number of threads."""

    def __init__(self, path: Path, *, create: bool = False) -> None:
        self._lock = threading.RLock()
        mode = "rwc" if create else "rw"
        with mapped(path):
            self._connection = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None, check_same_thread=False
            )
            try:
                # FULL: a commit that was reported is on disk, as the indexes' own files are by then.
                for setting in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
                    self._connection.execute(f"PRAGMA {setting}")
            except sqlite3.Error:
                self._connection.close()
                raise
        self._path = path

    def close(self) -> None:
        """Closes the file; nothing can be read afterwards."""
        with self._lock:
            self._connection.close()

    def identity(self) -> Identity | None:
        """What the collection was made with; ``None`` before the first paper."""
        if not self._rows("SELECT 1 FROM sqlite_master WHERE name = 'meta'"):
            return None
        # Collections from before there were adapters, sentences in Chroma, or servers do not say so.
        meta = {"adapter": "", "rows": "", "store": "", **dict(self._rows("SELECT name, value FROM meta"))}
        if "embedding" not in meta:
            return None
        fields = {field.name: meta[field.name] for field in dataclasses.fields(Identity)}
        return Identity(**{**fields, "dimension": int(fields["dimension"])})

    def generation(self) -> int:
        """Grows with each change that readers see."""
        return int(self._rows("SELECT value FROM meta WHERE name = 'generation'")[0][0])

    def size(self) -> int:
        """Papers."""
        return int(self._rows("SELECT COUNT(*) FROM papers")[0][0])

    def counts(self) -> tuple[int, int]:
        """Papers and passages."""
        papers, passages = self._rows("SELECT COUNT(*), COALESCE(SUM(passages), 0) FROM papers")[0]
        return papers, passages

    def leftovers(self) -> list[Key]:
        """Rows that may stand in the indexes though no reader may see them."""
        return [Key(*row) for row in self._rows("SELECT id, revision, passages FROM leftovers ORDER BY id, revision")]

    def revisions(self, ids: Iterable[str]) -> dict[str, str]:
        """The current revision of each paper that is there."""
        return dict(
            self._rows("SELECT id, revision FROM papers WHERE id IN (SELECT value FROM json_each(?))", _listed(ids))
        )

    def papers(self, ids: Iterable[str]) -> dict[str, Paper]:
        """Those of the papers that are there, by id."""
        rows = self._rows("SELECT id, record FROM papers WHERE id IN (SELECT value FROM json_each(?))", _listed(ids))
        return {paper_id: _paper(record) for paper_id, record in rows}

    def vectors(self, ids: Iterable[str]) -> dict[str, Vectors]:
        """The vectors of the passages of each paper that is there."""
        rows = self._rows("SELECT id, data FROM vectors WHERE id IN (SELECT value FROM json_each(?))", _listed(ids))
        return {paper_id: _unpacked(data, self._dimension) for paper_id, data in rows}

    def ids(self, filters: PaperFilter, first: int = 0, most: int | None = None) -> list[str]:
        """Ids of the papers that meet ``filters``: newest first, then by title; without a date last.

        Args:
            filters: which papers count.
            first: how many of them are passed over.
            most: how many are given; None: all others.
        """
        where, values = _where(filters)
        order = "published IS NULL, published DESC, title, id"
        query = f"SELECT id FROM papers WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?"
        return [row[0] for row in self._rows(query, *values, -1 if most is None else most, first)]

    def count(self, filters: PaperFilter) -> int:
        """How many papers meet ``filters``."""
        where, values = _where(filters)
        return int(self._rows(f"SELECT COUNT(*) FROM papers WHERE {where}", *values)[0][0])

    def heads(self) -> list[Head]:
        """What a list shows of every paper, newest first, as :meth:`ids`."""
        rows = self._rows(
            "SELECT id, title, published, (SELECT group_concat(value, ', ') FROM json_each(record, '$.authors')), "
            "author_count, json_extract(record, '$.organisation'), json_extract(record, '$.venue') "
            "FROM papers ORDER BY published IS NULL, published DESC, title, id"
        )
        return [
            Head(paper_id, title, _day(published), authors or "", count, organisation, venue)
            for paper_id, title, published, authors, count, organisation, venue in rows
        ]

    def stored(self) -> Iterator[Stored]:
        """Every paper with its vectors, in the order of ids."""
        last = ""
        while True:
            rows = self._rows(
                "SELECT id, revision, passages, record, data FROM papers JOIN vectors USING (id) "
                "WHERE id > ? ORDER BY id LIMIT ?",
                last,
                _CHUNK,
            )
            if not rows:
                return
            for paper_id, revision, passages, record, data in rows:
                yield Stored(Key(paper_id, revision, passages), _paper(record), _unpacked(data, self._dimension))
            last = rows[-1][0]

    def extracts(self) -> Iterator[tuple[str, Extract]]:
        """What each paper speaks of, in the order of ids; papers that are still to be read are left out."""
        last = ""
        while self._has_entities:
            rows = self._rows(
                f"SELECT id, data FROM entities WHERE {_CURRENT} AND id > ? ORDER BY id LIMIT ?",
                *_READERS,
                last,
                _CHUNK,
            )
            if not rows:
                return
            for paper_id, data in rows:
                yield paper_id, Extract.from_json(data)
            last = rows[-1][0]

    def extracts_of(self, ids: Iterable[str]) -> dict[str, Extract]:
        """What each of the papers speaks of that is there and has been read, by id."""
        if not self._has_entities:
            return {}
        query = f"SELECT id, data FROM entities WHERE {_CURRENT} AND id IN (SELECT value FROM json_each(?))"
        return {paper_id: Extract.from_json(data) for paper_id, data in self._rows(query, *_READERS, _listed(ids))}

    def unread(self, reader: str | None = None) -> list[Key]:
        """The papers that ``reader`` has not read for what they speak of, in the order of ids.

        Args:
            reader: as :mod:`rag.knowledge.readers` names it. None: those that no current reader has read, which there
                are only in collections that an older version has made.
        """
        current = (_CURRENT, _READERS) if reader is None else ("version = ?", (reader,))
        missing = f"NOT EXISTS (SELECT 1 FROM entities WHERE entities.id = papers.id AND {current[0]})"
        where, values = (missing, current[1]) if self._has_entities else ("1", ())
        query = f"SELECT id, revision, passages FROM papers WHERE {where} ORDER BY id"
        return [Key(*row) for row in self._rows(query, *values)]

    def readers(self) -> dict[str, int]:
        """How many papers each current reader has read for what they speak of, most first."""
        if not self._has_entities:
            return {}
        query = f"SELECT version, COUNT(*) FROM entities WHERE {_CURRENT} GROUP BY version ORDER BY 2 DESC, 1"
        return dict(self._rows(query, *_READERS))

    def named(self, names: Iterable[str]) -> list[str]:
        """Ids of the papers that go by one of ``names``, see :func:`rag.index.sameness.names_of`."""
        query = "SELECT DISTINCT id FROM names WHERE name IN (SELECT value FROM json_each(?)) ORDER BY id"
        return [row[0] for row in self._rows(query, _listed(names))]

    def record_of(self, own_id: str, revision: str) -> str | None:
        """Id of the paper that was made of a record; None: it was never read."""
        query = "SELECT id FROM records WHERE own_id = ? AND revision = ?"
        found = self._rows(query, own_id, revision)
        return found[0][0] if found else None

    def taken(self, paper_id: str) -> list[str]:
        """Ids that are ``paper_id``, or that and a number."""
        query = "SELECT id FROM papers WHERE id = ? OR id GLOB ?"
        escaped = re.sub(r"([*?\[])", r"[\1]", paper_id)
        return [row[0] for row in self._rows(query, paper_id, f"{escaped}-[0-9]*")]

    def read_before(self, readers: str) -> int:
        """How many papers were made of no record that ``readers`` have read."""
        if not self._has_names:
            return self.size()
        query = "SELECT COUNT(*) FROM papers WHERE id NOT IN (SELECT id FROM records WHERE reader = ?)"
        return int(self._rows(query, readers)[0][0])

    @property
    def _has_names(self) -> bool:
        return bool(self._rows("SELECT 1 FROM sqlite_master WHERE name = 'names'"))

    @property
    def _has_entities(self) -> bool:
        return bool(self._rows("SELECT 1 FROM sqlite_master WHERE name = 'entities'"))

    def entries(self, role: str, keys: Iterable[str]) -> list[tuple[str, str, str]]:
        """Key, paper id and spelling of what stands under any of ``keys``; see :mod:`rag.index.entries`."""
        query = "SELECT key, id, written FROM entries WHERE role = ? AND key IN (SELECT value FROM json_each(?))"
        return self._rows(f"{query} ORDER BY key, id", role, _listed(keys))

    def entry_keys(self, role: str) -> list[tuple[str, str]]:
        """All keys of a role with each spelling once."""
        return self._rows("SELECT DISTINCT key, written FROM entries WHERE role = ? ORDER BY key, written", role)

    def held(self) -> dict[str, int]:
        """How many papers have a value, by role of the directory; also ``date``, ``author count`` and ``comments``."""
        held: dict[str, int] = dict(self._rows("SELECT role, COUNT(DISTINCT id) FROM entries GROUP BY role"))
        values = "published", "author_count", "json_extract(record, '$.comment_count')"
        counted = self._rows(f"SELECT {', '.join(f'COUNT({value})' for value in values)} FROM papers")[0]
        return held | dict(zip(("date", "author count", "comments"), counted, strict=True))

    def unlisted(self, version: str) -> list[str]:
        """Ids of the papers of which that version of the directory has no entries, in their order."""
        if not self._rows("SELECT 1 FROM sqlite_master WHERE name = 'listed'"):
            return [row[0] for row in self._rows("SELECT id FROM papers ORDER BY id")]
        query = "SELECT id FROM papers EXCEPT SELECT id FROM listed WHERE version = ? ORDER BY id"
        return [row[0] for row in self._rows(query, version)]

    def problems(self) -> list[str]:
        """What SQLite itself finds wrong with the file, in its words; empty when it is sound."""
        return [row[0] for row in self._rows("PRAGMA quick_check") if row[0] != "ok"]

    @functools.cached_property
    def _dimension(self) -> int:
        return int(self._rows("SELECT value FROM meta WHERE name = 'dimension'")[0][0])

    def _rows(self, query: str, *values: Any) -> list[Any]:
        with self._lock, mapped(self._path):
            return self._connection.execute(query, values).fetchall()


def open_catalogue(layout: Layout) -> tuple[Catalogue, Identity]:
    """The catalogue of a collection that exists, and what the collection was made with.

    Raises:
        CollectionMissingError: nothing has been ingested under that name.
        CollectionDamagedError: the catalogue cannot be read.
    """
    missing = CollectionMissingError(
        f"there is no collection {layout.name!r} yet: make it with `papertrail ingest PATH --collection {layout.name}`"
    )
    if not layout.catalogue.exists():
        raise missing
    catalogue = Catalogue(layout.catalogue)
    try:
        identity = catalogue.identity()
        if identity is None or not catalogue.generation():  # its first ingest has not come to its first commit
            raise missing
        return catalogue, identity
    except BaseException:  # re-raised: only the file is closed
        catalogue.close()
        raise


@contextlib.contextmanager
def mapped(path: Path) -> Iterator[None]:
    """SQLite's errors as ours."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise CollectionError(
            f"the catalogue {str(path)!r} cannot be used ({error}): see that the disk is not full and the file is yours"
        ) from error
    except sqlite3.DatabaseError as error:
        raise CollectionDamagedError(
            f"the catalogue {str(path)!r} is damaged ({error}): delete its folder and ingest the papers again"
        ) from error


def _listed(ids: Iterable[str]) -> str:
    return json.dumps(list(ids))


@functools.lru_cache(maxsize=8192)
def _paper(record: str) -> Paper:
    """Parsed once: what callers derive from a paper (its text, its sentences) is kept with it."""
    return Paper.from_json(json.loads(record))


def _unpacked(data: bytes, dimension: int) -> Vectors:
    return np.frombuffer(data, np.float16).reshape(-1, dimension).astype(np.float32)


def _where(filters: PaperFilter) -> tuple[str, list[Any]]:
    """``filters`` in SQL, with the values of its question marks."""
    conditions: list[tuple[str, Any]] = [
        ("id IN (SELECT value FROM json_each(?))", None if filters.ids is None else _listed(filters.ids)),
        ("published >= ?", _iso(filters.date_from)),
        ("published <= ?", _iso(filters.date_to)),
        ("author_count >= ?", filters.min_authors),
        ("author_count <= ?", filters.max_authors),
        ("instr(organisation, ?)", None if filters.organisation is None else organisation_words(filters.organisation)),
    ]
    used = [(condition, value) for condition, value in conditions if value is not None]
    return " AND ".join(condition for condition, _ in used) or "1", [value for _, value in used]


def _day(iso: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(iso) if iso else None


def _iso(day: datetime.date | None) -> str | None:
    return day.isoformat() if day else None

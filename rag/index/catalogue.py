"""The catalogue of a collection: papers, their vectors and what is half written, in one database."""

from __future__ import annotations

import dataclasses
import datetime
import functools
import json
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from rag.errors import CollectionMissingError
from rag.filters import PaperFilter, organisation_words
from rag.index.database import database_of
from rag.index.embedding import Vectors
from rag.index.heads import Head
from rag.index.identity import Identity
from rag.index.layout import Key, Layout
from rag.knowledge.extraction import Extract
from rag.knowledge.readers import MODELS, RULES
from rag.settings import Settings
from rag.types import Paper

__all__ = ["Catalogue", "Stored", "collections_in", "open_catalogue"]

_CHUNK = 500
"""Papers read at a time where all are read."""
_ALL = 2**63 - 1
"""As a limit: none."""
_ANY = "1 = 1"
"""As a condition: none."""
_ORDER = "(published IS NULL), published DESC, title, id"
_CURRENT = "(version = ? OR substr(version, 1, ?) = ?)"
_READERS = (RULES, len(MODELS), MODELS)
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

    def __init__(self, layout: Layout, *, create: bool = False) -> None:
        """Opens the database of a collection; ``create`` makes one without tables where there is none."""
        self._layout = layout
        self._database = database_of(layout, create=create)

    def close(self) -> None:
        """Closes the database; nothing can be read afterwards."""
        self._database.close()

    def identity(self) -> Identity | None:
        """What the collection was made with; ``None`` before the first paper."""
        # Collections from before there were adapters, sentences in Chroma, or servers do not say so.
        meta = {"adapter": "", "rows": "", "store": "", **self.meta()}
        if "embedding" not in meta:
            return None
        fields: dict[str, Any] = {field.name: meta[field.name] for field in dataclasses.fields(Identity)}
        return Identity(**{**fields, "dimension": int(fields["dimension"])})

    def meta(self) -> dict[str, str]:
        """What is noted of the collection as a whole, by name; empty: there are no tables yet."""
        return dict(self._rows("SELECT name, value FROM meta")) if self._database.has("meta") else {}

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

    def changed_since(self, generation: int) -> list[str]:
        """Ids of the papers that came, changed or went after a generation, in their order."""
        if not self._database.has("changed"):
            return []
        query = "SELECT id FROM changed WHERE generation > ? ORDER BY id"
        return [row[0] for row in self._rows(query, generation)]

    def leftovers(self) -> list[Key]:
        """Rows that may stand in the indexes though no reader may see them."""
        return [Key(*row) for row in self._rows("SELECT id, revision, passages FROM leftovers ORDER BY id, revision")]

    def revisions(self, ids: Iterable[str]) -> dict[str, str]:
        """The current revision of each paper that is there."""
        return dict(self._rows(f"SELECT id, revision FROM papers WHERE id {self._among}", self._database.listed(ids)))

    def papers(self, ids: Iterable[str]) -> dict[str, Paper]:
        """Those of the papers that are there, by id."""
        rows = self._rows(f"SELECT id, record FROM papers WHERE id {self._among}", self._database.listed(ids))
        return {paper_id: _paper(record) for paper_id, record in rows}

    def vectors(self, ids: Iterable[str]) -> dict[str, Vectors]:
        """The vectors of the passages of each paper that is there."""
        rows = self._rows(f"SELECT id, data FROM vectors WHERE id {self._among}", self._database.listed(ids))
        return {paper_id: _unpacked(data, self._dimension) for paper_id, data in rows}

    def ids(self, filters: PaperFilter, first: int = 0, most: int | None = None) -> list[str]:
        """Ids of the papers that meet ``filters``: newest first, then by title; without a date last.

        Args:
            filters: which papers count.
            first: how many of them are passed over.
            most: how many are given; None: all others.
        """
        where, values = self._where(filters)
        query = f"SELECT id FROM papers WHERE {where} ORDER BY {_ORDER} LIMIT ? OFFSET ?"
        return [row[0] for row in self._rows(query, *values, _ALL if most is None else most, first)]

    def count(self, filters: PaperFilter) -> int:
        """How many papers meet ``filters``."""
        where, values = self._where(filters)
        return int(self._rows(f"SELECT COUNT(*) FROM papers WHERE {where}", *values)[0][0])

    def heads(self) -> list[Head]:
        """What a list shows of every paper, newest first, as :meth:`ids`."""
        database = self._database
        rows = self._rows(
            f"SELECT id, title, published, {database.authors}, author_count, {database.field('organisation')}, "
            f"{database.field('venue')} FROM papers ORDER BY {_ORDER}"
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

    def documents(self, ids: Iterable[str] | None = None) -> Iterator[tuple[Key, Paper]]:
        """Papers with their keys, in the order of ids; None: all, else those that are there."""
        columns = "id, revision, passages, record"
        if ids is not None:
            yield from self._documents(
                f"SELECT {columns} FROM papers WHERE id {self._among}", self._database.listed(ids)
            )
            return
        query, last = f"SELECT {columns} FROM papers WHERE id > ? ORDER BY id LIMIT ?", ""
        while found := self._documents(query, last, _CHUNK):
            yield from found
            last = found[-1][0].paper_id

    def _documents(self, query: str, *values: Any) -> list[tuple[Key, Paper]]:
        rows = self._rows(query, *values)
        return [(Key(paper_id, revision, passages), _paper(record)) for paper_id, revision, passages, record in rows]

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
        query = f"SELECT id, data FROM entities WHERE {_CURRENT} AND id {self._among}"
        rows = self._rows(query, *_READERS, self._database.listed(ids))
        return {paper_id: Extract.from_json(data) for paper_id, data in rows}

    def unread(self, reader: str | None = None) -> list[Key]:
        """The papers that ``reader`` has not read for what they speak of, in the order of ids.

        Args:
            reader: as :mod:`rag.knowledge.readers` names it. None: those that no current reader has read, which there
                are only in collections that an older version has made.
        """
        current = (_CURRENT, _READERS) if reader is None else ("version = ?", (reader,))
        missing = f"NOT EXISTS (SELECT 1 FROM entities WHERE entities.id = papers.id AND {current[0]})"
        where, values = (missing, current[1]) if self._has_entities else (_ANY, ())
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
        query = f"SELECT DISTINCT id FROM names WHERE name {self._among} ORDER BY id"
        return [row[0] for row in self._rows(query, self._database.listed(names))]

    def record_of(self, own_id: str, revision: str) -> str | None:
        """Id of the paper that was made of a record; None: it was never read."""
        query = "SELECT id FROM records WHERE own_id = ? AND revision = ?"
        found = self._rows(query, own_id, revision)
        return found[0][0] if found else None

    def taken(self, paper_id: str) -> list[str]:
        """Ids that are ``paper_id``, or that and a number."""
        query = "SELECT id FROM papers WHERE id = ? OR (id >= ? AND id < ?)"  # ":" comes after "9"
        return [row[0] for row in self._rows(query, paper_id, f"{paper_id}-0", f"{paper_id}-:")]

    def read_before(self, readers: str) -> int:
        """How many papers were made of no record that ``readers`` have read."""
        if not self._has_names:
            return self.size()
        known = "SELECT 1 FROM records WHERE records.id = papers.id AND reader = ?"
        query = f"SELECT COUNT(*) FROM papers WHERE NOT EXISTS ({known})"
        return int(self._rows(query, readers)[0][0])

    @property
    def _has_names(self) -> bool:
        return self._database.has("names")

    @property
    def _has_entities(self) -> bool:
        return self._database.has("entities")

    def entries(self, role: str, keys: Iterable[str]) -> list[tuple[str, str, str]]:
        """Key, paper id and spelling of what stands under any of ``keys``; see :mod:`rag.index.entries`."""
        query = f"SELECT key, id, written FROM entries WHERE role = ? AND key {self._among} ORDER BY key, id"
        return self._rows(query, role, self._database.listed(keys))

    def entry_keys(self, role: str) -> list[tuple[str, str]]:
        """All keys of a role with each spelling once."""
        return self._rows("SELECT DISTINCT key, written FROM entries WHERE role = ? ORDER BY key, written", role)

    def held(self) -> dict[str, int]:
        """How many papers have a value, by role of the directory; also ``date``, ``author count`` and ``comments``."""
        held: dict[str, int] = dict(self._rows("SELECT role, COUNT(DISTINCT id) FROM entries GROUP BY role"))
        values = "published", "author_count", self._database.field("comment_count")
        counted = self._rows(f"SELECT {', '.join(f'COUNT({value})' for value in values)} FROM papers")[0]
        return held | dict(zip(("date", "author count", "comments"), counted, strict=True))

    def unlisted(self, version: str) -> list[str]:
        """Ids of the papers of which that version of the directory has no entries, in their order."""
        if not self._database.has("listed"):
            return [row[0] for row in self._rows("SELECT id FROM papers ORDER BY id")]
        query = "SELECT id FROM papers EXCEPT SELECT id FROM listed WHERE version = ? ORDER BY id"
        return [row[0] for row in self._rows(query, version)]

    def problems(self) -> list[str]:
        """What the database itself finds wrong with what it keeps, in its words; empty when it is sound."""
        return self._database.problems()

    @functools.cached_property
    def _dimension(self) -> int:
        return int(self._rows("SELECT value FROM meta WHERE name = 'dimension'")[0][0])

    def _where(self, filters: PaperFilter) -> tuple[str, list[Any]]:
        """``filters`` in SQL, with the values of its question marks."""
        organisation = None if filters.organisation is None else organisation_words(filters.organisation)
        conditions: list[tuple[str, Any]] = [
            (f"id {self._among}", None if filters.ids is None else self._database.listed(filters.ids)),
            ("published >= ?", _iso(filters.date_from)),
            ("published <= ?", _iso(filters.date_to)),
            ("author_count >= ?", filters.min_authors),
            ("author_count <= ?", filters.max_authors),
            (f"{self._database.position}(organisation, ?) > 0", organisation),
        ]
        used = [(condition, value) for condition, value in conditions if value is not None]
        return " AND ".join(condition for condition, _ in used) or _ANY, [value for _, value in used]

    @property
    def _among(self) -> str:
        return self._database.among

    def _rows(self, query: str, *values: Any) -> list[Any]:
        return self._database.rows(query, *values)


def open_catalogue(layout: Layout) -> tuple[Catalogue, Identity]:
    """The catalogue of a collection that exists, and what the collection was made with.

    Raises:
        CollectionMissingError: nothing has been ingested under that name.
        CollectionDamagedError: the catalogue cannot be read.
        CollectionUnavailableError: the server that keeps it is away.
    """
    missing = CollectionMissingError(
        f"there is no collection {layout.name!r} yet: make it with `papertrail ingest PATH --collection {layout.name}`"
    )
    if layout.server is None and not layout.catalogue.exists():
        raise missing
    catalogue = Catalogue(layout)
    try:
        identity = catalogue.identity()
        if identity is None or not catalogue.generation():  # its first ingest has not come to its first commit
            raise missing
        return catalogue, identity
    except BaseException:  # re-raised: only the database is closed
        catalogue.close()
        raise


def collections_in(settings: Settings) -> list[str]:
    """Names of the collections under the home folder of ``settings``, or on its server, in alphabetical order.

    Raises:
        CollectionUnavailableError: the server is away.
    """
    if settings.catalogue_server is None:
        return sorted(path.parent.name for path in (settings.home / "collections").glob("*/catalogue.sqlite"))
    from rag.index.database.postgresql import collections_on

    return collections_on(settings.catalogue_server)


@functools.lru_cache(maxsize=8192)
def _paper(record: str) -> Paper:
    """Parsed once: what callers derive from a paper (its text, its sentences) is kept with it."""
    return Paper.from_json(json.loads(record))


def _unpacked(data: bytes, dimension: int) -> Vectors:
    return np.frombuffer(data, np.float16).reshape(-1, dimension).astype(np.float32)


def _day(iso: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(iso) if iso else None


def _iso(day: datetime.date | None) -> str | None:
    return day.isoformat() if day else None

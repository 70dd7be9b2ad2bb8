"""Changing the catalogue: every change is announced before it reaches an index and takes effect in one transaction."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from rag.errors import CollectionError
from rag.filters import author_count, organisation_words
from rag.index import entries as lookup
from rag.index.catalogue import Catalogue, Stored
from rag.index.database import Statements
from rag.index.embedding import Vectors
from rag.index.identity import Identity
from rag.index.layout import Key
from rag.index.sameness import names_of
from rag.knowledge.extraction import Extract
from rag.knowledge.readers import RULES
from rag.types import Paper

__all__ = ["MOVING", "READERS", "KnownRecord", "Ledger", "content_of", "revision_of"]

_PAPERS = 500
"""Papers read at a time."""
MOVING = "moving"
"""Name of the note in a database that a collection is being moved to."""
READERS = "readers-3"
"""How ``rag.sources`` reads records; raise it when the same file gives other papers."""


@dataclasses.dataclass(frozen=True)
class KnownRecord:
    """A record of a source, as it was read, and the paper that it is, or is a part of."""

    own_id: str
    revision: str
    paper_id: str
    sources: str
    """Where the records of the paper stood, parted by ``; ``."""


_TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE papers (
    id TEXT PRIMARY KEY, revision TEXT NOT NULL, passages INTEGER NOT NULL,
    title TEXT NOT NULL, published TEXT, author_count INTEGER, organisation TEXT NOT NULL,
    record TEXT NOT NULL
);
CREATE INDEX papers_in_order ON papers ((published IS NULL), published DESC, title, id);
CREATE TABLE vectors (id TEXT PRIMARY KEY REFERENCES papers ON DELETE CASCADE, data BLOB NOT NULL);
CREATE TABLE leftovers (
    id TEXT NOT NULL, revision TEXT NOT NULL, passages INTEGER NOT NULL, PRIMARY KEY (id, revision)
) WITHOUT ROWID;
"""
_ENTITIES = """
CREATE TABLE IF NOT EXISTS entities (
    id TEXT PRIMARY KEY REFERENCES papers ON DELETE CASCADE, version TEXT NOT NULL, data TEXT NOT NULL
)
"""
"""What each paper speaks of; collections made before there were entities get the table from their next writer."""
_CHANGED = (
    "CREATE TABLE IF NOT EXISTS changed (id TEXT PRIMARY KEY, generation INTEGER NOT NULL)",
    "CREATE INDEX IF NOT EXISTS changed_since ON changed (generation)",
)
"""When each paper came, changed or went last, for word indexes on other machines."""
_RENEWED = """
CREATE TABLE IF NOT EXISTS renewed (
    id TEXT PRIMARY KEY REFERENCES papers ON DELETE CASCADE, data BLOB NOT NULL
)
"""
"""New vectors, while not all are there; a paper that is replaced in between loses its."""


def content_of(paper: Paper) -> dict[str, Any]:
    """What a paper says, as JSON values: all but its text, which follows from it, and where it was read."""
    record = paper.to_json()
    del record["text"], record["source"]
    if (
        not paper.identifiers
    ):  # a paper without any has the revision that it had before there were any, as without pages
        del record["identifiers"]
    return record


def revision_of(paper: Paper) -> str:
    """First 16 hex digits of the SHA-256 of the paper's content; equal for equal content from any source."""
    return hashlib.sha256(json.dumps(content_of(paper), sort_keys=True).encode()).hexdigest()[:16]


_RECORDS = (
    "CREATE TABLE IF NOT EXISTS names (name TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (name, id)) WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS names_of ON names (id)",
    "CREATE TABLE IF NOT EXISTS records (own_id TEXT NOT NULL, revision TEXT NOT NULL, id TEXT NOT NULL, "
    "reader TEXT NOT NULL, PRIMARY KEY (own_id, revision)) WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS records_of ON records (id)",
)
"""By which names a paper is known, and the records that it was made of; older collections get both from their next
writer."""


_NOTE = "INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
_LEAVE = "INSERT INTO leftovers VALUES (?, ?, ?) ON CONFLICT (id, revision) DO UPDATE SET passages = excluded.passages"
_CHANGE = (
    "INSERT INTO changed SELECT ?, CAST(value AS INTEGER) + 1 FROM meta WHERE name = 'generation' "
    "ON CONFLICT (id) DO UPDATE SET generation = excluded.generation"
)
_GROW = "UPDATE meta SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT) WHERE name = 'generation'"


class Ledger(Catalogue):
    """A catalogue that is written to; its user holds the lock of the collection."""

    def alone(self, timeout_s: float) -> contextlib.AbstractContextManager[None]:
        """Keeps writers on other machines out, where the catalogue is on a server.

        Raises:
            CollectionBusyError: another one writes for longer than ``timeout_s``.
        """
        return self._database.alone(timeout_s)

    def check_whole(self) -> None:
        """Nothing, unless a move to this database was stopped halfway.

        Raises:
            CollectionError: it was.
        """
        if MOVING in self.meta():
            raise CollectionError(
                f"the collection {self._layout.name!r} was half moved here: run `papertrail collection move` again"
            )

    def create(self, identity: Identity) -> None:
        """Makes the tables and notes what the collection is made with, all or nothing."""
        meta = {**dataclasses.asdict(identity), "generation": 0, **_history()}
        with self._change() as statements:
            for statement in filter(None, _TABLES.split(";\n")):
                statements.execute(statement)
            _add_tables(statements)
            statements.executemany(_NOTE, [(name, str(value)) for name, value in meta.items()])

    def upgrade(self) -> None:
        """Adds the tables that later versions have brought; nothing that is there changes."""
        unnamed = not self._has_names
        with self._change() as statements:
            _add_tables(statements)
            statements.executemany("INSERT INTO meta VALUES (?, ?) ON CONFLICT DO NOTHING", list(_history().items()))
            if unnamed:
                for (record,) in statements.execute("SELECT record FROM papers").fetchall():
                    _name(statements, [Paper.from_json(json.loads(record))])

    def announce(self, keys: Sequence[Key]) -> None:
        """Notes rows that are about to be written to the indexes."""
        with self._change() as statements:
            statements.executemany(_LEAVE, [dataclasses.astuple(key) for key in keys])

    def commit(self, entries: Sequence[Stored], extracts: Sequence[Extract]) -> list[Key]:
        """Makes announced papers visible with what they speak of, in place of older revisions.

        Args:
            entries: the papers.
            extracts: one a paper, in the same order.

        Returns:
            The rows that are left over.
        """
        with self._seen_change() as statements:
            _forget(statements, [entry.key for entry in entries])
            superseded = self._set_aside(statements, [entry.key.paper_id for entry in entries])
            statements.executemany(_CHANGE, [(entry.key.paper_id,) for entry in entries])
            statements.executemany(
                "INSERT INTO papers VALUES (?, ?, ?, ?, ?, ?, ?, ?)", [_columns(entry) for entry in entries]
            )
            statements.executemany(
                "INSERT INTO vectors VALUES (?, ?)",
                [(entry.key.paper_id, _packed(entry.vectors)) for entry in entries],
            )
            _name(statements, [entry.paper for entry in entries])
            _note_entities(statements, [entry.key for entry in entries], extracts, RULES)
            lookup.note(statements, [entry.paper for entry in entries])
        return superseded

    def remember(self, records: Sequence[KnownRecord]) -> None:
        """Notes of which records papers were made, and where those stood; papers that are gone are passed over."""
        with self._seen_change() as statements:
            statements.executemany(
                "DELETE FROM records WHERE own_id = ? AND id = ?", [(one.own_id, one.paper_id) for one in records]
            )
            statements.executemany(
                "INSERT INTO records SELECT ?, ?, id, ? FROM papers WHERE id = ? "
                "ON CONFLICT (own_id, revision) DO UPDATE SET id = excluded.id, reader = excluded.reader",
                [(one.own_id, one.revision, READERS, one.paper_id) for one in records],
            )
            self._note_sources(statements, {one.paper_id: one.sources for one in records})

    def read_again(self, records: Sequence[tuple[str, str]]) -> None:
        """Notes that these readers have read records, given by own id and revision, and found them as they were."""
        with self._change() as statements:
            rows = [(READERS, *record) for record in records]
            statements.executemany("UPDATE records SET reader = ? WHERE own_id = ? AND revision = ?", rows)

    def note_entities(self, keys: Sequence[Key], extracts: Sequence[Extract], reader: str) -> None:
        """Puts what papers speak of in place of what was known of it; papers that are gone or changed are passed over.

        One transaction in the catalogue alone, so that it needs no lock: another process may be writing papers.

        Args:
            keys: the papers as they were read.
            extracts: one a paper, in the same order.
            reader: as ``rag.knowledge.readers`` names it.
        """
        with self._seen_change() as statements:
            _note_entities(statements, keys, extracts, reader)

    def note_directory(self, papers: Sequence[Paper]) -> None:
        """Writes what the papers are looked up by; those that are gone are passed over. Needs no lock."""
        with self._change() as statements:
            there = self.revisions([paper.paper_id for paper in papers])
            lookup.note(statements, [paper for paper in papers if paper.paper_id in there])

    def remove(self, ids: Sequence[str]) -> list[Key]:
        """Takes papers out of sight; returns the rows that are left over."""
        with self._seen_change() as statements:
            superseded = self._set_aside(statements, ids)
            statements.executemany(_CHANGE, [(key.paper_id,) for key in superseded])
            statements.execute(f"DELETE FROM records WHERE id {self._among}", (self._database.listed(ids),))
        return superseded

    def forget(self, keys: Sequence[Key]) -> None:
        """Notes that rows are gone from the indexes."""
        with self._change() as statements:
            _forget(statements, keys)

    def begin_renewal(self, adapter: str) -> list[str]:
        """Makes room for the vectors that the model gives with ``adapter``; those made with another before it go.

        Returns:
            Ids of the papers that have none yet, in order.
        """
        with self._change() as statements:
            begun = statements.execute("SELECT value FROM meta WHERE name = 'renewing'").fetchone()
            if begun != (adapter,):
                statements.execute("DROP TABLE IF EXISTS renewed")
            statements.execute(_RENEWED)
            statements.execute(_NOTE, ("renewing", adapter))
        query = "SELECT id FROM papers EXCEPT SELECT id FROM renewed ORDER BY id"
        return [row[0] for row in self._rows(query)]

    def note_renewed(self, vectors: Mapping[str, Vectors]) -> None:
        """Keeps the new vectors of papers, by id, until :meth:`finish_renewal`."""
        with self._change() as statements:
            rows = [(paper_id, _packed(matrix)) for paper_id, matrix in vectors.items()]
            query = "INSERT INTO renewed VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET data = excluded.data"
            statements.executemany(query, rows)

    def finish_renewal(self, adapter: str) -> None:
        """Puts the new vectors in place of the old ones and notes what they were made with, all or nothing."""
        with self._seen_change() as statements:
            statements.execute("UPDATE vectors SET data = (SELECT data FROM renewed WHERE renewed.id = vectors.id)")
            statements.execute(_NOTE, ("adapter", adapter))
            statements.execute("DELETE FROM meta WHERE name = 'renewing'")
            statements.execute("DROP TABLE renewed")

    def advance(self) -> None:
        """Has every reader open the indexes again."""
        with self._seen_change():
            pass

    def note(self, name: str, value: str) -> None:
        """Changes one part of the identity, or adds one that the collection is too old to have."""
        with self._change() as statements:
            statements.execute(_NOTE, (name, value))

    @contextlib.contextmanager
    def _seen_change(self) -> Iterator[Statements]:
        """A change that readers see: what was put together from the state before it goes."""
        with self._change() as statements:
            yield statements
            statements.execute(_GROW)
        with contextlib.suppress(OSError):  # readers pass over one of another state; the next change deletes it
            self._layout.knowledge.unlink(missing_ok=True)

    def _change(self) -> contextlib.AbstractContextManager[Statements]:
        """One transaction, undone by any error."""
        return self._database.transaction()

    def _set_aside(self, statements: Statements, ids: Sequence[str]) -> list[Key]:
        """Takes papers out of the catalogue and notes their rows as left over."""
        chosen, values = f"FROM papers WHERE id {self._among}", (self._database.listed(ids),)
        keys = [Key(*row) for row in statements.execute(f"SELECT id, revision, passages {chosen}", values)]
        statements.executemany(_LEAVE, [dataclasses.astuple(key) for key in keys])
        statements.execute(f"DELETE {chosen}", values)
        statements.execute(f"DELETE FROM names WHERE id {self._among}", values)
        return keys

    def _note_sources(self, statements: Statements, sources: Mapping[str, str]) -> None:
        """Notes where the records of papers stood, by id."""
        for start in range(0, len(sources), _PAPERS):
            ids = self._database.listed(list(sources)[start : start + _PAPERS])
            found = statements.execute(f"SELECT id, record FROM papers WHERE id {self._among}", (ids,)).fetchall()
            records = [(paper_id, json.loads(record)) for paper_id, record in found]
            changed = [
                (_text({**record, "source": sources[paper_id]}), paper_id)
                for paper_id, record in records
                if record.get("source") != sources[paper_id]
            ]
            statements.executemany("UPDATE papers SET record = ? WHERE id = ?", changed)


def _history() -> dict[str, str]:
    """A mark of a new collection, by which it is told from others of its name."""
    return {"history": uuid.uuid4().hex}


def _add_tables(statements: Statements) -> None:
    for statement in (_ENTITIES, *_RECORDS, *_CHANGED, *lookup.TABLES):
        statements.execute(statement)


def _note_entities(statements: Statements, keys: Sequence[Key], extracts: Sequence[Extract], reader: str) -> None:
    rows = [
        (reader, extract.to_json(), key.paper_id, key.revision) for key, extract in zip(keys, extracts, strict=True)
    ]
    statements.executemany(
        "INSERT INTO entities SELECT id, ?, ? FROM papers WHERE id = ? AND revision = ? "
        "ON CONFLICT (id) DO UPDATE SET version = excluded.version, data = excluded.data",
        rows,
    )


def _packed(vectors: Vectors) -> bytes:
    return vectors.astype(np.float16).tobytes()


def _forget(statements: Statements, keys: Sequence[Key]) -> None:
    rows = [(key.paper_id, key.revision) for key in keys]
    statements.executemany("DELETE FROM leftovers WHERE id = ? AND revision = ?", rows)


def _name(statements: Statements, papers: Sequence[Paper]) -> None:
    rows = [(name, paper.paper_id) for paper in papers for name in names_of(paper)]
    statements.executemany("INSERT INTO names VALUES (?, ?) ON CONFLICT DO NOTHING", rows)


def _text(record: Mapping[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False)


def _columns(entry: Stored) -> tuple[Any, ...]:
    paper, key = entry.paper, entry.key
    record = _text({**content_of(paper), "source": paper.source})
    published = paper.published.isoformat() if paper.published else None
    organisation = organisation_words(paper.organisation)
    return key.paper_id, key.revision, key.passages, paper.title, published, author_count(paper), organisation, record

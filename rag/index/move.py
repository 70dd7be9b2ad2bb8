"""Moving the catalogue of a collection from one database to another; stopped at any moment, it loses nothing.

The papers are copied in steps into tables that no reader takes for a collection, since their generation is 0. The last
step makes them one, and only then the old tables are deleted. A move that was stopped goes on where it was, unless the
collection has changed since: then it begins anew.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Iterator
from typing import Any, Final

from rag.errors import CollectionBusyError, CollectionMismatchError, CollectionMissingError, UserError
from rag.index.catalogue import open_catalogue
from rag.index.database import Statements
from rag.index.identity import SCHEMA, Identity
from rag.index.layout import Layout, layout_of
from rag.index.ledger import MOVING, Ledger
from rag.index.locking import locked
from rag.servers.addresses import without_secrets
from rag.settings import Settings

__all__ = ["Moved", "move"]

Rows = dict[str, list[Any]]
"""Rows of several tables."""

_PAPERS: Final = 500
"""Papers copied at a time: half a second, which an interruption loses."""
_OF_PAPERS: Final = {
    "papers": "id, revision, passages, title, published, author_count, organisation, record",
    "vectors": "id, data",
    "entities": "id, version, data",
    "names": "name, id",
    "records": "own_id, revision, id, reader",
    "listed": "id, version",
    "entries": "role, key, id, written",
}
"""What belongs to one paper each; vectors that a repair is making anew are made again."""
_OF_ALL: Final = {"leftovers": "id, revision, passages", "changed": "id, generation"}
_TABLES: Final = {**_OF_PAPERS, **_OF_ALL, "meta": "name, value"}
_MOVED: Final = "moved"
"""Name of the note from which state of which collection this one was moved."""
_STAY: Final = {MOVING, _MOVED, "renewing"}
"""Notes that are of one database alone."""


@dataclasses.dataclass(frozen=True)
class Moved:
    """What a move did."""

    papers: int
    origin: str
    """Where the catalogue was: ``sqlite``, or the address of the server without user and password."""
    goal: str
    """Where it is now."""


def move(
    source: Settings,
    target: Settings,
    name: str,
    progress: Callable[[int, int], None] | None = None,
    *,
    on_step: Callable[[str], None] | None = None,
) -> Moved:
    """Moves the catalogue of the collection ``name``; vectors and word index stay where they are, and hold.

    Programs that have the collection open go on with what they know and are to be started anew.

    Args:
        source: settings whose ``catalogue`` it is in.
        target: the same home folder, with the ``catalogue`` that it is to be in.
        name: of the collection.
        progress: told how many papers are copied, and of how many.
        on_step: told after each step, for tests that stop at one.

    Raises:
        UserError: both are the same, or there is another collection of that name in the target.
        CollectionMissingError: there is no such collection in the source.
        CollectionMismatchError: it was made by another version.
        CollectionBusyError: it is being written to, or was while it was copied.
        CollectionError: one of the databases cannot be used.
    """
    origin, goal = layout_of(source, name), layout_of(target, name)
    moved = Moved(_papers(origin, goal), _shown(origin), _shown(goal))
    step = on_step or (lambda what: None)
    timeout_s = source.lock_timeout_s
    with locked(origin, timeout_s), contextlib.ExitStack() as stack:
        old = stack.enter_context(contextlib.closing(_Half(origin)))
        stack.enter_context(old.alone(timeout_s))
        old.check_whole()
        old.upgrade()
        new = stack.enter_context(contextlib.closing(_Half(goal, create=True)))
        stack.enter_context(new.alone(timeout_s))
        if not new.is_copy_of(old):
            new.begin(old)
            for copied in new.copy(old):
                (progress or (lambda done, of: None))(copied, moved.papers)
                step("copied")
            new.finish(old)
        step("finished")
        old.delete()
    step("deleted")
    return moved


def _papers(origin: Layout, goal: Layout) -> int:
    """How many papers are to be moved."""
    if origin.server == goal.server:
        raise UserError(
            f"the catalogue of the collection {origin.name!r} is at {_shown(origin)} already: "
            "name another place with `--to`"
        )
    try:
        catalogue, identity = open_catalogue(origin)
    except CollectionMissingError as error:
        raise CollectionMissingError(
            f"there is no collection {origin.name!r} at {_shown(origin)}: say with `--from` where it is"
        ) from error
    with contextlib.closing(catalogue):
        if identity.schema != SCHEMA:
            raise CollectionMismatchError(
                f"the collection {origin.name!r} has schema {identity.schema!r} but this version of Papertrail uses "
                f"{SCHEMA!r}: move it with the version that made it"
            )
        return catalogue.size()


def _shown(layout: Layout) -> str:
    return "sqlite" if layout.server is None else without_secrets(layout.server)


class _Half(Ledger):
    """One side of a move."""

    def delete(self) -> None:
        """Deletes all tables."""
        self._database.delete()

    def is_copy_of(self, old: _Half) -> bool:
        """Whether ``old`` was moved here as it is, and only its tables are left over.

        Raises:
            UserError: there is another collection here.
        """
        meta = self.meta()
        if int(meta.get("generation", 0)) == 0:
            return False
        if meta.get(_MOVED) == old.state():
            return True
        raise UserError(
            f"there is a collection {self._layout.name!r} at {_shown(self._layout)} already: delete that one first, "
            f"its folder, or on a server its schema papertrail_{self._layout.name}"
        )

    def state(self) -> str:
        """Which collection this is, in which state."""
        meta = self.meta()
        return f"{meta['history']} {meta['generation']}"

    def begin(self, old: _Half) -> None:
        """Makes the tables, empty unless the same state of the same collection has been half copied."""
        meta = self.meta()
        if not meta:
            identity = old.identity()
            assert isinstance(identity, Identity)  # it was opened
            self.create(identity)
        elif meta.get(MOVING) != old.state():
            self._clear()
        self.note(MOVING, old.state())

    def copy(self, old: _Half) -> Iterator[int]:
        """Copies the papers that are not here yet, some at a time; gives how many are."""
        copied = self.size()
        last = self._rows("SELECT COALESCE(MAX(id), '') FROM papers")[0][0]
        while rows := old.after(last):
            self._take(rows)
            copied, last = copied + len(rows["papers"]), rows["papers"][-1][0]
            yield copied

    def after(self, last: str) -> Rows:
        """All that belongs to the next papers behind an id; empty: there are none."""
        found = self._rows("SELECT id FROM papers WHERE id > ? ORDER BY id LIMIT ?", last, _PAPERS)
        ids = self._database.listed(row[0] for row in found)
        return {
            table: self._rows(f"SELECT {columns} FROM {table} WHERE id {self._among} ORDER BY id", ids)
            for table, columns in _OF_PAPERS.items()
            if found
        }

    def finish(self, old: _Half) -> None:
        """Makes what was copied the collection.

        Raises:
            CollectionBusyError: the old one has changed meanwhile.
        """
        state, meta = old.state(), old.meta()
        whole = {table: old._rows(f"SELECT {columns} FROM {table}") for table, columns in _OF_ALL.items()}
        if self.meta()[MOVING] != state or self._counts(_OF_PAPERS) != old._counts(_OF_PAPERS):
            self._clear()
            raise CollectionBusyError(
                f"the collection {self._layout.name!r} changed while it was copied: nothing was moved, run this again"
            )
        notes = {name: value for name, value in meta.items() if name not in _STAY}
        generation = str(int(meta["generation"]) + 1)
        with self._change() as statements:
            _insert(statements, whole)
            statements.execute("DELETE FROM meta")
            rows = {**notes, "generation": generation, _MOVED: state}
            _insert(statements, {"meta": list(rows.items())})

    def _take(self, rows: Rows) -> None:
        with self._change() as statements:
            _insert(statements, rows)

    def _clear(self) -> None:
        """Empties all tables."""
        with self._change() as statements:
            for table in (*reversed(_OF_PAPERS), *_OF_ALL):
                statements.execute(f"DELETE FROM {table}")

    def _counts(self, tables: dict[str, str]) -> list[int]:
        return [self._rows(f"SELECT COUNT(*) FROM {table}")[0][0] for table in tables]


def _insert(statements: Statements, rows: Rows) -> None:
    for table, found in rows.items():
        if found:
            columns, marks = _TABLES[table], ", ".join("?" for _ in found[0])
            statements.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", found)

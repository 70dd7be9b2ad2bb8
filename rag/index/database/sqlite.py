"""A catalogue in one SQLite file."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from rag.errors import CollectionDamagedError, CollectionError
from rag.index.database.base import Database, Statements

__all__ = ["SQLite"]


class SQLite(Database):
    """See :class:`rag.index.database.base.Database`."""

    among = "IN (SELECT value FROM json_each(?))"
    authors = "(SELECT group_concat(value, ', ') FROM json_each(record, '$.authors'))"
    position = "instr"

    def __init__(self, path: Path, *, create: bool = False) -> None:
        """Opens the file; ``create`` makes it where it is missing."""
        self._lock = threading.RLock()
        self._path = path
        mode = "rwc" if create else "rw"
        with self._mapped():
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

    def rows(self, query: str, *values: Any) -> list[Any]:
        """See the base class."""
        with self._lock, self._mapped():
            return self._connection.execute(query, values).fetchall()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Statements]:
        """See the base class."""
        with self._lock, self._mapped():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:  # Ctrl-C too must not leave the transaction open
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def alone(self, timeout_s: float) -> contextlib.AbstractContextManager[None]:
        """Nothing: the file is on one machine, where a lock beside it keeps others out."""
        return contextlib.nullcontext()

    def listed(self, values: Iterable[str]) -> str:
        """See the base class."""
        return json.dumps(list(values))

    def field(self, name: str) -> str:
        """See the base class."""
        return f"json_extract(record, '$.{name}')"

    def has(self, table: str) -> bool:
        """See the base class."""
        return bool(self.rows("SELECT 1 FROM sqlite_master WHERE name = ?", table))

    def problems(self) -> list[str]:
        """See the base class."""
        return [row[0] for row in self.rows("PRAGMA quick_check") if row[0] != "ok"]

    def delete(self) -> None:
        """See the base class."""
        self.close()
        for ending in ("-wal", "-shm", ""):  # a log without its file is nothing, the file is what is there
            self._path.with_name(f"{self._path.name}{ending}").unlink(missing_ok=True)

    def close(self) -> None:
        """See the base class."""
        with self._lock:
            self._connection.close()

    @contextlib.contextmanager
    def _mapped(self) -> Iterator[None]:
        """SQLite's errors as ours."""
        path = str(self._path)
        try:
            yield
        except sqlite3.OperationalError as error:
            raise CollectionError(
                f"the catalogue {path!r} cannot be used ({error}): see that the disk is not full and the file is yours"
            ) from error
        except sqlite3.DatabaseError as error:
            raise CollectionDamagedError(
                f"the catalogue {path!r} is damaged ({error}): delete its folder and ingest the papers again"
            ) from error

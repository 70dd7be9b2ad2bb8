"""A Chroma store in the folder of its collection: locked against other processes and never out of date."""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, TypeVar

import filelock

from rag.errors import CollectionBusyError, CollectionDamagedError, CollectionError
from rag.index.graph import check_graph
from rag.index.identity import DISTANCE
from rag.index.layout import Layout

if TYPE_CHECKING:
    import chromadb
    from chromadb.api.client import Client

__all__ = ["EmbeddedChroma"]

T = TypeVar("T")

PASSAGES = "passages"
"""Name of the one Chroma collection in a store."""
WAIT_S = 60.0
"""Longest wait for other processes to leave the store; a batch of an ingest takes less than two seconds."""
POLL_S = 0.005


class EmbeddedChroma:
    """Chroma as several processes can use it, which it does not support by itself.

    A search applies the log to its own copy of the graph and may save that
    (https://cookbook.chromadb.dev/core/system_constraints/), so two processes that go on with what they loaded ruin
    the store for good. Here each use holds a lock between processes, and opens the store again when it has changed.
    Chroma keeps one client a folder for a whole process; all users in it share this object for the same reason.
    """

    _all: ClassVar[dict[Path, EmbeddedChroma]] = {}
    _registry = threading.Lock()

    @classmethod
    def of(cls, layout: Layout) -> EmbeddedChroma:
        """The client for a collection; each call needs one :meth:`release`."""
        with cls._registry:
            client = cls._all.setdefault(layout.vectors, cls(layout))
            client._users += 1
            return client

    def __init__(self, layout: Layout) -> None:
        """Use :meth:`of`."""
        self._layout = layout
        self._users = 0
        self._threads = threading.RLock()
        self._processes = filelock.FileLock(
            layout.vectors_lock, timeout=WAIT_S, poll_interval=POLL_S, preserve_lock_file=True
        )
        self._client: Client | None = None
        self._rows: chromadb.Collection | None = None
        self._version = ""

    def release(self) -> None:
        """Closes the store when no one else in this process uses it."""
        with self._registry, self._threads:
            self._users -= 1
            if not self._users:
                del self._all[self._layout.vectors]
                self._close()

    def call(self, use: Callable[[chromadb.Collection], T], *, change: bool = False) -> T:
        """What ``use`` makes of the rows as they are on disk now, for one thread of one process at a time.

        Args:
            use: called once.
            change: it changes rows, so that all other processes have to open the store again.

        Raises:
            CollectionDamagedError: the store is missing or cannot be read.
            CollectionBusyError: other processes do not leave the store.
        """
        with self._opened(create=False) as rows:
            if change:
                self._touch()
            return use(rows)

    def create(self) -> None:
        """Makes an empty store where there is none; errors as for :meth:`call`."""
        with self._opened(create=True):
            self._touch()

    def replace(self, built: Path) -> None:
        """Puts the finished store of another folder in the place of this one."""
        with self._alone():
            self.discard()
            os.replace(built, self._layout.vectors)

    def discard(self) -> None:
        """Deletes the store."""
        with self._alone():
            self._touch()
            self._close()
            shutil.rmtree(self._layout.vectors, ignore_errors=True)

    @contextlib.contextmanager
    def _opened(self, *, create: bool) -> Iterator[chromadb.Collection]:
        import chromadb.errors

        with self._alone():
            try:
                yield self._current(create=create)
            except chromadb.errors.ChromaError as error:
                self._close()
                raise self._damaged(str(error)) from error

    def _touch(self) -> None:
        # Before a change, not after: whoever dies halfway must not leave the old version to be trusted.
        self._version = uuid.uuid4().hex
        self._layout.vectors_version.write_text(self._version, encoding="ascii")

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        with self._threads:
            try:
                self._processes.acquire()
            except filelock.Timeout as error:
                raise CollectionBusyError(
                    f"another process has been using the collection {self._layout.name!r} for {WAIT_S:.0f} s: "
                    "wait until it is done, or end it"
                ) from error
            except OSError as error:
                raise CollectionError(
                    f"the folder of the collection {self._layout.name!r} cannot be written to ({error}), which even "
                    "reading needs: check your rights to it"
                ) from error
            try:
                yield
            finally:
                self._processes.release()

    def _current(self, *, create: bool) -> chromadb.Collection:
        stamp = self._layout.vectors_version
        version = stamp.read_text(encoding="ascii") if stamp.exists() else ""
        # A store whose folder was deleted goes on answering, from files that no longer have a name.
        if self._rows is None or version != self._version or not self._exists():
            self._close()
            self._rows = self._open(create=create)
            self._version = version
        return self._rows

    def _open(self, *, create: bool) -> chromadb.Collection:
        import chromadb.api.client
        from chromadb.config import Settings, System

        folder = self._layout.vectors
        if not create and not self._exists():
            raise self._damaged("its folder is missing")
        settings = Settings(is_persistent=True, persist_directory=str(folder), anonymized_telemetry=False)
        # chromadb.PersistentClient remembers a store that could not be opened, and fails for good after that.
        system = System(settings)
        system.instance(chromadb.api.ServerAPI)  # type: ignore[type-abstract]  # a key that Chroma resolves
        system.start()
        self._client = chromadb.api.client.Client.from_system(system)
        if create:
            return self._client.create_collection(
                PASSAGES, configuration={"hnsw": {"space": DISTANCE}}, embedding_function=None
            )
        rows = self._client.get_collection(PASSAGES, embedding_function=None)
        check_graph(rows)
        return rows

    def _exists(self) -> bool:
        return (self._layout.vectors / "chroma.sqlite3").exists()

    def _close(self) -> None:
        client, self._client, self._rows = self._client, None, None
        if client is not None:
            client.close()

    def _damaged(self, what: str) -> CollectionDamagedError:
        name = self._layout.name
        return CollectionDamagedError(
            f"the vector store of the collection {name!r} cannot be used ({what}): "
            f"run `papertrail doctor --repair --collection {name}`"
        )

"""The lock that keeps one writer of a collection at a time on this machine."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import filelock

from rag.errors import CollectionBusyError, CollectionError
from rag.index.layout import Layout

__all__ = ["locked"]


@contextlib.contextmanager
def locked(layout: Layout, timeout_s: float) -> Iterator[None]:
    """Holds the lock of a collection; it is free when this process ends, however it ends.

    Raises:
        CollectionBusyError: another process writes for longer than ``timeout_s``.
        CollectionError: the folder cannot be written to.
    """
    try:
        layout.root.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(layout.lock, timeout=timeout_s)
        lock.acquire()
    except filelock.Timeout as error:
        raise CollectionBusyError(
            f"another process is writing to the collection {layout.name!r} (waited {timeout_s:g} s): "
            "run this again when it is done, or set `PAPERTRAIL_LOCK_TIMEOUT_S` to wait longer"
        ) from error
    except OSError as error:
        raise CollectionError(
            f"the collection {layout.name!r} cannot be written to ({error}): check the rights of its folder, "
            "or name another with `--home DIR`"
        ) from error
    try:
        yield
    finally:
        lock.release()

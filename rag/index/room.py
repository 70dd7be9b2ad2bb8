"""Telling a full disk and a folder that is read only from a damaged index, which looks the same to the engines."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from collections.abc import Iterator

from rag.errors import CollectionError
from rag.index.layout import Layout

__all__ = ["explained"]

PROBE_BYTES = 16 * 1024 * 1024
"""Written and deleted again to see whether there is room: more than a batch of an ingest needs, and 20 ms on a disk."""
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""The disk is full, or what the user may have of it, or files must not be so long."""


@contextlib.contextmanager
def explained(layout: Layout) -> Iterator[None]:
    """Where something goes wrong inside it and nothing can be written to the collection, says that instead.

    Raises:
        CollectionError: nothing can be written; else whatever was raised.
    """
    try:
        yield
    except (OSError, CollectionError) as error:
        problem = _unwritable(layout)
        if problem is None:
            raise
        raise problem from error


def _unwritable(layout: Layout) -> CollectionError | None:
    """Why nothing can be written, by trying; None: it can."""
    try:
        with tempfile.TemporaryFile(dir=layout.root) as file:
            file.write(bytes(PROBE_BYTES))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        if error.errno in _NO_ROOM:
            return CollectionError(
                f"there is no room for the collection {layout.name!r} ({error.strerror}): make some on the disk of "
                f"{str(layout.root)!r} and run the same command again, nothing that was kept is lost"
            )
        return CollectionError(
            f"the collection {layout.name!r} cannot be written to ({error.strerror}): check the rights of "
            f"{str(layout.root)!r}, or name another home with `--home DIR`"
        )
    return None

"""Where a catalogue is kept: a SQLite file (the default) or a PostgreSQL server, behind one door."""

from __future__ import annotations

from rag.index.database.base import Database, Rows, Statements
from rag.index.layout import Layout

__all__ = ["Database", "Rows", "Statements", "database_of"]


def database_of(layout: Layout, *, create: bool = False) -> Database:
    """The database of a collection's catalogue, opened.

    Args:
        layout: of the collection.
        create: makes what its tables are to be put into, where that is missing.

    Raises:
        CollectionError: the file or the server cannot be used.
    """
    if layout.server is None:
        from rag.index.database.sqlite import SQLite

        return SQLite(layout.catalogue, create=create)
    from rag.index.database.postgresql import PostgreSQL

    return PostgreSQL(layout.server, layout.name, create=create)

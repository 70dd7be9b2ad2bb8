"""What a catalogue asks of the database that it is kept in.

Every statement is written once, in the SQL that SQLite and PostgreSQL have in common, with ``?`` for values and with
SQLite's words in definitions of tables. What they have not in common has a name here.
"""

from __future__ import annotations

import abc
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, ClassVar, Protocol

__all__ = ["Database", "Rows", "Statements"]


class Rows(Protocol):
    """What a statement has found."""

    def __iter__(self) -> Iterator[Any]: ...

    def fetchone(self) -> Any:
        """The next row; None: there is none."""

    def fetchall(self) -> list[Any]:
        """All rows."""


class Statements(Protocol):
    """An open transaction."""

    def execute(self, query: str, values: Sequence[Any] = (), /) -> Rows:
        """Runs one statement."""

    def executemany(self, query: str, values: Iterable[Sequence[Any]], /) -> Any:
        """Runs one statement for each of ``values``."""


class Database(abc.ABC):
    """One connection behind a lock, for any number of threads.

    Every method raises ``CollectionError`` when the database cannot be used, ``CollectionDamagedError`` when it is
    damaged and ``CollectionUnavailableError`` when its server is away.
    """

    among: ClassVar[str]
    """What stands behind a column that is to have one of the values given by :meth:`listed`."""
    authors: ClassVar[str]
    """The names of a paper's authors in one, from its record; NULL: none."""
    position: ClassVar[str]
    """The function that gives the place of a text within another one, 0 where it is not there."""

    @abc.abstractmethod
    def rows(self, query: str, *values: Any) -> list[Any]:
        """What a query finds, outside of any transaction or within that of this thread."""

    @abc.abstractmethod
    def transaction(self) -> AbstractContextManager[Statements]:
        """One transaction, undone by any error, with no other one beside it that writes."""

    @abc.abstractmethod
    def alone(self, timeout_s: float) -> AbstractContextManager[None]:
        """Keeps writers on other machines out, until it is left or this process ends.

        Raises:
            CollectionBusyError: another one writes for longer than ``timeout_s``.
        """

    @abc.abstractmethod
    def listed(self, values: Iterable[str]) -> Any:
        """Any number of texts as one value, for :attr:`among`."""

    @abc.abstractmethod
    def field(self, name: str) -> str:
        """SQL for one field of a paper's record; NULL where it has none."""

    @abc.abstractmethod
    def has(self, table: str) -> bool:
        """Whether there is such a table."""

    @abc.abstractmethod
    def problems(self) -> list[str]:
        """What the database itself finds wrong with what it keeps, in its words; empty when it is sound."""

    @abc.abstractmethod
    def delete(self) -> None:
        """Closes the database and deletes all tables of the collection."""

    @abc.abstractmethod
    def close(self) -> None:
        """Nothing can be read afterwards; harmless when repeated."""

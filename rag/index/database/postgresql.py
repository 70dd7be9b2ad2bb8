"""A catalogue in a schema of a PostgreSQL server, which any number of machines share."""

from __future__ import annotations

import contextlib
import functools
import threading
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from rag.errors import (
    CollectionBusyError,
    CollectionDamagedError,
    CollectionError,
    CollectionUnavailableError,
    SettingsError,
)
from rag.index.database.base import Database, Statements
from rag.servers.addresses import without_secrets

if TYPE_CHECKING:
    import psycopg

__all__ = ["PostgreSQL", "collections_on", "server_version"]

_PREFIX: Final = "papertrail_"
"""What the schema of a collection is called, before the collection's name."""
_CONNECT_S: Final = "5"
"""Seconds to reach the server; another number can be set in the address (``?connect_timeout=``)."""
_SESSION: Final = {
    "lock_timeout": "30s",  # for a transaction of another writer: they take milliseconds, a removal of all papers 10 s
    # What a machine that has died holds is free after a minute, not after two hours.
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
}


class PostgreSQL(Database):
    """See :class:`rag.index.database.base.Database`.

    A query whose connection is lost is asked once more on a new one; a transaction is not, and neither is anything
    within :meth:`alone`, since another writer may have come in between.
    """

    among = "= ANY(?)"
    authors = (
        "(SELECT string_agg(one, ', ' ORDER BY place) "
        "FROM json_array_elements_text(record::json -> 'authors') WITH ORDINALITY AS listed (one, place))"
    )
    position = "strpos"

    def __init__(self, address: str, name: str, *, create: bool = False) -> None:
        """Connects; ``create`` makes the schema of the collection ``name`` where it is missing."""
        self._address = address
        self._schema = f"{_PREFIX}{name}"
        self._lock = threading.RLock()
        self._bound = 0
        """How many transactions and locks stand on this connection."""
        self._connection = self._connected()
        if create:
            try:
                self._create()
            except BaseException:  # re-raised: only the connection is closed
                self.close()
                raise

    def rows(self, query: str, *values: Any) -> list[Any]:
        """See the base class."""
        import psycopg

        with self._lock, _mapped(self._address):
            try:
                return self._found(query, values)
            except psycopg.OperationalError:
                if self._bound or not self._connection.closed:
                    raise
                self._connection = self._connected()
                return self._found(query, values)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Statements]:
        """See the base class."""
        with self._lock, _mapped(self._address):
            if self._connection.closed and not self._bound:
                self._connection = self._connected()
            with self._bind(), self._connection.transaction():
                self._connection.execute(
                    "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"{self._schema}:change",)
                )
                yield _Statements(self._connection)

    @contextlib.contextmanager
    def alone(self, timeout_s: float) -> Iterator[None]:
        """See the base class."""
        key = (f"{self._schema}:writer",)
        with self._bind():
            with self._lock, _mapped(self._address):
                self._wait(timeout_s, key)
            try:
                yield
            finally:
                with self._lock, contextlib.suppress(CollectionUnavailableError), _mapped(self._address):
                    # Lost with its connection, it is free already.
                    self._connection.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", key)

    def listed(self, values: Iterable[str]) -> list[str]:
        """See the base class; what PostgreSQL cannot keep, nothing can be equal to."""
        return [value for value in values if _storable(value)]

    def field(self, name: str) -> str:
        """See the base class."""
        return f"(record::json ->> '{name}')"

    def has(self, table: str) -> bool:
        """See the base class."""
        return bool(self.rows("SELECT 1 FROM pg_tables WHERE schemaname = ? AND tablename = ?", self._schema, table))

    def problems(self) -> list[str]:
        """Empty: the server looks after its own files."""
        return []

    def delete(self) -> None:
        """See the base class."""
        with self.transaction() as statements:
            statements.execute(f'DROP SCHEMA "{self._schema}" CASCADE')
        self.close()

    def close(self) -> None:
        """See the base class."""
        with self._lock:
            self._connection.close()

    @contextlib.contextmanager
    def _bind(self) -> Iterator[None]:
        with self._lock:
            self._bound += 1
        try:
            yield
        finally:
            with self._lock:
                self._bound -= 1

    def _found(self, query: str, values: Sequence[Any]) -> list[Any]:
        # Binary: vectors would otherwise come as twice as many digits.
        return self._connection.execute(_translated(query), values, binary=True).fetchall()

    def _wait(self, timeout_s: float, key: tuple[str]) -> None:
        """Takes the lock of the writer."""
        import psycopg.errors

        connection = self._connection
        try:
            with connection.transaction():
                # 0 would be for ever.
                connection.execute("SELECT set_config('lock_timeout', %s, true)", (f"{max(1, timeout_s * 1000):.0f}",))
                connection.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", key)
        except psycopg.errors.LockNotAvailable as error:
            name = self._schema.removeprefix(_PREFIX)
            raise CollectionBusyError(
                f"another machine or process is writing to the collection {name!r} (waited {timeout_s:g} s): "
                "run this again when it is done, or set `PAPERTRAIL_LOCK_TIMEOUT_S` to wait longer"
            ) from error

    def _connected(self) -> psycopg.Connection[tuple[Any, ...]]:
        connection = _connection(self._address)
        query = (
            "SELECT set_config('search_path', quote_ident(%(schema)s), false), "
            "(SELECT has_schema_privilege(oid, 'USAGE') FROM pg_namespace WHERE nspname = %(schema)s)"
        )
        with _mapped(self._address):
            _, usable = connection.execute(query, {"schema": self._schema}).fetchall()[0]
        if usable is False:  # the server would say that there are no such tables
            connection.close()
            raise CollectionError(
                f"the user of the catalogue at {without_secrets(self._address)} may not look into its schema: name the "
                f'user who made it, or have that one run `GRANT ALL ON SCHEMA "{self._schema}" TO user`'
            )
        return connection

    def _create(self) -> None:
        with self.transaction() as statements:
            # CREATE SCHEMA IF NOT EXISTS asks for the right to make one even where it exists.
            if not self.rows("SELECT 1 FROM pg_namespace WHERE nspname = ?", self._schema):
                statements.execute(f'CREATE SCHEMA "{self._schema}"')


class _Statements:
    """See :class:`rag.index.database.base.Statements`."""

    def __init__(self, connection: psycopg.Connection[tuple[Any, ...]]) -> None:
        self._connection = connection

    def execute(self, query: str, values: Sequence[Any] = (), /) -> psycopg.Cursor[tuple[Any, ...]]:
        return self._connection.execute(_translated(query), values, binary=True)

    def executemany(self, query: str, values: Iterable[Sequence[Any]], /) -> None:
        with self._connection.cursor() as cursor:
            cursor.executemany(_translated(query), values)


def collections_on(address: str) -> list[str]:
    """Names of the collections whose catalogues are on a server, in alphabetical order.

    Raises:
        CollectionUnavailableError: the server cannot be reached, or lets nobody in under that address.
    """
    query = "SELECT schemaname FROM pg_tables WHERE tablename = 'meta' AND starts_with(schemaname, %s)"
    with _mapped(address), contextlib.closing(_connection(address)) as connection:
        return sorted(schema.removeprefix(_PREFIX) for (schema,) in connection.execute(query, (_PREFIX,)))


def server_version(address: str) -> str:
    """What the server at an address says that it is: ``PostgreSQL 15.6``.

    Raises:
        CollectionUnavailableError: the server cannot be reached, or lets nobody in under that address.
    """
    with _mapped(address), contextlib.closing(_connection(address)) as connection:
        (version,) = connection.execute("SELECT current_setting('server_version')").fetchall()[0]
        return f"PostgreSQL {version.partition(' ')[0]}"


@functools.cache
def _translated(query: str) -> bytes:
    """A statement in PostgreSQL's words; texts are in the order of their bytes, as in SQLite."""
    if query.lstrip().startswith("CREATE TABLE"):
        for word, other in ((" TEXT", ' TEXT COLLATE "C"'), (" BLOB", " BYTEA"), (" WITHOUT ROWID", "")):
            query = query.replace(word, other)
    return query.replace("%", "%%").replace("?", "%s").encode()


def _storable(text: str) -> bool:
    try:
        return b"\0" not in text.encode()
    except UnicodeEncodeError:  # half a character
        return False


def _connection(address: str) -> psycopg.Connection[tuple[Any, ...]]:
    """A session of its own on the server, in which each statement is a transaction."""
    import psycopg
    from psycopg.conninfo import conninfo_to_dict, make_conninfo

    try:
        given = conninfo_to_dict(address)
    except psycopg.ProgrammingError as error:
        raise SettingsError(
            f"the address of the catalogue cannot be read ({_first_line(error)}): "
            "set `PAPERTRAIL_CATALOGUE=postgresql://USER@HOST:PORT/DATABASE`"
        ) from error
    usual = {"connect_timeout": _CONNECT_S, "application_name": "papertrail", "client_encoding": "UTF8"}
    whole = make_conninfo(address, **{name: value for name, value in usual.items() if name not in given})
    try:
        connection = psycopg.connect(whole, autocommit=True)
    except psycopg.OperationalError as error:
        raise _turned_away(address, whole, error) from error
    with _mapped(address):
        for name, value in _SESSION.items():
            connection.execute("SELECT set_config(%s, %s, false)", (name, value))
    return connection


def _turned_away(address: str, whole: str, error: psycopg.OperationalError) -> CollectionUnavailableError:
    """Why no session came about: the server does not answer, or does not take who is named in the address."""
    from psycopg.pq import PGconn, Ping

    shown, why = without_secrets(address), _first_line(error)
    if PGconn.ping(whole.encode()) == Ping.OK:
        return CollectionUnavailableError(
            f"the PostgreSQL server at {shown} turned us away ({why}): "
            "correct the user, password or database in `PAPERTRAIL_CATALOGUE`, or the password in ~/.pgpass"
        )
    return CollectionUnavailableError(
        f"the PostgreSQL server at {shown} does not answer ({why}): start it, or correct `PAPERTRAIL_CATALOGUE`"
    )


@contextlib.contextmanager
def _mapped(address: str) -> Iterator[None]:
    """PostgreSQL's errors as ours."""
    import psycopg
    from psycopg import errors

    shown = without_secrets(address)
    try:
        yield
    except errors.LockNotAvailable as error:
        raise CollectionBusyError(
            f"another process has been changing the catalogue at {shown} for too long: run this again when it is done"
        ) from error
    except errors.InsufficientPrivilege as error:
        raise CollectionError(
            f"the user of the catalogue at {shown} may not do this ({_first_line(error)}): "
            "have its owner run `GRANT CREATE ON DATABASE name TO user`, or name another user"
        ) from error
    except errors.DiskFull as error:
        raise CollectionError(
            f"the disk of the PostgreSQL server at {shown} is full ({_first_line(error)}): make room there"
        ) from error
    except psycopg.OperationalError as error:
        raise CollectionUnavailableError(
            f"the PostgreSQL server at {shown} was lost ({_first_line(error)}): "
            "start it again and repeat this, what was committed is there"
        ) from error
    except psycopg.DataError as error:
        raise CollectionError(
            f"the catalogue at {shown} cannot keep a text ({_first_line(error)}): take that paper out of the source"
        ) from error
    except psycopg.Error as error:
        raise CollectionDamagedError(
            f"the catalogue at {shown} is not as it was made ({_first_line(error)}): "
            "restore it from a copy, or delete its schema and ingest the papers again"
        ) from error


def _first_line(error: BaseException) -> str:
    """What the server or its client says, without its hints."""
    return str(error).strip().partition("\n")[0].strip()

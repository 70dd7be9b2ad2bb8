"""A Chroma store on a server, which many processes and machines may use at once; also in Chroma's cloud."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import ssl
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from rag.errors import CollectionDamagedError, CollectionError, CollectionUnavailableError, SettingsError
from rag.index.graph import check_graph
from rag.index.identity import DISTANCE
from rag.servers.addresses import is_local, without_secrets
from rag.servers.certificates import refused_certificate, trusted
from rag.servers.passing import PassingError, tries, wait_asked_for, when
from rag.settings import CHROMA_CLOUD, Settings

if TYPE_CHECKING:
    import chromadb
    import httpx
    from chromadb.api import ServerAPI

__all__ = ["ServedChroma", "server_version"]

T = TypeVar("T")

_CLOUD = "https://api.trychroma.com"
"""The default of ``chromadb.CloudClient``."""
_CLOUD_ROWS, _CLOUD_CONNECTIONS = 300, 10
"""Rows of one request, and requests at once, that the cloud allows (https://docs.trychroma.com/cloud/quotas-limits)."""
_PASSING = (429, 502, 503, 504)
"""Statuses that say that the same request may work later: too many requests, and those of a proxy before a server that
is starting."""
_GIST_CHARS = 300
"""Characters of a server's own message that are passed on."""


class ServedChroma:
    """The rows of one collection on a server; for any number of threads, and without a lock: the server has its own.

    Nothing is asked before the first use. A request that failed since the server was away is repeated, with growing
    waits, ``settings.retries`` times; the connection is made anew, so that a use after the server's return works.
    """

    def __init__(self, settings: Settings, collection: str, name: Callable[[], str]) -> None:
        """Args: where the server is; whose rows, for messages; and what gives their present name on the server."""
        self._settings = settings
        self._collection = collection
        self._name = name
        self._known: _Server | None = None
        self._opened: tuple[str, chromadb.Collection] | None = None

    @property
    def most_rows(self) -> int | None:
        """Rows that one request may bring or fetch; None: no fixed number."""
        return _CLOUD_ROWS if self._settings.chroma == CHROMA_CLOUD else None

    def release(self) -> None:
        """Closes the connections."""
        server, self._known, self._opened = self._known, None, None
        if server is not None:
            server.close()

    def call(self, use: Callable[[chromadb.Collection], T], *, change: bool = False) -> T:
        """What ``use`` makes of the rows; it may be called more than once, and doing it twice must be as good as once.

        Raises:
            CollectionDamagedError: the server has no such rows, or cannot read them.
            CollectionUnavailableError: the server is away, or does not answer in time.
            CollectionError: the server refuses us.
        """

        def used() -> T:
            from chromadb.errors import NotFoundError

            name = self._name()
            if self._opened is not None and self._opened[0] == name:
                with contextlib.suppress(NotFoundError):  # deleted and made again under this name, perhaps
                    return use(self._opened[1])
            rows = self._server().rows(name)
            check_graph(rows)
            self._opened = name, rows
            return use(rows)

        return self._tried(used)

    def create(self) -> None:
        """Makes an empty store where there is none, and tenant and database too; errors as for :meth:`call`."""
        self._tried(lambda: self._server().create(self._name()))

    def discard(self) -> None:
        """Deletes the store where there is one; errors as for :meth:`call`."""
        self._tried(lambda: self._server().delete(self._name()))

    def version(self) -> str:
        """What the server says of its version; errors as for :meth:`call`."""
        return self._tried(lambda: self._server().api.get_version())

    def _server(self) -> _Server:
        if self._known is None:
            self._known = _connected(self._settings)
        return self._known

    def _tried(self, ask: Callable[[], T]) -> T:
        import chromadb.errors
        import httpx

        def asked() -> T:
            try:
                return ask()
            # ValueError, KeyError and TypeError: a reply that is no JSON, or not of Chroma's shape
            except (chromadb.errors.ChromaError, httpx.HTTPError, ValueError, KeyError, TypeError) as error:
                raise self._failure(error) from error

        try:
            return tries(self._settings.retries)(asked)
        except PassingError as failure:
            raise failure.error from failure.__cause__

    def _failure(self, error: Exception) -> CollectionError | PassingError:
        import httpx

        where = f"the Chroma server at {_shown(self._settings)}"
        if isinstance(error, httpx.HTTPStatusError):
            return self._status_failure(where, error.response)
        if isinstance(error, httpx.TransportError):
            return self._transport_failure(where, error)
        return self._chroma_failure(where, error)

    def _transport_failure(self, where: str, error: Exception) -> CollectionError | PassingError:
        import httpx

        if refused := refused_certificate(error, where, "PAPERTRAIL_CHROMA_CERTIFICATE"):
            return CollectionError(refused)
        if isinstance(error, httpx.ReadTimeout | httpx.WriteTimeout | httpx.PoolTimeout):
            return CollectionUnavailableError(
                f"{where} was silent for {self._settings.read_timeout_s:g} s: see its log, then try again, or raise "
                "PAPERTRAIL_READ_TIMEOUT_S"
            )
        start = "try again later" if self._settings.chroma == CHROMA_CLOUD else "start it with `chroma run --path DIR`"
        return PassingError(
            CollectionUnavailableError(
                f"{where}, which keeps the vectors of the collection {self._collection!r}, does not answer: {start}, "
                "or correct PAPERTRAIL_CHROMA"
            )
        )

    def _status_failure(self, where: str, response: httpx.Response) -> CollectionError | PassingError:
        status, gist = response.status_code, _gist(response.text)
        if status in (401, 403):
            return CollectionError(f"{where} turns us away ({status}): set PAPERTRAIL_CHROMA_TOKEN to a token it takes")
        if status in _PASSING:
            wait_s = wait_asked_for(response.headers)
            busy = f"{where} cannot answer now (status {status} {gist}): see its log, {when(wait_s)} and try again"
            return PassingError(CollectionUnavailableError(busy), wait_s)
        return CollectionError(f"what answers at {where.removeprefix('the ')} speaks another protocol: {_ADVICE}")

    def _chroma_failure(self, where: str, error: Exception) -> CollectionError | PassingError:
        from chromadb import errors

        gist = _gist(str(error))
        if isinstance(error, errors.AuthorizationError | errors.ChromaAuthError):
            return CollectionError(
                f"{where} turns us away ({gist}): correct PAPERTRAIL_CHROMA_TOKEN, or the tenant and database it is for"
            )
        if isinstance(error, errors.RateLimitError):
            return PassingError(CollectionUnavailableError(f"{where} gets too many requests ({gist}): try again later"))
        if isinstance(error, errors.QuotaError):
            return CollectionError(f"{where} allows no more of this ({gist}): have its quota raised")
        if not isinstance(error, errors.ChromaError):
            return CollectionError(f"what answers at {where.removeprefix('the ')} speaks another protocol: {_ADVICE}")
        return CollectionDamagedError(
            f"{where} cannot give the sentences of the collection {self._collection!r} ({gist}): run "
            f"`papertrail doctor --repair --collection {self._collection}`, which writes them there anew"
        )


_ADVICE = "correct PAPERTRAIL_CHROMA, and see that the server is of Chroma 1"


@dataclasses.dataclass(frozen=True)
class _Server:
    """A connection to a server, as one tenant with one database."""

    api: ServerAPI
    session: httpx.Client
    cloud: bool
    wanted: dict[str, str]
    """``tenant`` and ``database`` as far as settings name them."""

    def close(self) -> None:
        self.session.close()

    def place(self) -> dict[str, str]:
        """``tenant`` and ``database``; those of the cloud follow from the token where settings do not name them."""
        from chromadb.auth.utils import maybe_set_tenant_and_database
        from chromadb.config import DEFAULT_DATABASE, DEFAULT_TENANT

        if not self.cloud:
            return {"tenant": DEFAULT_TENANT, "database": DEFAULT_DATABASE, **self.wanted}
        tenant, database = maybe_set_tenant_and_database(
            self.api.get_user_identity(),
            overwrite_singleton_tenant_database_access_from_auth=True,
            user_provided_tenant=self.wanted.get("tenant"),
            user_provided_database=self.wanted.get("database"),
        )
        return {"tenant": tenant or DEFAULT_TENANT, "database": database or DEFAULT_DATABASE}

    def rows(self, name: str) -> chromadb.Collection:
        from chromadb import Collection

        model = self.api.get_collection(name, **self.place())
        return Collection(client=self.api, model=model, embedding_function=None)

    def create(self, name: str) -> None:
        from chromadb.errors import InvalidArgumentError, NotFoundError

        place = self.place()
        try:
            self._create(name, place)
        except (InvalidArgumentError, NotFoundError):  # the first is what a server of 1.5 says of a missing database
            self._make(place)
            self._create(name, place)

    def delete(self, name: str) -> None:
        from chromadb.errors import NotFoundError

        with contextlib.suppress(NotFoundError):
            self.api.delete_collection(name, **self.place())

    def _create(self, name: str, place: dict[str, str]) -> None:
        index = {"space": DISTANCE}
        configuration = {"spann": index} if self.cloud else {"hnsw": index}
        self.api.create_collection(name, configuration=configuration, get_or_create=True, **place)  # type: ignore[arg-type]  # dicts of one key each

    def _make(self, place: dict[str, str]) -> None:
        from chromadb.errors import UniqueConstraintError

        with contextlib.suppress(UniqueConstraintError):
            self.api.create_tenant(place["tenant"])
        with contextlib.suppress(UniqueConstraintError):
            self.api.create_database(place["database"], tenant=place["tenant"])


def server_version(settings: Settings, collection: str) -> str:
    """Version and address of the Chroma server of ``settings``; errors, about ``collection``, as for its rows."""
    chroma = ServedChroma(settings, collection, lambda: "")
    try:
        return f"Chroma {chroma.version()} at {_shown(settings)}"
    finally:
        chroma.release()


def _connected(settings: Settings) -> _Server:
    """Speaks to no one yet.

    Not by ``chromadb.HttpClient`` and ``CloudClient``: they ask the server before they can be told how long to wait,
    and take certificates in a way that their own library has deprecated. What they set is set here.
    """
    import httpx
    from chromadb.api import ServerAPI
    from chromadb.config import Settings as ChromaSettings
    from chromadb.config import System

    cloud = settings.chroma == CHROMA_CLOUD
    address = _address(settings)
    system = System(
        ChromaSettings(
            chroma_api_impl="chromadb.api.fastapi.FastAPI",
            chroma_server_host=address,
            chroma_server_http_port=443,  # wanted, and passed over where the host is a whole address
            anonymized_telemetry=False,
        )
    )
    api = system.instance(ServerAPI)  # type: ignore[type-abstract]  # a key that Chroma resolves
    theirs: httpx.Client = api._session  # type: ignore[attr-defined]  # there is no other way to limit its waits
    theirs.close()
    headers = dict(theirs.headers)
    if settings.chroma_token is not None:
        token = settings.chroma_token.get_secret_value()
        headers |= {"X-Chroma-Token": token} if cloud else {"Authorization": f"Bearer {token}"}
    session = httpx.Client(
        timeout=httpx.Timeout(settings.read_timeout_s, connect=settings.connect_timeout_s),
        verify=_trusted(settings),
        trust_env=not is_local(address),
        limits=httpx.Limits(max_connections=_CLOUD_CONNECTIONS if cloud else None),
        headers=headers,
        event_hooks={"response": [_check]},
    )
    api._session = session  # type: ignore[attr-defined]
    named = {"tenant": settings.chroma_tenant, "database": settings.chroma_database}
    return _Server(api, session, cloud, {key: value for key, value in named.items() if value is not None})


def _trusted(settings: Settings) -> ssl.SSLContext:
    try:
        return trusted(settings.chroma_certificate)
    except OSError as error:
        raise SettingsError(
            f"setting 'chroma_certificate': {str(settings.chroma_certificate)!r} holds no certificate that can be read "
            f"({error}); name a file in PEM format"
        ) from error


def _check(response: httpx.Response) -> None:
    """Raises for what Chroma's client has no error of its own for: it would raise a bare ``Exception``."""
    from chromadb.errors import error_types

    if response.is_success:
        return
    response.read()
    with contextlib.suppress(ValueError, TypeError, AttributeError):
        if json.loads(response.text).get("error") in error_types:
            return
    response.raise_for_status()


def _address(settings: Settings) -> str:
    assert settings.chroma is not None  # noqa: S101 -- who has none has no server; tells the type checker
    return _CLOUD if settings.chroma == CHROMA_CLOUD else settings.chroma.rstrip("/")


def _shown(settings: Settings) -> str:
    return without_secrets(_address(settings))


def _gist(text: str) -> str:
    return " ".join(text.split())[:_GIST_CHARS]

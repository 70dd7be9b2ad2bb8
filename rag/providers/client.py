"""Asking a service over the network: no faster than it allows, again where that may help, and what it sent is kept."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import ProviderError
from rag.servers.addresses import is_local, without_secrets
from rag.servers.certificates import refused_certificate, trusted
from rag.servers.passing import PassingError, tries, wait_asked_for, when
from rag.settings import Settings

if TYPE_CHECKING:
    import httpx2

__all__ = ["Client", "Clock", "Kept"]

_KEPT_S = 24 * 3600
"""An answer that is older is fetched again: arXiv changes once a day, https://info.arxiv.org/help/api/tou.html."""
_READ_S = 60.0
"""A search of arXiv may take half a minute."""
_GIST_CHARS = 200


@dataclasses.dataclass(frozen=True)
class Clock:
    """How time passes, which a test may have pass at once."""

    now: Callable[[], float] = time.monotonic
    wait: Callable[[float], object] = time.sleep


class Client:
    """Asks one service."""

    def __init__(self, name: str, base: str, settings: Settings, *, pause_s: float, clock: Clock) -> None:
        """Nothing is sent yet.

        Args:
            name: what the service is called in messages.
            base: its address.
            settings: of the network.
            pause_s: seconds between two requests that the service asks for; a server on this machine needs none.
            clock: times the pauses.
        """
        self.name = name
        self.base = base.rstrip("/")
        self._settings = settings
        self._pause_s = 0.0 if is_local(base) else pause_s
        self._clock = clock
        self._next = 0.0
        """When the next request may go out, by the clock."""

    def get(
        self,
        path: str,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        refused: Callable[[int, str], Exception | None] = lambda status, body: None,
        empty: Callable[[bytes], bool] = lambda content: False,
    ) -> bytes:
        """What the service answers.

        Args:
            path: behind the address.
            query: what stands behind the question mark.
            headers: beside those of every request.
            refused: the error for a status from 400 on and its body; None: that of every service.
            empty: whether an answer lacks what it must have, as arXiv's do now and then; it is asked for again.

        Raises:
            ProviderError: there is no network, or the service does not do its work.
        """
        try:
            return tries(self._settings.retries)(self._once, path, query, headers, refused, empty)
        except PassingError as failure:
            raise failure.error from None

    def _once(
        self,
        path: str,
        query: Mapping[str, str] | None,
        headers: Mapping[str, str] | None,
        refused: Callable[[int, str], Exception | None],
        empty: Callable[[bytes], bool],
    ) -> bytes:
        import httpx2

        if (left := self._next - self._clock.now()) > 0:
            self._clock.wait(left)
        timeout = httpx2.Timeout(_READ_S, connect=self._settings.connect_timeout_s)
        try:
            with httpx2.Client(
                follow_redirects=True, timeout=timeout, verify=trusted(), trust_env=not is_local(self.base)
            ) as http:
                sent = {"User-Agent": "papertrail", **(headers or {})}
                response = http.get(f"{self.base}/{path}", params=dict(query or {}), headers=sent)
        except httpx2.HTTPError as error:
            raise self._unreached(error) from None
        except (httpx2.InvalidURL, ValueError) as error:
            told = f"{without_secrets(self.base)} is no address of a server ({error}): correct it"
            raise ProviderError(told) from None
        finally:
            self._next = self._clock.now() + self._pause_s
        if backoff := wait_asked_for({"retry-after": response.headers.get("backoff", "")}):
            self._next = max(self._next, self._clock.now() + backoff)
        if response.status_code >= 400:
            raise refused(response.status_code, response.text) or self._turned_away(response)
        if empty(response.content):
            raise PassingError(ProviderError(f"{self.name} sent an empty answer; run the same command again later"))
        return response.content

    def _unreached(self, error: httpx2.HTTPError) -> Exception:
        import httpx2

        address = without_secrets(self.base)
        if sentence := refused_certificate(error, address):
            return ProviderError(sentence)
        if isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.ProxyError):
            return ProviderError(
                f"{self.name} cannot be reached at {address}: check that this machine is on the network, or save the "
                "papers to a file elsewhere and ingest that"
            )
        if isinstance(error, httpx2.UnsupportedProtocol | httpx2.TooManyRedirects):
            return ProviderError(f"{address} is not where {self.name} answers ({error}): correct the address")
        silent = ProviderError(f"{self.name} broke off or said nothing for too long; run the same command again")
        return PassingError(silent)

    def _turned_away(self, response: httpx2.Response) -> Exception:
        status = response.status_code
        if status in (429, 500, 502, 503, 504):
            wait_s = wait_asked_for(response.headers)
            why = "is asked too often" if status == 429 else f"has a problem (HTTP {status})"
            told = f"{self.name} {why}: {when(wait_s)}, then run the same command again; it goes on from there"
            return PassingError(ProviderError(told), wait_s)
        page = "html" in response.headers.get("content-type", "")
        gist = "" if page else " ".join(response.text.split())[:_GIST_CHARS]
        said = f": {gist}" if gist else ""
        return ProviderError(f"{self.name} refused the request (HTTP {status}{said}); correct it, or try again later")


class Kept:
    """The answers of one run in a folder, so that an interrupted one need not ask for them again."""

    def __init__(self, settings: Settings, what: str) -> None:
        """Nothing is made yet; ``what`` names the run."""
        self._folder = settings.home / "fetched" / hashlib.sha256(what.encode()).hexdigest()[:16]

    def file(self, name: str, fetch: Callable[[], bytes]) -> Path:
        """The file that holds the answer ``name``, fetched unless a recent one is there."""
        file = self._folder / name
        with contextlib.suppress(OSError):
            if time.time() - file.stat().st_mtime < _KEPT_S:
                return file
        content = fetch()
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            part = file.with_suffix(".part")
            part.write_bytes(content)
            part.replace(file)
        except OSError as error:
            told = f"{file} cannot be written ({error.strerror}): free the disk or name another --home"
            raise ProviderError(told) from error
        return file

    @contextlib.contextmanager
    def until_done(self) -> Iterator[Kept]:
        """Deletes the answers when all of them were read."""
        yield self
        shutil.rmtree(self._folder, ignore_errors=True)

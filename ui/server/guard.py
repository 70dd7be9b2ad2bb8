"""Whom a server answers: requests of this machine or with a token, so many a minute and so many at once."""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
import math
import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from rag.errors import SettingsError
from rag.settings import Settings
from ui.listening import foreign, is_loopback
from ui.server import MAX_BYTES, RATE
from ui.server.failures import TOO_LARGE, refused

__all__ = ["SHORTEST_TOKEN", "Access", "Guard", "access_for", "tokens_of"]

MOST_AT_ONCE = 200
"""Requests in work or waiting for a thread; further ones are told to come again. 50 people who ask at once are answered
in turn, which a bound of 32, as many threads as asyncio has at most, would not let 18 of them."""
SHORTEST_TOKEN = 16
"""Characters of a token; of random letters and digits that is 95 bits, beyond guessing."""
_OPEN = frozenset({"/", "/docs", "/health", "/openapi.json"})
"""Answered without a token and uncounted: they say nothing of the collection, and a load balancer asks often."""


@dataclasses.dataclass(frozen=True)
class Access:
    """Whom to answer, and how much."""

    local: bool = True
    """Only requests addressed to this machine itself."""
    tokens: tuple[str, ...] = ()
    """One of them must come with each request; none: everyone is answered."""
    rate: int = RATE
    """Requests a minute of one token, or of one address where there are no tokens; 0: any number."""
    max_bytes: int = MAX_BYTES
    """Longest request body."""


def tokens_of(settings: Settings) -> tuple[str, ...]:
    """The tokens of the settings; empty when there are none.

    Raises:
        SettingsError: one is shorter than ``SHORTEST_TOKEN``.
    """
    written = settings.server_tokens.get_secret_value() if settings.server_tokens else ""
    tokens = tuple(token.strip() for token in written.split(",") if token.strip())
    if any(len(token) < SHORTEST_TOKEN for token in tokens):
        raise SettingsError(
            f"each of server_tokens needs {SHORTEST_TOKEN} characters or more; "
            "`python -c 'import secrets; print(secrets.token_urlsafe())'` makes one"
        )
    return tokens


def access_for(host: str, settings: Settings, rate: int = RATE, max_bytes: int = MAX_BYTES) -> Access:
    """Who may ask a server that listens on ``host``.

    Raises:
        SettingsError: other machines reach it and there is no token, or a token is too short.
    """
    tokens = tokens_of(settings)
    if not is_loopback(host) and not tokens:
        raise SettingsError(
            f"{host!r} lets other machines in: set PAPERTRAIL_SERVER_TOKENS to a token that they must send, "
            "or listen on 127.0.0.1"
        )
    return Access(is_loopback(host), tokens, rate, max_bytes)


class Guard:
    """Stands before a server's application and answers in its place what :class:`Access` does not let through."""

    def __init__(self, app: ASGIApp, *, access: Access) -> None:
        self._app = app
        self._access = access
        self._tokens = {_digest(token) for token in access.tokens}
        self._limit = RateLimitItemPerMinute(access.rate) if access.rate else None
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._in_work = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if refusal := self._refusal(scope, Headers(scope=scope)):
            await refusal(scope, receive, send)
            return
        self._in_work += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._in_work -= 1

    def _refusal(self, scope: Scope, headers: Headers) -> JSONResponse | None:
        if complaint := foreign(headers, local=self._access.local):
            return refused(403, complaint, "forbidden")
        if scope["path"] in _OPEN:
            return None
        client = (scope.get("client") or ("",))[0]
        if self._tokens:
            client = _digest(headers.get("authorization", "").partition(" ")[2].strip())
            if not headers.get("authorization", "").lower().startswith("bearer ") or not self._known(client):
                return refused(
                    401,
                    "this server wants a token: send it as `Authorization: Bearer TOKEN`",
                    "unauthorized",
                    {"www-authenticate": "Bearer"},
                )
        if self._limit and not self._limiter.hit(self._limit, client):
            wait_s = max(1, math.ceil(self._limiter.get_window_stats(self._limit, client).reset_time - time.time()))
            sentence = f"more than {self._access.rate} requests in a minute; come again in {wait_s} s"
            return refused(429, sentence, "rate_limit_error", {"retry-after": str(wait_s)}, retryable=True)
        if (length := headers.get("content-length", "")).isdecimal() and int(length) > self._access.max_bytes:
            return refused(413, TOO_LARGE, "invalid_request_error")
        if self._in_work >= MOST_AT_ONCE:
            return refused(
                503, "too many requests are in work; come again in 1 s", "busy", {"retry-after": "1"}, retryable=True
            )
        return None

    def _known(self, digest: str) -> bool:
        """Whether a token is one of ours, in the same time whichever it is."""
        return any([hmac.compare_digest(digest, token) for token in self._tokens])


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

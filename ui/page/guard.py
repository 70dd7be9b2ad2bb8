"""Which requests the page answers, and what a browser may load from it."""

from __future__ import annotations

import ipaddress
import urllib.parse

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["HEADERS", "Guard", "is_loopback"]

HEADERS = {
    "content-security-policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
}
"""Keep a browser from loading anything from elsewhere, whatever a paper or a model wrote. Gradio's scripts need the
two ``unsafe`` words, so escaping stays the first line."""


class Guard:
    """Turns away what other web pages send here, and adds ``HEADERS`` to every response."""

    def __init__(self, app: ASGIApp, *, local: bool) -> None:
        self._app = app
        self._local = local

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        if scope["type"] == "http" and (complaint := self._complaint(Headers(scope=scope))):
            await PlainTextResponse(complaint, status_code=403)(scope, receive, send_with_headers)
        else:
            await self._app(scope, receive, send_with_headers)

    def _complaint(self, headers: Headers) -> str | None:
        """Why a request is refused; ``None`` for one from the page itself or from the address bar."""
        host = headers.get("host", "")
        if self._local and not is_loopback(_address(f"//{host}")[0]):
            return f"This page answers to 127.0.0.1 and localhost only, not to {host!r}."
        origin = headers.get("origin")
        if origin is not None and _address(origin)[1] != host:
            return f"Requests from {origin!r} are not answered here."
        return None


def is_loopback(host: str) -> bool:
    """Whether an address or name can be reached from this machine alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:  # a name
        return host == "localhost"


def _address(url: str) -> tuple[str, str]:
    """Host, and host with port; empty when there is none."""
    try:
        parts = urllib.parse.urlsplit(url)
    except ValueError:  # such as an unclosed bracket around an IPv6 address
        return "", ""
    return parts.hostname or "", parts.netloc

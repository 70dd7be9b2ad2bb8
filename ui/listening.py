"""Where a server of ours listens, and whom it lets in without being told to."""

from __future__ import annotations

import contextlib
import ipaddress
import logging
import socket
import sys
import urllib.parse
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import uvicorn

from rag.errors import SettingsError

__all__ = ["SHUTDOWN_S", "Announced", "address_of", "foreign", "is_loopback", "listening", "written_out"]

SHUTDOWN_S = 2
"""Seconds that open connections get to finish when a server is told to end."""


def is_loopback(host: str) -> bool:
    """Whether an address or name can be reached from this machine alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:  # a name
        return host == "localhost"


def foreign(headers: Mapping[str, str], *, local: bool) -> str | None:
    """Why a request is refused as another web page's; ``None`` for one of our own page, of a program or typed in.

    Args:
        headers: of the request, whatever the case of their names.
        local: answers only requests addressed to this machine itself.
    """
    host = headers.get("host", "")
    if local and not is_loopback(_parts(f"//{host}")[0]):
        return f"This page answers to 127.0.0.1 and localhost only, not to {host!r}."
    origin = headers.get("origin")
    if origin is not None and _parts(origin)[1] != host:
        return f"Requests from {origin!r} are not answered here."
    return None


def _parts(url: str) -> tuple[str, str]:
    """Host, and host with port; empty when there is none."""
    try:
        parts = urllib.parse.urlsplit(url)
    except ValueError:  # such as an unclosed bracket around an IPv6 address
        return "", ""
    return parts.hostname or "", parts.netloc


@contextlib.contextmanager
def listening(host: str, ports: Sequence[int]) -> Iterator[socket.socket]:
    """A socket that listens on the first of ``ports`` that is free; 0 is any.

    Raises:
        SettingsError: none of them can be listened on.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    for number in ports:
        try:
            found = socket.create_server((host, number), family=family)
        except OSError as error:  # taken: try the next
            problem = error
            continue
        with found:
            yield found
        return
    asked = f"port {ports[0]}" if len(ports) == 1 else f"ports {ports[0]} to {ports[-1]}"
    raise SettingsError(
        f"cannot listen on {host} at {asked} ({problem.strerror}); name another with --port"
    ) from problem


def address_of(listens: socket.socket, host: str) -> str:
    """The address under which what listens there is asked, with a slash at its end."""
    return f"http://{f'[{host}]' if ':' in host else host}:{listens.getsockname()[1]}/"


def written_out(address: str) -> None:
    """Prints the address, at once."""
    sys.stdout.write(f"{address}\n")
    sys.stdout.flush()


def _no_word_of_ending(record: logging.LogRecord) -> bool:
    """False for uvicorn's error that what was open at the end has been closed, which is as it should be."""
    return not str(record.msg).startswith("Cancel %s running task(s)")


class Announced(uvicorn.Server):
    """Says when it listens, and gives open connections :data:`SHUTDOWN_S` when it is told to end, without a word."""

    def __init__(self, app: Any, announce: Callable[[], None], **options: Any) -> None:
        super().__init__(
            uvicorn.Config(app, log_level="warning", ws="none", timeout_graceful_shutdown=SHUTDOWN_S, **options)
        )
        self._announce = announce
        logging.getLogger("uvicorn.error").addFilter(_no_word_of_ending)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Starts to listen."""
        await super().startup(sockets)
        if self.started:
            self._announce()

"""What the servers of the tests are asked and what they answer; documented in ``tests/servers.py``."""

from __future__ import annotations

import select
import socket
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

__all__ = ["CUT", "WAIT_S", "Cut", "Reply", "Request", "Stall"]

WAIT_S = 20.0
"""How long a test waits for an event that must come; only a failing test waits this long."""


class Cut:
    """Breaks the connection off without the end of the message."""


CUT = Cut()


class Stall:
    """A place in a reply where the server waits until it is released or the client hangs up."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.hung_up = threading.Event()
        self._mine, self._other = socket.socketpair()

    def release(self) -> None:
        self._other.send(b".")

    def wait(self, client: socket.socket) -> bool:
        """Whether to go on; called by the server."""
        self.reached.set()
        ready, _, _ = select.select([client, self._mine], [], [], WAIT_S)
        if client in ready:
            self.hung_up.set()
        return self._mine in ready

    def close(self) -> None:
        self._mine.close()
        self._other.close()


@dataclass
class Request:
    """One request as the server got it."""

    method: str
    path: str
    headers: dict[str, str]
    json: Any


@dataclass
class Reply:
    """What a server answers; see the module's docstring."""

    parts: Sequence[str | bytes | Stall | Cut] = ()
    finish: str | None = "stop"
    usage: tuple[int, int] | None = (1000, 20)
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str | bytes | None = None

    @property
    def text(self) -> str:
        return "".join(part for part in self.parts if isinstance(part, str))

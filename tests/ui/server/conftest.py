"""The six papers of ``tests/papers.py`` behind a server for programs, on loopback."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator

import pytest
from starlette.types import ASGIApp

from rag import Assistant
from tests.browsers import WAIT_MS
from ui.listening import Announced
from ui.server.serving import application


@contextlib.contextmanager
def listening(app: ASGIApp) -> Iterator[str]:
    """An application in a thread; its address, with a slash at its end."""
    listens = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as found:
        server = Announced(app, listens.set)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [found]})
        thread.start()
        try:
            assert listens.wait(WAIT_MS / 1000)
            yield f"http://127.0.0.1:{found.getsockname()[1]}/"
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="session")
def service(small: Assistant) -> Iterator[str]:
    """The address of a server for all tests that do not change it."""
    with listening(application(small)) as address:
        yield address

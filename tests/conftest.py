"""Every test runs with an empty home, a clean environment and no network beyond this machine."""

from __future__ import annotations

import ipaddress
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from rag import Assistant

pytest_plugins = ["tests.browsers", "tests.chroma"]

_SEED = Path(__file__).parents[1] / "data" / "daily_papers.txt"
_FOREIGN = ("PAPERTRAIL_", "OPENAI_", "OLLAMA_", "GRADIO_", "CHROMA_", "HF_", "XDG_")
_PROXIES = {"http_proxy", "https_proxy", "all_proxy", "no_proxy", "ftp_proxy"}


class NetworkForbiddenError(RuntimeError):
    """A test tried to leave the machine.

    Not an OSError: product code maps those to its own errors, and the test would pass for the wrong reason.
    """


def _is_local(host: object) -> bool:
    if host is None or host in ("", b"", "localhost", b"localhost"):
        return True
    try:
        address = ipaddress.ip_address(host.decode() if isinstance(host, bytes) else str(host))
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _seal(patch: pytest.MonkeyPatch) -> None:
    """Refuses connections and name look-ups that would leave the machine."""
    connect, connect_ex, getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def checked(sock: socket.socket, address: Any) -> None:
        if sock.family in (socket.AF_INET, socket.AF_INET6) and not _is_local(address[0]):
            raise NetworkForbiddenError(f"a test tried to connect to {address!r}")

    def guarded_connect(self: socket.socket, address: Any) -> None:
        checked(self, address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        checked(self, address)
        return connect_ex(self, address)

    def guarded_getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        if not _is_local(host):
            raise NetworkForbiddenError(f"a test tried to look up {host!r}")
        return getaddrinfo(host, *args, **kwargs)

    patch.setattr(socket.socket, "connect", guarded_connect)
    patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
    patch.setattr(socket, "getaddrinfo", guarded_getaddrinfo)


def _move_home(patch: pytest.MonkeyPatch, factory: pytest.TempPathFactory) -> None:
    home = factory.mktemp("home")
    patch.setenv("HOME", str(home))
    patch.setenv("USERPROFILE", str(home))
    patch.setenv("PAPERTRAIL_HOME", str(home / "papertrail"))
    # The built-in model is made once for all tests, not once for each: it has 90 MB.
    models = factory.getbasetemp() / "models"
    models.mkdir(exist_ok=True)
    (home / "papertrail").mkdir()
    (home / "papertrail" / "models").symlink_to(models, target_is_directory=True)


@pytest.fixture(scope="session", autouse=True)
def _machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """For the whole run, so that fixtures of every scope are covered."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as a script starts what it starts in the background
        signal.signal(signal.SIGINT, signal.default_int_handler)  # programs that tests start would inherit it
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.upper().startswith(_FOREIGN) or name.lower() in _PROXIES:
                patch.delenv(name)
        patch.setenv("GRADIO_ANALYTICS_ENABLED", "False")
        patch.setenv("HF_HUB_OFFLINE", "1")
        _move_home(patch, tmp_path_factory)
        _seal(patch)
        yield


@pytest.fixture(autouse=True)
def _home(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A home of its own for each test."""
    _move_home(monkeypatch, tmp_path_factory)


def _new_home(factory: pytest.TempPathFactory) -> Path:
    home = factory.mktemp("collection")
    (home / "models").symlink_to(factory.getbasetemp() / "models", target_is_directory=True)
    return home


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """The six papers of ``tests/papers.py`` in a collection, for all tests: none may change it."""
    from rag import Assistant, Settings, index
    from tests.papers import PAPERS

    settings = Settings(home=_new_home(tmp_path_factory), model="extractive")
    index.ingest(settings, "papers", PAPERS)
    with Assistant.open(settings=settings) as assistant:
        yield assistant


@pytest.fixture(scope="session")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """The seed collection, for all tests: none may change it."""
    from rag import Assistant, Settings, ingest

    settings = Settings(home=_new_home(tmp_path_factory), model="extractive")
    ingest([_SEED], settings=settings)
    with Assistant.open(settings=settings) as assistant:
        yield assistant

"""A real Chroma server on loopback, as ``chroma run`` starts it, and a proxy as people put before one.

Chroma's own server knows no tokens and no https: the proxy asks for the one and speaks the other. ``proxy.refuse`` are
statuses that it answers instead of passing the next requests on, ``proxy.seen`` the headers of each request. With
``cloud`` it is what ``HTTPS_PROXY`` names and plays the cloud itself: the tunnel that is asked for ends in it.
"""

from __future__ import annotations

import http.client
import os
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import pytest

__all__ = ["CERTIFICATE", "ChromaProxy", "ChromaServer"]

CERTIFICATE = Path(__file__).with_name("rag") / "index" / "chroma_certificate.pem"
"""A certificate for loopback and for the cloud's name, of the tests' own making, with its key."""


class ChromaServer:
    """Runs for the length of a ``with`` block, and can be stopped and started in it; its papers stay."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}"
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def start(self) -> None:
        """Returns once it listens."""
        command = Path(sys.executable).with_name("chroma")
        words = [command, "run", "--path", self._folder, "--host", "127.0.0.1", "--port", str(self._port)]
        environment = {key: value for key, value in os.environ.items() if not key.startswith("OTEL_")}
        self._process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, encoding="utf-8", env=environment)
        assert self._process.stdout is not None
        said = []
        for line in self._process.stdout:
            said.append(line)
            if "server listening on address" in line:
                break
        else:
            pytest.fail(f"chroma run ended: {''.join(said)}")
        # What it says from here on is of no use, but it must not wait for its being read.
        self._reader = threading.Thread(target=self._process.stdout.read, daemon=True)
        self._reader.start()

    def stop(self) -> None:
        """Kills it, as a machine that goes down does."""
        if self._process is not None:
            process, self._process = self._process, None
            process.kill()
            process.wait()
            self._reader.join()
            assert process.stdout is not None
            process.stdout.close()


class ChromaProxy:
    """Stands before a server for the length of a ``with`` block."""

    def __init__(
        self, server: ChromaServer, *, wanted: tuple[str, str] | None = None, tls: bool = False, cloud: bool = False
    ) -> None:
        """Args: the server; a header that requests must have; https; the cloud behind a proxy."""
        self._server, self._wanted, self._cloud = server, wanted, cloud
        self.refuse: list[int] = []
        self.seen: list[dict[str, str]] = []
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(CERTIFICATE)
        proxy = self

        class Handler(_Handler):
            asked = proxy

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        if tls:
            self._http.socket = self._tls.wrap_socket(self._http.socket, server_side=True)
        self.url = f"http{'s' if tls else ''}://127.0.0.1:{self._http.server_port}"
        self._thread = threading.Thread(target=self._http.serve_forever)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def tunnel(self, connection: socket.socket) -> ssl.SSLSocket:
        """The other end of a tunnel to the cloud."""
        return self._tls.wrap_socket(connection, server_side=True)

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        """Status and body, from the server or instead of it."""
        self.seen.append(headers)
        if self.refuse:
            return self.refuse.pop(0), b"refused by the test"
        if self._wanted and headers.get(self._wanted[0]) != self._wanted[1]:
            return 401, b"no token"
        there = http.client.HTTPConnection(urlsplit(self._server.url).netloc, timeout=60)
        try:
            there.request(method, path, body, {"content-type": "application/json"})
            reply = there.getresponse()
            return reply.status, reply.read()
        finally:
            there.close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    asked: ChromaProxy

    def do_CONNECT(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.connection = self.asked.tunnel(self.connection)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
        self.close_connection = False

    def finish(self) -> None:
        super().finish()
        self.connection.close()  # that of a tunnel is not the one that the server closes

    def _pass(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", 0)))
        status, reply = self.asked.answer(self.command, self.path, headers, body)
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    do_GET = do_POST = do_PUT = do_DELETE = _pass

    def log_message(self, format: str, *values: Any) -> None:
        """Says nothing."""


@pytest.fixture(scope="session")
def chroma(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    """A server for all tests: none may stop it."""
    with ChromaServer(tmp_path_factory.mktemp("chroma")) as server:
        yield server

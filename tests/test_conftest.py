from __future__ import annotations

import os
import socket

import pytest


@pytest.mark.parametrize("host", ["192.0.2.1", "example.org", "2001:db8::1"])
def test_leaving_the_machine_is_refused(host: str) -> None:
    with pytest.raises(RuntimeError, match="a test tried"):
        socket.create_connection((host, 80))


def test_a_socket_that_is_already_resolved_is_refused_too() -> None:
    with socket.socket() as sock, pytest.raises(RuntimeError, match="tried to connect"):
        sock.connect_ex(("192.0.2.1", 80))


def test_loopback_is_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()


def test_the_environment_of_the_caller_is_not_seen() -> None:
    assert {name for name in os.environ if name.startswith(("PAPERTRAIL_", "OPENAI_"))} == {"PAPERTRAIL_HOME"}
    assert os.environ["PAPERTRAIL_HOME"].startswith(os.environ["HOME"])

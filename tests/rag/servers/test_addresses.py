from __future__ import annotations

import pytest

from rag.servers.addresses import is_local, without_secrets


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:11434", "localhost:11434", "http://[::1]:8000/v1", "0.0.0.0", "http://a.localhost/"]
)
def test_this_machine_is_local(address: str) -> None:
    assert is_local(address)


@pytest.mark.parametrize("address", ["https://api.openai.com/v1", "192.168.0.5:11434", "localhost.example.org", ""])
def test_other_machines_are_not(address: str) -> None:
    assert not is_local(address)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("http://127.0.0.1:8000/v1", "http://127.0.0.1:8000/v1"),
        ("https://user:secret@example.org:8443/v1?key=secret#secret", "https://example.org:8443/v1"),
        ("user:secret@host:11434", "host:11434"),
    ],
)
def test_addresses_are_shown_without_what_is_secret_in_them(address: str, shown: str) -> None:
    assert without_secrets(address) == shown

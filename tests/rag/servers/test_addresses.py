from __future__ import annotations

import pytest

from rag.servers.addresses import base_of_ollama, base_of_openai, is_local, without_secrets


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


@pytest.mark.parametrize(
    ("address", "base", "query"),
    [
        ("http://localhost:1234", "http://localhost:1234/v1", {}),
        ("http://localhost:1234/", "http://localhost:1234/v1", {}),
        ("http://localhost:1234/v1", "http://localhost:1234/v1", {}),
        ("http://localhost:1234/v1//", "http://localhost:1234/v1", {}),
        ("http://localhost:8000/v1/chat/completions", "http://localhost:8000/v1", {}),
        ("https://openrouter.ai/api/v1", "https://openrouter.ai/api/v1", {}),
        (
            "https://mine.openai.azure.com/openai/deployments/small/chat/completions?api-version=2024-10-21",
            "https://mine.openai.azure.com/openai/deployments/small",
            {"api-version": "2024-10-21"},
        ),
    ],
)
def test_the_address_of_a_compatible_server_may_be_written_in_many_ways(
    address: str, base: str, query: dict[str, str]
) -> None:
    assert base_of_openai(address) == (base, query)


@pytest.mark.parametrize(
    ("address", "base"),
    [
        ("http://localhost:11434/v1/", "http://localhost:11434"),
        ("http://localhost:11434/api/chat", "http://localhost:11434"),
        ("localhost:11434/", "localhost:11434"),
        ("https://example.org/ollama/v1", "https://example.org/ollama"),
    ],
)
def test_the_address_of_ollama_may_be_that_for_other_programs(address: str, base: str) -> None:
    assert base_of_ollama(address) == base

"""A server with a certificate of its own making, as laboratories have them; the pair beside serves no one else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.errors import ModelUnavailableError
from rag.models.offered import model_for
from rag.settings import Settings
from tests.servers import OllamaServer, OpenAIServer, Reply

PAIR = Path(__file__).with_name("self_signed.pem")


@pytest.fixture(params=["ollama", "openai"])
def asked(request: pytest.FixtureRequest) -> Iterator[tuple[str, Settings]]:
    """The name of a model on a server that speaks https, and the settings to reach it."""
    with (OllamaServer if request.param == "ollama" else OpenAIServer)(["m"], certificate=PAIR) as server:
        server.script("/api/chat", Reply(["Yes."]))
        server.script("/v1/chat/completions", Reply(["Yes."]))
        setting = "ollama_host" if request.param == "ollama" else "openai_base_url"
        yield f"{request.param}/m", Settings(**{setting: server.url}, retries=0)


def test_a_certificate_that_nobody_vouches_for_is_named(asked: tuple[str, Settings]) -> None:
    with pytest.raises(ModelUnavailableError, match=r"certificate of https://127.* is not trusted .*SSL_CERT_FILE"):
        model_for(*asked).complete("Rules.", "Matter.")


def test_it_is_trusted_once_its_file_is_given(asked: tuple[str, Settings], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(PAIR))

    assert model_for(*asked).complete("Rules.", "Matter.") == "Yes."


def test_https_to_a_server_without_it_is_named() -> None:
    with OpenAIServer(["m"]) as server:
        settings = Settings(openai_base_url=server.url.replace("http:", "https:"), retries=0)

        with pytest.raises(ModelUnavailableError, match="does not speak https"):
            model_for("openai/m", settings).complete("Rules.", "Matter.")


def test_a_socks_proxy_does_not_come_between_us_and_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:9")
    with OllamaServer(["m"]) as server:
        server.script("/api/chat", Reply(["Yes."]))

        assert model_for("ollama/m", Settings(ollama_host=server.url)).complete("Rules.", "Matter.") == "Yes."

"""What a server's refusals are called, the same for those who write and those who embed."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from rag.errors import ModelContextError, ModelUnavailableError, PapertrailError
from rag.index.embedding import embedder_for
from rag.models.offered import model_for
from rag.settings import Settings
from tests.servers import OllamaServer, OpenAIServer, Reply

Ask = Callable[[Reply], PapertrailError]


def _refused(ask: Callable[[], object]) -> PapertrailError:
    with pytest.raises(PapertrailError) as caught:
        ask()
    return caught.value


@pytest.fixture(params=["ollama writes", "openai writes", "ollama embeds", "openai embeds"])
def ask(request: pytest.FixtureRequest) -> Ask:
    """Asks a server that gives a certain reply, and says what comes of it."""
    provider, does = request.param.split()

    def asked(reply: Reply) -> PapertrailError:
        with OllamaServer(["m"]) if provider == "ollama" else OpenAIServer(["m"]) as server:
            for path in ("/api/chat", "/api/embed", "/v1/chat/completions", "/v1/embeddings"):
                server.script(path, reply)
            address = {"ollama_host": server.url} if provider == "ollama" else {"openai_base_url": server.url}
            settings = Settings(**address, embedding=f"{provider}:m", retries=3, context_tokens=5000)
            if does == "embeds":
                error = _refused(lambda: embedder_for(settings).embed(["text"]))
            else:
                error = _refused(lambda: model_for(f"{provider}/m", settings).complete("Rules.", "Matter."))
            assert len(server.requests) == 1
            return error

    return asked


def _body(message: str, **more: str) -> str:
    return json.dumps({"error": {"message": message, **more}})


@pytest.mark.parametrize("status", [429, 503])
def test_a_wait_longer_than_bearable_is_told_instead_of_waited(ask: Ask, status: int) -> None:
    error = ask(Reply(status=status, body=_body("slow down"), headers={"Retry-After": "3600"}))

    assert isinstance(error, ModelUnavailableError)
    assert "wait 3600 seconds" in str(error)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, _body("This model's maximum context length is 4096 tokens", code="context_length_exceeded")),
        (400, _body("the request exceeds the available context size", type="exceed_context_size_error")),
        (400, '{"error": "the input length exceeds the context length"}'),
        (500, '{"error": "prompt is too long"}'),
        (413, ""),
    ],
)
def test_a_prompt_longer_than_the_model_reads_names_the_setting(ask: Ask, status: int, body: str) -> None:
    error = ask(Reply(status=status, body=body))

    assert isinstance(error, ModelContextError)
    assert "PAPERTRAIL_CONTEXT_TOKENS, now 5000" in str(error)

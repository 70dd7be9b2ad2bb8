from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.rag.answering.bench import SECRET, Bench
from tests.servers import OllamaServer, OpenAIServer


@pytest.fixture(params=["ollama", "openai"])
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    if request.param == "ollama":
        with OllamaServer(["llama3.2"]) as ollama:
            yield Bench(ollama, "/api/chat", "ollama/llama3.2", '{"error": "server busy"}')
    else:
        with OpenAIServer(["small"], key=SECRET) as openai:
            yield Bench(openai, "/v1/chat/completions", "openai/small", '{"error": {"message": "server busy"}}')

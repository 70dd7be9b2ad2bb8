"""A model as a judge, with the real clients against servers on loopback."""

from __future__ import annotations

from typing import Any

import pytest

from rag.checking.model_judge import ModelJudge
from rag.errors import ModelMissingError, ModelReplyError, SettingsError
from rag.settings import Settings
from tests.papers import CACHE, SPARSE
from tests.replies import Reply
from tests.servers import OllamaServer, OpenAIServer

_CLAIM = "Firefly answers 3.4 times faster than a plain index."


def _asked(server: OllamaServer | OpenAIServer, path: str) -> list[Any]:
    """The bodies of the requests to one path."""
    return [request.json for request in server.requests if request.path == path]


@pytest.mark.parametrize(
    ("reply", "verdict"),
    [
        ("Yes", True),
        (" no.", False),
        ("**Yes**, it does.", True),
        ("<think>Yes?</think>no", False),
        ("<reasoning>No</reasoning> yes", True),
        ("Yes, or … </thought>No", False),
    ],
)
def test_the_first_word_of_the_reply_is_the_verdict(reply: str, verdict: bool) -> None:
    with OllamaServer(["bespoke-minicheck"]) as server:
        server.script("/api/chat", Reply([reply]))
        judge = ModelJudge("ollama/bespoke-minicheck", Settings(ollama_host=server.url))

        assert judge(_CLAIM, [CACHE]) is verdict
        assert judge.name == "ollama/bespoke-minicheck"


def test_the_document_and_the_claim_are_what_is_asked() -> None:
    with OllamaServer(["judge"]) as server:
        server.script("/api/chat", Reply(["yes"]))
        ModelJudge("ollama/judge", Settings(ollama_host=server.url))(_CLAIM, [CACHE, SPARSE])
        _, user = _asked(server, "/api/chat")[0]["messages"]

    document, claim = user["content"].split("\n")
    assert document.startswith("Document: Firefly: A Cache")
    assert "Glasswing halves the memory" in document
    assert claim == f"Claim: {_CLAIM}"


def test_an_unclear_reply_is_asked_again_once() -> None:
    with OpenAIServer(models=["judge"]) as server:
        server.script("/v1/chat/completions", Reply(["Perhaps."]), Reply(["No"]))
        settings = Settings(openai_base_url=server.url, openai_api_key="k")

        assert ModelJudge("openai/judge", settings)(_CLAIM, [CACHE]) is False
        assert "'yes' or 'no'" in _asked(server, "/v1/chat/completions")[1]["messages"][1]["content"]


def test_a_judge_that_never_says_yes_or_no_fails() -> None:
    with OpenAIServer(models=["judge"]) as server:
        server.script("/v1/chat/completions", Reply(["Perhaps."]), Reply(["Who knows."]))
        settings = Settings(openai_base_url=server.url, openai_api_key="k")

        with pytest.raises(ModelReplyError, match="no verdict of use"):
            ModelJudge("openai/judge", settings)(_CLAIM, [CACHE])


def test_a_judge_that_is_not_there_is_said() -> None:
    with OllamaServer(["other"]) as server, pytest.raises(ModelMissingError, match="ollama pull judge"):
        ModelJudge("ollama/judge", Settings(ollama_host=server.url, retries=0))(_CLAIM, [CACHE])


def test_a_name_that_is_no_model_is_refused() -> None:
    with pytest.raises(SettingsError):
        ModelJudge("psychic", Settings())

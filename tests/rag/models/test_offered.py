from __future__ import annotations

import subprocess
import sys
import traceback

import pytest

from rag.errors import (
    ModelMissingError,
    ModelReplyError,
    ModelTimeoutError,
    ModelUnavailableError,
    SettingsError,
)
from rag.models.offered import ModelOption, available_models, check_model, found_models, model_for, tried
from rag.settings import Settings
from tests.servers import OllamaServer, OpenAIServer, Reply, Stall, closed_port_url

SECRET = "sk-very-secret-0123456789"


def _nowhere(**more: str) -> Settings:
    """Settings whose Ollama server is not there."""
    return Settings(ollama_host=closed_port_url(), **more)


@pytest.mark.parametrize("name", ["ollama/llama3.2", "openai/gpt-4.1", "ollama/hf.co/user/model:Q4"])
def test_a_writer_carries_the_name_it_was_asked_for_by(name: str) -> None:
    assert model_for(name, Settings()).name == name


@pytest.mark.parametrize("name", ["", "auto", "extractive", "ollama", "ollama/", "/x", "other/x"])
def test_any_other_name_is_the_users_mistake(name: str) -> None:
    with pytest.raises(SettingsError, match="ollama/NAME"):
        model_for(name, Settings())
    with pytest.raises(SettingsError, match="ollama/NAME"):
        check_model(name, Settings())


def test_a_writer_is_had_without_loading_a_client() -> None:
    program = (
        "import sys; from rag.models.offered import model_for; from rag.settings import Settings;"
        "import rag.models.llamaindex_chat;"
        "model_for('openai/x', Settings()); model_for('ollama/x', Settings());"
        "print({'ollama', 'openai', 'llama_index', 'httpx', 'httpx2', 'tenacity'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)

    assert done.stdout.strip() == "set()"


def test_a_model_that_the_server_has_passes_the_check() -> None:
    with OllamaServer(["llama3.2"]) as ollama, OpenAIServer(["small"], key=SECRET) as openai:
        settings = Settings(ollama_host=ollama.url, openai_base_url=openai.url, openai_api_key=SECRET)

        check_model("ollama/llama3.2", settings)
        check_model("openai/small", settings)

    assert ollama.paths() == ["/api/show"]
    assert openai.paths() == ["/v1/models"]


def test_a_model_that_the_server_lacks_is_told_with_the_way_to_it() -> None:
    with OllamaServer() as ollama, OpenAIServer(["small"]) as openai:
        settings = Settings(ollama_host=ollama.url, openai_base_url=openai.url)

        with pytest.raises(ModelMissingError, match="`ollama pull llama3.2`"):
            check_model("ollama/llama3.2", settings)
        with pytest.raises(ModelMissingError, match="'large'; name one it has, such as 'small'"):
            check_model("openai/large", settings)


def test_a_model_that_only_embeds_cannot_be_chosen() -> None:
    with OllamaServer(["nomic-embed-text"]) as ollama, pytest.raises(ModelMissingError, match="cannot write"):
        check_model("ollama/nomic-embed-text", Settings(ollama_host=ollama.url))


def test_a_server_that_does_not_list_its_models_passes_the_check() -> None:
    with OpenAIServer(["small"]) as openai:
        openai.script("/v1/models", Reply(status=404, body="{}"))

        check_model("openai/anything", Settings(openai_base_url=openai.url))


def test_a_server_that_is_not_there_or_not_configured_is_told() -> None:
    with pytest.raises(ModelUnavailableError, match="ollama serve"):
        check_model("ollama/x", _nowhere())
    with pytest.raises(ModelUnavailableError, match="PAPERTRAIL_OPENAI_BASE_URL"):
        check_model("openai/x", _nowhere(openai_base_url=closed_port_url()))
    with pytest.raises(ModelUnavailableError, match="PAPERTRAIL_OPENAI_API_KEY"):
        check_model("openai/x", _nowhere())


def test_a_refused_key_is_told_without_it() -> None:
    with OpenAIServer(["small"], key="another") as openai:
        settings = Settings(openai_base_url=openai.url, openai_api_key=SECRET)

        with pytest.raises(ModelUnavailableError, match="PAPERTRAIL_OPENAI_API_KEY") as caught:
            check_model("openai/small", settings)

    assert SECRET not in "".join(traceback.format_exception(caught.value))
    assert SECRET not in repr(settings)


def test_a_server_that_fails_is_told_at_once() -> None:
    with OllamaServer() as ollama, OpenAIServer() as openai:
        ollama.script("/api/show", Reply(status=503, body="busy"))
        openai.script("/v1/models", Reply(status=503, body="busy"))
        settings = Settings(ollama_host=ollama.url, openai_base_url=openai.url)

        with pytest.raises(ModelUnavailableError, match="503"):
            check_model("ollama/x", settings)
        with pytest.raises(ModelUnavailableError, match="503"):
            check_model("openai/x", settings)


def test_a_server_of_another_kind_is_told() -> None:
    with OllamaServer() as ollama, OpenAIServer() as openai:
        ollama.script("/api/show", Reply(body="<html></html>"))
        openai.script("/v1/models", Reply(body="<html></html>", headers={"Content-Type": "application/json"}))
        settings = Settings(ollama_host=ollama.url, openai_base_url=openai.url)

        with pytest.raises(ModelReplyError, match="PAPERTRAIL_OLLAMA_HOST"):
            check_model("ollama/x", settings)
        with pytest.raises(ModelReplyError, match="PAPERTRAIL_OPENAI_BASE_URL"):
            check_model("openai/x", settings)


def test_models_of_both_servers_are_listed_without_those_that_cannot_write() -> None:
    with (
        OllamaServer(["llama3.2", "nomic-embed-text"]) as ollama,
        OpenAIServer(["small", "text-embedding-3-small"]) as openai,
    ):
        options = available_models(Settings(ollama_host=ollama.url, openai_base_url=openai.url, openai_model="small"))

    assert [(option.name, option.available) for option in options] == [
        ("ollama/llama3.2:latest", True),
        ("openai/small", True),
    ]
    assert ollama.url in options[0].note


def test_configured_models_that_cannot_be_used_are_listed_with_what_to_do() -> None:
    with OllamaServer(["other"]) as ollama, OpenAIServer(["other"]) as openai:
        options = available_models(
            Settings(ollama_host=ollama.url, ollama_model="llama3.2", openai_base_url=openai.url, openai_model="small")
        )

    broken = [option for option in options if not option.available]
    assert [option.name for option in broken] == ["ollama/llama3.2", "openai/small"]
    assert "`ollama pull llama3.2`" in broken[0].note
    assert "PAPERTRAIL_OPENAI_MODEL" in broken[1].note


def test_a_configured_model_without_its_tag_is_not_missing() -> None:
    with OllamaServer(["llama3.2"]) as ollama:
        options = available_models(Settings(ollama_host=ollama.url, ollama_model="llama3.2"))

    assert [option.available for option in options] == [True]


def test_configured_models_of_servers_that_are_not_there_are_listed_with_the_reason() -> None:
    settings = _nowhere(ollama_model="llama3.2", openai_base_url=closed_port_url(), openai_model="small")

    options = available_models(settings)

    assert [(option.name, option.available) for option in options] == [
        ("ollama/llama3.2", False),
        ("openai/small", False),
    ]
    assert "ollama serve" in options[0].note
    assert "PAPERTRAIL_OPENAI_BASE_URL" in options[1].note


def test_nothing_configured_and_nothing_there_lists_nothing() -> None:
    assert available_models(_nowhere()) == []


def test_the_configured_model_of_a_server_that_lists_none_is_offered() -> None:
    with OpenAIServer() as openai:
        openai.script("/v1/models", Reply(status=404))
        options = available_models(_nowhere(openai_base_url=openai.url, openai_model="small"))

    assert options == [
        ModelOption("openai/small", True, "set by PAPERTRAIL_OPENAI_MODEL; the server does not list its models")
    ]


def test_a_server_that_hangs_is_given_up_soon() -> None:
    with OllamaServer(["llama3.2"]) as ollama:
        stall = Stall()
        ollama.script("/api/show", Reply([stall]))

        with pytest.raises(ModelTimeoutError, match="2 seconds"):
            check_model("ollama/llama3.2", Settings(ollama_host=ollama.url))

    assert stall.hung_up.is_set()


def test_other_servers_are_found_tried_and_asked_without_the_key_of_the_configured_one() -> None:
    with OpenAIServer(["quill", "text-embedding-3"]) as openai:
        others = f"{closed_port_url()}, {openai.url}"
        settings = _nowhere(model_servers=others, openai_base_url=closed_port_url(), openai_api_key="secret-of-another")
        (found,) = [option for option in found_models(settings) if "@" in option.name]
        openai.script("/v1/chat/completions", Reply(["ready"]))

        seconds = tried(found.name, settings)

        assert (found.name, found.available) == (f"openai/quill@{openai.url}", True)
        assert 0 < seconds < 30
        assert openai.requests[-1].json["model"] == "quill"
        assert all("secret" not in request.headers.get("authorization", "") for request in openai.requests)
        assert model_for(found.name, settings).name == found.name
        openai.script("/v1/chat/completions", Reply(status=500, body='{"error": {"message": "out of memory"}}'))
        with pytest.raises(ModelUnavailableError, match="out of memory"):
            tried(found.name, settings.model_copy(update={"retries": 0}))


def test_an_address_that_is_not_among_those_looked_at_is_no_address() -> None:
    with OpenAIServer(["quill"]) as openai, OpenAIServer(["small"]) as configured:
        settings = _nowhere(openai_base_url=configured.url)

        with pytest.raises(ModelMissingError):
            check_model(f"openai/quill@{openai.url}", settings)

    assert openai.requests == []

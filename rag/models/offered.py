"""Which models there are, and the one of a name such as ``ollama/llama3.2``."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from rag.errors import ModelMissingError, ModelTimeoutError, PapertrailError, SettingsError
from rag.models.door import ChatModel
from rag.models.ollama_chat import OllamaChat
from rag.models.openai_chat import OpenAIChat
from rag.servers import ollama_server, openai_server
from rag.servers.addresses import without_secrets
from rag.servers.passing import PassingError
from rag.settings import Settings

__all__ = ["ModelOption", "available_models", "check_model", "found_models", "model_for", "server_and_name", "tried"]

_PROBE_TIMEOUT_S = 2.0
"""Seconds a server may take to say what it has: a page that lists the models waits for it. A server on the same
machine takes milliseconds; the first contact with one across the world, some tenths of a second."""

_TRIAL = ("You are tried for a moment.", "Reply with the one word: ready")

_NO_WRITER = re.compile(r"embed|whisper|tts|dall-e|moderation|transcribe|image|rerank|realtime|sora", re.IGNORECASE)
"""Models that write no text, by their names: ``/v1/models`` says nothing else about them."""


class ModelOption(NamedTuple):
    """A model that the user can choose."""

    name: str
    """As ``--model`` takes it."""
    available: bool
    note: str
    """Where it is, or why it cannot be used and how to mend that."""


def model_for(name: str, settings: Settings) -> ChatModel:
    """The model of that name; no server is asked.

    ``openai/NAME@ADDRESS`` is a model of one of ``settings.model_servers``; the key that is set is not sent there.

    Raises:
        SettingsError: ``name`` is neither ``ollama/NAME`` nor ``openai/NAME``.
    """
    provider, model, there = _placed(name, settings)
    return OllamaChat(model, there) if provider == "ollama" else OpenAIChat(model, there, named=name)


def tried(name: str, settings: Settings) -> float:
    """Has the model ``name`` write a word, and says how many seconds that took.

    Raises:
        SettingsError: ``name`` is neither ``ollama/NAME`` nor ``openai/NAME``, or a setting makes no sense.
        ModelError: it does not do its work.
    """
    check_model(name, settings)
    began = time.perf_counter()
    model_for(name, settings).complete(*_TRIAL)
    return time.perf_counter() - began


def check_model(name: str, settings: Settings) -> None:
    """Asks the server of the model ``name`` whether it is there, knows us and has the model; nothing is generated.

    Raises:
        SettingsError: ``name`` is neither ``ollama/NAME`` nor ``openai/NAME``, or a setting makes no sense.
        ModelUnavailableError: no server answers, nothing is configured, or the key is refused.
        ModelMissingError: the server does not have the model, or it is one that cannot write.
        ModelTimeoutError: the server takes longer than 2 seconds.
        ModelReplyError: the server does not speak the protocol.
    """
    provider, model, there = _placed(name, settings)
    if provider == "ollama":
        _check_ollama(model, there)
    else:
        _check_openai(model, there)


def available_models(settings: Settings) -> list[ModelOption]:
    """The models of the servers that answer within 2 seconds, and the configured ones of those that do not.

    Ollama is asked at its usual address even when nothing is configured; an OpenAI-compatible server is asked only
    when an address, a key or a model is.
    """
    wanted, where = settings.ollama_model, f"on the Ollama server at {without_secrets(settings.ollama_host)}"
    missing = f"not there yet; fetch it with `ollama pull {wanted}`"
    found = _options("ollama", wanted, lambda: _ollama_names(settings), where, missing)
    wanted = settings.openai_model
    if wanted or settings.openai_base_url or settings.openai_api_key or settings.openai_api_key_file:
        where = "on the OpenAI-compatible server"
        missing = "the server does not have it; set PAPERTRAIL_OPENAI_MODEL to one that it has"
        found += _options("openai", wanted, lambda: _openai_names(settings, wanted or ""), where, missing)
    return found


def found_models(settings: Settings) -> list[ModelOption]:
    """:func:`available_models`, and those of all servers at ``settings.model_servers`` that answer within 2 seconds."""
    addresses = [one for one in settings.model_addresses if one != settings.openai_base_url]

    def at(address: str) -> list[ModelOption]:
        try:
            names = _openai_names(_at(address, settings), "")
        except PapertrailError:  # nobody is there, or something else than a model server
            return []
        where = f"at {without_secrets(address)}"
        return [ModelOption(f"openai/{name}@{address}", True, where) for name in names if not _NO_WRITER.search(name)]

    with ThreadPoolExecutor(max(len(addresses), 1)) as threads:
        elsewhere = threads.map(at, addresses)
        return [*available_models(settings), *(option for options in elsewhere for option in options)]


def _options(
    server: str, wanted: str | None, names_of: Callable[[], list[str]], where: str, missing: str
) -> list[ModelOption]:
    """The models of a server that can write, behind the configured one where it has not got that."""
    configured = [ModelOption(f"{server}/{wanted}", False, missing)] if wanted else []
    try:
        names = names_of()
    except PapertrailError as error:
        return [one._replace(note=str(error)) for one in configured]
    if server == "openai" and not names:
        note = "set by PAPERTRAIL_OPENAI_MODEL; the server does not list its models"
        return [one._replace(available=True, note=note) for one in configured]
    found = [ModelOption(f"{server}/{name}", True, where) for name in names if not _NO_WRITER.search(name)]
    return found if wanted and _has(names, wanted) else [*configured, *found]


def server_and_name(name: str) -> tuple[str, str]:
    """The two parts of ``ollama/NAME`` or ``openai/NAME``.

    Raises:
        SettingsError: it is neither.
    """
    provider, _, model = name.partition("/")
    if provider not in ("ollama", "openai") or not model:
        raise SettingsError(f"model {name!r} is not known; name one as ollama/NAME or openai/NAME")
    return provider, model


def _placed(name: str, settings: Settings) -> tuple[str, str, Settings]:
    """Server, name of the model there, and the settings with the address of that server."""
    provider, model = server_and_name(name)
    short, _, address = model.rpartition("@")
    if provider == "openai" and short and address in settings.model_addresses:
        return provider, short, _at(address, settings)
    return provider, model, settings


def _at(address: str, settings: Settings) -> Settings:
    return settings.model_copy(
        update={"openai_base_url": address, "openai_api_key": None, "openai_api_key_file": None, "openai_model": None}
    )


def _raised(error: PapertrailError | PassingError) -> PapertrailError:
    if isinstance(error, PassingError):
        return error.error
    if isinstance(error, ModelTimeoutError):
        return ModelTimeoutError(
            f"the model server did not say within {_PROBE_TIMEOUT_S:g} seconds what it has; look whether it is busy"
        )
    return error


def _has(names: Collection[str], model: str) -> bool:
    """Whether ``model`` is among ``names``; Ollama writes out the tag that is meant when there is none."""
    return model in names or f"{model}:latest" in names


def _check_ollama(model: str, settings: Settings) -> None:
    try:
        with ollama_server.client(settings, _PROBE_TIMEOUT_S) as client:
            capabilities = client.show(model).capabilities
    except ollama_server.failures() as error:
        raise _raised(ollama_server.failure(error, settings, model)) from error
    if capabilities and "completion" not in capabilities:
        raise ModelMissingError(f"the Ollama model {model!r} cannot write; name one that can, see `ollama list`")


def _ollama_names(settings: Settings) -> list[str]:
    try:
        with ollama_server.client(settings, _PROBE_TIMEOUT_S) as client:
            models = client.list().models
    except ollama_server.failures() as error:
        raise _raised(ollama_server.failure(error, settings, settings.ollama_model or "")) from error
    writers = [one for one in models if not (one.details and "bert" in (one.details.family or ""))]
    return [one.model for one in writers if one.model]


def _check_openai(model: str, settings: Settings) -> None:
    names = _openai_names(settings, model)
    if names and not _has(names, model):
        raise ModelMissingError(
            f"the OpenAI-compatible server has no model {model!r}; name one it has, such as {names[0]!r}"
        )


def _openai_names(settings: Settings, model: str) -> list[str]:
    """The models of the server; none if it is one of those that do not list them."""
    import openai

    try:
        with openai_server.client(settings, _PROBE_TIMEOUT_S) as client:
            return [one.id for one in client.models.list()]
    except openai.APIStatusError as error:
        if error.status_code in (404, 405, 501):
            return []
        raise _raised(openai_server.failure(error, settings, model)) from None
    except openai_server.failures() as error:
        raise _raised(openai_server.failure(error, settings, model)) from None

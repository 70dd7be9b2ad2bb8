"""Reaching an Ollama server, and naming what goes wrong with it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from rag.errors import (
    ModelError,
    ModelMissingError,
    ModelReplyError,
    ModelTimeoutError,
    ModelUnavailableError,
    PapertrailError,
    SettingsError,
)
from rag.servers.addresses import base_of_ollama, is_local, without_secrets
from rag.servers.certificates import refused_certificate, trusted
from rag.servers.overflow import is_overflow, too_long
from rag.servers.passing import PassingError, wait_asked_for, when
from rag.settings import Settings

if TYPE_CHECKING:
    import httpx
    import ollama

__all__ = ["async_client", "client", "context_length", "failure", "failures"]

_SHOW_TIMEOUT_S = 2.0
"""Seconds a server may take to describe a model; one on the same machine takes milliseconds."""
_NUM_CTX = re.compile(r"^\s*num_ctx\s+(\d+)\s*$", re.MULTILINE)
_GIST_CHARS = 300
"""Characters of a server's own message that are passed on."""


def client(settings: Settings, timeout_s: float | None = None) -> ollama.Client:
    """A client whose calls block.

    Args:
        settings: the address.
        timeout_s: seconds that each step of a quick question may take; None takes the time limits of the settings.

    Raises:
        SettingsError: the host setting is no address.
    """
    import httpx
    import ollama

    timeout = httpx.Timeout(timeout_s) if timeout_s else _timeout(settings)
    try:
        return ollama.Client(base_of_ollama(settings.ollama_host), timeout=timeout, **_transport(settings))
    except (ValueError, httpx.InvalidURL) as error:
        raise _bad_host(settings) from error


def async_client(settings: Settings) -> ollama.AsyncClient:
    """A client for answers, with the time limits of the settings; a read that is cancelled closes its connection.

    Raises:
        SettingsError: the host setting is no address.
    """
    import httpx
    import ollama

    try:
        return ollama.AsyncClient(
            base_of_ollama(settings.ollama_host), timeout=_timeout(settings), **_transport(settings)
        )
    except (ValueError, httpx.InvalidURL) as error:
        raise _bad_host(settings) from error


def context_length(settings: Settings, model: str) -> int | None:
    """Tokens that a model reads at most, prompt and answer together; None when the server does not say.

    The smaller one of what the model was made for and of the window that its Modelfile sets, which its owner chose.
    """
    try:
        with client(settings, _SHOW_TIMEOUT_S) as server:
            shown = server.show(model)
    except failures():
        return None  # whatever is wrong with the server, the question itself will tell
    made_for = [value for name, value in (shown.modelinfo or {}).items() if name.endswith(".context_length")]
    chosen = _NUM_CTX.search(shown.parameters or "")
    sizes = [size for size in (*made_for, int(chosen[1]) if chosen else None) if isinstance(size, int) and size > 0]
    return min(sizes, default=None)


def failures() -> tuple[type[Exception], ...]:
    """What the client raises.

    ``ValueError`` covers a reply that is no JSON or not of the documented shape, the two after it a reply that is
    JSON but no object, which the client takes apart unchecked.
    """
    import httpx
    import ollama

    return (ollama.ResponseError, httpx.HTTPError, ConnectionError, ValueError, AttributeError, TypeError)


def failure(
    error: Exception, settings: Settings, model: str, advice: str = "name another model"
) -> PapertrailError | PassingError:
    """The error to raise for one of :func:`failures`; a :class:`PassingError` where another try may help.

    Args:
        error: what the client raised.
        settings: of the client.
        model: which was asked for.
        advice: what to do when the server turns the model away, for the end of the sentence.
    """
    import httpx
    import ollama

    host = without_secrets(settings.ollama_host)
    if isinstance(error, ollama.ResponseError):
        return _status_failure(error, settings, model, advice)
    if isinstance(error, httpx.UnsupportedProtocol):
        return _bad_host(settings)
    if refused := refused_certificate(error, host):
        return ModelUnavailableError(refused)
    if isinstance(error, ConnectionError | httpx.ConnectError | httpx.ConnectTimeout):
        return ModelUnavailableError(
            f"no Ollama server answers at {host}; start it with `ollama serve` or correct PAPERTRAIL_OLLAMA_HOST"
        )
    if isinstance(error, httpx.TimeoutException):
        return ModelTimeoutError(
            f"Ollama at {host} was silent for longer than allowed; try again, take a smaller model or "
            "raise PAPERTRAIL_READ_TIMEOUT_S"
        )
    if isinstance(error, httpx.TransportError):
        return PassingError(ModelReplyError(f"Ollama at {host} broke the connection off in the middle; try again"))
    return ModelReplyError(
        f"what answers at {host} does not speak Ollama's protocol; correct PAPERTRAIL_OLLAMA_HOST or update Ollama"
    )


def _status_failure(
    error: ollama.ResponseError, settings: Settings, model: str, advice: str
) -> ModelError | PassingError:
    where, status = f"Ollama at {without_secrets(settings.ollama_host)}", error.status_code
    gist = " ".join(str(error.error).split())[:_GIST_CHARS]
    if status == 404 and "model" in gist:
        return ModelMissingError(f"{where} has no model {model!r}; fetch it with `ollama pull {model}`")
    if status in (401, 403):
        return ModelUnavailableError(f"{where} turned the request away; sign in with `ollama signin`")
    if status == -1:  # reported inside a stream that had begun well
        return ModelReplyError(f"{where} broke the answer off ({gist}); try again or name another model")
    if is_overflow(status, gist):
        return too_long(where, gist, settings.context_tokens)
    wait_s = _wait_asked_for(error)
    turned_away = ModelUnavailableError(
        f"{where} answered with status {status} ({gist}); see its log, {when(wait_s)} and try again, or {advice}"
    )
    return PassingError(turned_away, wait_s) if status == 429 or status >= 500 else turned_away


def _wait_asked_for(error: ollama.ResponseError) -> float | None:
    """Seconds in ``Retry-After``: the client keeps no headers, but the error it made its own from still has them."""
    response = getattr(error.__context__, "response", None)
    return wait_asked_for(response.headers) if response is not None else None


def _timeout(settings: Settings) -> httpx.Timeout:
    import httpx

    return httpx.Timeout(settings.read_timeout_s, connect=settings.connect_timeout_s)


def _transport(settings: Settings) -> dict[str, Any]:
    return {"trust_env": not is_local(settings.ollama_host), "verify": trusted()}


def _bad_host(settings: Settings) -> SettingsError:
    return SettingsError(
        f"setting 'ollama_host': {without_secrets(settings.ollama_host)!r} is no address of a server; "
        "set PAPERTRAIL_OLLAMA_HOST to one like http://127.0.0.1:11434"
    )

"""Reaching an Ollama server, and naming what goes wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rag.answering.addresses import is_local, without_secrets
from rag.answering.retry import PassingError
from rag.errors import (
    ModelError,
    ModelMissingError,
    ModelReplyError,
    ModelTimeoutError,
    ModelUnavailableError,
    PapertrailError,
    SettingsError,
)
from rag.settings import Settings

if TYPE_CHECKING:
    import ollama

__all__ = ["async_client", "client", "failure", "failures"]

_GIST_CHARS = 300
"""Characters of a server's own message that are passed on."""


def client(settings: Settings, timeout_s: float) -> ollama.Client:
    """A client for quick questions, each of whose steps may take ``timeout_s``.

    Raises:
        SettingsError: the host setting is no address.
    """
    import httpx
    import ollama

    try:
        return ollama.Client(settings.ollama_host, timeout=httpx.Timeout(timeout_s), **_transport(settings))
    except (ValueError, httpx.InvalidURL) as error:
        raise _bad_host(settings) from error


def async_client(settings: Settings) -> ollama.AsyncClient:
    """A client for answers, with the time limits of the settings; a read that is cancelled closes its connection.

    Raises:
        SettingsError: the host setting is no address.
    """
    import httpx
    import ollama

    timeout = httpx.Timeout(settings.read_timeout_s, connect=settings.connect_timeout_s)
    try:
        return ollama.AsyncClient(settings.ollama_host, timeout=timeout, **_transport(settings))
    except (ValueError, httpx.InvalidURL) as error:
        raise _bad_host(settings) from error


def failures() -> tuple[type[Exception], ...]:
    """What the client raises.

    ``ValueError`` covers a reply that is no JSON or not of the documented shape, the two after it a reply that is
    JSON but no object, which the client takes apart unchecked.
    """
    import httpx
    import ollama

    return (ollama.ResponseError, httpx.HTTPError, ConnectionError, ValueError, AttributeError, TypeError)


def failure(error: Exception, settings: Settings, model: str) -> PapertrailError | PassingError:
    """The error to raise for one of :func:`failures`; a :class:`PassingError` where another try may help."""
    import httpx
    import ollama

    host = without_secrets(settings.ollama_host)
    if isinstance(error, ollama.ResponseError):
        return _status_failure(error, host, model)
    if isinstance(error, httpx.UnsupportedProtocol):
        return _bad_host(settings)
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


def _status_failure(error: ollama.ResponseError, host: str, model: str) -> ModelError | PassingError:
    gist = " ".join(str(error.error).split())[:_GIST_CHARS]
    if error.status_code == 404 and "model" in gist:
        return ModelMissingError(f"Ollama at {host} has no model {model!r}; fetch it with `ollama pull {model}`")
    if error.status_code in (401, 403):
        return ModelUnavailableError(f"Ollama at {host} turned the request away; sign in with `ollama signin`")
    if error.status_code == -1:  # reported inside a stream that had begun well
        return ModelReplyError(f"Ollama at {host} broke the answer off ({gist}); try again or name another model")
    turned_away = ModelUnavailableError(
        f"Ollama at {host} answered with status {error.status_code} ({gist}); see its log or name another model"
    )
    return PassingError(turned_away) if error.status_code == 429 or error.status_code >= 500 else turned_away


def _transport(settings: Settings) -> dict[str, Any]:
    return {"trust_env": not is_local(settings.ollama_host)}


def _bad_host(settings: Settings) -> SettingsError:
    return SettingsError(
        f"setting 'ollama_host': {without_secrets(settings.ollama_host)!r} is no address of a server; "
        "set PAPERTRAIL_OLLAMA_HOST to one like http://127.0.0.1:11434"
    )

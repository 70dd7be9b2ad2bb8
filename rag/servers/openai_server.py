"""Reaching a server that speaks OpenAI's interface, and naming what goes wrong with it, never with its key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from rag.errors import (
    ModelError,
    ModelMissingError,
    ModelReplyError,
    ModelTimeoutError,
    ModelUnavailableError,
    PapertrailError,
    SettingsError,
)
from rag.servers.addresses import base_of_openai, is_local, without_secrets
from rag.servers.certificates import refused_certificate, trusted
from rag.servers.overflow import is_overflow, too_long
from rag.servers.passing import PassingError, wait_asked_for, when
from rag.settings import Settings

if TYPE_CHECKING:
    import openai

__all__ = ["async_client", "client", "failure", "failures"]

_OWN_URL = "https://api.openai.com/v1"
"""Named here so that ``OPENAI_BASE_URL`` of the environment, which the client would read, plays no part."""
_NO_KEY = "not-needed"
"""The client wants a key even for servers that want none."""
_AZURE = ".azure.com"
"""Takes the key under a header of its own (https://learn.microsoft.com/azure/ai-foundry/openai/reference)."""
_GIST_CHARS = 300
"""Characters of a server's own message that are passed on."""


def client(settings: Settings, timeout_s: float | None = None) -> openai.OpenAI:
    """A client whose calls block.

    Args:
        settings: address and key.
        timeout_s: seconds that each step of a quick question may take; None takes the time limits of the settings.

    Raises:
        ModelUnavailableError: neither an address nor a key is set.
        SettingsError: the key cannot be sent.
    """
    import openai

    http = openai.DefaultHttpxClient(trust_env=not is_local(_address(settings)), verify=trusted())
    timeout = openai.Timeout(timeout_s) if timeout_s else _timeout(settings)
    return openai.OpenAI(http_client=http, timeout=timeout, **_options(settings))


def async_client(settings: Settings) -> openai.AsyncOpenAI:
    """A client for answers, with the time limits of the settings; a read that is cancelled closes its connection.

    Raises:
        ModelUnavailableError: neither an address nor a key is set.
        SettingsError: the key cannot be sent.
    """
    import openai

    http = openai.DefaultAsyncHttpxClient(trust_env=not is_local(_address(settings)), verify=trusted())
    return openai.AsyncOpenAI(http_client=http, timeout=_timeout(settings), **_options(settings))


def failures() -> tuple[type[Exception], ...]:
    """What the client raises.

    ``ValueError`` covers a reply that is no JSON, the two after it a reply of another shape, which the client takes
    apart unchecked; an address that is none is refused below the client.
    """
    import httpx2
    import openai

    return (openai.OpenAIError, httpx2.InvalidURL, ValueError, AttributeError, TypeError)


def failure(
    error: Exception, settings: Settings, model: str, advice: str = "name another model"
) -> PapertrailError | PassingError:
    """The error to raise for one of :func:`failures`; a :class:`PassingError` where another try may help.

    Raise it ``from None``: what a server says may repeat the key.

    Args:
        error: what the client raised.
        settings: of the client.
        model: which was asked for.
        advice: what to do when the server turns the model away, for the end of the sentence.
    """
    import httpx2
    import openai

    address = without_secrets(_address(settings))
    if isinstance(error, openai.APIStatusError):
        return _status_failure(error, settings, model, advice)
    if isinstance(error, httpx2.InvalidURL):
        return _bad_address(address)
    if isinstance(error, openai.APIConnectionError):
        return _connection_failure(error, address)
    if isinstance(error, openai.APIError):  # reported inside a stream that had begun well
        gist = _gist(error.message, settings)
        return ModelReplyError(f"the server at {address} broke the answer off ({gist}); try again")
    return ModelReplyError(
        f"what answers at {address} does not speak OpenAI's protocol; correct PAPERTRAIL_OPENAI_BASE_URL, which "
        "mostly ends in /v1"
    )


def _connection_failure(error: openai.APIConnectionError, address: str) -> PapertrailError | PassingError:
    import httpx2
    import openai

    cause = error.__cause__
    if isinstance(cause, httpx2.UnsupportedProtocol):
        return _bad_address(address)
    if refused := refused_certificate(error, address):
        return ModelUnavailableError(refused)
    if isinstance(cause, httpx2.ConnectError | httpx2.ConnectTimeout):
        return ModelUnavailableError(
            f"no model server answers at {address}; start it or correct PAPERTRAIL_OPENAI_BASE_URL"
        )
    if isinstance(error, openai.APITimeoutError):
        return ModelTimeoutError(
            f"the server at {address} was silent for longer than allowed; try again, take a smaller model or "
            "raise PAPERTRAIL_READ_TIMEOUT_S"
        )
    return PassingError(ModelReplyError(f"the server at {address} broke the connection off in the middle; try again"))


def _bad_address(address: str) -> SettingsError:
    return SettingsError(
        f"setting 'openai_base_url': {address!r} is no address of a server; "
        "set PAPERTRAIL_OPENAI_BASE_URL to one like http://127.0.0.1:8000/v1"
    )


def _status_failure(
    error: openai.APIStatusError, settings: Settings, model: str, advice: str
) -> ModelError | PassingError:
    where, status = f"the server at {without_secrets(_address(settings))}", error.status_code
    if status in (401, 403):
        return ModelUnavailableError(
            f"{where} did not accept the key or its rights (status {status}); correct PAPERTRAIL_OPENAI_API_KEY"
        )
    if status == 404:
        return ModelMissingError(
            f"{where} has no model {model!r}, or its address lacks a part such as /v1; "
            "name a model it has or correct PAPERTRAIL_OPENAI_BASE_URL"
        )
    gist = _gist(error.message, settings)
    if is_overflow(status, f"{error.code} {error.type} {error.message} {error.body}"):
        return too_long(where, gist, settings.context_tokens)
    wait_s = wait_asked_for(error.response.headers)
    turned_away = ModelUnavailableError(
        f"{where} answered with status {status} ({gist}); {when(wait_s)} and try again, or {advice}"
    )
    if status >= 500 or status == 408 or (status == 429 and error.code != "insufficient_quota"):
        return PassingError(turned_away, wait_s)
    return turned_away


def _timeout(settings: Settings) -> openai.Timeout:
    import openai

    return openai.Timeout(settings.read_timeout_s, connect=settings.connect_timeout_s)


def _gist(message: str, settings: Settings) -> str:
    text = " ".join(message.split())
    key = _key(settings)
    return (text.replace(key, "***") if key else text)[:_GIST_CHARS]


def _address(settings: Settings) -> str:
    return settings.openai_base_url or _OWN_URL


def _options(settings: Settings) -> dict[str, Any]:
    key = _key(settings)
    if not key and not settings.openai_base_url:
        raise ModelUnavailableError(
            "no OpenAI-compatible server is configured; set PAPERTRAIL_OPENAI_API_KEY, or PAPERTRAIL_OPENAI_BASE_URL "
            "for a server of your own"
        )
    if not (key.isascii() and key.isprintable()):
        raise SettingsError(
            "setting 'openai_api_key': it has a character that cannot be sent; copy it anew into "
            "PAPERTRAIL_OPENAI_API_KEY"
        )
    base, query = base_of_openai(_address(settings))
    azure = {"api-key": key} if key and urlsplit(base).netloc.endswith(_AZURE) else {}
    return {
        "api_key": key or _NO_KEY,
        "base_url": base,
        "default_query": query,
        "default_headers": azure,
        "max_retries": 0,
    }


def _key(settings: Settings) -> str:
    """The key, or what the file with the key holds; the empty string when there is none.

    Raises:
        SettingsError: the file cannot be read.
    """
    if settings.openai_api_key:
        return settings.openai_api_key.get_secret_value().strip()
    if settings.openai_api_key_file is None:
        return ""
    try:
        return settings.openai_api_key_file.expanduser().read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"setting 'openai_api_key_file': {str(settings.openai_api_key_file)!r} cannot be read; correct "
            "PAPERTRAIL_OPENAI_API_KEY_FILE"
        ) from error

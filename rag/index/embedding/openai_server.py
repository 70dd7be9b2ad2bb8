"""Embedding models of OpenAI, or of a server that speaks its interface."""

from __future__ import annotations

from typing import Any

from rag.errors import (
    ModelMissingError,
    ModelReplyError,
    ModelTimeoutError,
    ModelUnavailableError,
    PapertrailError,
    SettingsError,
)
from rag.index.embedding.remote import PassingError, RemoteEmbedder, is_local, shown

__all__ = ["OpenAIEmbedder"]

OWN_URL = "https://api.openai.com/v1"
"""Named here so that ``OPENAI_BASE_URL`` of the environment, which the client would read, plays no part."""
NO_KEY = "not-needed"
"""The client wants a key even for servers that want none."""


class OpenAIEmbedder(RemoteEmbedder):
    """A model by the name that the server gives it."""

    def ask(self, texts: list[str]) -> Any:
        """One request to ``/embeddings``."""
        import httpx2
        import openai

        settings = self._settings
        timeout = openai.Timeout(settings.read_timeout_s, connect=settings.connect_timeout_s)
        http = openai.DefaultHttpxClient(trust_env=not is_local(self._url))
        key = self._key()
        try:
            with openai.OpenAI(
                api_key=key, base_url=self._url, timeout=timeout, max_retries=0, http_client=http
            ) as client:
                # Not every compatible server knows base64, which the client would ask for.
                reply = client.embeddings.create(model=self._model, input=texts, encoding_format="float")
                return [row.embedding for row in sorted(reply.data, key=lambda row: row.index)]
        except openai.APIStatusError as error:
            raise self._refused(error) from None  # what a server says may repeat the key
        except (openai.APIConnectionError, httpx2.InvalidURL) as error:
            raise self._unreached(error) from None
        except (openai.OpenAIError, ValueError, TypeError, AttributeError):
            # The client takes replies that are no JSON, or of another shape, apart without checking them.
            raise ModelReplyError(
                f"what answers at {shown(self._url)} does not speak OpenAI's protocol: correct "
                "PAPERTRAIL_OPENAI_BASE_URL, which mostly ends in /v1"
            ) from None

    @property
    def _url(self) -> str:
        return self._settings.openai_base_url or OWN_URL

    def _key(self) -> str:
        secret = self._settings.openai_api_key
        key = secret.get_secret_value().strip() if secret else ""
        if not key and not self._settings.openai_base_url:
            raise ModelUnavailableError(
                f"the embedding {self.name!r} needs a server: set PAPERTRAIL_OPENAI_API_KEY, or "
                "PAPERTRAIL_OPENAI_BASE_URL for a server of your own"
            )
        if not (key.isascii() and key.isprintable()):
            raise SettingsError("setting 'openai_api_key': it has a character that cannot be sent: copy it anew")
        return key or NO_KEY

    def _refused(self, error: Any) -> PapertrailError | PassingError:
        address, status = shown(self._url), error.status_code
        if status in (401, 403):
            return ModelUnavailableError(
                f"the server at {address} did not accept the key or its rights (status {status}): "
                "correct PAPERTRAIL_OPENAI_API_KEY"
            )
        if status == 404:
            return ModelMissingError(
                f"the server at {address} has no embedding model {self._model!r}, or its address lacks a part such as "
                "/v1: name a model it has or correct PAPERTRAIL_OPENAI_BASE_URL"
            )
        refused = ModelUnavailableError(
            f"the server at {address} does not embed with {self._model!r} (status {status}): wait and try again, or "
            "name another model"
        )
        return PassingError(refused) if status in (408, 429) or status >= 500 else refused

    def _unreached(self, error: Exception) -> PapertrailError | PassingError:
        import httpx2
        import openai

        address = shown(self._url)
        if isinstance(error, httpx2.InvalidURL) or isinstance(error.__cause__, httpx2.UnsupportedProtocol):
            return SettingsError(
                f"setting 'openai_base_url': {address!r} is no address of a server: "
                "set PAPERTRAIL_OPENAI_BASE_URL to one like http://127.0.0.1:8000/v1"
            )
        if isinstance(error.__cause__, httpx2.ConnectError | httpx2.ConnectTimeout):
            return ModelUnavailableError(
                f"no model server answers at {address}: start it or correct PAPERTRAIL_OPENAI_BASE_URL"
            )
        if isinstance(error, openai.APITimeoutError):
            return ModelTimeoutError(
                f"the server at {address} was silent for {self._settings.read_timeout_s:g} s: try again or raise "
                "PAPERTRAIL_READ_TIMEOUT_S"
            )
        return PassingError(ModelReplyError(f"the server at {address} broke the connection off: try again"))

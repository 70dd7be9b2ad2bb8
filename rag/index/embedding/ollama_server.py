"""Embedding models of an Ollama server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rag.errors import (
    ModelMissingError,
    ModelReplyError,
    ModelTimeoutError,
    ModelUnavailableError,
    PapertrailError,
    SettingsError,
)
from rag.index.embedding.remote import PassingError, RemoteEmbedder, is_local, shown

if TYPE_CHECKING:
    import ollama

__all__ = ["OllamaEmbedder"]


class OllamaEmbedder(RemoteEmbedder):
    """A model by the name that ``ollama list`` shows."""

    def ask(self, texts: list[str]) -> Any:
        """One request to ``/api/embed``; texts beyond the model's window are cut by the server."""
        import httpx
        import ollama

        try:
            with self._client() as client:
                keep_alive = self._settings.ollama_keep_alive
                return client.embed(self._model, texts, truncate=True, keep_alive=keep_alive).embeddings
        except ollama.ResponseError as error:
            raise self._refused(error) from error
        except (ConnectionError, httpx.HTTPError) as error:
            raise self._unreached(error) from error
        except (ValueError, TypeError, AttributeError) as error:
            # The client takes replies that are no JSON, or of another shape, apart without checking them.
            raise ModelReplyError(
                f"what answers at {self._address} does not speak Ollama's protocol: correct PAPERTRAIL_OLLAMA_HOST "
                "or update Ollama"
            ) from error

    def _client(self) -> ollama.Client:
        import httpx
        import ollama

        host, settings = self._settings.ollama_host, self._settings
        timeout = httpx.Timeout(settings.read_timeout_s, connect=settings.connect_timeout_s)
        try:
            return ollama.Client(host, timeout=timeout, trust_env=not is_local(host))
        except (ValueError, httpx.InvalidURL) as error:
            raise self._bad_host() from error

    def _bad_host(self) -> SettingsError:
        return SettingsError(
            f"setting 'ollama_host': {self._address!r} is no address of a server: "
            "set PAPERTRAIL_OLLAMA_HOST to one like http://127.0.0.1:11434"
        )

    @property
    def _address(self) -> str:
        return shown(self._settings.ollama_host)

    def _refused(self, error: Any) -> PapertrailError | PassingError:
        if error.status_code == 404:
            return ModelMissingError(
                f"Ollama at {self._address} has no model {self._model!r}: fetch it with `ollama pull {self._model}`"
            )
        refused = ModelUnavailableError(
            f"Ollama at {self._address} does not embed with {self._model!r} (status {error.status_code}, "
            f"{error.error}): name an embedding model such as ollama:nomic-embed-text"
        )
        return PassingError(refused) if error.status_code == 429 or error.status_code >= 500 else refused

    def _unreached(self, error: Exception) -> PapertrailError | PassingError:
        import httpx

        if isinstance(error, httpx.UnsupportedProtocol):
            return self._bad_host()
        if isinstance(error, ConnectionError | httpx.ConnectError | httpx.ConnectTimeout):
            return ModelUnavailableError(
                f"no Ollama server answers at {self._address}: start it with `ollama serve` or correct "
                "PAPERTRAIL_OLLAMA_HOST"
            )
        if isinstance(error, httpx.TimeoutException):
            return ModelTimeoutError(
                f"Ollama at {self._address} was silent for {self._settings.read_timeout_s:g} s: try again or raise "
                "PAPERTRAIL_READ_TIMEOUT_S"
            )
        return PassingError(ModelReplyError(f"Ollama at {self._address} broke the connection off: try again"))

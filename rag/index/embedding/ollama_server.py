"""Embedding models of an Ollama server."""

from __future__ import annotations

from typing import Any

from rag.index.embedding.remote import RemoteEmbedder
from rag.servers import ollama_server

__all__ = ["OllamaEmbedder"]

_ADVICE = "name an embedding model such as ollama:nomic-embed-text"


class OllamaEmbedder(RemoteEmbedder):
    """A model by the name that ``ollama list`` shows."""

    def ask(self, texts: list[str]) -> Any:
        """One request to ``/api/embed``; texts beyond the model's window are cut by the server."""
        settings = self._settings
        try:
            with ollama_server.client(settings) as client:
                return client.embed(self._model, texts, truncate=True, keep_alive=settings.ollama_keep_alive).embeddings
        except ollama_server.failures() as error:
            raise ollama_server.failure(error, settings, self._model, _ADVICE) from error

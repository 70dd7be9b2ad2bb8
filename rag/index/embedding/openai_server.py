"""Embedding models of OpenAI, or of a server that speaks its interface."""

from __future__ import annotations

from typing import Any

from rag.index.embedding.remote import RemoteEmbedder
from rag.servers import openai_server

__all__ = ["OpenAIEmbedder"]

_ADVICE = "name an embedding model such as openai:text-embedding-3-small"


class OpenAIEmbedder(RemoteEmbedder):
    """A model by the name that the server gives it."""

    def ask(self, texts: list[str]) -> Any:
        """One request to ``/embeddings``."""
        try:
            with openai_server.client(self._settings) as client:
                # Not every compatible server knows base64, which the client would ask for.
                reply = client.embeddings.create(model=self._model, input=texts, encoding_format="float")
                return [row.embedding for row in sorted(reply.data, key=lambda row: row.index)]
        except openai_server.failures() as error:
            # What a server says may repeat the key.
            raise openai_server.failure(error, self._settings, self._model, _ADVICE) from None

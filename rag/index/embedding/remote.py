"""What embedding models behind a server have in common: batches and further tries."""

from __future__ import annotations

import abc
import functools
from collections.abc import Sequence
from typing import Any

import numpy as np

from rag.index.embedding.shape import Vectors, unit_length
from rag.servers.passing import PassingError, tries
from rag.settings import Settings

__all__ = ["RemoteEmbedder"]

BATCH_TEXTS = 64
"""Texts of one request: far below what OpenAI takes (2,048 texts, 300,000 tokens,
https://platform.openai.com/docs/api-reference/embeddings/create), so that a request on a slow machine stays within
the read timeout."""


class RemoteEmbedder(abc.ABC):
    """An embedding model behind a server; every call opens a connection of its own, so threads share nothing."""

    def __init__(self, settings: Settings, model: str) -> None:
        self._settings = settings
        self._model = model
        self.name = settings.embedding

    @abc.abstractmethod
    def ask(self, texts: list[str]) -> Any:
        """One request: rows of numbers, one a text.

        Raises:
            PapertrailError: it failed for good.
            PassingError: it failed and may work the next time.
        """

    @functools.cached_property
    def dimension(self) -> int:
        """Numbers a vector has, from one request."""
        return int(self.embed(["dimension"]).shape[1])

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One vector of unit length for each text, float32, (n, dimension).

        Raises:
            ModelError: the server is not there, does not have the model or does not do its work.
        """
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        # Servers refuse the empty text.
        batches = [
            [text or " " for text in texts[start : start + BATCH_TEXTS]] for start in range(0, len(texts), BATCH_TEXTS)
        ]
        return np.concatenate([unit_length(self._tried(batch), len(batch), self._model) for batch in batches])

    def _tried(self, texts: list[str]) -> Any:
        try:
            return tries(self._settings.retries)(self.ask, texts)
        except PassingError as failure:
            raise failure.error from None  # its cause may repeat a key

"""What embedding models behind a server have in common: batches, further tries, addresses fit to be shown."""

from __future__ import annotations

import abc
import functools
import ipaddress
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from rag.errors import ModelError
from rag.index.embedding.shape import Vectors, unit_length
from rag.settings import Settings

__all__ = ["PassingError", "RemoteEmbedder", "is_local", "shown"]

BATCH_TEXTS = 64
"""Texts of one request: far below what OpenAI takes (2,048 texts, 300,000 tokens,
https://platform.openai.com/docs/api-reference/embeddings/create), so that a request on a slow machine stays within
the read timeout."""
FIRST_WAIT_S, LONGEST_WAIT_S = 0.5, 8.0
"""The waits between tries of OpenAI's own client (``openai/_constants.py``)."""


class PassingError(Exception):
    """A failure after which the same request may work."""

    def __init__(self, error: ModelError) -> None:
        super().__init__(str(error))
        self.error = error
        """What the caller is told when no further try is made."""


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
        import tenacity

        tries = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(PassingError),
            stop=tenacity.stop_after_attempt(self._settings.retries + 1),
            wait=tenacity.wait_exponential_jitter(multiplier=FIRST_WAIT_S, max=LONGEST_WAIT_S, jitter=FIRST_WAIT_S / 2),
            reraise=True,
        )
        try:
            return tries(self.ask, texts)
        except PassingError as failure:
            raise failure.error from None  # its cause may repeat a key


def shown(address: str) -> str:
    """``address`` without user name, password and query, for messages."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}" if parts.netloc else address


def is_local(address: str) -> bool:
    """Whether ``address`` is on this machine, where the proxies of the environment must not be asked."""
    try:
        host = urlsplit(address if "//" in address else f"//{address}").hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:  # a name, or no address at all
        return False

"""Turning text into vectors: the built-in model, or one of a server or an optional package, behind one protocol."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from rag.index.embedding.shape import Vectors
from rag.settings import Settings

__all__ = ["Embedder", "Vectors", "adapter_of", "embedder_for"]


class Embedder(Protocol):
    """Makes vectors whose dot product is the cosine; used from several threads at once."""

    @property
    def name(self) -> str:
        """The ``embedding`` setting that stands for it."""

    @property
    def dimension(self) -> int:
        """Numbers a vector has; a model server is asked for it once.

        Raises:
            ModelError: the server does not say.
        """

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One vector of unit length for each of ``texts``, float32, (n, dimension).

        A text longer than the window of the model is cut at its end. No texts give (0, dimension) without a call.

        Raises:
            ModelError: the model is not there or does not do its work.
        """


def embedder_for(settings: Settings) -> Embedder:
    """The embedding model that ``settings`` name; nothing is loaded or asked before its first use."""
    kind, _, model = settings.embedding.partition(":")
    # Each adapter brings its client along; only the one that is used is imported.
    if kind == "ollama":
        from rag.index.embedding.ollama_server import OllamaEmbedder

        return OllamaEmbedder(settings, model)
    if kind == "openai":
        from rag.index.embedding.openai_server import OpenAIEmbedder

        return OpenAIEmbedder(settings, model)
    if kind == "fastembed":
        from rag.index.embedding.fastembed_package import FastEmbedEmbedder

        return FastEmbedEmbedder(settings, model)
    from rag.index.embedding.minilm import MiniLM

    return MiniLM(settings.home)


def adapter_of(settings: Settings) -> str:
    """What training has changed in the embedding model that ``settings`` name; empty: nothing of ours."""
    if settings.embedding != "minilm":
        return ""
    from rag.learned.adapter import RETRIEVAL
    from rag.learned.sessions import adapter_name

    return adapter_name(RETRIEVAL)

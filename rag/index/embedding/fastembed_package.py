"""Embedding models of the optional ``fastembed`` package, which downloads the one that is named."""

from __future__ import annotations

import functools
import threading
from collections.abc import Sequence
from typing import Any

import numpy as np

from rag.errors import ModelMissingError, ModelUnavailableError
from rag.index.embedding.shape import Vectors, unit_length
from rag.settings import Settings

__all__ = ["FastEmbedEmbedder"]


class FastEmbedEmbedder:
    """A model by the name that fastembed lists; kept under the home folder, loaded at the first text."""

    def __init__(self, settings: Settings, model: str) -> None:
        self.name = settings.embedding
        self._model = model
        self._folder = settings.home / "models" / "fastembed"
        self._loading = threading.Lock()

    @property
    def dimension(self) -> int:
        """Numbers a vector has."""
        return int(self._loaded().embedding_size)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One vector of unit length for each text, float32, (n, dimension).

        Raises:
            ModelUnavailableError: the package is not installed, or the model cannot be downloaded.
            ModelMissingError: the package does not know the model.
        """
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        return unit_length(list(self._loaded().embed(list(texts))), len(texts), self._model)

    def _loaded(self) -> Any:
        with self._loading:
            return self._encoder

    @functools.cached_property
    def _encoder(self) -> Any:
        try:
            import fastembed
        except ModuleNotFoundError as error:
            raise ModelUnavailableError(
                f"the embedding {self.name!r} needs the package fastembed: run `pip install fastembed`"
            ) from error
        known = {str(model["model"]).lower() for model in fastembed.TextEmbedding.list_supported_models()}
        if self._model.lower() not in known:
            raise ModelMissingError(
                f"fastembed does not have the model {self._model!r}: name one of those that "
                "`python -c 'import fastembed; print(fastembed.TextEmbedding.list_supported_models())'` lists"
            )
        try:
            return fastembed.TextEmbedding(self._model, cache_dir=str(self._folder))
        except Exception as error:  # whatever its download and its runtime raise, the advice is the same
            raise ModelUnavailableError(
                f"fastembed cannot load the model {self._model!r} ({error}): "
                "connect to the internet for the first run, or name another embedding"
            ) from error

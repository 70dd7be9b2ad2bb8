"""Cross-encoders of the optional ``fastembed`` package: a model reads the question and each paper together."""

from __future__ import annotations

import functools
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rag.errors import ModelMissingError, ModelUnavailableError
from rag.retrieval.search import Index
from rag.settings import Settings
from rag.types import Hit

__all__ = ["CrossEncoder", "cross_encoder"]

LARGEST_LOGIT = 50.0
"""Beyond it the logistic function is 0 or 1 in float64; keeps ``exp`` from overflowing."""


class CrossEncoder:
    """A model by the name that fastembed lists; kept under the home folder, loaded at the first question."""

    def __init__(self, folder: Path, model: str) -> None:
        self._folder = folder
        self._model = model
        self._loading = threading.Lock()

    def __call__(self, index: Index, text: str, hits: Sequence[Hit]) -> list[float]:
        """For each hit how likely its title and abstract answer ``text``, 0 to 1: the model's score, squashed.

        Raises:
            ModelUnavailableError: the package is not installed, or the model cannot be downloaded.
            ModelMissingError: the package does not know the model.
        """
        with self._loading:
            model = self._encoder
        logits = np.array(list(model.rerank(text, [hit.paper.text for hit in hits])), np.float64)
        return [float(value) for value in 1 / (1 + np.exp(-np.clip(logits, -LARGEST_LOGIT, LARGEST_LOGIT)))]

    @functools.cached_property
    def _encoder(self) -> Any:
        try:
            from fastembed.rerank.cross_encoder import TextCrossEncoder
        except ModuleNotFoundError as error:
            raise ModelUnavailableError(
                f"the reranker 'fastembed:{self._model}' needs the package fastembed: run `pip install fastembed`"
            ) from error
        known = {str(model["model"]).lower() for model in TextCrossEncoder.list_supported_models()}
        if self._model.lower() not in known:
            raise ModelMissingError(
                f"fastembed has no cross-encoder {self._model!r}: name one of those that `python -c 'from "
                "fastembed.rerank.cross_encoder import TextCrossEncoder; "
                "print(TextCrossEncoder.list_supported_models())'` lists"
            )
        try:
            return TextCrossEncoder(self._model, cache_dir=str(self._folder))
        except Exception as error:  # whatever its download and its runtime raise, the advice is the same
            raise ModelUnavailableError(
                f"fastembed cannot load the cross-encoder {self._model!r} ({error}): "
                "connect to the internet for the first run, or set rerank to features"
            ) from error


@functools.lru_cache(maxsize=4)
def _loaded(folder: Path, model: str) -> CrossEncoder:
    return CrossEncoder(folder, model)


def cross_encoder(settings: Settings, model: str) -> CrossEncoder:
    """The cross-encoder of that name, the same one each time: it is loaded once a process."""
    return _loaded(settings.home / "models" / "fastembed", model)

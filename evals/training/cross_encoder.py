"""Training a cross-encoder: the trunk reads a pair of texts at once and a linear head says what the pair is.

Needs torch and transformers, which the product does not: the dependency group ``training``.
"""

from __future__ import annotations

import dataclasses
import hashlib
import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import tokenizers
import torch

from evals.training.fitting import falling, fit
from evals.training.trunk import WIDTH, mean_of_tokens, packed, padded, published, tokenizer_for
from rag.learned.adapter import HEAD_BIAS, HEAD_WEIGHT, merge

__all__ = [
    "Example",
    "Network",
    "Schedule",
    "average_with",
    "begin_with",
    "logits_of",
    "packed",
    "pair_tokenizer",
    "train",
]

TOKENS = 128
"""Longest pair, in tokens; the longer text is cut. 97 of 100 pairs of the training data are shorter."""
EVALUATION_BATCH = 64


@dataclasses.dataclass(frozen=True)
class Example:
    """A pair with what is known of it."""

    first: str
    second: str
    target: tuple[float, ...]
    """For each class: 1 that it may be it, 0 that it is not, several 1 where the source tells no more. Of a head with
    one class: the probability that the answer is yes."""
    weight: float = 1.0


@dataclasses.dataclass(frozen=True)
class Schedule:
    """How long and how fast it learns."""

    passes: int = 1
    batch: int = 32
    rate: float = 5e-5
    head_rate: float = 5e-4
    warm: float = 0.1
    """Share of the steps in which the rate rises from 0; it then falls to 0.03 of the highest in a line."""
    seed: int = 7
    frozen: int = 0
    """How many of the lowest layers stay as they are."""


class Network(torch.nn.Module):
    """The trunk, and a linear head on the mean of the tokens and the first of them."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.bert = published()
        self.bert.embeddings.token_type_embeddings.requires_grad_(True)  # which of two texts a token is of
        self.bert.embeddings.LayerNorm.requires_grad_(True)
        self.head = torch.nn.Linear(2 * WIDTH, classes)
        torch.nn.init.normal_(self.head.weight, std=0.02)
        torch.nn.init.zeros_(self.head.bias)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor, types: torch.Tensor) -> torch.Tensor:
        """Logits (batch, classes) of pairs as token ids, attention mask and token types (batch, tokens)."""
        hidden = self.bert(input_ids=ids, attention_mask=mask, token_type_ids=types).last_hidden_state.float()
        return self.head(torch.cat([mean_of_tokens(hidden, mask), hidden[:, 0]], dim=-1))


def begin_with(network: Network, adapter: Path, *, head: bool) -> None:
    """Puts the weights of an adapter in place of the published ones.

    Args:
        network: of as many classes as the adapter, where its head is taken.
        adapter: what :func:`rag.learned.adapter.pack` made.
        head: whether its head is taken too.
    """
    trunk = {name: values.numpy() for name, values in network.bert.state_dict().items()}
    merged = merge(trunk, adapter)
    network.bert.load_state_dict({name: torch.from_numpy(merged[name]) for name in trunk})
    if head:
        network.head.load_state_dict(
            {"weight": torch.from_numpy(merged[HEAD_WEIGHT]), "bias": torch.from_numpy(merged[HEAD_BIAS])}
        )


def average_with(network: Network, adapter: Path) -> None:
    """Puts the mean of the network's weights and those of an adapter in their place (https://arxiv.org/abs/2203.05482).

    Args:
        network: of as many classes as the adapter, and descended from the same training, else the mean is no model.
        adapter: what :func:`rag.learned.adapter.pack` made.
    """
    other = Network(network.head.out_features)
    begin_with(other, adapter, head=True)
    theirs = other.state_dict()
    network.load_state_dict({name: (values + theirs[name]) / 2 for name, values in network.state_dict().items()})


def pair_tokenizer() -> tokenizers.Tokenizer:
    """The tokenizer of the trunk, set up for pairs."""
    return tokenizer_for(TOKENS)


def train(
    network: Network,
    tokenizer: tokenizers.Tokenizer,
    examples: Sequence[Example],
    schedule: Schedule,
    report: Callable[[str], None] = print,
    *,
    checkpoint: Path | None = None,
) -> None:
    """Fits the layers and the head; word and position embeddings stay as they are, so that they need not be shipped."""
    network.bert.encoder.layer[: schedule.frozen].requires_grad_(False)
    encoded = tokenizer.encode_batch([(one.first, one.second) for one in examples])
    lengths = [len(one.ids) for one in encoded]
    order = [batch for turn in range(schedule.passes) for batch in _batches(lengths, schedule, turn)]
    shares = falling(len(order), schedule.warm, 0.03)

    def loss(batch: list[int], step: int) -> torch.Tensor:
        with torch.autocast("cpu", torch.bfloat16):
            logits = network(*padded([encoded[index] for index in batch])).float()
        weight = torch.tensor([examples[index].weight for index in batch])
        return (
            _surprise(logits, torch.tensor([examples[index].target for index in batch])) * weight
        ).sum() / weight.sum()

    fit(
        network,
        [("head", schedule.head_rate / schedule.rate), ("", 1.0)],
        [(schedule.rate * share, batch) for share, batch in zip(shares, order, strict=True)],
        loss,
        seed=schedule.seed,
        identity=hashlib.sha256(repr((schedule, examples)).encode()).hexdigest(),
        checkpoint=checkpoint,
        report=report,
    )


def logits_of(
    network: Network, tokenizer: tokenizers.Tokenizer, pairs: Sequence[tuple[str, str]]
) -> npt.NDArray[np.float32]:
    """Logits (pairs, classes), in the order of the pairs."""
    network.eval()
    encoded = tokenizer.encode_batch(list(pairs))
    order = sorted(range(len(pairs)), key=lambda index: len(encoded[index].ids))
    found = np.zeros((len(pairs), network.head.out_features), np.float32)
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        for start in range(0, len(order), EVALUATION_BATCH):
            batch = order[start : start + EVALUATION_BATCH]
            found[batch] = network(*padded([encoded[index] for index in batch])).float().numpy()
    return found


def _surprise(logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """What each pair costs, (batch,): of one class the binary cross-entropy, else of the classes that it may be."""
    if logits.shape[1] == 1:
        return torch.nn.functional.binary_cross_entropy_with_logits(logits, target, reduction="none")[:, 0]
    possible = torch.log_softmax(logits, dim=-1).masked_fill(target == 0, float("-inf"))
    return -torch.logsumexp(possible, dim=-1)


def _batches(lengths: Sequence[int], schedule: Schedule, turn: int) -> Iterator[list[int]]:
    """Batches of like length, in random order: little is spent on padding, and no length comes last."""
    dice = random.Random(schedule.seed * 1000 + turn)
    order = sorted(range(len(lengths)), key=lambda index: lengths[index] + dice.uniform(0, 8))
    batches = [order[start : start + schedule.batch] for start in range(0, len(order), schedule.batch)]
    dice.shuffle(batches)
    yield from batches

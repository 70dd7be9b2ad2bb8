"""Steps of training that can be stopped at any moment and go on from the last checkpoint."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import torch

__all__ = ["fit", "falling"]

Batch = TypeVar("Batch")
CLIPPED = 1.0
"""Norm to which gradients are cut, as BERT was fine-tuned (https://arxiv.org/abs/1810.04805)."""
DECAY = 0.01
CHECKPOINT_S = 180.0
SAID_EACH = 20


def falling(steps: int, warm: float, floor: float) -> list[float]:
    """For each step its share of the highest rate: up from 0 in the first ``warm`` of them, down to ``floor``."""
    return [min(1.0, (step + 1) / (warm * steps)) * max(floor, 1 - step / steps) for step in range(steps)]


def fit(
    network: torch.nn.Module,
    rates: Sequence[tuple[str, float]],
    steps: Sequence[tuple[float, Batch]],
    loss_of: Callable[[Batch, int], torch.Tensor],
    *,
    seed: int,
    identity: str,
    checkpoint: Path | None = None,
    report: Callable[[str], None] = print,
) -> None:
    """Trains what of the network is trainable, in bfloat16 where torch knows how.

    Args:
        network: changed in place.
        rates: by what a weight's name begins with, the first that fits: its factor on the rate of a step.
        steps: each with its rate and what it learns from.
        loss_of: the loss of one of them, given its number too, by which it draws what is random.
        seed: with the number of the step it sets torch's dice, so that a run that was stopped ends as if it had not
            been.
        identity: of the data and the schedule: a checkpoint of another one is not taken up.
        checkpoint: kept up to date each three minutes; None: there is no such file.
        report: told the loss every 20 steps.
    """
    named = [(name, values) for name, values in network.named_parameters() if values.requires_grad]
    factors = [next(factor for start, factor in rates if name.startswith(start)) for name, _ in named]
    groups = [{"params": [values], "factor": factor} for (_, values), factor in zip(named, factors, strict=True)]
    optimizer = torch.optim.AdamW(groups, lr=0.0, weight_decay=DECAY)
    key = hashlib.sha256(repr((identity, seed, rates, [rate for rate, _ in steps])).encode()).hexdigest()
    first = _resumed(checkpoint, key, network, optimizer, report)
    began, saved, losses = time.monotonic(), time.monotonic(), list[float]()
    network.train()
    for number, (rate, batch) in enumerate(steps[first:], start=first):
        torch.manual_seed(seed * 1_000_003 + number)
        for group in optimizer.param_groups:
            group["lr"] = rate * group["factor"]
        loss = loss_of(batch, number)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_([values for _, values in named], CLIPPED)
        optimizer.step()
        losses.append(float(loss.item()))
        if (number + 1) % SAID_EACH == 0 or number + 1 == len(steps):
            mean = sum(losses) / len(losses)
            report(f"step {number + 1} of {len(steps)}, {time.monotonic() - began:.0f} s, loss {mean:.3f}")
            losses = []
        if checkpoint and (time.monotonic() - saved > CHECKPOINT_S or number + 1 == len(steps)):
            _save(checkpoint, key, number + 1, network, optimizer)
            saved = time.monotonic()
    network.eval()


def _save(file: Path, key: str, done: int, network: torch.nn.Module, optimizer: torch.optim.Optimizer) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    building = file.with_suffix(".building")
    state = {"key": key, "done": done, "network": network.state_dict(), "optimizer": optimizer.state_dict()}
    torch.save(state, building)
    os.replace(building, file)


def _resumed(
    file: Path | None,
    key: str,
    network: torch.nn.Module,
    optimizer: torch.optim.Optimizer,
    report: Callable[[str], None],
) -> int:
    """Steps that are done already."""
    if file is None or not file.exists():
        return 0
    state = torch.load(file, weights_only=True)
    if state["key"] != key:
        report(f"{file} is of other data or another schedule: it is begun anew")
        return 0
    network.load_state_dict(state["network"])
    optimizer.load_state_dict(state["optimizer"])
    report(f"{state['done']} steps are done already, see {file}")
    return int(state["done"])

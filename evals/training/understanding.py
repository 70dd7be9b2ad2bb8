"""Makes the adapter ``understanding``, which reads messages: ``python -m evals.training.understanding``.

A quarter of an hour on two cores. ``--validate`` leaves every sixth collection out and prints how many of its messages
are read right; ``--measure DIR`` prints it for the questions of a folder whose kinds are known.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import tokenizers
import torch

from evals.training.fitting import falling, fit
from evals.training.labels import Message, confusion, messages, questions, said_of
from evals.training.trunk import WIDTH, mean_of_tokens, packed, padded, published, tokenizer_for
from rag.understanding.judging import ADAPTER, HEADS, TOKENS, MessageModel, Tag
from rag.understanding.query import Kind

__all__ = ["Network", "main", "refit_several", "train"]

SEED = 7
PASSES, BATCH, RATE, WARM, FLOOR = 5, 32, 1.2e-4, 0.1, 0.03
SMOOTHING = 0.05
"""Of the kinds, whose borders people draw differently."""
SHARES = {"kind": 1.0, "form": 0.5, "flags": 2.0, "asks": 0.5, "fields": 1.0, "order": 0.3, "back": 0.5, "tags": 1.0}
"""Of the losses; judgement."""
LOWERED, UNSIGNED = 0.15, 0.1
"""Of so many messages capitals, or signs at the end, are taken away: people type like that."""
STRAY, UNTOLD = 0.3, 0.7
"""So many messages that stand alone, and so many that do not and whose conversation nobody wrote, follow any other."""
FOLDS = 6
RIDGE = 0.1
"""Inverse strength of their regularisation; judgement, as the trunk has seen the same messages."""


class Network(torch.nn.Module):
    """The trunk, a linear head on the mean of the tokens and the first of them, and one on each token."""

    def __init__(self) -> None:
        super().__init__()
        self.bert = published()
        self.bert.embeddings.token_type_embeddings.requires_grad_(True)  # which of two messages a token is of
        self.bert.embeddings.LayerNorm.requires_grad_(True)
        self.head = torch.nn.Linear(2 * WIDTH, sum(len(list(names)) for names, _ in HEADS.values()))
        self.tags = torch.nn.Linear(WIDTH, len(Tag))
        for layer in (self.head, self.tags):
            torch.nn.init.normal_(layer.weight, std=0.02)
            torch.nn.init.zeros_(layer.bias)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor, types: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits (batch, outputs) and tags (batch, tokens, tags) of pairs as ids, mask and types (batch, tokens)."""
        hidden = self.bert(input_ids=ids, attention_mask=mask, token_type_ids=types).last_hidden_state.float()
        return self.head(torch.cat([mean_of_tokens(hidden, mask), hidden[:, 0]], dim=-1)), self.tags(hidden)


def train(learned: Sequence[Message], checkpoint: Path | None = None) -> Network:
    """The network after :data:`PASSES` over the messages."""
    torch.manual_seed(SEED)
    network, tokenizer = Network(), tokenizer_for(TOKENS)
    order = [batch for turn in range(PASSES) for batch in _batches(learned, turn)]
    shares = falling(len(order), WARM, FLOOR)

    def loss(batch: list[int], step: int) -> torch.Tensor:
        dice = random.Random(SEED * 1_000_003 + step)
        drawn = [learned[index] for index in batch]
        pairs = [_as_typed(one, learned, dice) for one in drawn]
        encoded = tokenizer.encode_batch(pairs)
        with torch.autocast("cpu", torch.bfloat16):
            logits, tags = network(*padded(encoded))
        return _surprise(logits.float(), drawn) + SHARES["tags"] * _surprise_of_tags(tags.float(), encoded, drawn)

    fit(
        network,
        [("head", 8.0), ("tags", 8.0), ("", 1.0)],
        [(RATE * share, batch) for share, batch in zip(shares, order, strict=True)],
        loss,
        seed=SEED,
        identity=repr((PASSES, BATCH, SHARES, learned)),
        checkpoint=checkpoint,
    )
    return network


def refit_several(network: Network, learned: Sequence[Message]) -> None:
    """Fits to their end the outputs of which several may hold, on what the trained trunk gives.

    Most of them hold of few messages: in a handful of passes their probabilities stay low.
    """
    from sklearn.linear_model import LogisticRegression

    pooled, tokenizer = list[torch.Tensor](), tokenizer_for(TOKENS)
    network.head.register_forward_pre_hook(lambda _, given: pooled.append(given[0]))
    network.eval()
    with torch.no_grad():
        for start in range(0, len(learned), BATCH):
            batch = learned[start : start + BATCH]
            network(*padded(tokenizer.encode_batch([(one.before or "", one.text) for one in batch])))
        seen = torch.cat(pooled).numpy()
        place = 0
        for name, (values, several) in HEADS.items():
            known = [row for row, one in enumerate(learned) if name in one.labels] if several else []
            for value in map(str, values):
                holds = [value in learned[row].labels[name] for row in known]
                if any(holds):
                    fitted = LogisticRegression(C=RIDGE, max_iter=300).fit(seen[known], holds)
                    network.head.weight[place] = torch.from_numpy(fitted.coef_[0])
                    network.head.bias[place] = float(fitted.intercept_[0])
                place += 1


def _batches(learned: Sequence[Message], turn: int) -> Iterator[list[int]]:
    """Batches of like length, in random order."""
    dice = random.Random(SEED * 1000 + turn)
    order = sorted(range(len(learned)), key=lambda index: len(learned[index].text) + dice.uniform(0, 20))
    batches = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
    dice.shuffle(batches)
    yield from batches


def _as_typed(one: Message, learned: Sequence[Message], dice: random.Random) -> tuple[str, str]:
    """What comes before a message, and the message; letters stay where they are, so that its marks fit."""
    text = one.text.lower() if dice.random() < LOWERED and len(one.text.lower()) == len(one.text) else one.text
    if dice.random() < UNSIGNED:
        text = text.rstrip("?.! ")
    if one.before is not None:
        return one.before, text
    follows = dice.random() < (UNTOLD if "followup" in one.labels["flags"] else STRAY)
    return (dice.choice(learned).text if follows else ""), text


def _surprise(logits: torch.Tensor, batch: Sequence[Message]) -> torch.Tensor:
    """The losses of all heads, each over the messages of which its label is known."""
    total, start = logits.new_zeros(()), 0
    for name, (names, several) in HEADS.items():
        values = [str(value) for value in names]
        part = logits[:, start : start + len(values)]
        start += len(values)
        known = [place for place, one in enumerate(batch) if name in one.labels]
        if not known:
            continue
        held = torch.tensor([[float(value in batch[place].labels[name]) for value in values] for place in known])
        if several:
            cost = torch.nn.functional.binary_cross_entropy_with_logits(part[known], held)
        else:
            smoothing = SMOOTHING if name == "kind" else 0.0
            cost = torch.nn.functional.cross_entropy(part[known], held.argmax(1), label_smoothing=smoothing)
        total = total + SHARES[name] * cost
    return total


def _surprise_of_tags(
    tags: torch.Tensor, encoded: Sequence[tokenizers.Encoding], batch: Sequence[Message]
) -> torch.Tensor:
    """The loss over the tokens of the messages that are marked; none of them costs nothing."""
    wanted = torch.full(tags.shape[:2], -100)
    values = [str(tag) for tag in Tag]
    for row, (one, cut) in enumerate(zip(batch, encoded, strict=True)):
        if one.marks is None:
            continue
        for place, ((start, end), part) in enumerate(zip(cut.offsets, cut.sequence_ids, strict=True)):
            if part == 1:
                tag = next((tag for tag, first, last in one.marks if start < last and first < end), str(Tag.NONE))
                wanted[row, place] = values.index(tag)
    if not (wanted >= 0).any():
        return tags.new_zeros(())
    return torch.nn.functional.cross_entropy(tags.flatten(0, 1), wanted.flatten(), ignore_index=-100)


def main(arguments: Sequence[str] | None = None) -> None:
    """Trains and writes the adapter, or measures."""
    parser = argparse.ArgumentParser(prog="python -m evals.training.understanding", description=__doc__)
    parser.add_argument("--out", type=Path, default=ADAPTER, help="the adapter (default: the one that is shipped)")
    parser.add_argument("--validate", action="store_true", help="measure with every sixth collection left out")
    parser.add_argument("--measure", type=Path, metavar="DIR", help="folder with NAME.questions.jsonl of known kind")
    parser.add_argument("--checkpoint", type=Path, default=Path("build/training/understanding.pt"))
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as home:
        if options.measure:
            measure(options.measure, MessageModel(Path(home), options.out))
            return
        learned, left_out = messages(), list[Message]()
        if options.validate:
            names = sorted({one.collection for one in learned})
            left_out = [one for one in learned if names.index(one.collection) % FOLDS == 0]
            learned = [one for one in learned if names.index(one.collection) % FOLDS]
            options.out = Path(home) / "validated.npz"
        network = train(learned, None if options.validate else options.checkpoint)
        refit_several(network, learned)
        options.out.write_bytes(packed(network))
        print(f"{options.out}: {options.out.stat().st_size / 1e6:.1f} MB, of {len(learned)} messages", flush=True)
        if left_out:
            _validated(left_out, MessageModel(Path(home), options.out))


def _validated(left_out: Sequence[Message], model: MessageModel) -> None:
    """Prints the kinds, and how many of the heads' answers and of the marked words are right."""
    judged = [model.judge(one.text, one.before or "") for one in left_out]
    confusion([Kind(one.labels["kind"][0]) for one in left_out], [one.kind for one in judged])
    for name in HEADS:
        known = [(one, said) for one, said in zip(left_out, judged, strict=True) if name in one.labels]
        right = sum(said_of(said, name) == set(one.labels[name]) for one, said in known)
        print(f"{name:10}{right / max(len(known), 1):.3f} of {len(known)} exactly right")
    marked = [(one, said) for one, said in zip(left_out, judged, strict=True) if one.marks is not None]
    for tag in list(Tag)[1:]:
        want = [{place for t, a, b in one.marks or () if t == tag for place in range(a, b)} for one, _ in marked]
        have = [{place for w in said.of(tag) for place in range(w.start, w.end)} for _, said in marked]
        both = sum(len(a & b) for a, b in zip(want, have, strict=True))
        total = sum(map(len, want)) + sum(map(len, have))
        print(f"words that say {tag.name.lower():10} F1 over letters {2 * both / max(total, 1):.3f}")


def measure(folder: Path, model: MessageModel) -> None:
    """Prints how many questions of the sets in ``folder`` are read as what they are."""
    meant: list[Kind] = []
    said: list[Kind] = []
    for name, rows in questions(folder):
        before = len(meant)
        meant += [Kind(one.labels["kind"][0]) for one in rows]
        said += [model.judge(one.text).kind for one in rows]
        right = sum(first == second for first, second in zip(meant[before:], said[before:], strict=True))
        print(f"{name:12} {right / len(rows):.2f}")
    confusion(meant, said)


if __name__ == "__main__":
    main()

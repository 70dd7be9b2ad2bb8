"""Makes the adapter ``retrieval``: questions and the sentences that answer them are brought near each other.

``python -m evals.training.retrieval --data DIR [--wide DIR] [--start ADAPTER --rate R --passes N]``. DIR has
``abstracts.jsonl.gz`` and ``scifact/``. Each question is held against the sentences of the other questions of its
batch and against one sentence of a paper near its own (https://arxiv.org/abs/1908.10084, https://arxiv.org/abs/2004.04906).
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import random
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import tokenizers
import torch

from evals.training.fitting import falling, fit
from evals.training.texts import Asked, Key, Shelf, asked, topics
from evals.training.trunk import mean_of_tokens, packed, padded, published, tokenizer_for
from evals.training.yardstick import measure, measure_kept, yardstick_table
from rag.index.embedding.minilm import MiniLM
from rag.learned.adapter import RETRIEVAL, merge

__all__ = ["PHASES", "Phase", "Trainer", "main"]

SEED = 0
BATCH = 48
SHARPNESS = 20.0
"""Cosines are multiplied by it before the softmax (https://arxiv.org/abs/1908.10084, as its library does)."""
BACKWARDS = 0.5
"""Weight of finding the question from the sentence; judgement."""
WARM, FLOOR = 0.1, 0.05
QUESTION_TOKENS, SENTENCE_TOKENS = 64, 96
"""All questions of ours and 99 of 100 sentences of abstracts are no longer."""
NEAR = 15
"""Of so many papers nearest by the published trunk, one gives a wrong sentence."""
KEPT_WRITER = "plain5"
"""Of whose questions none is trained on, so that there is something to measure on which is not a small set."""
ABSTRACT_CHARS = 1200
"""Of an abstract, by which papers are near each other: about the trunk's window of 256 tokens."""


@dataclasses.dataclass(frozen=True)
class Phase:
    """A part of the schedule."""

    passes: int
    rate: float
    with_topics: bool


PHASES = (Phase(2, 7e-5, with_topics=False), Phase(1, 4e-5, with_topics=True))
"""Questions for one paper first, subjects, which fit many papers, when the space is in place. On the wide sets everyday
words had the right paper first in 0.667 after the first phase and 0.688 after both, lists an R-precision of 0.621 and
0.631; other orders are untried."""


class Trainer:
    """The trunk as it learns to embed."""

    def __init__(
        self, shelf: Shelf, questions: Sequence[Asked], subjects: Sequence[Asked], start: Path | None = None
    ) -> None:
        """Begins with the adapter ``start``; None: with the published weights."""
        trunk = published()
        if start is not None:
            names = {name: values.numpy() for name, values in trunk.state_dict().items()}
            merged = merge(names, start)
            trunk.load_state_dict({name: torch.from_numpy(merged[name]) for name in names})
        self.network = torch.nn.ModuleDict({"bert": trunk})
        self._shelf = shelf
        self._lines = [*questions, *subjects]
        self._questions = len(questions)
        self._short, self._long = tokenizer_for(QUESTION_TOKENS), tokenizer_for(SENTENCE_TOKENS)
        self._near: dict[Key, list[Key]] = {}

    def train(
        self,
        phases: Sequence[Phase] = PHASES,
        *,
        batch: int = BATCH,
        checkpoint: Path | None = None,
        report: Callable[[str], None] = print,
    ) -> None:
        """Goes through the phases, from the checkpoint on where there is one."""
        self._near = self._neighbours()
        steps = []
        for number, phase in enumerate(phases):
            lines = list(range(len(self._lines) if phase.with_topics else self._questions))
            order: list[list[int]] = []
            for turn in range(phase.passes):
                random.Random(f"{SEED}:{number}:{turn}").shuffle(lines)
                order += [lines[start : start + batch] for start in range(0, len(lines) - batch + 1, batch)]
            shares = falling(len(order), WARM, FLOOR)
            steps += [(phase.rate * share, chosen) for share, chosen in zip(shares, order, strict=True)]
        identity = hashlib.sha256(repr((phases, batch, self._lines)).encode()).hexdigest()
        fit(
            self.network,
            [("", 1.0)],
            steps,
            self._loss,
            seed=SEED,
            identity=identity,
            checkpoint=checkpoint,
            report=report,
        )

    def embed(self, encoded: Sequence[tokenizers.Encoding]) -> torch.Tensor:
        """Vectors of unit length, float32 (texts, 384)."""
        ids, mask, _ = padded(encoded)
        with torch.autocast("cpu", torch.bfloat16):
            hidden = self.network["bert"](input_ids=ids, attention_mask=mask).last_hidden_state
        return torch.nn.functional.normalize(mean_of_tokens(hidden.float(), mask), dim=-1)

    def _loss(self, chosen: list[int], step: int) -> torch.Tensor:
        dice = random.Random(f"{SEED}:{step}")
        lines = [self._lines[index] for index in chosen]
        right = [self._right(line, dice) for line in lines]
        wrong = [dice.choice(self._shelf[dice.choice(self._near[line.paper])]) for line in lines]
        sentences = self._in_halves(self._long.encode_batch(right + wrong))
        questions = self.embed(self._short.encode_batch([line.text for line in lines]))
        scores = questions @ sentences.T * SHARPNESS
        same = torch.tensor([[a is not b and (a.paper == b.paper or a.text == b.text) for b in lines] for a in lines])
        scores[:, : len(lines)] = scores[:, : len(lines)].masked_fill(same, -1e4)
        wanted = torch.arange(len(lines))
        forwards = torch.nn.functional.cross_entropy(scores, wanted)
        return forwards + BACKWARDS * torch.nn.functional.cross_entropy(scores[:, : len(lines)].T, wanted)

    def _right(self, line: Asked, dice: random.Random) -> str:
        """What a question is to be near to: mostly the sentence that answers it, at times another part of its paper."""
        sentences, drawn = self._shelf[line.paper], dice.random()
        if line.style == "topic":
            return dice.choice(sentences) if drawn < 0.5 else sentences[0]
        answers = self._shelf.places(line.paper, line.best or ())
        if not answers and (place := self._shelf.place(line.paper, line.evidence)) is not None:
            answers = [place]
        if answers and drawn < 0.6:
            return sentences[dice.choice(answers)]
        if drawn < 0.7:
            return sentences[0]
        if drawn < 0.85:
            return dice.choice(sentences)
        start = dice.randrange(len(sentences))
        return " ".join(sentences[start : start + 2])

    def _in_halves(self, encoded: Sequence[tokenizers.Encoding]) -> torch.Tensor:
        """Short texts and long ones apart, so that little is spent on padding; rows in the order of the texts."""
        order = sorted(range(len(encoded)), key=lambda index: len(encoded[index].ids))
        middle = len(order) // 2
        parts = [self.embed([encoded[index] for index in part]) for part in (order[:middle], order[middle:]) if part]
        return torch.cat(parts)[torch.argsort(torch.tensor(order))]

    def _neighbours(self) -> dict[Key, list[Key]]:
        """The papers nearest to each one's, by the published trunk; at least one."""
        keys = sorted({line.paper for line in self._lines})
        with tempfile.TemporaryDirectory() as home:
            vectors = MiniLM(Path(home), adapter=None).embed(
                [" ".join(self._shelf[key])[:ABSTRACT_CHARS] for key in keys]
            )
        order = np.argsort(-(vectors @ vectors.T), axis=1)[:, 1 : NEAR + 1]
        return {key: [keys[other] for other in row] for key, row in zip(keys, order, strict=True)}


def main(arguments: Sequence[str] | None = None) -> None:
    """Trains, writes the adapter and prints its numbers beside those of the published trunk."""
    parser = argparse.ArgumentParser(prog="python -m evals.training.retrieval", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with abstracts.jsonl.gz and scifact/")
    parser.add_argument("--wide", type=Path, help="folder of the wide sets, to measure on beside the seed papers")
    parser.add_argument("--start", type=Path, metavar="ADAPTER", help="go on from another adapter of this kind")
    parser.add_argument("--rate", type=float, default=4e-5, help="highest rate with --start (default: %(default)s)")
    parser.add_argument("--passes", type=int, default=1, help="passes with --start (default: %(default)s)")
    parser.add_argument("--out", type=Path, default=RETRIEVAL, help="the adapter (default: the one that is shipped)")
    parser.add_argument("--checkpoint", type=Path, default=Path("build/training/retrieval.pt"))
    options = parser.parse_args(arguments)
    every, subjects = asked(), topics(options.data)
    questions = [line for line in every if line.writer != KEPT_WRITER]
    shelf = Shelf(options.data, {line.paper for line in [*every, *subjects]})
    print(f"{len(questions)} questions, {len(subjects)} subjects, {len(shelf.keys)} abstracts", flush=True)
    trainer = Trainer(shelf, questions, subjects, options.start)
    phases = (Phase(options.passes, options.rate, with_topics=True),) if options.start else PHASES
    trainer.train(phases, checkpoint=options.checkpoint, report=lambda line: print(line, flush=True))
    options.out.write_bytes(packed(trainer.network["bert"]))
    print(f"{options.out}: {options.out.stat().st_size / 1e6:.1f} MB", flush=True)
    with tempfile.TemporaryDirectory() as home:
        models = {"published": MiniLM(Path(home), adapter=None), "trained": MiniLM(Path(home), options.out)}
        if options.start:
            models["start"] = MiniLM(Path(home), options.start)
        kept = [line for line in every if line.writer == KEPT_WRITER]
        measured = {
            name: measure(model.embed, options.wide) | measure_kept(model.embed, kept, shelf)
            for name, model in models.items()
        }
    print(yardstick_table(measured))


if __name__ == "__main__":
    main()

"""Chooses from when on a sentence answers its question: ``python -m evals.training.answered --data DIR``.

Over the batches of questions that the relevance was not trained on (``HELD_OUT``), the best sentence of a paper is read
beside a question that its writer copied the answer to from that paper, beside one on the same matter that the paper
does not answer, and beside one on another paper; and sentences that were made up to answer the second, or only to
sound as if they did. What is printed for a batch is with the thresholds of the others.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from evals.training.texts import HELD_OUT, Asked, Shelf, asked
from rag.checking.question import THRESHOLDS, Thresholds
from rag.retrieval.relevance import Relevance
from rag.types import Answered

__all__ = ["Read", "chosen", "main", "shares"]

A_BATCH = 60
"""Questions of one batch, drawn at random."""
SEED = 11
MOST_YES = 0.15
"""Most sentences of either kind that do not answer of which *yes* is said."""
MOST_NO = 0.10
"""Most sentences that answer of which *no* is said."""
KINDS = ("answers", "same matter", "elsewhere")


@dataclasses.dataclass(frozen=True)
class Read:
    """A question beside the sentence that would be shown for it."""

    batch: str
    kind: str
    """One of :data:`KINDS`."""
    probability: float
    """That the sentence answers, 0 to 1."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Reads, prints, writes the thresholds; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m evals.training.answered", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of abstracts.jsonl.gz and scifact/")
    parser.add_argument("--out", type=Path, default=THRESHOLDS, metavar="FILE", help="default: the shipped ones")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as home:
        read = list(_reads(options.data, Relevance(Path(home))))
    for batch in sorted({one.batch for one in read}):
        others = chosen([one for one in read if one.batch != batch])
        print(f"{batch}, thresholds of the others: {shares([one for one in read if one.batch == batch], others)}")
    found = chosen(read)
    print(f"all: {shares(read, found)}")
    print(f"yes from {found.yes:.3f}, partly from {found.partly:.3f}, {len(read)} pairs")
    options.out.write_text(json.dumps(dataclasses.asdict(found)) + "\n", encoding="utf-8")
    return 0


def chosen(read: Sequence[Read]) -> Thresholds:
    """The lowest *yes* that says it of few enough that do not answer, and the highest *no* of few enough that do."""
    of = {kind: [one.probability for one in read if one.kind == kind] for kind in KINDS}
    yes = max(float(np.quantile(of[kind], 1 - MOST_YES)) for kind in KINDS[1:])
    partly = float(np.quantile(of[KINDS[0]], MOST_NO))
    return Thresholds(round(yes, 4), round(min(yes, partly), 4))


def shares(read: Sequence[Read], found: Thresholds) -> str:
    """Of each kind the shares that are yes, partly and no."""
    parts = []
    for kind in KINDS:
        said = [found.of(one.probability) for one in read if one.kind == kind]
        if said:
            each = ", ".join(f"{way} {said.count(way) / len(said):.2f}" for way in Answered)
            parts.append(f"{kind} ({len(said)}) {each}")
    return "; ".join(parts)


def _reads(data: Path, model: Relevance) -> Iterator[Read]:
    dice, everything = random.Random(SEED), asked()
    shelf = Shelf(data, {one.paper for one in everything if one.writer in HELD_OUT})
    for batch in sorted({one.writer for one in everything} & HELD_OUT):
        mine = [one for one in everything if one.writer == batch]
        for one in dice.sample(mine, min(A_BATCH, len(mine))):
            yield from _of_question(one, dice.choice(mine), shelf, model)


def _of_question(one: Asked, other: Asked, shelf: Shelf, model: Relevance) -> Iterator[Read]:
    _, *sentences = shelf[one.paper]
    title = shelf.label(one.paper)
    place = shelf.place(one.paper, one.evidence)
    if place:
        yield Read(one.writer, "answers", _best(one.text, title, [shelf[one.paper][place]], model))
    if one.unanswerable and sentences:
        yield Read(one.writer, "same matter", _best(one.unanswerable, title, sentences, model))
    if one.answering:  # made up for a question that else goes unanswered: else its wording alone would tell
        yield Read(one.writer, "answers", _best(one.unanswerable, title, [one.answering], model))
        yield Read(one.writer, "same matter", _best(one.unanswerable, title, [one.sounding], model))
    if other.paper != one.paper and len(shelf[other.paper]) > 1:
        yield Read(one.writer, "elsewhere", _best(one.text, shelf.label(other.paper), shelf[other.paper][1:], model))


def _best(question: str, title: str, sentences: Sequence[str], model: Relevance) -> float:
    return float(model.probabilities(question, [(title, sentence) for sentence in sentences]).max())


if __name__ == "__main__":
    sys.exit(main())

"""Makes the adapter ``relevance``: whether a sentence answers a question, as a probability.

``python -m evals.training.relevance --data DIR``, about half an hour on two cores. DIR has ``abstracts.jsonl.gz`` and
``scifact/``. Which sentences are near a question is said by the shipped ``retrieval``. The batches of some writers are
held out; the numbers that are printed are over those.
"""

from __future__ import annotations

import argparse
import collections
import dataclasses
import random
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from evals.training.balance import balanced
from evals.training.cross_encoder import (
    Example,
    Network,
    Schedule,
    average_with,
    begin_with,
    packed,
    pair_tokenizer,
    train,
)
from evals.training.pairs import Pair, Pairs
from evals.training.texts import HELD_OUT, Shelf, asked, requests
from rag.index.embedding.minilm import MiniLM
from rag.learned import CrossEncoder

__all__ = ["SCHEDULE", "calibration_error", "main", "ordered_right", "pairs_of"]

HEAD_FACTOR = 8.0
"""How much faster the head learns than the layers, which know something already."""
SCHEDULE = Schedule(passes=1, batch=32, rate=8e-5, head_rate=HEAD_FACTOR * 8e-5, warm=0.1, seed=0)
BINS = 10
SHIPPED = Path(__file__).parents[2] / "rag" / "learned" / "relevance.npz"


def pairs_of(data: Path, home: Path, *, held_out: bool) -> list[Pair]:
    """The pairs to learn from, weighed; or those that are held out.

    Args:
        data: folder of the abstracts.
        home: where the graph of the embedding is kept.
        held_out: which of both; sentences of other papers are of the same part.
    """
    questions = [one for one in asked() if (one.writer in HELD_OUT) is held_out]
    lists = [one for one in requests() if (one.batch in HELD_OUT) is held_out]
    wanted = {one.paper for one in questions} | {key for one in lists for key in one.papers}
    pairs = Pairs(Shelf(data, wanted), MiniLM(home).embed)
    found = [*pairs.of_questions(questions), *pairs.of_requests(lists)]
    return found if held_out else balanced(found)


def calibration_error(probabilities: npt.NDArray[np.float32], right: npt.NDArray[np.bool_]) -> float:
    """Expected calibration error over ten bins of equal width (https://arxiv.org/abs/1706.04599), 0 is best."""
    bins = np.minimum((probabilities * BINS).astype(int), BINS - 1)
    chosen = [bins == number for number in range(BINS) if (bins == number).any()]
    return float(sum(abs(right[one].mean() - probabilities[one].mean()) * one.mean() for one in chosen))


def ordered_right(right: npt.NDArray[np.float32], wrong: npt.NDArray[np.float32]) -> float:
    """Share of pairs of a right and a wrong one in which the right one scores higher; a tie counts half."""
    higher = (right[:, None] > wrong[None, :]).mean() + 0.5 * (right[:, None] == wrong[None, :]).mean()
    return float(higher)


def main(arguments: Sequence[str] | None = None) -> None:
    """Trains, writes the adapter and prints how it tells held-out pairs apart, beside the published trunk's cosine."""
    parser = argparse.ArgumentParser(prog="python -m evals.training.relevance", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with abstracts.jsonl.gz and scifact/")
    parser.add_argument("--start", type=Path, metavar="ADAPTER", help="begin with another adapter of this kind")
    parser.add_argument(
        "--average", type=Path, metavar="ADAPTER", help="in the end take the mean of the weights and those of this one"
    )
    parser.add_argument("--rate", type=float, default=SCHEDULE.rate, help="highest rate (default: %(default)s)")
    parser.add_argument("--share", type=float, default=1.0, help="how many of the pairs, 0 to 1 (default: all)")
    parser.add_argument("--out", type=Path, default=SHIPPED, help="the adapter (default: the one that is shipped)")
    parser.add_argument("--measure", action="store_true", help="only print the numbers of --out")
    parser.add_argument("--checkpoint", type=Path, default=Path("build/training/relevance.pt"))
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        if not options.measure:
            _trained(options, home)
        held_out = pairs_of(options.data, home, held_out=True)
        print(_table(held_out, _scores(held_out, home, options.out)))


def _trained(options: argparse.Namespace, home: Path) -> None:
    """Writes the adapter."""
    learned = pairs_of(options.data, home, held_out=False)
    learned = random.Random(SCHEDULE.seed).sample(learned, round(options.share * len(learned)))
    print(dict(collections.Counter(pair.kind for pair in learned)), flush=True)
    torch.manual_seed(SCHEDULE.seed)
    network = Network(classes=1)
    if options.start:
        begin_with(network, options.start, head=True)
    examples = [Example(pair.question, pair.sentence, (pair.target,), pair.weight) for pair in learned]
    schedule = dataclasses.replace(SCHEDULE, rate=options.rate, head_rate=HEAD_FACTOR * options.rate)
    train(network, pair_tokenizer(), examples, schedule, _say, checkpoint=options.checkpoint)
    if options.average:
        average_with(network, options.average)
    options.out.write_bytes(packed(network))
    print(f"{options.out}: {options.out.stat().st_size / 1e6:.1f} MB", flush=True)


def _say(line: str) -> None:
    print(line, flush=True)


def _scores(pairs: Sequence[Pair], home: Path, adapter: Path) -> Mapping[str, npt.NDArray[np.float32]]:
    """Of each pair the cosine by the published trunk, and the probability by the adapter as the product runs it."""
    trunk = MiniLM(home, adapter=None)
    first, second = trunk.embed([pair.question for pair in pairs]), trunk.embed([pair.sentence for pair in pairs])
    logits = CrossEncoder(home, adapter).logits([(pair.question, pair.sentence) for pair in pairs])[:, 0]
    return {"published": (first * second).sum(axis=1), "trained": 1 / (1 + np.exp(-logits))}


def _table(pairs: Sequence[Pair], scores: Mapping[str, npt.NDArray[np.float32]]) -> str:
    kinds = np.array([pair.kind for pair in pairs])
    rows = [("evidence", wrong) for wrong in ("beside", "elsewhere", "unanswerable")]
    rows += [("answering", "sounding"), ("fits", "does not fit")]
    lines = [f"{'held-out pairs in the right order':44}" + "".join(f"{name:>12}" for name in scores)]
    for right, wrong in rows:
        shares = [ordered_right(values[kinds == right], values[kinds == wrong]) for values in scores.values()]
        lines.append(f"{f'{right} before {wrong}':44}" + "".join(f"{share:12.3f}" for share in shares))
    known = np.isin(kinds, ("evidence", "elsewhere", "unanswerable", "fits", "does not fit"))
    right_ones = np.isin(kinds, ("evidence", "fits"))
    error = calibration_error(scores["trained"][known], right_ones[known])
    return "\n".join([*lines, f"{'expected calibration error':44}{'-':>12}{error:12.3f}"])


if __name__ == "__main__":
    main()

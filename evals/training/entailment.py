"""Makes the adapter ``entailment``: ``python -m evals.training.entailment --data DIR --general FILE``.

First the trunk learns to compare sentences from general pairs, then claims about papers (:mod:`evals.training.claims`);
with ``--start ADAPTER`` it goes on from one that has, with one pass over the claims. Last the verdict is calibrated on
written claims that it was not trained on. Where the data can be had stands in the adapter's card,
``rag/learned/entailment.md``.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import tokenizers
import torch

from evals.training.claims import (
    BORNE_OUT,
    CONTRADICTED,
    NOT_BORNE_OUT,
    NOT_SAID,
    Claim,
    claims,
    held_out,
    strangers,
)
from evals.training.cross_encoder import (
    Example,
    Network,
    Schedule,
    begin_with,
    logits_of,
    packed,
    pair_tokenizer,
    train,
)
from rag.errors import SourceError
from rag.learned.cross_encoder import CrossEncoder
from rag.learned.entailment import ADAPTER, CALIBRATION

__all__ = ["main", "read_general"]

LABELS = {
    "entailment": BORNE_OUT,
    "contradiction": CONTRADICTED,
    "neutral": NOT_SAID,
    "not_entailment": NOT_BORNE_OUT,
}
GENERAL = Schedule(passes=1, rate=1e-4, batch=24, warm=0.06)
CLAIMS = Schedule(passes=2, rate=8e-5, head_rate=3e-4, batch=24, warm=0.05)
AGAIN = Schedule(passes=1, rate=6e-5, head_rate=2e-4, batch=24, warm=0.05)
KEPT = 0.9
"""Share of the true claims that are at least supported in part."""
NEWTON = 25
"""Steps of the fit of two parameters; it no longer moves after ten."""


def read_general(path: Path) -> Iterator[Example]:
    """Pairs of sentences about anything: a line is ``{"premise": .., "hypothesis": .., "label": ..}``.

    Raises:
        SourceError: the file cannot be read, or a line is not a pair; the message names the line.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise SourceError(f"{str(path)!r} cannot be read ({error.strerror}); name a file of pairs") from error
    for number, line in enumerate(lines, start=1):
        try:
            one = json.loads(line)
            yield Example(one["hypothesis"], one["premise"], LABELS[one["label"]])
        except (ValueError, KeyError, TypeError) as error:
            raise SourceError(f"{path.name}:{number} is not a pair ({error})") from error


def main(arguments: Sequence[str] | None = None) -> int:
    """Trains, calibrates and writes the adapter; the exit status."""
    parser = argparse.ArgumentParser(description="Make the adapter of the checker.")
    parser.add_argument("--data", type=Path, required=True, help="has abstracts, scifact, citint and healthver")
    parser.add_argument("--general", type=Path, required=True, help="pairs of sentences about anything")
    parser.add_argument("--start", type=Path, metavar="ADAPTER", help="go on from one instead of the published trunk")
    parser.add_argument("--checkpoint", type=Path, metavar="FILE", help="where an interrupted training goes on from")
    parser.add_argument("--out", type=Path, default=ADAPTER, metavar="FILE", help="the adapter (default: the shipped)")
    options = parser.parse_args(arguments)
    torch.manual_seed(CLAIMS.seed)
    network, tokenizer = Network(3), pair_tokenizer()
    general = list(read_general(options.general))
    sentences = [one.first for one in general]
    told = [*claims(options.data), *strangers(options.data, sentences, kept_back=False)]
    about_papers = [Example(one.claim, one.evidence, one.target, one.weight) for one in told]
    lessons = [(general, GENERAL), (about_papers, CLAIMS)]
    if options.start:
        begin_with(network, options.start, head=True)
        lessons = [(about_papers, AGAIN)]
    for examples, schedule in lessons:
        train(network, tokenizer, examples, schedule, _say, checkpoint=options.checkpoint)
    options.out.write_bytes(packed(network))
    _say(_passed(network, tokenizer, strangers(options.data, sentences, kept_back=True)))
    left_out = held_out(options.data)
    with tempfile.TemporaryDirectory() as home:  # what is shipped is calibrated, not what it was before it was packed
        logits = CrossEncoder(Path(home), options.out).logits([(one.claim, one.evidence) for one in left_out])
    true = np.array([one.target == BORNE_OUT for one in left_out])
    calibration = _calibration(logits[:, 0] - np.logaddexp(logits[:, 1], logits[:, 2]), true)
    options.out.with_name(CALIBRATION.name).write_text(json.dumps(calibration) + "\n", encoding="utf-8")
    return 0


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _passed(network: Network, tokenizer: tokenizers.Tokenizer, told: Sequence[Claim]) -> str:
    """How many of the strangers that were not trained on are more probably borne out than not."""
    logits = logits_of(network, tokenizer, [(one.claim, one.evidence) for one in told])
    passed = float((logits[:, 0] > np.logaddexp(logits[:, 1], logits[:, 2])).mean())
    return f"{len(told)} left-out sentences that no paper says: borne out {passed:.3f}"


def _calibration(odds: npt.NDArray[np.floating], true: npt.NDArray[np.bool_]) -> dict[str, float]:
    """Slope and bias by maximum likelihood; the threshold that is right most often, and the one for *in part*."""
    inputs = np.stack([odds, np.ones_like(odds)], axis=1).astype(float)
    weights = np.zeros(2)
    for _ in range(NEWTON):
        probability = 1 / (1 + np.exp(-(inputs @ weights)))
        curvature = (inputs * (probability * (1 - probability))[:, None]).T @ inputs
        weights += np.linalg.solve(curvature, inputs.T @ (true - probability))
    probability = 1 / (1 + np.exp(-(inputs @ weights)))
    right = {cut: float(((probability >= cut) == true).mean()) for cut in np.arange(0.40, 0.56, 0.025).round(3)}
    supported = float(max(right, key=lambda cut: (right[cut], -abs(cut - 0.5))))
    kept = float((probability >= supported)[true].mean())
    print(f"{len(true)} left-out claims: right {right[supported]:.3f}, true kept {kept:.3f}", file=sys.stderr)
    partial = min(float(np.quantile(probability[true], 1 - KEPT)), supported - 0.05)
    found = {"slope": weights[0], "bias": weights[1], "supported": supported, "partial": partial}
    return {name: round(float(value), 4) for name, value in found.items()}


if __name__ == "__main__":
    sys.exit(main())

"""Makes the adapter ``entailment``: ``python -m evals.training.entailment general.jsonl claims.jsonl [--out DIR]``.

First the trunk learns to compare sentences from general pairs, then claims about papers. A line of either file is a
pair, ``{"claim": .., "evidence": .., "label": .., "source": ..}``: ``label`` is ``borne out``, ``contradicted``, ``not
said`` or ``not borne out`` (one of the last two), ``evidence`` is what :func:`rag.checking.evidence.evidence_text`
gives for a paper. Which sets the shipped adapter was made from, and where they can be had, stands in its card.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import torch

from evals.training.cross_encoder import Example, Network, Schedule, packed, pair_tokenizer, train
from rag.errors import SourceError
from rag.learned.entailment import ADAPTER

__all__ = ["main", "read_examples"]

LABELS = {
    "borne out": (1.0, 0.0, 0.0),
    "contradicted": (0.0, 1.0, 0.0),
    "not said": (0.0, 0.0, 1.0),
    "not borne out": (0.0, 1.0, 1.0),
}
WEIGHTS: Mapping[str, float] = {"citint": 0.5, "tldr": 0.5, "healthver": 0.7, "other": 0.7, "verbatim": 0.7}
"""Of pairs by source: sets with noisy labels, and pairs that are easier than what people write, count less."""
GENERAL = Schedule(passes=1, rate=1e-4, batch=32, warm=0.06)
CLAIMS = Schedule(passes=2, rate=8e-5, head_rate=3e-4, batch=24, warm=0.05)


def read_examples(path: Path) -> Iterator[Example]:
    """The pairs of a file.

    Raises:
        SourceError: it cannot be read, or a line is not a pair; the message names the line.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise SourceError(f"{str(path)!r} cannot be read ({error.strerror}); name a file of pairs") from error
    for number, line in enumerate(lines, start=1):
        try:
            one = json.loads(line)
            weight = WEIGHTS.get(one["source"], 1.0)
            yield Example(one["claim"], one["evidence"], LABELS[one["label"]], weight)
        except (ValueError, KeyError, TypeError) as error:
            raise SourceError(f"{path.name}:{number} is not a pair ({error})") from error


def main(arguments: list[str] | None = None) -> int:
    """Trains and writes the adapter; the exit status."""
    parser = argparse.ArgumentParser(description="Make the adapter of the checker.")
    parser.add_argument("general", type=Path, help="pairs of sentences about anything")
    parser.add_argument("claims", type=Path, help="claims about papers")
    parser.add_argument("--out", type=Path, default=ADAPTER, metavar="FILE", help="the adapter (default: the shipped)")
    options = parser.parse_args(arguments)
    torch.manual_seed(CLAIMS.seed)
    network = Network(len(LABELS) - 1)
    tokenizer = pair_tokenizer()
    for path, schedule in ((options.general, GENERAL), (options.claims, CLAIMS)):
        examples = list(read_examples(path))
        print(f"{len(examples)} pairs of {path.name}", file=sys.stderr)
        train(network, tokenizer, examples, schedule, lambda said: print(said, file=sys.stderr))
    options.out.write_bytes(packed(network))
    print(options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Makes the small model that tells which sentence of an abstract serves which aspect of a comparison.

``python -m evals.training.aspects --data DIR``: logistic regression on the vectors of the sentences, their
places and notation. To be made anew whenever the embedding adapter changes, since it reads that one's vectors. Needs
scikit-learn, of the dependency group ``training``.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import sklearn.linear_model

from evals.training.texts import FOLDER, Key, Shelf
from rag.comparing.aspects import ASPECTS, HEAD, features
from rag.index.embedding.minilm import MiniLM
from rag.settings import load_settings

__all__ = ["main"]

STRENGTH = 0.1
"""Inverse of the penalty; 0.05 is right in 182 rather than 181 of the 216 cells that the card tells of."""
CHUNK = 100
"""Abstracts whose sentences are read at once."""


def told_by() -> dict[Key, dict[str, int]]:
    """For each abstract the number of the sentence under each aspect, from 1."""
    lines = (FOLDER / "aspects.jsonl").read_text(encoding="utf-8").splitlines()
    return {(line["source"], line["title"]): line["aspects"] for line in map(json.loads, lines)}


def fitted(told: Mapping[Key, Mapping[str, int]], shelf: Shelf, model: MiniLM) -> npt.NDArray[np.float32]:
    """The weights, (inputs, aspects)."""
    keys, seen, wanted = sorted(told), [], []
    for start in range(0, len(keys), CHUNK):
        some = keys[start : start + CHUNK]
        vectors = iter(model.embed([sentence for key in some for sentence in shelf[key][1:]]))
        for key in some:
            sentences = shelf[key][1:]
            seen.append(features(sentences, np.stack([next(vectors) for _ in sentences])))
            wanted += [[told[key].get(aspect) == place for aspect in ASPECTS] for place, _ in enumerate(sentences, 1)]
        print(f"{start + len(some)} abstracts", flush=True)
    inputs, labels = np.vstack(seen)[:, :-1], np.array(wanted)  # the last input is the constant
    models = (sklearn.linear_model.LogisticRegression(C=STRENGTH, max_iter=200).fit(inputs, one) for one in labels.T)
    return np.array([[*model.coef_[0], model.intercept_[0]] for model in models], np.float32).T


def main() -> None:
    """Reads the abstracts, fits, writes the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with abstracts.jsonl.gz and scifact")
    parser.add_argument("--out", type=Path, default=HEAD)
    options = parser.parse_args()
    told = told_by()
    weights = fitted(told, Shelf(options.data, told), MiniLM(load_settings().home))
    np.savez_compressed(options.out, allow_pickle=False, weights=weights.astype(np.float16))
    print(f"{len(told)} abstracts, {options.out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()

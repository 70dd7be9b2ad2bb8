"""Whether a sentence answers a question, as a probability: a small model that reads both together."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rag.learned.cross_encoder import CrossEncoder
from rag.text.naming import short_name
from rag.types import Hit, Paper, ScoredPassage

__all__ = ["PAIRS", "UNSURE", "Relevance", "label_of", "pair_of", "relevance_of"]

PAIRS = 24
"""Sentences read for one question: a bound on its time. Judgement."""
OF_FIRST = 10
"""Of these so many of the best paper; the others share the rest. Judgement."""
LABEL_WORDS = 24
"""Words of a name or title that are read in front of a sentence; 2 of 5,365 titles of the training data have more."""
UNSURE = 0.1
"""Where no sentence of a paper is so probable, they stay in the order of their likeness. Judgement."""
ADAPTER = Path(__file__).parents[1] / "learned" / "relevance.npz"


def label_of(paper: Paper) -> str:
    """What stands in front of a sentence of the paper: its name; where it has none, its title.

    A whole title often answers by itself: with it every sentence of the paper would.
    """
    return _cut(short_name(paper).strip("“”"))


def pair_of(question: str, label: str, sentence: str) -> tuple[str, str]:
    """A question and a sentence as the model reads them.

    Without the sign at the end of the question: who writes it depends on the writer, not on what is asked.
    """
    return question.rstrip(" ?!."), f"{label}: {sentence}"


def _cut(name: str) -> str:
    return " ".join(name.split()[:LABEL_WORDS])


class Relevance:
    """The model; loaded at its first pair, safe for several threads."""

    def __init__(self, home: Path) -> None:
        self._model = CrossEncoder(home, ADAPTER)

    def probabilities(self, question: str, sentences: Sequence[tuple[str, str]]) -> npt.NDArray[np.float32]:
        """How probable it is that each sentence answers the question, shape (sentences,), from 0 to 1.

        Args:
            question: understandable by itself.
            sentences: each with what stands in front of it, see :func:`label_of`.
        """
        pairs = [pair_of(question, label, sentence) for label, sentence in sentences]
        logits = self._model.logits(pairs)[:, 0]
        return np.asarray(1 / (1 + np.exp(-logits)), np.float32)

    def read(self, question: str, hits: Sequence[Hit], *, of_first: int = OF_FIRST, titles: bool = False) -> list[Hit]:
        """The hits with the sentences that were read first, the most probable one of each paper leading.

        Args:
            question: understandable by itself.
            hits: best first, their sentences nearest first.
            of_first: sentences read of the first paper; the others share what is left of :data:`PAIRS`.
            titles: whole titles stand in front, where it is asked which papers are about a subject.
        """
        chosen = _chosen(hits, of_first)
        labels = [_cut(hit.paper.title) if titles else label_of(hit.paper) for hit in hits]
        flat = [(label, one.passage.text) for label, some in zip(labels, chosen, strict=True) for one in some]
        found = iter(self.probabilities(question, flat).tolist() if flat else ())
        return [
            _read(hit, [(one, next(found)) for one in some]) if some else hit
            for hit, some in zip(hits, chosen, strict=True)
        ]


def _chosen(hits: Sequence[Hit], of_first: int) -> list[tuple[ScoredPassage, ...]]:
    """Which sentences of each paper are read: the nearest ones, titles only where nothing else is."""
    left = PAIRS
    chosen = []
    for place, hit in enumerate(hits):
        others = max(1, (left - (of_first if place == 0 else 0)) // max(1, len(hits) - place))
        wanted = min(of_first if place == 0 else others, left)
        sentences = tuple(one for one in hit.passages if one.passage.number > 0) or hit.passages
        chosen.append(sentences[:wanted])
        left -= len(chosen[-1])
    return chosen


def _read(hit: Hit, read: Sequence[tuple[ScoredPassage, float]]) -> Hit:
    sure = max(probability for _, probability in read) >= UNSURE
    best = sorted(read, key=lambda pair: -(pair[1] if sure else pair[0].score))
    passages = [dataclasses.replace(one, relevance=probability) for one, probability in best]
    known = {one.passage for one in passages}
    rest = [one for one in hit.passages if one.passage not in known]
    return dataclasses.replace(hit, passages=(*passages, *rest))


@functools.lru_cache(maxsize=4)
def relevance_of(home: Path) -> Relevance:
    """The model of that home folder, the same one each time: it is loaded once a process."""
    return Relevance(home)

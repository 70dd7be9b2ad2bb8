"""What a few lines do without anything made for questions: similarity of sentences and BM25, added up for each paper.

The bar for everything that is more than that.
"""

from __future__ import annotations

import collections
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from rag.text.sentences import passages_of
from rag.text.terms import document_terms
from rag.types import Paper, Passage

__all__ = ["Fusion"]

FACTOR = 12.0
"""Of cosines in the soft maximum over a paper's sentences: between their mean (0) and the largest (infinite)."""
FEWEST = 8
"""A paper with fewer sentences counts as one with so many, or a lone title would have the highest mean."""
WORDS = 0.5
"""Weight of the standardised BM25 score beside that of the similarities."""
LISTED = 1.5
"""Standard deviations above the mean from which on a paper belongs to a list."""
K1, B = 1.2, 0.75
"""Of BM25, as Lucene has them (https://lucene.apache.org/core/9_0_0/core/org/apache/lucene/search/similarities/BM25Similarity.html)."""

Scores = npt.NDArray[np.float64]
"""One a paper."""


class Fusion:
    """All sentences of a small collection, in memory."""

    def __init__(self, papers: Sequence[Paper], embed: Callable[[Sequence[str]], npt.NDArray[np.float32]]) -> None:
        """Embeds every sentence.

        Args:
            papers: at least one.
            embed: gives vectors of unit length, (texts, dimension).
        """
        self.papers = tuple(papers)
        self.passages = tuple(passage for paper in papers for passage in passages_of(paper))
        self._embed = embed
        self._vectors = embed([passage.text for passage in self.passages])
        self._owners = np.array([number for number, paper in enumerate(papers) for _ in passages_of(paper)])
        self._words = [collections.Counter(document_terms(paper.text)) for paper in papers]
        self._lengths = np.array([sum(words.values()) for words in self._words], np.float64)
        self._holders = collections.Counter(term for words in self._words for term in words)

    def scores(self, question: str) -> Scores:
        """How well each paper fits, in the order of the papers; comparable within one question alone."""
        weights = np.exp(FACTOR * self.cosines(question))
        sums = np.bincount(self._owners, weights, len(self.papers))
        counts = np.maximum(np.bincount(self._owners, minlength=len(self.papers)), FEWEST)
        return _standardised(np.log(sums / counts)) + WORDS * _standardised(self._bm25(question))

    def cosines(self, question: str) -> npt.NDArray[Any]:
        """Of each passage with the question."""
        return np.asarray(self._vectors @ self._embed([question])[0])

    def best_sentences(self, question: str, paper: int, count: int) -> list[Passage]:
        """Of the paper of that number the ``count`` sentences nearest to the question, in the paper's order."""
        places = [place for place in np.flatnonzero(self._owners == paper) if self.passages[place].number] or list(
            np.flatnonzero(self._owners == paper)
        )
        cosines = self.cosines(question)
        return [self.passages[place] for place in sorted(sorted(places, key=lambda place: -cosines[place])[:count])]

    @staticmethod
    def listed(scores: Scores) -> list[int]:
        """Numbers of the papers that belong to a list, best first."""
        least = scores.mean() + LISTED * scores.std()
        return [int(place) for place in np.argsort(-scores, kind="stable") if scores[place] >= least]

    def _bm25(self, question: str) -> Scores:
        found = np.zeros(len(self.papers))
        for term in set(document_terms(question)):
            holders = self._holders[term]
            rarity = math.log(1 + (len(self.papers) - holders + 0.5) / (holders + 0.5))
            counts = np.array([words[term] for words in self._words], np.float64)
            found += rarity * counts * (K1 + 1) / (counts + K1 * (1 - B + B * self._lengths / self._lengths.mean()))
        return found


def _standardised(values: Scores) -> Scores:
    return np.asarray((values - values.mean()) / (values.std() + 1e-9))

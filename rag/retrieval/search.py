"""One question against one index: what retrievers ask of a collection, and the steps that several of them share."""

from __future__ import annotations

import functools
import heapq
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from rag.knowledge.hypergraph import Hypergraph
from rag.retrieval.scoring import coverage_scale, inverse_frequency, paper_similarity, rank_sentences
from rag.text.terms import STOP_WORDS, query_terms, stem, words
from rag.types import Hit, Paper

__all__ = ["CANDIDATE_SENTENCES", "Embedder", "Index", "Retriever", "Search"]

CANDIDATE_SENTENCES = 200
"""Nearest sentences looked at; about 20 to 100 papers."""
CANDIDATE_PAPERS = 200
"""Best papers of the lexical index whose BM25 score is looked at."""


class Embedder(Protocol):
    """What makes vectors of texts; see ``rag.index.embedding``."""

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Shape (texts, dimension), unit length."""


class Index(Protocol):
    """What a retriever needs of a collection; see ``rag.index.collection.Collection``."""

    def __len__(self) -> int: ...
    @property
    def embedder(self) -> Embedder:
        """The model whose vectors the index holds."""

    def dense(
        self, vector: npt.NDArray[np.float32], k: int, within: Collection[str] | None = None
    ) -> list[tuple[str, int, float]]:
        """Paper, sentence number and cosine of the ``k`` nearest sentences."""

    def lexical(
        self, terms: Mapping[str, float] | Sequence[str], k: int, within: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        """Paper and BM25 score of the ``k`` best papers; terms may have weights."""

    def document_frequency(self, terms: Sequence[str]) -> dict[str, int]:
        """In how many papers each term stands."""

    def vectors(self, ids: Sequence[str]) -> Mapping[str, npt.NDArray[np.float32]]:
        """The vectors of each paper's sentences, shape (sentences, dimension)."""

    def knowledge(self) -> Hypergraph:
        """What the papers speak of: entities and the sentences and papers that join them."""

    def get_many(self, ids: Sequence[str]) -> Mapping[str, Paper]:
        """The papers of those ids; ids that are gone are left out."""


Retriever = Callable[[Index, str, int, Collection[str] | None], list[Hit]]
"""Index, question, number of papers wanted, and the only paper ids allowed (None: all); hits best first."""


class Search:
    """One question against one index; what several steps need is worked out once."""

    def __init__(self, index: Index, text: str, within: Collection[str] | None) -> None:
        self.index = index
        self.text = text
        self.within = within

    @functools.cached_property
    def terms(self) -> tuple[str, ...]:
        """Terms of the question for the lexical index, without repeats."""
        return tuple(query_terms(self.text))

    @functools.cached_property
    def content(self) -> tuple[str, ...]:
        """Stems of its words without stop words and joined forms: what its weight is counted in."""
        return tuple(dict.fromkeys(stem(word) for word in words(self.text) if word not in STOP_WORDS))

    @functools.cached_property
    def frequency(self) -> Mapping[str, int]:
        """In how many papers each term of the question stands."""
        return self.index.document_frequency(tuple(dict.fromkeys(self.terms + self.content)))

    @functools.cached_property
    def weights(self) -> dict[str, float]:
        """Of each term of the question, by how few papers hold it."""
        papers = len(self.index)  # asks the catalogue
        terms = dict.fromkeys(self.terms + self.content)
        return {term: inverse_frequency(self.frequency.get(term, 0), papers) for term in terms}

    @functools.cached_property
    def vector(self) -> npt.NDArray[np.float32]:
        """Of the question: unit length, shape (dimension,)."""
        vector: npt.NDArray[np.float32] = self.index.embedder.embed([self.text])[0]
        return vector

    def nearest(self) -> list[str]:
        """Papers of the sentences nearest to the question, nearest first."""
        rows = self.index.dense(self.vector, CANDIDATE_SENTENCES, self.within)
        return list(dict.fromkeys(paper_id for paper_id, _, _ in rows))

    def cosines(self, ids: Sequence[str]) -> dict[str, npt.NDArray[np.float32]]:
        """Cosines of the question with every sentence of each paper, shape (sentences,)."""
        return {paper_id: rows @ self.vector for paper_id, rows in self.index.vectors(ids).items()}

    def coverage(self) -> dict[str, float]:
        """Share of the best possible BM25 score that papers reach, 0 to 1."""
        scale = coverage_scale(self.content, self.weights)
        found = self.index.lexical(self.terms, CANDIDATE_PAPERS, self.within)
        return {paper_id: score / scale for paper_id, score in found}

    def hits(
        self,
        signals: Mapping[str, Mapping[str, float]],
        cosines: Mapping[str, npt.NDArray[np.float32]],
        k: int,
        *,
        absolute: bool = False,
    ) -> list[Hit]:
        """The ``k`` papers whose signals add up to the most, with their sentences nearest first.

        Args:
            signals: of each paper.
            cosines: as :meth:`cosines` gives them; of papers that are missing nothing was embedded.
            k: how many papers.
            absolute: the score says how close a paper is, see :attr:`rag.types.Hit.closeness`.
        """
        scores = {paper_id: sum(parts.values()) for paper_id, parts in signals.items()}
        best = heapq.nlargest(k, scores, key=lambda paper_id: (scores[paper_id], paper_id))
        papers = self.index.get_many(best)
        return [
            Hit(
                paper,
                scores[paper_id],
                rank_sentences(paper, cosines.get(paper_id), self.weights),
                dict(signals[paper_id]),
                paper_similarity(cosines[paper_id]) if paper_id in cosines else None,
                scores[paper_id] if absolute else None,
            )
            for paper_id in best
            if (paper := papers.get(paper_id)) is not None
        ]

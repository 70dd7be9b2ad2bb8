"""One question against one index: what retrievers ask of a collection, and the steps that several of them share."""

from __future__ import annotations

import functools
import heapq
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from rag.knowledge.hypergraph import Hypergraph
from rag.retrieval.question import Question
from rag.retrieval.scoring import coverage_scale, inverse_frequency, paper_similarity, rank_sentences
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
    def rewords(self) -> bool:
        """Whether a question is searched in the field's terms too."""

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
        self.question = Question(text, rewords=index.rewords)
        self.within = within

    @functools.cached_property
    def frequency(self) -> Mapping[str, int]:
        """In how many papers each term of the question stands."""
        return self.index.document_frequency(tuple(dict.fromkeys(self.question.terms + self.question.content)))

    @functools.cached_property
    def weights(self) -> dict[str, float]:
        """Of each term of the question, by how few papers hold it."""
        terms = tuple(dict.fromkeys(self.question.terms + self.question.content))
        papers = len(self.index)  # asks the catalogue
        return {term: inverse_frequency(self.frequency.get(term, 0), papers) for term in terms}

    @functools.cached_property
    def known_weights(self) -> dict[str, float]:
        """The weights of the terms that some paper holds; no sentence can be blamed for lacking the others."""
        return {term: weight for term, weight in self.weights.items() if self.frequency.get(term)}

    @functools.cached_property
    def vectors(self) -> npt.NDArray[np.float32]:
        """Of the question in the field's terms and, where that differs, as asked: unit length, (1 or 2, dimension).

        Right paper first and among the first five on 152 riddles (the development ones, the blind and both fresh
        halves): as asked 0.45 and 0.74, in the field's terms 0.49 and 0.78, both 0.53 and 0.79; others 0.98 each time.
        """
        forms = tuple(dict.fromkeys((self.question.spoken, self.question.text)))
        vectors: npt.NDArray[np.float32] = self.index.embedder.embed(forms)
        return vectors

    def nearest(self) -> list[str]:
        """Papers of the sentences nearest to either form of the question, nearest first."""
        rows = [row for form in self.vectors for row in self.index.dense(form, CANDIDATE_SENTENCES, self.within)]
        return list(dict.fromkeys(paper_id for paper_id, _, _ in sorted(rows, key=lambda row: -row[2])))

    def cosines(self, ids: Sequence[str]) -> dict[str, npt.NDArray[np.float32]]:
        """Cosines of each form of the question with every sentence of each paper, shape (forms, sentences)."""
        return {paper_id: self.vectors @ rows.T for paper_id, rows in self.index.vectors(ids).items()}

    def coverage(self) -> dict[str, float]:
        """Share of the best possible BM25 score that papers reach, 0 to 1: as asked or in the field's terms."""
        shares = self._shares()
        if self.question.spoken != self.question.text:
            for paper_id, share in Search(self.index, self.question.spoken, self.within)._shares().items():
                shares[paper_id] = max(share, shares.get(paper_id, 0.0))
        return shares

    def _shares(self) -> dict[str, float]:
        scale = coverage_scale(self.question, self.weights)
        found = self.index.lexical(self.question.terms, CANDIDATE_PAPERS, self.within)
        return {paper_id: score / scale for paper_id, score in found}

    def hits(
        self,
        signals: Mapping[str, Mapping[str, float]],
        cosines: Mapping[str, npt.NDArray[np.float32]],
        k: int,
        *,
        absolute: bool = False,
    ) -> list[Hit]:
        """The ``k`` papers whose signals add up to the most, with their sentences ranked.

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
                rank_sentences(self.question, paper, _first(cosines.get(paper_id)), self.known_weights),
                dict(signals[paper_id]),
                paper_similarity(cosines[paper_id]) if paper_id in cosines else None,
                scores[paper_id] if absolute else None,
            )
            for paper_id in best
            if (paper := papers.get(paper_id)) is not None
        ]


def _first(cosines: npt.NDArray[np.float32] | None) -> npt.NDArray[np.float32] | None:
    """Those of the first form of the question, by which sentences are ranked."""
    return None if cosines is None else cosines[0]

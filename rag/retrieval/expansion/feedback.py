"""Pseudo-relevance feedback: the best papers of a first search say what else to search for."""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt

from rag.retrieval.expansion.widening import Wider
from rag.retrieval.scoring import inverse_frequency
from rag.retrieval.search import Index, Retriever
from rag.text.terms import document_terms
from rag.types import Hit

__all__ = ["feedback"]

PAPERS = 5
"""Best papers of the first search that are believed."""
TERMS = 10
"""Of their terms that are added."""


def feedback(index: Index, text: str, within: Collection[str] | None, find: Retriever) -> Wider:
    """Words as RM3 adds them, and Rocchio's turn to the best sentences; the question is searched for twice."""
    hits = find(index, text, PAPERS, within)
    total = sum(max(hit.score, 0.0) for hit in hits)
    if total <= 0:
        return Wider()
    believed = [(hit, max(hit.score, 0.0) / total) for hit in hits]
    return Wider(_terms(index, believed), _direction(index, believed))


def _terms(index: Index, believed: Sequence[tuple[Hit, float]]) -> dict[str, float]:
    """The relevance model of RM1 (https://doi.org/10.1145/383952.383972), rare terms counting more.

    An abstract is so short that the commonest words of its language would fill the list.
    """
    model: dict[str, float] = defaultdict(float)
    for hit, share in believed:
        counts = Counter(document_terms(hit.paper.text))
        length = sum(counts.values())
        for term, count in counts.items():
            model[term] += share * count / length
    frequency, papers = index.document_frequency(tuple(model)), len(index)
    telling = {term: value * inverse_frequency(frequency.get(term, 0), papers) for term, value in model.items()}
    return {term: telling[term] for term in heapq.nlargest(TERMS, telling, key=lambda term: (telling[term], term))}


def _direction(index: Index, believed: Sequence[tuple[Hit, float]]) -> npt.NDArray[np.float32] | None:
    """The mean of the best sentence of each paper, unit length."""
    vectors = index.vectors([hit.paper.paper_id for hit, _ in believed])
    rows = [
        share * vectors[hit.paper.paper_id][hit.passages[0].passage.number]
        for hit, share in believed
        if hit.paper.paper_id in vectors and hit.passages
    ]
    mean: npt.NDArray[np.float32] = np.sum(rows, axis=0, dtype=np.float32) if rows else np.zeros(0, np.float32)
    length = float(np.linalg.norm(mean))
    return mean / np.float32(length) if length else None

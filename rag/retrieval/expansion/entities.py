"""Entity linking: other spellings of what a question names, and what the papers join with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

import numpy as np

from rag.retrieval.expansion.widening import Wider
from rag.retrieval.graph_search import GraphSearch
from rag.retrieval.search import Index, Retriever
from rag.text.terms import document_terms

__all__ = ["entities"]

JOINED = 5
"""Entities taken that hyperedges join with those of the question."""


def entities(index: Index, text: str, within: Collection[str] | None, find: Retriever) -> Wider:
    """Aliases of the question's entities, each counting as much as the best of those joined with them by hyperedges."""
    search = GraphSearch(index, text, within)
    named = [link.vertex for link in search.links]
    votes = search.votes(search.strengths()) * search.graph.weights
    votes[named] = 0.0
    joined = [int(vertex) for vertex in np.argsort(-votes, kind="stable")[:JOINED] if votes[vertex] > 0]
    terms: dict[str, float] = defaultdict(float)
    for vertex in joined:
        for term in document_terms(search.graph.name(vertex)):
            terms[term] += float(votes[vertex] / votes[joined[0]])
    for link in search.links:
        if link.match == 1.0:
            for alias in search.graph.vertex(link.vertex).aliases:
                terms |= dict.fromkeys(alias.split(), 1.0)
    for term in search.question.terms:
        terms.pop(term, None)
    names = [search.graph.name(vertex) for vertex in joined]
    return Wider(dict(terms), index.embedder.embed([", ".join(names)])[0] if names else None)

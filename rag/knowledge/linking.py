"""Which entities of a collection a question speaks of."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

import numpy as np

from rag.knowledge.extraction import keywords
from rag.knowledge.hypergraph import Hypergraph
from rag.text.terms import query_terms

__all__ = ["Link", "Linker", "linker_of"]

NEAR = 0.5
"""Share of an entity's words, by their weight, that a question must hold for the entity to be one it speaks of. For
``hyper`` 0.5, 0.67 and 0.99 gave 0.50, 0.50 and 0.48 riddles and 0.97, 0.97 and 0.97 other questions right."""
NAME_FIRST = 3.0
"""How many times as much a name in the question counts as a phrase, where entities are put in order. Judgement."""


@dataclasses.dataclass(frozen=True)
class Link:
    """An entity that a question speaks of."""

    vertex: int
    match: float
    """1: the question has its name or phrase; else the share of the entity's words that it has, by their weight."""
    weight: float
    """Of the entity for this question: its match by the weight of its words, names above phrases; at least 0."""
    terms: tuple[str, ...]
    """The question's terms that say so."""


class Linker:
    """Finds entities by their words, the rare ones above all; vertices of one hypergraph."""

    def __init__(self, graph: Hypergraph) -> None:
        self._graph = graph
        self._terms = {term: number for number, term in enumerate(graph.terms)}
        self._holders = graph.words.turned(len(self._terms))
        counts = self._holders.lengths()
        self._weights = np.log1p(len(graph) / np.maximum(counts, 1)).astype(np.float32)
        totals = np.zeros(len(graph), np.float32)
        np.add.at(totals, graph.words.owners(), self._weights[graph.words.values])
        self._totals = np.maximum(totals, 1e-6)
        self._enough = NEAR * self._totals

    def weight(self, term: str) -> float:
        """How telling a term is by how few entities hold it; 0 where none does."""
        number = self._terms.get(term)
        return 0.0 if number is None else float(self._weights[number])

    def links(self, text: str, k: int) -> list[Link]:
        """The ``k`` entities that ``text`` speaks of most clearly, by their weight."""
        terms = [term for term in query_terms(text) if term in self._terms]
        exact = self._numbers(keywords(text)) | self._numbers(terms)
        named = self._numbers(key for key in keywords(text) if " " not in key)
        shares = np.zeros(len(self._graph), np.float32)
        for term in terms:
            number = self._terms[term]
            shares[self._holders[number]] += self._weights[number]
        shares[list(exact)] = np.inf
        found = np.flatnonzero(shares >= self._enough)
        matches = np.minimum(shares[found] / self._totals[found], 1.0)
        weights = matches * self._totals[found]
        weights[np.isin(found, list(named))] *= NAME_FIRST
        best = np.lexsort((found, -weights))[:k]
        return [self._link(int(found[n]), float(matches[n]), float(weights[n]), terms) for n in best]

    def _link(self, vertex: int, share: float, weight: float, terms: list[str]) -> Link:
        own = [self._graph.terms[place] for place in self._graph.words[vertex]]
        return Link(vertex, share, weight, tuple(term for term in terms if term in own) or tuple(own))

    def _numbers(self, keys: Iterable[str]) -> set[int]:
        return {number for key in keys if (number := self._graph.number_of(key)) is not None}


def linker_of(graph: Hypergraph) -> Linker:
    """The linker of a hypergraph; made once."""
    return graph.derived(Linker)

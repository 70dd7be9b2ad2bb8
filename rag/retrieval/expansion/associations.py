"""Term associations: words that stand in the same sentences as the question's more often than chance has it."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Collection

import numpy as np

from rag.knowledge.hypergraph import Hypergraph
from rag.knowledge.sparse import Rows
from rag.retrieval.expansion.widening import Wider
from rag.retrieval.search import Index, Retriever, Search

__all__ = ["Associations", "associations"]

TERMS = 8
"""Terms added."""
FEWEST_SENTENCES = 3
"""That two terms must share: with fewer, rare terms have high scores by chance."""
COMMON = 0.05
"""Share of all sentences beyond which a term is too common to say what goes with it."""


def associations(index: Index, text: str, within: Collection[str] | None, find: Retriever) -> Wider:
    """The terms most tied to the question's, by how telling each of those is; they turn no vector."""
    search = Search(index, text, within)
    known = index.knowledge().derived(Associations)
    ties: dict[str, float] = defaultdict(float)
    for term in search.question.content:
        for other, tie in known.of(term).items():
            ties[other] += search.weights[term] * tie
    for term in search.question.terms:
        ties.pop(term, None)
    best = heapq.nlargest(TERMS, ties, key=lambda term: (ties[term], term))
    return Wider({term: ties[term] for term in best})


class Associations:
    """Which terms of entities share sentences; worked out once for a hypergraph."""

    def __init__(self, graph: Hypergraph) -> None:
        self._names = graph.terms
        self._numbers = {term: number for number, term in enumerate(graph.terms)}
        count = max(len(graph.terms), 1)
        terms = graph.words.joined(graph.spoken.values)
        owners = np.repeat(graph.spoken.owners(), graph.words.lengths()[graph.spoken.values])
        pairs = np.unique(owners.astype(np.int64) * count + terms)
        sentences, terms = np.divmod(pairs, count)
        ends = np.concatenate(([0], np.cumsum(np.bincount(sentences, minlength=len(graph.spoken)))))
        self._by_sentence = Rows(ends.astype(np.int64), terms.astype(np.int32))
        self._sentences = self._by_sentence.turned(count)

    def of(self, term: str) -> dict[str, float]:
        """How strongly other terms are tied to ``term``: normalised pointwise mutual information, above 0 and up to 1.

        https://svn.spraakdata.gu.se/repos/gerlof/pub/www/Docs/npmi-pfd.pdf, eq. 6. Empty for a term that is not there
        or stands in more than :data:`COMMON` of the sentences.
        """
        number = self._numbers.get(term)
        total = len(self._by_sentence)
        if number is None or len(self._sentences[number]) > COMMON * total:
            return {}
        own = self._sentences[number]
        together = np.bincount(self._by_sentence.joined(own), minlength=len(self._names))
        together[number] = 0
        others = np.flatnonzero(together >= FEWEST_SENTENCES)
        joint = together[others] / total
        each = self._sentences.lengths()[others] / total
        ties = np.log(joint / (each * (len(own) / total))) / np.maximum(-np.log(joint), 1e-9)
        return {self._names[int(other)]: float(tie) for other, tie in zip(others, ties, strict=True) if tie > 0}

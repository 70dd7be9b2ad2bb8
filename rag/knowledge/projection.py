"""The pairwise graph of a hypergraph: two entities are joined where a sentence names both."""

from __future__ import annotations

import dataclasses
import functools

import numpy as np
import numpy.typing as npt

from rag.knowledge.hypergraph import Hypergraph, Order
from rag.knowledge.sparse import Numbers, Rows

__all__ = ["PairGraph", "pairs_of"]

LONGEST = 12
"""Members of a hyperedge that are paired; of a longer one (a list of benchmarks) the first so many, or the pairs of one
sentence would outnumber those of all others."""


@dataclasses.dataclass(frozen=True)
class PairGraph:
    """Relations between two entities each, in arrays; a relation is a row."""

    heads: Numbers
    """The smaller vertex of each relation."""
    tails: Numbers
    """The larger one."""
    weights: Numbers
    """How many sentences name both."""
    sources: Rows
    """Those sentences, by their numbers in the hypergraph."""
    vertices: int

    def __len__(self) -> int:
        return len(self.heads)

    @functools.cached_property
    def incident(self) -> Rows:
        """The relations of each vertex."""
        both = Rows(
            np.arange(0, 2 * len(self) + 1, 2, dtype=np.int64), np.column_stack((self.heads, self.tails)).ravel()
        )
        return both.turned(self.vertices)

    @functools.cached_property
    def degrees(self) -> npt.NDArray[np.int64]:
        """Relations of each vertex, shape (vertices,)."""
        return self.incident.lengths()

    @functools.cached_property
    def by_sentence(self) -> Rows:
        """The relations of each sentence."""
        return self.sources.turned(int(self.sources.values.max(initial=-1)) + 1)

    def ranks(self) -> npt.NDArray[np.int64]:
        """LightRAG's degree of a relation: those of its two ends together, shape (relations,)."""
        return self.degrees[self.heads] + self.degrees[self.tails]


def pairs_of(graph: Hypergraph) -> PairGraph:
    """The projection of a hypergraph; made once. Themes are not projected: they would join all with all."""
    return graph.derived(_projected)


def _projected(graph: Hypergraph) -> PairGraph:
    heads, tails, sentences = [], [], []
    for edge in range(graph.edge_count):
        if graph.order(edge) != Order.THEME:
            members = graph.members[edge][:LONGEST]
            first, second = np.triu_indices(len(members), 1)
            for sentence in graph.sources[edge]:
                heads.append(members[first])
                tails.append(members[second])
                sentences.append(np.full(len(first), sentence, np.int32))
    if not heads:
        nothing = np.empty(0, np.int32)
        return PairGraph(nothing, nothing, nothing, Rows(np.zeros(1, np.int64), nothing), len(graph))
    codes = np.concatenate(heads).astype(np.int64) * len(graph) + np.concatenate(tails)
    said = np.concatenate(sentences)
    order = np.lexsort((said, codes))
    unique, starts = np.unique(codes[order], return_index=True)
    ends = np.append(starts, len(codes)).astype(np.int64)
    return PairGraph(
        (unique // len(graph)).astype(np.int32),
        (unique % len(graph)).astype(np.int32),
        np.diff(ends).astype(np.int32),
        Rows(ends, said[order]),
        len(graph),
    )

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
    said = np.array([order != Order.THEME for order in graph.orders], bool)
    lengths = np.minimum(graph.members.lengths(), LONGEST)
    for length in range(2, LONGEST + 1):
        edges = np.flatnonzero(said & (lengths == length)).astype(np.int32)
        members = graph.members.values[graph.members.ends[edges][:, None] + np.arange(length)]
        times = graph.sources.lengths()[edges]
        first, second = np.triu_indices(length, 1)
        heads.append(np.repeat(members[:, first], times, axis=0).ravel())
        tails.append(np.repeat(members[:, second], times, axis=0).ravel())
        sentences.append(np.repeat(graph.sources.joined(edges), len(first)))
    codes = np.concatenate(heads).astype(np.int64) * len(graph) + np.concatenate(tails)
    spoken = np.concatenate(sentences)
    order = np.lexsort((spoken, codes))
    unique, starts = np.unique(codes[order], return_index=True)
    ends = np.append(starts, len(codes)).astype(np.int64)
    return PairGraph(
        (unique // max(len(graph), 1)).astype(np.int32),
        (unique % max(len(graph), 1)).astype(np.int32),
        np.diff(ends).astype(np.int32),
        Rows(ends, spoken[order]),
        len(graph),
    )

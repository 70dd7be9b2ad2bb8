"""Communities of entities that are named together, each summed up by its most central sentences."""

from __future__ import annotations

import dataclasses
import random

import numpy as np

from rag.knowledge.hypergraph import Hypergraph
from rag.knowledge.projection import pairs_of
from rag.knowledge.sparse import Numbers, Rows, rows_of

__all__ = ["Communities", "communities_of"]

SHARED = 2
"""Papers that must name an entity for it to join a community (FastGraphRAG's least frequency) ..."""
FEW_PAPERS = 20
"""... unless there are fewer papers than these, which share too little. Judgement."""
SUMMARY = 5
"""Sentences of a summary, about the length of an abstract."""


@dataclasses.dataclass(frozen=True)
class Communities:
    """A partition of the entities that several papers name; the largest community first."""

    members: Rows
    """The vertices of each community, ascending."""
    of: Numbers
    """The community of each vertex; -1: none, shape (vertices,)."""
    summaries: Rows
    """The most central sentences of each community, best first: those that name most of its members by their weight."""

    def __len__(self) -> int:
        return len(self.members)


def communities_of(graph: Hypergraph) -> Communities:
    """The communities of a hypergraph; made once, always the same for the same papers.

    Leiden (https://doi.org/10.1038/s41598-019-41695-z) by igraph, modularity, on the pairwise graph weighted by normed
    pointwise mutual information as FastGraphRAG has it; entities of a single paper are left out.
    """
    return graph.derived(_found)


def _found(graph: Hypergraph) -> Communities:
    import igraph

    pairs = pairs_of(graph)
    shared = graph.paper_counts >= (SHARED if len(graph.papers) >= FEW_PAPERS else 1)
    kept = np.flatnonzero(shared[pairs.heads] & shared[pairs.tails])
    of = np.full(len(graph), -1, np.int32)
    if not len(kept):
        return Communities(rows_of([]), of, rows_of([]))
    said = graph.said.lengths()
    total = max(len(graph.spoken), 1)
    together = pairs.weights[kept] / total
    apart = (said[pairs.heads[kept]] / total) * (said[pairs.tails[kept]] / total)
    weights = np.maximum(np.log(together / apart) / -np.log(together), 0.01) if total > 1 else np.ones(len(kept))
    ends = np.stack((pairs.heads[kept], pairs.tails[kept]), axis=1)
    used = np.flatnonzero(np.bincount(ends.ravel(), minlength=len(graph)))
    places = np.zeros(len(graph), np.int64)
    places[used] = np.arange(len(used))
    network = igraph.Graph(n=len(used), edges=places[ends])
    igraph.set_random_number_generator(random.Random(0))
    parts = network.community_leiden("modularity", weights=weights.tolist(), n_iterations=2)
    groups = sorted((sorted(int(used[n]) for n in part) for part in parts), key=lambda part: (-len(part), part))
    for number, group in enumerate(groups):
        of[group] = number
    members = rows_of(groups)
    return Communities(members, of, _summaries(graph, members))


def _summaries(graph: Hypergraph, members: Rows) -> Rows:
    """The sentences of each community that name most of its members by their weight, :data:`SUMMARY` at most."""
    vertices = members.values
    times = graph.said.lengths()[vertices]
    codes = np.repeat(members.owners(), times) * np.int64(len(graph.spoken)) + graph.said.joined(vertices)
    unique, places = np.unique(codes, return_inverse=True)
    scores = np.bincount(places, weights=np.repeat(graph.weights[vertices], times))
    communities, sentences = np.divmod(unique, len(graph.spoken))
    order = np.lexsort((sentences, -scores, communities))
    starts = np.searchsorted(communities, np.arange(len(members)))
    ranks = np.arange(len(order)) - starts[communities[order]]
    best = order[ranks < SUMMARY]
    ends = np.searchsorted(communities[best], np.arange(len(members) + 1))
    return Rows(ends.astype(np.int64), sentences[best].astype(np.int32))

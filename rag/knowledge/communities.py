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
    used, ends = np.unique(np.stack((pairs.heads[kept], pairs.tails[kept])), return_inverse=True)
    network = igraph.Graph(n=len(used), edges=ends.reshape(2, -1).T.tolist())
    igraph.set_random_number_generator(random.Random(0))
    parts = network.community_leiden("modularity", weights=weights.tolist(), n_iterations=2)
    groups = sorted((sorted(int(used[n]) for n in part) for part in parts), key=lambda part: (-len(part), part))
    for number, group in enumerate(groups):
        of[group] = number
    return Communities(rows_of(groups), of, rows_of(_summary(graph, of, n, group) for n, group in enumerate(groups)))


def _summary(graph: Hypergraph, of: Numbers, community: int, group: list[int]) -> list[int]:
    scores: dict[int, float] = {}
    for vertex in group:
        for sentence in graph.said[vertex]:
            scores[int(sentence)] = scores.get(int(sentence), 0.0) + float(graph.weights[vertex])
    return sorted(scores, key=lambda sentence: (-scores[sentence], sentence))[:SUMMARY]

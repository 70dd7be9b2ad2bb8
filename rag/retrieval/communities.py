"""GraphRAG's local and global search over communities of entities, each summed up by its most central sentences.

The steps are those of the paper (https://arxiv.org/abs/2404.16130) and of FastGraphRAG, which indexes without a model;
a community is rated by how near its sentences are to the question instead of by a model's points.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from rag.knowledge.communities import communities_of
from rag.knowledge.projection import pairs_of
from rag.retrieval.graph_search import GraphSearch
from rag.retrieval.search import Index
from rag.types import Hit

__all__ = ["graph", "graph_global"]

ENTITIES = 10
"""Entities of the local search, as in GraphRAG."""
SAID = 5
"""Sentences of entities for each one of a community's summary, which then fill 17 %; GraphRAG gives reports 15 %."""
COMMUNITIES = 5
"""Communities whose sentences the global search takes, in turns."""
RATING = 5
"""Nearest sentences of a community that rate it: the sum of their cosines."""


def graph(index: Index, text: str, k: int, within: Collection[str] | None = None) -> list[Hit]:
    """GraphRAG, local: sentences of the question's entities by their relations, and summaries of their communities."""
    search = GraphSearch(index, text, within)
    pairs, found = pairs_of(search.graph), communities_of(search.graph)
    vertices = [link.vertex for link in search.links[:ENTITIES]]
    relations = pairs.incident.joined(np.array(vertices, np.int32))
    touching = search.by_abstract(np.bincount(pairs.sources.joined(relations), minlength=len(search.graph.spoken)))
    said = []
    for vertex in vertices:
        sentences = search.graph.said[vertex]
        said += [int(n) for n in sentences[np.lexsort((sentences, -touching[sentences]))]]
    communities = dict.fromkeys(int(found.of[vertex]) for vertex in vertices)
    reports = [int(n) for community in communities if community >= 0 for n in found.summaries[community]]
    return search.in_turns([*(said[n::SAID] for n in range(SAID)), reports], k)


def graph_global(index: Index, text: str, k: int, within: Collection[str] | None = None) -> list[Hit]:
    """GraphRAG, global: the communities of entities nearest to the question, by the sentences that speak of them."""
    search = GraphSearch(index, text, within)
    found = communities_of(search.graph)
    near: dict[int, list[int]] = {}
    for sentence in search.near:
        for community in {int(found.of[vertex]) for vertex in search.graph.spoken[sentence]} - {-1}:
            near.setdefault(community, []).append(sentence)
    ratings = {one: sum(search.near[n] for n in sentences[:RATING]) for one, sentences in near.items()}
    best = sorted(ratings, key=lambda one: (-ratings[one], one))[:COMMUNITIES]
    told = [[*near[one], *(int(n) for n in found.summaries[one])] for one in best]
    return search.in_turns(told, k)

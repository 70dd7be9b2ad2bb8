"""LightRAG's retrievers over the pairwise projection of the hypergraph.

The steps are those of the paper (https://arxiv.org/abs/2410.05779) without its language model; see ``hyper`` for what
stands in its place. A relation has the vector of each sentence that says it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from rag.knowledge.projection import PairGraph, pairs_of
from rag.knowledge.sparse import Numbers
from rag.retrieval.graph_search import GraphSearch, interleaved
from rag.retrieval.search import Index
from rag.types import Hit

__all__ = ["light", "light_global", "light_local", "light_mix"]

ITEMS = 40
"""Entities of the local branch and relations of the global one, as in LightRAG."""
FLOOR = 0.2
"""Least cosine of a relation with the question, as in LightRAG."""
CHUNKS = 20
"""Sentences that ``mix`` adds by vector search alone, as in LightRAG."""
SENTENCES_AN_ITEM = 5
"""Sentences taken for one entity or relation, as LightRAG's related chunks."""
FEWEST_TOKENS = 10
"""Of a sentence; bounds how many relations are looked at."""
RELATION_TOKENS = 8000
"""Of the sentences behind relations, as LightRAG's budget for relations."""


def light(index: Index, text: str, k: int, within: Collection[str] | None = None) -> list[Hit]:
    """LightRAG, hybrid: entities of the question with their pairwise relations, and relations near in meaning."""
    search = GraphSearch(index, text, within)
    return search.in_turns([_local(search), _global(search)], k)


def light_local(index: Index, text: str, k: int, within: Collection[str] | None = None) -> list[Hit]:
    """LightRAG, local: entities of the question with their pairwise relations."""
    search = GraphSearch(index, text, within)
    return search.in_turns([_local(search)], k)


def light_global(index: Index, text: str, k: int, within: Collection[str] | None = None) -> list[Hit]:
    """LightRAG, global: the pairwise relations nearest to the question in meaning and their entities."""
    search = GraphSearch(index, text, within)
    return search.in_turns([_global(search)], k)


def light_mix(index: Index, text: str, k: int, within: Collection[str] | None = None) -> list[Hit]:
    """LightRAG, mix: the hybrid mode and the sentences nearest in meaning."""
    search = GraphSearch(index, text, within)
    return search.in_turns([_local(search), _global(search), list(search.near)[:CHUNKS]], k)


def _local(search: GraphSearch) -> list[int]:
    """Sentences of the question's entities and of their relations, in turns."""
    pairs = pairs_of(search.graph)
    vertices = [link.vertex for link in search.links[:ITEMS]]
    relations = np.unique(pairs.incident.joined(np.array(vertices, np.int32)))
    ranks = pairs.degrees[pairs.heads[relations]] + pairs.degrees[pairs.tails[relations]]
    relations = relations[np.lexsort((relations, -pairs.weights[relations], -ranks))]
    kept = _within_budget(search, pairs, relations)
    votes = np.bincount(
        np.concatenate((search.graph.said.joined(np.array(vertices, np.int32)), pairs.sources.joined(kept))),
        minlength=len(search.graph.spoken),
    )
    scores = search.by_abstract(votes)
    return interleaved(
        [
            [n for vertex in vertices for n in _best(search.graph.said[vertex], scores)],
            [n for relation in kept for n in _best(pairs.sources[relation], scores)],
        ]
    )


def _global(search: GraphSearch) -> list[int]:
    """Sentences of the relations nearest to the question, then those of their entities, in turns."""
    pairs = pairs_of(search.graph)
    relations = _relations(pairs, [n for n, cosine in search.near.items() if cosine >= FLOOR])
    near = np.zeros(len(search.graph.spoken), np.float32)
    near[list(search.near)] = list(search.near.values())
    ends = list(dict.fromkeys(int(v) for r in relations for v in (pairs.heads[r], pairs.tails[r])))
    return interleaved(
        [
            [n for relation in relations for n in _best(pairs.sources[relation], near)],
            [n for vertex in ends for n in _best(search.graph.said[vertex], near)],
        ]
    )


def _relations(pairs: PairGraph, sentences: Sequence[int]) -> list[int]:
    """The first :data:`ITEMS` relations of sentences, those of the first sentence first, each once."""
    found: dict[int, None] = {}
    for sentence in sentences:
        if len(found) >= ITEMS:
            break
        if sentence < len(pairs.by_sentence):
            found.update(dict.fromkeys(map(int, pairs.by_sentence[sentence])))
    return list(found)[:ITEMS]


def _within_budget(search: GraphSearch, pairs: PairGraph, relations: Numbers) -> Numbers:
    """The first relations whose sentences have no more than :data:`RELATION_TOKENS`."""
    looked_at = relations[: RELATION_TOKENS // FEWEST_TOKENS]
    spent = np.cumsum([search.tokens(pairs.sources[relation]) for relation in looked_at])
    return relations[: int(np.searchsorted(spent, RELATION_TOKENS))]


def _best(sentences: Numbers, scores: npt.NDArray[Any]) -> list[int]:
    """Up to :data:`SENTENCES_AN_ITEM` of the sentences, the highest scores first."""
    order = np.lexsort((sentences, -scores[sentences]))[:SENTENCES_AN_ITEM]
    return [int(n) for n in sentences[order]]

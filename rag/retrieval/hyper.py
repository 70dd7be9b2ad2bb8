"""Hyper-RAG's two retrievers over the hypergraph of a collection.

The steps are those of the paper (https://arxiv.org/abs/2504.08758) without its language model: rules find the entities
of a question instead of a prompt, and the vector of a hyperedge is that of its sentence, so that none is made for it.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection

import numpy as np

from rag.retrieval.graph_search import GraphSearch, Scores
from rag.retrieval.scoring import paper_similarity
from rag.retrieval.search import Index
from rag.types import Hit

__all__ = ["hyper", "hyper_lite"]

NAMED_WEIGHT = 0.3
"""Of the entities that a question and a paper share, against the similarity of sentences. First right on 152 riddles,
on 232 other questions, and nDCG@10 on SciFact (dev): 0 gave 0.49, 0.95, 0.721; 0.3 gave 0.50, 0.97, 0.732; 0.5 gave
0.51, 0.97, 0.724."""
HOP_WEIGHT = 0.1
"""Of what the hyperedges of the question's entities add: 0.51, 0.97, 0.730 with 0.1; 0.48, 0.97, 0.728 with 0.2."""
FEEDBACK_WEIGHT = 0.2
"""Of what the nearest hyperedges add: 0.50, 0.97, 0.729 with it and the hop. Given to ``hybrid`` it made 0.55, 0.99,
0.739 of 0.54, 0.99, 0.733: one riddle in 152, too little to load a hypergraph for by default."""
NEAREST = 10
"""Hyperedges of the second branch that vote; 30 gave 0.53 riddles instead of 0.55 in ``hybrid``."""
CANDIDATE_PAPERS = 50
"""Best papers of the vertex branch that are candidates even when none of their sentences is near."""


def hyper(index: Index, text: str, k: int, within: Collection[str] | None = None) -> list[Hit]:
    """Hyper-RAG: entities of the question and one hop along their hyperedges; hyperedges near to it in meaning."""
    search = GraphSearch(index, text, within)
    named, hop = search.named(), search.voted(search.votes(search.strengths()))
    feedback = search.voted(search.pulled(dict(itertools.islice(search.near.items(), NEAREST))))
    likely = search.ids(_best(named + HOP_WEIGHT * hop, max(k, CANDIDATE_PAPERS)))
    near = [search.graph.source(sentence).paper_id for sentence in search.near]
    cosines = search.cosines(list(dict.fromkeys([*near, *likely])))
    signals = {
        paper_id: {
            "similarity": paper_similarity(cosines[paper_id]),
            "named": NAMED_WEIGHT * float(named[paper]),
            "hop": HOP_WEIGHT * float(hop[paper]),
            "feedback": FEEDBACK_WEIGHT * float(feedback[paper]),
        }
        for paper_id, paper in search.places(cosines).items()
    }
    return search.hits(signals, cosines, k)


def hyper_lite(index: Index, text: str, k: int, within: Collection[str] | None = None) -> list[Hit]:
    """Hyper-RAG-Lite: entities of the question and one hop along their hyperedges; nothing is embedded."""
    search = GraphSearch(index, text, within)
    named, hop = search.named(), search.voted(search.votes(search.strengths()))
    signals = {
        search.graph.papers[paper]: {"named": float(named[paper]), "hop": HOP_WEIGHT * float(hop[paper])}
        for paper in _best(named + HOP_WEIGHT * hop, k)
    }
    return search.hits(signals, {}, k)


def _best(scores: Scores, k: int) -> list[int]:
    """The ``k`` best papers of those that have any score, best first."""
    found = np.flatnonzero(scores > 0)
    return [int(paper) for paper in found[np.lexsort((found, -scores[found]))][:k]]

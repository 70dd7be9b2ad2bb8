"""The retrievers: each turns a question into papers with their sentences, best first."""

from __future__ import annotations

from collections.abc import Collection

from rag.errors import SettingsError
from rag.retrieval.communities import graph, graph_global
from rag.retrieval.hyper import hyper, hyper_lite
from rag.retrieval.light import light, light_global, light_local, light_mix
from rag.retrieval.scoring import paper_similarity
from rag.retrieval.search import Index, Retriever, Search
from rag.types import Hit

__all__ = ["RETRIEVERS", "dense", "hybrid", "lexical", "retriever_for"]

LEXICAL_PAPERS = 50
"""The best of these are candidates even when none of their sentences is near."""
COVERAGE_WEIGHT = 0.8
"""Of the lexical share against the similarity of sentences. Right paper first over four collections of others on
questions in everyday words, and lists cut where it is best for each (F1): 0.3 gave 0.77 and 0.71, 0.5 0.77 and 0.72,
0.8 0.77 and 0.73, 1.2 0.71 and 0.74; named, keywords and described 1.00 from 0.5 to 0.8."""


def dense(index: Index, text: str, k: int, within: Collection[str] | None = None) -> list[Hit]:
    """Papers whose sentences are nearest in meaning (cosine of sentence embeddings, soft maximum per paper)."""
    search = Search(index, text, within)
    cosines = search.cosines(search.nearest())
    signals = {paper_id: {"similarity": paper_similarity(values)} for paper_id, values in cosines.items()}
    return search.hits(signals, cosines, k, absolute=True)


def lexical(index: Index, text: str, k: int, within: Collection[str] | None = None) -> list[Hit]:
    """Papers that share the rarest words and names with the question (BM25 over title and abstract)."""
    search = Search(index, text, within)
    found = index.lexical(search.terms, k, within)
    return search.hits({paper_id: {"bm25": score} for paper_id, score in found}, {}, k)


def hybrid(index: Index, text: str, k: int, within: Collection[str] | None = None) -> list[Hit]:
    """Both: similarity of sentences plus the share of the best possible BM25 score that a paper reaches.

    The share is small for questions in other words than the papers', so that BM25 leads where it knows something.
    """
    search = Search(index, text, within)
    shares = search.coverage()
    likely = sorted(shares, key=lambda paper_id: -shares[paper_id])[: max(k, LEXICAL_PAPERS)]
    cosines = search.cosines(list(dict.fromkeys([*search.nearest(), *likely])))
    signals = {
        paper_id: {"similarity": paper_similarity(values), "coverage": COVERAGE_WEIGHT * shares.get(paper_id, 0.0)}
        for paper_id, values in cosines.items()
    }
    return search.hits(signals, cosines, k, absolute=True)


RETRIEVERS: dict[str, Retriever] = {
    "hybrid": hybrid,
    "dense": dense,
    "lexical": lexical,
    "hyper": hyper,
    "hyper-lite": hyper_lite,
    "light": light,
    "light:local": light_local,
    "light:global": light_global,
    "light:mix": light_mix,
    "graph": graph,
    "graph:global": graph_global,
}
"""The retrievers by name; the first is the default."""


def retriever_for(name: str) -> Retriever:
    """The retriever of that name, one of :data:`RETRIEVERS`.

    Raises:
        SettingsError: there is none of that name.
    """
    if name not in RETRIEVERS:
        raise SettingsError(f"there is no retriever {name!r}; choose one of {', '.join(RETRIEVERS)}")
    return RETRIEVERS[name]

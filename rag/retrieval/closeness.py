"""How close papers are to a question, on the scale of ``hybrid``, whatever retriever has found them."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from rag.retrieval.retrievers import COVERAGE_WEIGHT
from rag.retrieval.scoring import paper_similarity
from rag.retrieval.search import Index, Search
from rag.types import Hit

__all__ = ["measured"]


def measured(index: Index, text: str, hits: Sequence[Hit]) -> list[Hit]:
    """The hits with their similarity and closeness, in their order; what the retriever has said of the papers stays.

    Where it embedded nothing, its sentences, in their order, get their cosines too: what is decided behind it counts
    in cosines, whoever has found the papers.

    Places and votes order papers, but say not whether the first one is close. So it is measured for these papers alone
    as ``hybrid`` does for all. That of the closest of eight papers is, with any retriever, below 0.2 for none of 191
    questions that are no riddles, for all 6 of small talk and for 16 or 17 of 18 about other things, where nothing
    found counts too; the cosines alone put one of the 191 below.

    Args:
        index: that the papers are in; asked nothing where all is known.
        text: the question.
        hits: as a retriever has found them.
    """
    if all(hit.closeness is not None for hit in hits):
        return list(hits)
    search = Search(index, text, frozenset(hit.paper.paper_id for hit in hits))
    shares = search.coverage()
    cosines = search.cosines([hit.paper.paper_id for hit in hits if hit.similarity is None])
    found = []
    for hit in hits:
        similarity, values, passages = hit.similarity, cosines.get(hit.paper.paper_id), hit.passages
        if similarity is None and values is not None:
            similarity = paper_similarity(values)
            passages = tuple(dataclasses.replace(one, score=float(values[one.passage.number])) for one in passages)
        closeness = hit.closeness
        if closeness is None and similarity is not None:
            closeness = similarity + COVERAGE_WEIGHT * shares.get(hit.paper.paper_id, 0.0)
        found.append(dataclasses.replace(hit, passages=passages, similarity=similarity, closeness=closeness))
    return found

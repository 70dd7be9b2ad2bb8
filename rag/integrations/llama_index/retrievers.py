"""The seam to LlamaIndex: our retrievers offered as its BaseRetriever, its own and its postprocessors used as ours."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle

from rag.integrations.llama_index.documents import node_of
from rag.retrieval.search import Index, Retriever
from rag.text.sentences import passages_of
from rag.types import Hit, Paper, Passage, ScoredPassage

__all__ = ["as_llama_index", "from_llama_index"]

SENTENCES_A_PAPER = 3
"""Nodes given for each paper; an answer seldom needs more of one."""


def as_llama_index(index: Index, retrieve: Retriever, k: int) -> BaseRetriever:
    """A LlamaIndex retriever over ``index``.

    It gives up to three nodes for each of the ``k`` best papers, papers in their order and the best sentence first.
    A node's text is the sentence; its metadata hold ``paper_id``, ``title``, ``number``, ``start`` and ``end``
    (offsets into the paper's text); its score is the paper's, higher is better.
    """

    class PapertrailRetriever(BaseRetriever):
        """The sentences of the best papers."""

        def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
            return _nodes(retrieve(index, query_bundle.query_str, k, None), SENTENCES_A_PAPER)

    return PapertrailRetriever()


def from_llama_index(
    retriever: BaseRetriever | None, postprocessors: Sequence[BaseNodePostprocessor], default: Retriever
) -> Retriever:
    """One of our retrievers made of LlamaIndex's parts.

    Args:
        retriever: gives the nodes; None takes those of ``default``.
        postprocessors: applied in their order.
        default: our own retriever, for the candidates and for the ranking of sentences.
    """

    def retrieve(index: Index, text: str, k: int, within: Collection[str] | None) -> list[Hit]:
        nodes = retriever.retrieve(text) if retriever else _nodes(default(index, text, k, within), None)
        for postprocessor in postprocessors:
            nodes = postprocessor.postprocess_nodes(nodes, QueryBundle(text))
        return _hits(index, nodes, within)[:k]

    return retrieve


def _nodes(hits: Sequence[Hit], sentences: int | None) -> list[NodeWithScore]:
    nodes = []
    for hit in hits:
        for scored in hit.passages[:sentences]:
            nodes.append(NodeWithScore(node=node_of(hit.paper, scored.passage), score=hit.score))
    return nodes


def _hits(index: Index, nodes: Sequence[NodeWithScore], within: Collection[str] | None) -> list[Hit]:
    """Papers by their first node; a paper's sentences that its nodes hold come first, in the nodes' order."""
    found: dict[str, list[NodeWithScore]] = {}
    for node in nodes:
        paper_id = str(node.node.metadata.get("paper_id", ""))
        if within is None or paper_id in within:
            found.setdefault(paper_id, []).append(node)
    papers = index.get_many(list(found))
    return [
        Hit(papers[paper_id], float(group[0].score or 0.0), _ranked(papers[paper_id], group))
        for paper_id, group in found.items()
        if paper_id in papers
    ]


def _ranked(paper: Paper, nodes: Sequence[NodeWithScore]) -> tuple[ScoredPassage, ...]:
    texts = [node.node.get_content() for node in nodes]

    def place(passage: Passage) -> int:
        return next((number for number, text in enumerate(texts) if passage.text in text), len(texts))

    ranked = sorted(passages_of(paper), key=place)
    return tuple(ScoredPassage(passage, -float(place(passage))) for passage in ranked)

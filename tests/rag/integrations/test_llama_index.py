"""Both ways across the seam, with LlamaIndex's own objects."""

from __future__ import annotations

from typing import Any

import pytest
from llama_index.core import SummaryIndex
from llama_index.core.llms import MockLLM
from llama_index.core.postprocessor import LongContextReorder, SimilarityPostprocessor
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import TextNode

from rag import Assistant, PaperFilter
from rag.retrieval.retrievers import RETRIEVERS
from rag.text.sentences import passages_of
from rag.types import Paper
from tests.papers import CACHE, NO_ABSTRACT, SOIL, SPARSE

_QUESTION = "Which cache keeps retrieved passages between questions?"


def _retriever(*nodes: TextNode) -> BaseRetriever:
    """One of LlamaIndex's own, which gives all its nodes in their order."""
    return SummaryIndex(list(nodes)).as_retriever()


def _node(paper: Paper, *numbers: int) -> TextNode:
    text = " ".join(passages_of(paper)[number].text for number in numbers)
    return TextNode(text=text, metadata={"paper_id": paper.paper_id})


def _with(assistant: Assistant, **parts: Any) -> Assistant:
    return Assistant.open(settings=assistant.settings, **parts)


@pytest.mark.parametrize("name", [None, *RETRIEVERS])
def test_a_retriever_is_offered_as_llamaindexs_with_one_node_a_sentence(small: Assistant, name: str | None) -> None:
    found = small.as_retriever(name, k=2).retrieve(_QUESTION)
    hits = small.search(_QUESTION, 2, retriever=name)

    wanted = [(hit, scored.passage) for hit in hits for scored in hit.passages[:3]]
    assert [node.text for node in found] == [passage.text for _, passage in wanted]
    assert [node.metadata for node in found] == [
        {
            "paper_id": hit.paper.paper_id,
            "title": hit.paper.title,
            "number": passage.number,
            "start": passage.start,
            "end": passage.end,
        }
        for hit, passage in wanted
    ]
    assert [node.score for node in found] == pytest.approx([hit.score for hit, _ in wanted])
    assert len({node.node_id for node in found}) == len(found)


def test_a_paper_with_few_sentences_gives_few_nodes(small: Assistant) -> None:
    assert [node.text for node in small.as_retriever(k=1).retrieve("tidal clocks")] == [NO_ABSTRACT.title]


def test_a_query_engine_of_llamaindex_runs_on_it(small: Assistant) -> None:
    engine = RetrieverQueryEngine.from_args(small.as_retriever(k=1), llm=MockLLM())

    response = engine.query(_QUESTION)

    assert [node.metadata["paper_id"] for node in response.source_nodes] == ["cache"] * 3
    assert response.source_nodes[0].text in str(response)


def test_papers_of_an_outside_retriever_come_in_its_order_with_its_sentences_first(small: Assistant) -> None:
    outside = _retriever(_node(SOIL, 2), _node(CACHE, 3, 4), _node(SOIL, 4))
    with _with(small, retriever=outside) as assistant:
        hits = assistant.search("anything")

    assert [hit.paper.paper_id for hit in hits] == ["soil", "cache"]
    assert [scored.passage.number for scored in hits[0].passages] == [2, 4, 0, 1, 3]
    assert [scored.passage.number for scored in hits[1].passages] == [3, 4, 0, 1, 2]
    for hit in hits:
        scores = [scored.score for scored in hit.passages]
        assert scores == sorted(scores, reverse=True)


def test_k_and_filters_hold_for_an_outside_retriever(small: Assistant) -> None:
    outside = _retriever(_node(SOIL, 1), _node(CACHE, 1), _node(SPARSE, 1))
    with _with(small, retriever=outside) as assistant:
        within = PaperFilter(ids=frozenset({"cache", "sparse"}))
        found = [[hit.paper.paper_id for hit in assistant.search("anything", k, filters=within)] for k in (1, 5)]

    assert found == [["cache"], ["cache", "sparse"]]


def test_nodes_of_papers_that_are_not_in_the_collection_are_left_out(small: Assistant) -> None:
    outside = _retriever(TextNode(text="Lost.", metadata={"paper_id": "lost"}), TextNode(text="Bare."), _node(SOIL, 1))
    with _with(small, retriever=outside) as assistant:
        assert [hit.paper.paper_id for hit in assistant.search("anything")] == ["soil"]


def test_an_outside_retriever_that_finds_nothing_finds_nothing(small: Assistant) -> None:
    with _with(small, retriever=_retriever()) as assistant:
        assert assistant.search("anything") == []


def test_postprocessors_work_on_our_own_candidates(small: Assistant) -> None:
    best = small.search(_QUESTION)[0].score
    with _with(small, postprocessors=[SimilarityPostprocessor(similarity_cutoff=best - 1e-6)]) as assistant:
        hits = assistant.search(_QUESTION)

    assert [hit.paper.paper_id for hit in hits] == ["cache"]
    assert {scored.passage for scored in hits[0].passages} == set(passages_of(CACHE))


def test_postprocessors_are_applied_in_their_order(small: Assistant) -> None:
    outside = _retriever(_node(SOIL, 1), _node(CACHE, 1), _node(SPARSE, 1))
    parts: dict[str, Any] = {"retriever": outside, "postprocessors": [LongContextReorder(), LongContextReorder()]}
    with _with(small, **parts) as assistant:
        twice = [hit.paper.paper_id for hit in assistant.search("anything")]
    nodes = outside.retrieve("anything")
    for _ in range(2):
        nodes = LongContextReorder().postprocess_nodes(nodes)

    assert twice == [node.metadata["paper_id"] for node in nodes]


def test_a_retriever_asked_for_by_name_wins_over_the_outside_one(small: Assistant) -> None:
    with _with(small, retriever=_retriever(_node(SOIL, 1))) as assistant:
        assert [hit.paper.paper_id for hit in assistant.search(_QUESTION, 1, retriever="lexical")] == ["cache"]

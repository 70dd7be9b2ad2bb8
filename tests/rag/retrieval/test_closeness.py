"""Papers that a retriever orders by places or votes are as close to a question as ``hybrid`` would say."""

from __future__ import annotations

import dataclasses

import pytest

from rag import Assistant
from rag.retrieval.closeness import measured
from rag.retrieval.retrievers import RETRIEVERS
from rag.types import Hit

QUESTION = "How much memory does Glasswing need?"
NAMES = tuple(RETRIEVERS)


def _found(small: Assistant, name: str) -> list[Hit]:
    return RETRIEVERS[name](small._collection, QUESTION, 6, None)


@pytest.mark.parametrize("name", NAMES)
def test_every_retriever_has_the_scale_of_hybrid(small: Assistant, name: str) -> None:
    scores = {hit.paper.paper_id: hit.score for hit in _found(small, "hybrid")}
    hits = measured(small._collection, QUESTION, _found(small, name))

    assert hits
    assert [hit.paper for hit in hits] == [hit.paper for hit in _found(small, name)]
    if name != "dense":  # whose scores are of that scale too, without the words
        assert [hit.closeness for hit in hits] == pytest.approx([scores[hit.paper.paper_id] for hit in hits], abs=1e-4)


def test_sentences_have_their_cosines_where_the_retriever_embedded_nothing(small: Assistant) -> None:
    told = {one.passage: one.score for hit in _found(small, "hybrid") for one in hit.passages}
    hits = measured(small._collection, QUESTION, _found(small, "lexical"))

    scores = {one.passage: one.score for hit in hits for one in hit.passages}
    assert scores == pytest.approx({passage: told[passage] for passage in scores}, abs=1e-4)


def test_what_is_known_is_not_measured_again(small: Assistant) -> None:
    known = [dataclasses.replace(hit, similarity=0.5, closeness=0.7) for hit in _found(small, "lexical")]

    assert measured(small._collection, QUESTION, known) == known
    assert measured(small._collection, QUESTION, []) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_question_about_something_else_cites_nothing_with_every_retriever(seed: Assistant, name: str) -> None:
    assert not seed.ask("What is the capital of France?", retriever=name).citations

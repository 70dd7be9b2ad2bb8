"""Papers read again after any retriever, over a real collection of six papers."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Sequence

import pytest

from rag import Assistant, Hit, Settings
from rag.errors import ModelError, SettingsError
from rag.retrieval.rerank import POOL, by_features, reranked, reranker_for
from rag.retrieval.retrievers import RETRIEVERS, retriever_for
from rag.retrieval.search import Index
from tests.papers import PAPERS


def _plain(small: Assistant) -> Assistant:
    return Assistant.open(settings=Settings(home=small.settings.home, model="extractive", rerank="none"))


@pytest.mark.parametrize("name", list(RETRIEVERS))
def test_what_reading_again_added_is_a_signal_of_every_retriever(small: Assistant, name: str) -> None:
    hits = small.search("Which cache keeps retrieved passages between questions?", retriever=name)

    assert hits[0].signals["rerank"] > 0
    assert all(sum(hit.signals.values()) == pytest.approx(hit.score) for hit in hits)


def test_none_leaves_the_retriever_as_it_is(small: Assistant) -> None:
    with _plain(small) as plain:
        hits = plain.search("Which cache keeps retrieved passages between questions?")

    assert all("rerank" not in hit.signals for hit in hits)
    assert reranked(retriever_for("hybrid"), None) is retriever_for("hybrid")


def test_a_paper_that_holds_all_of_the_question_gains_most_wherever_the_words_stand(small: Assistant) -> None:
    with _plain(small) as plain:
        hits = plain.search("soil moisture", 6)
        gains = by_features(plain._collection, "soil moisture", hits)

    by_id = {hit.paper.paper_id: gain for hit, gain in zip(hits, gains, strict=True)}
    assert max(by_id, key=lambda paper_id: by_id[paper_id]) == "soil"
    assert by_id["soil"] == pytest.approx(0.3)
    assert by_id["clocks"] == 0.0


@pytest.mark.parametrize("question", ["the of and", "zzgrx"])
def test_a_question_without_words_changes_nothing(small: Assistant, question: str) -> None:
    hits = small.search(question)

    assert all(hit.signals["rerank"] == 0.0 for hit in hits)


def test_papers_change_places_and_keep_the_number_wanted(small: Assistant) -> None:
    def last_first(index: Index, text: str, hits: Sequence[Hit]) -> list[float]:
        return [float(place) for place in range(len(hits))]

    with _plain(small) as plain:
        straight = [hit.paper.paper_id for hit in plain.search("soil moisture", 6)]
        turned = reranked(retriever_for("hybrid"), last_first)(plain._collection, "soil moisture", 2, None)

    assert [hit.paper.paper_id for hit in turned] == straight[::-1][:2]


def test_papers_beyond_those_read_again_stay_behind(small: Assistant) -> None:
    hit = small.search("soil moisture", 1)[0]
    many = [dataclasses.replace(hit, score=1.0 / (place + 1)) for place in range(POOL + 5)]

    def find(index: Index, text: str, k: int, within: Collection[str] | None) -> list[Hit]:
        return many[:k]

    def read(index: Index, text: str, hits: Sequence[Hit]) -> list[float]:
        assert len(hits) == POOL
        return [0.5] * len(hits)

    found = reranked(find, read)(small._collection, "soil", len(many), None)

    assert found[POOL:] == many[POOL:]
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)


def test_nothing_found_is_nothing_read(small: Assistant) -> None:
    def find(index: Index, text: str, k: int, within: Collection[str] | None) -> list[Hit]:
        return []

    assert reranked(find, by_features)(small._collection, "soil", 3, None) == []


@pytest.mark.parametrize("name", ["best", "fastembed:", "llm", ""])
def test_an_unknown_reranker_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="rerank"):
        Settings(rerank=name)


def test_a_reranker_that_only_looks_like_one_is_refused_with_the_choices() -> None:
    settings = Settings().model_copy(update={"rerank": "fastembed:"})

    with pytest.raises(SettingsError, match="none, features, fastembed:NAME, ollama/NAME or openai/NAME"):
        reranker_for(settings)


def test_the_answer_still_comes_from_the_right_paper(small: Assistant) -> None:
    assert {hit.paper.paper_id for hit in small.search("soil moisture", 6)} <= {paper.paper_id for paper in PAPERS}
    assert small.ask("Which cache keeps retrieved passages between questions?").citations[0].paper_id == "cache"


def test_a_missing_model_is_an_error_of_the_model(small: Assistant) -> None:
    settings = Settings(home=small.settings.home, model="extractive", rerank="fastembed:nobody/nothing")
    with Assistant.open(settings=settings) as assistant, pytest.raises(ModelError):
        assistant.search("soil moisture")

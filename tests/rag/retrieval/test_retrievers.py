"""The retrievers over a real collection of six papers."""

from __future__ import annotations

import numpy as np
import pytest

from rag import Assistant, Hit, PaperFilter, Settings, index
from rag.errors import SettingsError
from rag.retrieval.retrievers import RETRIEVERS, retriever_for
from rag.text.sentences import passages_of
from tests.papers import NO_ABSTRACT, SPARSE

pytestmark = pytest.mark.parametrize("name", list(RETRIEVERS))

BY_WORDS = ("lexical", "hyper-lite", "light:local", "graph")
"""They find nothing where no word of the question is known."""
BY_RELATIONS = ("light", "light:global", "graph:global")
"""They find only what a relation or a community leads to."""
SIMILAR = ("hybrid", "dense", "hyper")
"""They find papers that are only similar."""
UNLIKE = ("lexical", "hyper-lite")
"""They do not say how similar their papers are."""

_WORDED = [
    ("How does Glasswing attend to paragraphs?", "sparse"),
    ("Which cache keeps retrieved passages between questions?", "cache"),
    ("soil moisture", "soil"),
    ("light curves of variable stars", "stars"),
    ("divers counting fish at reefs", "brackets"),
    ("tidal clocks", "clocks"),
    ("Firefly", "cache"),
]


def _ids(hits: list[Hit]) -> list[str]:
    return [hit.paper.paper_id for hit in hits]


@pytest.mark.parametrize(("query", "paper_id"), _WORDED)
def test_the_paper_meant_comes_first(small: Assistant, name: str, query: str, paper_id: str) -> None:
    places = 1 if name in (*SIMILAR, "lexical", "hyper-lite") else 2
    assert paper_id in _ids(small.search(query, retriever=name))[:places]


def test_papers_come_best_first_with_all_their_sentences_best_first(small: Assistant, name: str) -> None:
    hits = small.search("Which accuracy does Glasswing reach on the Meadowlark benchmark?", retriever=name)

    assert "81.5% accuracy" in hits[0].passages[0].passage.text
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len(set(_ids(hits))) == len(hits)
    for hit in hits:
        assert {scored.passage for scored in hit.passages} == set(passages_of(hit.paper))
        assert sum(hit.signals.values()) == pytest.approx(hit.score)
        scores = [scored.score for scored in hit.passages]
        assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("k", [1, 2, 50])
def test_no_more_papers_come_than_are_wanted(small: Assistant, name: str, k: int) -> None:
    assert 1 <= len(small.search("soil, stars, fish, clocks and a cache of documents", k, retriever=name)) <= min(k, 6)


def test_only_papers_that_meet_the_filter_come(small: Assistant, name: str) -> None:
    within = PaperFilter(ids=frozenset({"cache", "soil"}))

    assert _ids(small.search("Glasswing sparse attention cache", retriever=name, filters=within))[0] == "cache"
    assert set(_ids(small.search("cache networks", retriever=name, filters=within))) <= {"cache", "soil"}


def test_a_filter_that_nothing_meets_gives_nothing(small: Assistant, name: str) -> None:
    assert small.search("Glasswing", retriever=name, filters=PaperFilter(ids=frozenset({"nobody"}))) == []


def test_the_same_question_finds_the_same(small: Assistant, name: str) -> None:
    assert small.search("neural networks", retriever=name) == small.search("neural networks", retriever=name)


@pytest.mark.parametrize("query", ["xyzzy", "xyzzy plugh?", "the of", "日本語のモデル", "a" * 3000])
def test_words_that_stand_in_no_paper_break_nothing(small: Assistant, name: str, query: str) -> None:
    hits = small.search(query, 3, retriever=name)

    assert name in BY_RELATIONS or (hits == []) == (name in BY_WORDS)
    assert all(np.isfinite(hit.score) for hit in hits)


def test_a_collection_of_one_paper_is_searched(name: str) -> None:
    settings = Settings()
    index.ingest(settings, "one", [NO_ABSTRACT])
    with Assistant.open("one", settings) as assistant:
        assert _ids(assistant.search("tidal clocks", retriever=name)) == ["clocks"]


def test_a_collection_whose_papers_are_all_gone_is_searched(name: str) -> None:
    settings = Settings()
    index.ingest(settings, "gone", [SPARSE])
    index.remove(settings, "gone", ["sparse"])
    with Assistant.open("gone", settings) as assistant:
        assert assistant.search("Glasswing", retriever=name) == []


def test_a_paper_replaced_many_times_is_found_once(name: str) -> None:
    settings = Settings()
    for _ in range(3):
        for abstract in SPARSE.abstract, f"{SPARSE.abstract} It has a cache.":
            index.ingest(settings, "again", [type(SPARSE)("p", SPARSE.title, abstract)])
    with Assistant.open("again", settings) as assistant:
        hits = assistant.search("the memory of the Glasswing cache", retriever=name)

    assert [hit.paper.title for hit in hits] == [SPARSE.title]
    assert hits[0].score > 0


def test_a_retriever_goes_by_its_name(name: str) -> None:
    assert retriever_for(name) is RETRIEVERS[name]
    with pytest.raises(SettingsError, match=f"no retriever '{name}x'; choose one of hybrid, dense, lexical"):
        retriever_for(f"{name}x")

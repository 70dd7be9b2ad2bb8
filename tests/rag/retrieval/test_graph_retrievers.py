"""Each algorithm over a hypergraph so small that the right answer can be seen.

Names joined by a sentence: QX1-RB2-TZ3 (high), RB2-KM4 (low), ZL7-ZP8 (low); WD9 stands alone.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag import Assistant, Hit, PaperFilter, Settings, index
from rag.retrieval import graph_search, light
from rag.retrieval.graph_search import interleaved
from rag.types import Paper

ASKED = Paper("asked", "Notes I", "We compare QX1 with RB2 and TZ3.")
HOP = Paper("hop", "Notes II", "It is KM4 that runs RB2.")
FAR = Paper("far", "Notes III", "There ZL7 meets ZP8.")
ALONE = Paper("alone", "Notes IV", "Nobody owns WD9.")
SECOND = Paper("second", "Notes V", "Nothing here. But QX1 is known.")

GRAPHS = (
    "hyper",
    "hyper-lite",
    "light",
    "light:local",
    "light:global",
    "light:mix",
    "graph",
    "graph:global",
)


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    home = tmp_path_factory.mktemp("names")
    (home / "models").symlink_to(tmp_path_factory.getbasetemp() / "models", target_is_directory=True)
    settings = Settings(home=home, model="extractive")
    index.ingest(settings, "papers", [ASKED, HOP, FAR, ALONE, SECOND])
    with Assistant.open(settings=settings) as assistant:
        yield assistant


def ids(hits: list[Hit]) -> list[str]:
    return [hit.paper.paper_id for hit in hits]


def test_lite_finds_the_papers_of_the_entity_and_one_hop_no_further(names: Assistant) -> None:
    hits = names.search("What of QX1?", retriever="hyper-lite")

    assert set(ids(hits)) == {"asked", "second", "hop"}
    assert ids(hits)[-1] == "hop"
    signals = {hit.paper.paper_id: hit.signals for hit in hits}
    assert signals["asked"]["named"] == signals["second"]["named"] > 0
    assert signals["hop"]["named"] == 0
    assert signals["hop"]["hop"] > 0


def test_a_budget_for_the_hop_keeps_the_edge_that_is_pulled_most(
    names: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graph_search, "BUDGET_TOKENS", 1)
    search = graph_search.GraphSearch(names._collection, "RB2 beside KM4", None)

    (edge,) = search.strengths()
    assert {search.graph.name(vertex) for vertex in search.graph.edge(edge).members} == {"RB2", "KM4"}


def test_hyper_adds_the_hyperedges_that_are_near_in_meaning(names: Assistant) -> None:
    hits = names.search("What of QX1?", retriever="hyper")

    assert ids(hits)[0] in {"asked", "second"}
    assert set(ids(hits)) == {"asked", "hop", "far", "alone", "second"}
    assert set(hits[0].signals) == {"similarity", "named", "hop", "feedback"}
    assert max(hit.signals["feedback"] for hit in hits) == pytest.approx(0.2)


def test_local_takes_entities_and_their_relations_in_turns(names: Assistant) -> None:
    assert set(ids(names.search("What of QX1?", retriever="light:local"))) == {"asked", "second"}
    assert set(ids(names.search("RB2?", retriever="light:local"))) == {"asked", "hop"}


def test_global_takes_relations_near_in_meaning_and_knows_no_lone_entity(names: Assistant) -> None:
    found = ids(names.search("There ZL7 meets ZP8.", retriever="light:global"))

    assert found[0] == "far"
    assert "alone" not in found


def test_mix_adds_sentences_that_have_no_relation(names: Assistant) -> None:
    assert "alone" in ids(names.search("Nobody owns WD9.", retriever="light:mix"))


def test_relations_beyond_the_budget_are_left_out(names: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(light, "RELATION_TOKENS", 0)

    assert ids(names.search("KM4?", retriever="light:local")) == ["hop"]


def test_the_community_of_an_entity_brings_papers_that_do_not_name_it(names: Assistant) -> None:
    found = ids(names.search("KM4?", retriever="graph"))

    assert found[0] == "hop"
    assert set(found) == {"hop", "asked", "second"}


def test_the_community_nearest_to_the_question_comes_first(names: Assistant) -> None:
    assert ids(names.search("There ZL7 meets ZP8.", retriever="graph:global"))[0] == "far"


def test_branches_are_taken_in_turns_without_repeats() -> None:
    assert interleaved([[1, 2, 3], [], [4, 1]]) == [1, 4, 2, 3]
    assert interleaved([[], []]) == []
    assert interleaved([]) == []


@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.parametrize("question", ["xyzzy plugh", "QX1", "the of", "What meets what?"])
def test_an_empty_branch_breaks_nothing(names: Assistant, name: str, question: str) -> None:
    hits = names.search(question, retriever=name)

    assert len(set(ids(hits))) == len(hits)
    assert all(sum(hit.signals.values()) == pytest.approx(hit.score) for hit in hits)


@pytest.mark.parametrize("name", GRAPHS)
def test_a_filter_holds_on_every_way(names: Assistant, name: str) -> None:
    only = PaperFilter(ids=frozenset({"hop", "far"}))

    assert set(ids(names.search("QX1 and RB2 in ZL7", retriever=name, filters=only))) <= {"hop", "far"}
    assert names.search("QX1", retriever=name, filters=PaperFilter(ids=frozenset())) == []


@pytest.mark.parametrize("name", GRAPHS)
def test_a_removed_paper_is_on_no_way_any_more(name: str) -> None:
    settings = Settings()
    index.ingest(settings, "papers", [ASKED, HOP, SECOND])
    with Assistant.open(settings=settings) as assistant:
        assert "hop" in ids(assistant.search("Does KM4 run RB2?", retriever=name))
        index.remove(settings, "papers", ["hop"])
        assert "hop" not in ids(assistant.search("Does KM4 run RB2?", retriever=name))
        index.remove(settings, "papers", ["asked", "second"])
        assert assistant.search("Does KM4 run RB2?", retriever=name) == []


@pytest.mark.parametrize("name", GRAPHS)
def test_a_collection_opened_again_finds_the_same(names: Assistant, name: str) -> None:
    with Assistant.open(settings=names.settings) as again:
        assert again.search("RB2 of QX1", retriever=name) == names.search("RB2 of QX1", retriever=name)

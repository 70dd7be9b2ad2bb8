"""Linking questions, pairing entities, finding communities: on small hypergraphs with a known answer."""

from __future__ import annotations

import pytest

from rag.knowledge.assembly import assemble
from rag.knowledge.communities import communities_of
from rag.knowledge.extraction import Entity, Extract, Spoken, extract
from rag.knowledge.hypergraph import Hypergraph
from rag.knowledge.kinds import Kind
from rag.knowledge.linking import linker_of
from rag.knowledge.projection import LONGEST, pairs_of
from tests.papers import PAPERS


def letters(*papers: str) -> Hypergraph:
    """Papers of sentences divided by blanks, whose letters are their entities."""
    extracts = []
    for place, text in enumerate(papers):
        keys = list(dict.fromkeys(text.replace(" ", "")))
        said = tuple(Spoken(n, n + 1, tuple(sorted(map(keys.index, one)))) for n, one in enumerate(text.split(" ")))
        extracts.append((f"p{place:02}", Extract(tuple(Entity(k, k, Kind.NAME) for k in keys), said)))
    return assemble(extracts)


def linked(graph: Hypergraph, question: str, k: int = 10) -> list[str]:
    return [graph.name(link.vertex) for link in linker_of(graph).links(question, k)]


@pytest.fixture(scope="module")
def graph() -> Hypergraph:
    return assemble((paper.paper_id, extract(paper)) for paper in PAPERS)


def test_a_question_is_linked_to_the_names_and_phrases_it_has_names_first(graph: Hypergraph) -> None:
    found = linked(graph, "How does the Glasswing reach 81.5% on sparse attention?")

    assert found[0] == "Glasswing"
    assert "sparse attention" in found


def test_other_forms_and_spellings_of_words_are_linked(graph: Hypergraph) -> None:
    assert "neural networks" in linked(graph, "a neural network for soil")
    assert "Réseau-Étoile" in linked(graph, "what is reseau etoile")


def test_a_few_words_of_an_entity_link_it_less(graph: Hypergraph) -> None:
    links = {graph.name(link.vertex): link for link in linker_of(graph).links("predictions of soil moisture", 60)}

    assert links["soil moisture prediction"].match == pytest.approx(1.0)
    half = linker_of(graph).links("soil moisture", 60)
    assert 0.5 <= next(one.match for one in half if graph.name(one.vertex) == "soil moisture prediction") < 1


def test_no_more_entities_come_than_are_wanted(graph: Hypergraph) -> None:
    assert len(linked(graph, "soil moisture, neural networks and light curves", 2)) == 2


@pytest.mark.parametrize("question", ["", "xyzzy", "the of and", "?"])
def test_a_question_of_unknown_words_is_linked_to_nothing(graph: Hypergraph, question: str) -> None:
    assert linked(graph, question) == []


def test_an_empty_hypergraph_links_nothing() -> None:
    assert linked(assemble([]), "anything at all") == []


def test_sentences_make_pairs_and_themes_make_none() -> None:
    graph = letters("ab abc", "ab d")
    pairs = pairs_of(graph)

    found = {
        graph.key(int(head)) + graph.key(int(tail)): (int(weight), pairs.sources[row].tolist())
        for row, (head, tail, weight) in enumerate(zip(pairs.heads, pairs.tails, pairs.weights, strict=True))
    }
    assert found == {"ab": (3, [0, 1, 2]), "ac": (1, [1]), "bc": (1, [1])}
    assert pairs.degrees.tolist() == [2, 2, 2, 0]
    assert pairs.by_sentence[1].tolist() == [0, 1, 2]
    assert pairs_of(graph) is pairs


def test_of_a_long_list_only_the_first_are_paired() -> None:
    assert len(pairs_of(letters("abcdefghijklmnopqrst"))) == LONGEST * (LONGEST - 1) // 2


def test_nothing_is_paired_where_nothing_is_named() -> None:
    pairs = pairs_of(letters("a", "b"))

    assert len(pairs) == 0
    assert pairs.degrees.tolist() == [0, 0]
    assert len(pairs.by_sentence) == 0


def test_entities_named_together_are_a_community_with_its_most_central_sentence() -> None:
    graph = letters("abc ab bc", "abc ca", "xyz xy yz", "xyz zx", "cx")
    found = communities_of(graph)

    groups = [{graph.key(int(vertex)) for vertex in found.members[n]} for n in range(len(found))]
    assert sorted(map(sorted, groups)) == [["a", "b", "c"], ["x", "y", "z"]]
    for number, group in enumerate(groups):
        first = graph.spoken[found.summaries[number][0]]
        assert {graph.key(int(vertex)) for vertex in first} == group
        assert all(found.of[graph.number_of(key) or 0] == number for key in group)


def test_among_many_papers_an_entity_of_one_alone_is_in_no_community() -> None:
    graph = letters("abq", "ab", *"c" * 20)
    found = communities_of(graph)

    assert found.of[graph.number_of("q") or 0] == -1
    assert [sorted(graph.key(int(v)) for v in found.members[n]) for n in range(len(found))] == [["a", "b"]]


@pytest.mark.parametrize("papers", [(), ("a",), ("a", "b")])
def test_papers_that_share_nothing_have_no_communities(papers: tuple[str, ...]) -> None:
    assert len(communities_of(letters(*papers))) == 0


def test_one_paper_is_one_community() -> None:
    assert len(communities_of(letters("ab"))) == 1

"""The hypergraph of small sets of papers, edge by edge."""

from __future__ import annotations

import numpy as np
import pytest

from rag.knowledge.aliases import agreed_aliases
from rag.knowledge.assembly import assemble
from rag.knowledge.extraction import Entity, Extract, Spoken, extract
from rag.knowledge.hypergraph import Hypergraph, Order, Source
from rag.knowledge.kinds import Kind
from rag.knowledge.sparse import rows_of
from rag.types import Paper


def spoken(*sentences: str, aliases: tuple[tuple[str, str], ...] = ()) -> Extract:
    """A paper whose entities are the letters of its sentences, each ten characters long."""
    letters = list(dict.fromkeys("".join(sentences)))
    return Extract(
        tuple(Entity(letter, letter.upper(), Kind.NAME) for letter in letters),
        tuple(
            Spoken(10 * n, 10 * n + 9, tuple(sorted({letters.index(letter) for letter in sentence})))
            for n, sentence in enumerate(sentences)
        ),
        aliases,
    )


def members(graph: Hypergraph) -> list[tuple[str, str, int]]:
    """Order, members and weight of each edge."""
    return sorted(
        (edge.order.value, "".join(sorted(map(graph.key, edge.members))), edge.weight) for edge in graph.edges()
    )


def test_two_entities_make_a_low_edge_three_a_high_one_and_a_paper_its_theme() -> None:
    graph = assemble([("p", spoken("ab", "abc", "d", ""))])

    assert members(graph) == [("high", "abc", 1), ("low", "ab", 1), ("theme", "abcd", 3)]
    assert len(graph) == 4


def test_the_same_entities_in_two_papers_are_one_edge_that_knows_both_sentences() -> None:
    graph = assemble([("q", spoken("ab")), ("p", spoken("c", "ba"))])

    low = next(edge for edge in graph.edges() if edge.order == Order.LOW)
    assert low.sources == (Source("p", 1, 10, 19), Source("q", 0, 0, 9))
    assert low.weight == 2


def test_a_theme_of_two_entities_is_not_joined_with_their_low_edge() -> None:
    graph = assemble([("p", spoken("ab", "ab"))])

    assert members(graph) == [("low", "ab", 2), ("theme", "ab", 2)]


def test_an_entity_alone_has_no_edge_but_its_sentence() -> None:
    graph = assemble([("p", spoken("a"))])

    assert graph.edge_count == 0
    assert [graph.source(int(n)) for n in graph.said[0]] == [Source("p", 0, 0, 9)]
    assert graph.vertex(0).degree == 0


def test_vertices_know_their_papers_degree_and_weight() -> None:
    graph = assemble([("p", spoken("ab", "ac")), ("q", spoken("ad")), ("r", spoken("e"))])
    a, b = graph.number_of("a"), graph.number_of("b")
    assert a is not None
    assert b is not None

    assert graph.vertex(a).papers == 2
    assert graph.vertex(a).degree == 5
    assert graph.papers_of(a) == ["p", "q"]
    assert graph.weights[a] == pytest.approx(np.log1p(1.5 / 2.5))
    assert graph.weights[b] > graph.weights[a]
    assert [graph.key(n) for n in graph.vertices_of("q")] == ["a", "d"]
    assert graph.vertices_of("nobody") == []


def test_sentences_are_found_by_paper_and_number() -> None:
    graph = assemble([("p", spoken("a", "b")), ("q", spoken("a"))])

    assert graph.source(graph.sentence_of("p", 1) or 0) == Source("p", 1, 10, 19)
    assert graph.sentence_of("q", 0) == 2
    assert graph.sentence_of("q", 1) is None
    assert graph.sentence_of("r", 0) is None


def test_no_papers_make_an_empty_hypergraph() -> None:
    graph = assemble([])

    assert (len(graph), graph.edge_count, list(graph.vertices()), list(graph.edges())) == (0, 0, [], [])
    assert graph.number_of("a") is None
    assert graph.weights.shape == (0,)
    assert graph.incident.lengths().shape == (0,)


def test_a_short_form_that_one_paper_spells_out_is_joined_in_all() -> None:
    graph = assemble(
        [
            ("p", extract(Paper("p", "Notes", "We train a Mixture-of-Experts (MoE) network for translation."))),
            ("q", extract(Paper("q", "Notes", "All MoE layers are sparse for translation."))),
        ]
    )
    number = graph.number_of("moe")
    assert number is not None

    assert number == graph.number_of("mixtur expert")
    assert graph.papers_of(number) == ["p", "q"]
    assert graph.vertex(number).aliases == ("moe",)


def test_a_short_form_on_which_papers_differ_stands_for_itself() -> None:
    assert agreed_aliases([("po", "phantom"), ("po", "policy")], ["po"]) == {}
    assert agreed_aliases([("po", "x"), ("po", "x"), ("po", "y")], ["po"]) == {"po": "x"}


def test_aliases_are_followed_to_their_end_and_circles_end() -> None:
    assert agreed_aliases([("a", "b"), ("b", "c")], []) == {"a": "c", "b": "c"}
    assert agreed_aliases([("a", "b"), ("b", "a")], []) == {"a": "a", "b": "a"}
    assert agreed_aliases([], ["zebra llama", "zebrallama"]) == {"zebra llama": "zebrallama"}


def test_a_system_is_what_enough_papers_bring() -> None:
    def named(paper: str, kind: Kind) -> tuple[str, Extract]:
        return paper, Extract((Entity("bert", "BERT", kind),), (Spoken(0, 4, (0,)),))

    few = assemble([named("p0", Kind.SYSTEM), *(named(f"p{n}", Kind.MODEL) for n in range(1, 20))])
    enough = assemble([named("p0", Kind.SYSTEM), *(named(f"p{n}", Kind.MODEL) for n in range(1, 5))])

    assert few.vertex(0).kind == Kind.MODEL
    assert enough.vertex(0).kind == Kind.SYSTEM


def test_rows_can_be_joined_and_turned() -> None:
    rows = rows_of([[0, 2], [], [2]])

    assert rows.lengths().tolist() == [2, 0, 1]
    assert rows.joined(np.array([2, 0, 1], np.int32)).tolist() == [2, 0, 2]
    assert rows.joined(np.array([], np.int32)).tolist() == []
    turned = rows.turned(4)
    assert [turned[n].tolist() for n in range(4)] == [[0], [], [0, 2], []]


def test_what_a_few_of_many_papers_take_a_name_for_counts_for_nothing() -> None:
    def named(paper: str, kind: Kind) -> tuple[str, Extract]:
        return paper, Extract((Entity("nlp", "NLP", kind),), (Spoken(0, 3, (0,)),))

    plain = [named(f"p{number}", Kind.NAME) for number in range(8)]
    said = [named("q", Kind.DATA_SET), named("r", Kind.DATA_SET), named("s", Kind.DATA_SET)]

    assert assemble([*plain, *said[:2]]).vertex(0).kind == Kind.NAME
    assert assemble([*plain, *said]).vertex(0).kind == Kind.DATA_SET

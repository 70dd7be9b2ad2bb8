"""The way from a question to the evidence of its answer: keywords, vertices, hyperedges, sentences."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Sequence

from rag.knowledge.hypergraph import Hyperedge, Hypergraph, Order
from rag.knowledge.linking import linker_of
from rag.types import Citation

__all__ = ["Relation", "Step", "Trail", "relations_of", "trail_of"]

MOST_ASKED = 8
"""Entities of a question that are shown, the clearest; more hide the way."""
MOST_RELATIONS = 12
"""Hyperedges of an entity that are shown, those that most sentences say first."""


@dataclasses.dataclass(frozen=True)
class Step:
    """One sentence that the answer rests on, and what leads to it."""

    citation: Citation
    asked: tuple[str, ...]
    """Keys of the entities that the question names and the sentence too."""
    by_paper: tuple[str, ...]
    """Keys of those that the question names and the paper of the sentence, but not the sentence."""
    members: tuple[str, ...]
    """Keys of all entities that the sentence joins: its hyperedge; empty when it names none."""
    order: str | None
    """``low`` (two), ``high`` (more); None: the sentence names fewer than two, so that no hyperedge stands for it."""


@dataclasses.dataclass(frozen=True)
class Trail:
    """The way of one answer."""

    question: str
    keywords: tuple[str, ...]
    """Terms of what was searched, as ``rag.text.terms`` makes them, that an entity has."""
    vertices: tuple[str, ...]
    """Keys of the entities that they lead to, the clearest first: those by which the graph retrievers begin."""
    steps: tuple[Step, ...]
    """A sentence each, in the order of the citations."""
    names: dict[str, str]
    """Of every key of an entity above, its name."""


@dataclasses.dataclass(frozen=True)
class Relation:
    """A hyperedge of an entity with the names of the others."""

    order: str
    names: tuple[str, ...]
    """Of its other members."""
    sentences: tuple[tuple[str, int, int], ...]
    """Paper, first character and one past the last in its text."""


def trail_of(question: str, citations: Sequence[Citation], knowledge: Hypergraph, searched: str | None = None) -> Trail:
    """The way from a question to the sentences cited; without steps when there are none.

    Args:
        question: as it was asked.
        citations: what the answer rests on, or some of it.
        knowledge: of papers that the cited ones are among; to others there is no way.
        searched: what was searched instead, of a question that was read in the light of others; None: itself.
    """
    links = linker_of(knowledge).links(searched or question, MOST_ASKED)
    asked = [link.vertex for link in links]
    steps = tuple(_step(citation, asked, knowledge) for citation in citations)
    keys = [knowledge.key(number) for number in asked]
    shown = dict.fromkeys([*keys, *(key for step in steps for key in (*step.by_paper, *step.members))])
    names = {key: knowledge.vertex(number).name for key in shown if (number := knowledge.number_of(key)) is not None}
    words = tuple(dict.fromkeys(term for link in links for term in link.terms))
    return Trail(question, words, tuple(keys), steps, names)


def relations_of(key: str, knowledge: Hypergraph, within: Collection[str] | None = None) -> list[Relation]:
    """The hyperedges of sentences that join an entity with others; empty when there is no such entity.

    Args:
        key: of the entity, or an alias.
        knowledge: of the collection.
        within: ids of the only papers that count; None: all.
    """
    number = knowledge.number_of(key)
    if number is None:
        return []
    edges = [edge for n in knowledge.incident[number] if (edge := knowledge.edge(int(n))).order != Order.THEME]
    edges.sort(key=lambda edge: (-edge.weight, len(edge.members), edge.number))
    found = [_relation(edge, number, knowledge, within) for edge in edges]
    return [relation for relation in found if relation.sentences][:MOST_RELATIONS]


def _relation(edge: Hyperedge, number: int, knowledge: Hypergraph, within: Collection[str] | None) -> Relation:
    names = tuple(knowledge.vertex(other).name for other in edge.members if other != number)
    sources = [source for source in edge.sources if within is None or source.paper_id in within]
    return Relation(edge.order.value, names, tuple((s.paper_id, s.start, s.end) for s in sources))


def _step(citation: Citation, asked: Sequence[int], knowledge: Hypergraph) -> Step:
    members = _spoken(citation, knowledge)
    in_paper = set(knowledge.vertices_of(citation.paper_id)) - set(members)
    return Step(
        citation,
        tuple(knowledge.key(number) for number in asked if number in members),
        tuple(knowledge.key(number) for number in asked if number in in_paper),
        tuple(map(knowledge.key, members)),
        None if len(members) < 2 else (Order.LOW if len(members) == 2 else Order.HIGH).value,
    )


def _spoken(citation: Citation, knowledge: Hypergraph) -> list[int]:
    """The vertices of the sentences that the quote lies in, ascending; a quote may be a part of one."""
    first = knowledge.sentence_of(citation.paper_id, 0)
    found: set[int] = set()
    number = 0
    while first is not None and knowledge.sentence_of(citation.paper_id, number) is not None:
        source = knowledge.source(first + number)
        if source.start < citation.end and citation.start < source.end:
            found.update(map(int, knowledge.spoken[first + number]))
        number += 1
    return sorted(found)

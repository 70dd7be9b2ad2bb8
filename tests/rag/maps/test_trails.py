"""The way to the evidence, and the relations of an entity, over a small hypergraph that is made by hand."""

from __future__ import annotations

import pytest

from rag import Citation, Paper, Verdict
from rag.knowledge.assembly import assemble
from rag.knowledge.extraction import extract
from rag.knowledge.hypergraph import Hypergraph
from rag.maps.trails import Trail, relations_of, trail_of
from rag.text.sentences import passages_of

_ONE = Paper(
    paper_id="one",
    title="NetOwl: Search over Graphs",
    abstract="NetOwl beats BarnOwl on the Mouse benchmark. It is small. HawkEye came before NetOwl.",
)
_TWO = Paper(paper_id="two", title="BarnOwl: A Tree", abstract="BarnOwl and HawkEye grow trees. BarnOwl sleeps.")


@pytest.fixture(scope="module")
def knowledge() -> Hypergraph:
    return assemble((paper.paper_id, extract(paper)) for paper in (_ONE, _TWO))


def _cited(paper: Paper, number: int) -> Citation:
    said = passages_of(paper)[number]
    return Citation(1, paper.paper_id, paper.title, None, said.text, said.start, said.end, Verdict.SUPPORTED, 1.0)


def _trail(knowledge: Hypergraph, question: str, *citations: Citation) -> Trail:
    return trail_of(question, citations, knowledge)


def test_a_sentence_is_reached_by_the_entities_that_it_shares_with_the_question(knowledge: Hypergraph) -> None:
    trail = _trail(knowledge, "Does NetOwl beat BarnOwl?", _cited(_ONE, 1))
    (step,) = trail.steps

    assert {"netowl", "barnowl"} <= set(trail.vertices)
    assert {"netowl", "barnowl"} <= set(step.asked)
    assert {"netowl", "barnowl"} < set(step.members)
    assert step.order == "high"
    assert trail.names["netowl"] == "NetOwl"


def test_a_sentence_without_them_is_reached_by_its_paper(knowledge: Hypergraph) -> None:
    (step,) = _trail(knowledge, "How large is NetOwl?", _cited(_ONE, 2)).steps

    assert (step.asked, step.by_paper, step.members, step.order) == ((), ("netowl",), (), None)


def test_a_question_without_entities_has_a_way_of_sentences_alone(knowledge: Hypergraph) -> None:
    trail = _trail(knowledge, "What grows?", _cited(_TWO, 1))

    assert trail.vertices == ()
    assert [(step.asked, step.by_paper) for step in trail.steps] == [((), ())]


def test_an_answer_without_citations_has_no_way(knowledge: Hypergraph) -> None:
    assert _trail(knowledge, "Does NetOwl fly?").steps == ()


def test_a_paper_that_has_gone_is_reached_by_nothing(knowledge: Hypergraph) -> None:
    gone = Paper(paper_id="gone", title="NetOwl is gone", abstract="NetOwl flew away.")
    (step,) = _trail(knowledge, "Where is NetOwl?", _cited(gone, 1)).steps

    assert (step.asked, step.by_paper, step.members) == ((), (), ())


def test_the_relations_of_an_entity_are_its_sentences_with_others(knowledge: Hypergraph) -> None:
    relations = relations_of("hawkeye", knowledge)
    said = {
        {"one": _ONE, "two": _TWO}[paper_id].text[start:end]
        for relation in relations
        for paper_id, start, end in relation.sentences
    }

    assert said == {"HawkEye came before NetOwl.", "BarnOwl and HawkEye grow trees."}
    assert {"NetOwl", "BarnOwl"} <= {name for relation in relations for name in relation.names}
    assert "HawkEye" not in {name for relation in relations for name in relation.names}


def test_relations_can_be_of_some_papers_alone(knowledge: Hypergraph) -> None:
    relations = relations_of("hawkeye", knowledge, within={"two"})

    assert {paper_id for relation in relations for paper_id, _, _ in relation.sentences} == {"two"}
    assert relations_of("nobody", knowledge) == []

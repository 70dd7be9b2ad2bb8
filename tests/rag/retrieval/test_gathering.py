"""What is found for a query: the papers it names first, all read, within what counts."""

from __future__ import annotations

import dataclasses

import pytest

from rag import Assistant, Hit, PaperFilter
from rag.retrieval.gathering import Evidence, gather
from rag.retrieval.relevance import PAIRS, relevance_of
from rag.understanding.query import Condition, How, Kind, PaperMeant, Query, RecordField

QUESTION = "how many times faster is Firefly"


def _query(kind: Kind = Kind.PAPER, *ids: str, text: str = QUESTION) -> Query:
    papers = tuple(PaperMeant(one, one, How.ID, one) for one in ids)
    return Query(text, text, kind, {kind: 1.0}, papers=papers, topic=text)


def _gathered(small: Assistant, query: Query, filters: PaperFilter | None = None, wanted: int = 4) -> Evidence:
    def find(text: str, filters: PaperFilter | None, k: int) -> list[Hit]:
        return small.search(text, k, filters=filters)

    return gather(query, find, relevance_of(small.settings.home), filters, wanted)


def _ids(evidence: Evidence) -> list[str]:
    return [hit.paper.paper_id for hit in evidence.hits]


def test_the_papers_found_come_with_their_sentences_read(small: Assistant) -> None:
    evidence = _gathered(small, _query())

    assert _ids(evidence) == [hit.paper.paper_id for hit in small.search(QUESTION, 4)]
    assert all(hit.relevance is not None for hit in evidence.hits)
    assert "3.4 times faster" in evidence.hits[0].passages[0].passage.text
    assert [paper.paper_id for paper in evidence.papers] == ["cache"]
    assert (evidence.named, evidence.limited) == (0, False)


def test_papers_that_are_named_lead_in_the_order_of_the_message(small: Assistant) -> None:
    evidence = _gathered(small, _query(Kind.PAPER, "soil", "stars"))

    assert _ids(evidence)[:3] == ["soil", "stars", "cache"]
    assert len(set(_ids(evidence))) == len(evidence.hits) == 4
    assert [paper.paper_id for paper in evidence.papers] == ["soil", "stars"]


def test_only_papers_that_count_are_gathered_also_where_others_are_named(small: Assistant) -> None:
    evidence = _gathered(small, _query(Kind.PAPER, "soil", "stars"), PaperFilter(ids=frozenset({"stars", "clocks"})))

    assert _ids(evidence) == ["stars", "clocks"]
    assert (evidence.named, evidence.limited) == (1, True)


@pytest.mark.parametrize("kind", [Kind.PAPER, Kind.LIST, Kind.COMPARE])
def test_where_nothing_counts_nothing_is_gathered(small: Assistant, kind: Kind) -> None:
    evidence = _gathered(small, _query(kind, "soil"), PaperFilter(ids=frozenset({"nobody"})))

    assert (evidence.hits, evidence.papers, evidence.named, evidence.limited) == ((), (), 0, True)


def test_a_comparison_has_its_papers_alone_each_read_for_itself(small: Assistant) -> None:
    evidence = _gathered(small, _query(Kind.COMPARE, "sparse", "cache"))

    assert _ids(evidence) == ["sparse", "cache"]
    for hit in evidence.hits:  # none has more sentences than its share
        assert [one.relevance is None for one in hit.passages] == [False] * (len(hit.passages) - 1) + [True]


def test_a_list_looks_at_all_papers_and_reads_one_sentence_of_each(small: Assistant) -> None:
    evidence = _gathered(small, _query(Kind.LIST, text="neural networks"), wanted=1)

    assert len(evidence.hits) == 6
    assert [sum(one.relevance is not None for one in hit.passages) for hit in evidence.hits][0] == 1
    assert sum(one.relevance is not None for hit in evidence.hits for one in hit.passages) <= PAIRS


def test_what_conditions_have_used_up_is_not_searched_for(small: Assistant) -> None:
    condition = Condition(RecordField.VENUE, "Fish", "divers counting fish")
    query = dataclasses.replace(_query(Kind.LIST, text="divers counting fish"), topic="soil", conditions=(condition,))

    assert _ids(_gathered(small, query))[0] == "soil"
    assert _ids(_gathered(small, dataclasses.replace(query, conditions=())))[0] == "brackets"

from __future__ import annotations

import dataclasses

from evals.metrics.quotes import invented_citations, verbatim_quotes
from rag.types import Paper
from tests.evals.answers import answer_citing, cite
from tests.papers import CACHE, PAPERS, SPARSE

_BY_ID = {paper.paper_id: paper for paper in PAPERS}


def test_a_quote_is_verbatim_when_it_stands_at_its_offsets() -> None:
    right = cite(CACHE, 2)
    citations = (
        right,
        dataclasses.replace(right, start=right.start + 1),
        dataclasses.replace(right, quote=right.quote.upper()),
        dataclasses.replace(right, quote="", end=right.start),
        dataclasses.replace(right, paper_id="soil"),
        dataclasses.replace(right, paper_id="nobody"),
    )

    assert verbatim_quotes(answer_citing(citations=citations), _BY_ID) == [True, False, False, False, False, False]


def test_an_answer_that_cites_only_what_is_there_invents_nothing() -> None:
    assert invented_citations(answer_citing(SPARSE, CACHE), _BY_ID) == 0
    assert invented_citations(answer_citing(text="Nothing cited."), _BY_ID) == 0


def test_unknown_papers_and_markers_that_lead_nowhere_are_invented() -> None:
    assert invented_citations(answer_citing(Paper("lost", "Lost", "Gone.")), _BY_ID) == 1
    assert invented_citations(answer_citing(SPARSE, text="Said [1] and [7], again [7]."), _BY_ID) == 2


def test_keys_that_a_model_made_up_are_invented() -> None:
    assert invented_citations(answer_citing(SPARSE, removed_keys=3), _BY_ID) == 3

"""The collection by its groups, and what to read first: each line leads to a sentence of its paper."""

from __future__ import annotations

from rag import Assistant, PaperFilter
from rag.answering.overview import GROUPS, READ, overview_of, reading_order
from rag.text.sentences import passages_of
from rag.types import Draft, Paper, Verdict
from tests.papers import CACHE, NO_ABSTRACT, PAPERS, SOIL, STARS, hit_of


def _assert_sound(draft: Draft, papers: dict[str, Paper]) -> None:
    """Each marker stands in the text once, and its sentence in the paper."""
    assert draft.claims is not None
    assert [claim.markers for claim in draft.claims] == [(n,) for n in range(1, len(draft.cited) + 1)]
    assert {claim.verdict for claim in draft.claims} <= {Verdict.SUPPORTED}
    for number, passage in enumerate(draft.cited, start=1):
        assert draft.text.count(f"[{number}]") == 1
        assert passage in passages_of(papers[passage.paper_id])


def test_every_group_is_told_of_with_its_size_and_an_example_of_it(small: Assistant) -> None:
    whole = small.map()
    draft = overview_of(whole, small.papers())

    _assert_sound(draft, {paper.paper_id: paper for paper in PAPERS})
    assert f"{len(PAPERS)} papers from 2022 to 2025" in draft.text
    group_of = {paper.paper_id: paper.group for paper in whole.papers}
    assert [group_of[passage.paper_id] for passage in draft.cited] == list(range(len(whole.groups)))
    lines = draft.text.split("\n\n")[1:]
    assert all(str(group.papers) in line for group, line in zip(whole.groups, lines, strict=True))
    assert draft.notes == ()


def test_of_many_groups_the_largest_are_told_of_and_the_papers_of_the_others_counted(seed: Assistant) -> None:
    whole = seed.map()
    draft = overview_of(whole, seed.papers())

    _assert_sound(draft, {paper.paper_id: paper for paper in seed.papers()})
    assert len(draft.cited) == min(GROUPS, len(whole.groups))
    left = sum(group.papers for group in whole.groups[GROUPS:])
    assert (str(left) in " ".join(draft.notes)) if left else draft.notes == ()


def test_where_only_some_papers_count_it_is_not_said_of_all(small: Assistant) -> None:
    whole = small.map(filters=PaperFilter(ids=frozenset({"cache", "soil"})))
    draft = overview_of(whole, [CACHE, SOIL])

    assert {passage.paper_id for passage in draft.cited} <= {"cache", "soil"}
    first = draft.text.split("\n\n")[0]
    assert "2 of the 6 papers" in first
    assert "from 2023 to 2024" in first


def test_where_no_paper_counts_that_is_said_instead(small: Assistant) -> None:
    answer = small.ask("what are the main topics of this collection?", filters=PaperFilter(ids=frozenset({"nobody"})))

    assert answer.refused
    assert answer.citations == ()


def test_what_to_read_comes_in_order_each_with_its_nearest_sentence() -> None:
    hits = [hit_of(SOIL, 2), hit_of(NO_ABSTRACT), hit_of(STARS, 0, 3)]
    draft = reading_order("farming", hits)

    _assert_sound(draft, {paper.paper_id: paper for paper in PAPERS})
    assert [(passage.paper_id, passage.number) for passage in draft.cited] == [("soil", 2), ("clocks", 0), ("stars", 3)]
    assert "farming" in draft.text
    assert draft.text.index("2023") < draft.text.index("2022")


def test_a_reading_order_is_short() -> None:
    papers = [Paper(f"p{n}", f"Title {n}", f"Sentence number {n}.") for n in range(READ + 4)]

    cited = reading_order("titles", [hit_of(paper, 1) for paper in papers]).cited

    assert [passage.paper_id for passage in cited] == [paper.paper_id for paper in papers[:READ]]

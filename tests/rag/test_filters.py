from __future__ import annotations

import dataclasses
import datetime

import pytest

from rag.errors import UserError
from rag.filters import PaperFilter
from rag.types import Paper

DATE = datetime.date
PAPER = Paper("a", "T", "", published=DATE(2024, 2, 29), organisation="ByteDance Seed", author_count=12)


@pytest.mark.parametrize(
    ("expressions", "expected"),
    [
        ([], PaperFilter()),
        (["year=2024"], PaperFilter(date_from=DATE(2024, 1, 1), date_to=DATE(2024, 12, 31))),
        (["year>=2023"], PaperFilter(date_from=DATE(2023, 1, 1))),
        (["year>2023"], PaperFilter(date_from=DATE(2024, 1, 1))),
        (["year<=2023"], PaperFilter(date_to=DATE(2023, 12, 31))),
        (["year<2023"], PaperFilter(date_to=DATE(2022, 12, 31))),
        (["from=2024"], PaperFilter(date_from=DATE(2024, 1, 1))),
        (["from=2024-03"], PaperFilter(date_from=DATE(2024, 3, 1))),
        (["from=2024-03-05"], PaperFilter(date_from=DATE(2024, 3, 5))),
        (["to=2024"], PaperFilter(date_to=DATE(2024, 12, 31))),
        (["to=2024-2"], PaperFilter(date_to=DATE(2024, 2, 29))),
        (["to=2023-02"], PaperFilter(date_to=DATE(2023, 2, 28))),
        (["to=2024-06-30"], PaperFilter(date_to=DATE(2024, 6, 30))),
        (["org=ByteDance Seed"], PaperFilter(organisation="ByteDance Seed")),
        (["authors=2"], PaperFilter(min_authors=2, max_authors=2)),
        (["authors>=10"], PaperFilter(min_authors=10)),
        (["authors>10"], PaperFilter(min_authors=11)),
        (["authors<3"], PaperFilter(max_authors=2)),
        (["id=a, b,"], PaperFilter(ids=frozenset({"a", "b"}))),
        ([" year >= 2023 "], PaperFilter(date_from=DATE(2023, 1, 1))),
        (
            ["year>=2020", "year>=2023", "to=2024-06", "year<=2030"],
            PaperFilter(None, DATE(2023, 1, 1), DATE(2024, 6, 30)),
        ),
        (["authors>=2", "authors>=5", "authors<=9"], PaperFilter(min_authors=5, max_authors=9)),
        (["org=A", "id=x", "authors=1"], PaperFilter(frozenset("x"), None, None, "A", 1, 1)),
    ],
)
def test_conditions_are_read(expressions: list[str], expected: PaperFilter) -> None:
    assert PaperFilter.parse(expressions) == expected


@pytest.mark.parametrize(
    "expressions",
    [
        [""],
        ["year"],
        ["year="],
        ["year=24"],
        ["year=0000"],
        ["year=99999"],
        ["colour=red"],
        ["from>=2024"],
        ["org>=A"],
        ["org=!!!"],
        ["from=2024-13"],
        ["from=2023-02-29"],
        ["to=yesterday"],
        ["to=2024-0"],
        ["authors>=many"],
        ["authors=-1"],
        ["year=2024", "year=2023"],
        ["from=2024-02", "to=2024-01"],
        ["authors>5", "authors<5"],
        ["org=A", "org=B"],
        ["id=a", "id=b"],
    ],
)
def test_what_makes_no_sense_is_the_users_mistake(expressions: list[str]) -> None:
    with pytest.raises(UserError) as caught:
        PaperFilter.parse(expressions)
    assert repr(expressions[-1]) in str(caught.value)


@pytest.mark.parametrize(
    "expressions",
    [
        [],
        ["year=2024"],
        ["from=2024-02-29", "to=2024-02-29"],
        ["org=bytedance"],
        ["org=Seed"],
        ["org=BYTEDANCE  seed"],
        ["authors=12"],
        ["authors>11", "authors<13"],
        ["id=a"],
    ],
)
def test_a_paper_that_meets_the_conditions_matches(expressions: list[str]) -> None:
    assert PaperFilter.parse(expressions).matches(PAPER)


@pytest.mark.parametrize(
    "expression", ["year<2024", "from=2024-03", "org=Byte", "org=Seed ByteDance", "authors<12", "id=b"]
)
def test_a_paper_that_misses_a_condition_does_not_match(expression: str) -> None:
    assert not PaperFilter.parse([expression]).matches(PAPER)


@pytest.mark.parametrize("expression", ["year>=1900", "org=ByteDance", "authors>=0"])
def test_a_paper_that_says_nothing_does_not_match_a_condition_on_it(expression: str) -> None:
    assert not PaperFilter.parse([expression]).matches(Paper("a", "T", ""))


def test_authors_are_counted_where_only_their_names_are_given() -> None:
    named = dataclasses.replace(PAPER, author_count=None, authors=("A", "B"))
    assert PaperFilter.parse(["authors=2"]).matches(named)


def test_a_filter_without_conditions_is_none() -> None:
    assert not PaperFilter()
    assert PaperFilter(ids=frozenset())
    assert PaperFilter(max_authors=0)

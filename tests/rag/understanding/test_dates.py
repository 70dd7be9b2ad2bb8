"""Spans of time in messages."""

from __future__ import annotations

import datetime

import pytest

from rag.understanding.dates import read_dates

DAY = datetime.date


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("papers from 2021", DAY(2021, 1, 1), DAY(2021, 12, 31)),
        ("since 2021", DAY(2021, 1, 1), None),
        ("2021 or later", DAY(2021, 1, 1), None),
        ("after 2021", DAY(2022, 1, 1), None),
        ("before 2021", None, DAY(2020, 12, 31)),
        ("until 2021", None, DAY(2021, 12, 31)),
        ("2020 and 2021", DAY(2020, 1, 1), DAY(2021, 12, 31)),
        ("2018-2020", DAY(2018, 1, 1), DAY(2020, 12, 31)),
        ("between 2015 and 2019", DAY(2015, 1, 1), DAY(2019, 12, 31)),
        ("in March 2024", DAY(2024, 3, 1), DAY(2024, 3, 31)),
        ("on 3 May 2024", DAY(2024, 5, 3), DAY(2024, 5, 3)),
        ("since 2024-02", DAY(2024, 2, 1), None),
        ("Q3 2024", DAY(2024, 7, 1), DAY(2024, 9, 30)),
        ("first half of 2024", DAY(2024, 1, 1), DAY(2024, 6, 30)),
    ],
)
def test_a_span_is_read(text: str, first: datetime.date | None, last: datetime.date | None) -> None:
    assert [(span.first, span.last) for span in read_dates(text)] == [(first, last)]


@pytest.mark.parametrize("text", ["2048 tokens", "arXiv 2105.00003", "GPT-2020", "1,999 pages"])
def test_other_numbers_are_no_years(text: str) -> None:
    assert read_dates(text) == []


def test_what_is_left_out_is_told() -> None:
    assert [span.excluded for span in read_dates("not from 2016")] == [True]

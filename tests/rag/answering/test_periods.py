from __future__ import annotations

import datetime

import pytest

from rag.answering.periods import Period, read_period, without_periods


def _period(first: str, last: str) -> Period:
    """From ISO dates; an empty one is an open side."""
    return Period(*(datetime.date.fromisoformat(day) if day else None for day in (first, last)))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("papers from 2024", "2024-01-01", "2024-12-31"),
        ("published in March 2024", "2024-03-01", "2024-03-31"),
        ("published in feb. 2024", "2024-02-01", "2024-02-29"),
        ("out on 6 March 2025", "2025-03-06", "2025-03-06"),
        ("out on the 6th of march 2025", "2025-03-06", "2025-03-06"),
        ("out on March 6, 2025?", "2025-03-06", "2025-03-06"),
        ("2025-03-06", "2025-03-06", "2025-03-06"),
        ("everything of 2025-03", "2025-03-01", "2025-03-31"),
        ("which 2024 papers", "2024-01-01", "2024-12-31"),
        ("the 2024 caching papers", "2024-01-01", "2024-12-31"),
        ("in the first half of 2024", "2024-01-01", "2024-06-30"),
        ("from Q4 2024", "2024-10-01", "2024-12-31"),
        ("in the third quarter of 2024", "2024-07-01", "2024-09-30"),
        ("in 2022 or 2023", "2022-01-01", "2023-12-31"),
    ],
)
def test_a_date_stands_for_the_days_that_it_covers(text: str, first: str, last: str) -> None:
    assert read_period(text) == _period(first, last)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("before April 2023", "", "2023-03-31"),
        ("older than 2023", "", "2022-12-31"),
        ("until June 2024", "", "2024-06-30"),
        ("by 2023", "", "2023-12-31"),
        ("no later than May 2024", "", "2024-05-31"),
        ("from 2023 or earlier", "", "2023-12-31"),
        ("after 2022", "2023-01-01", ""),
        ("newer than 6 March 2025", "2025-03-07", ""),
        ("since 2023", "2023-01-01", ""),
        ("on or after 6 March 2025", "2025-03-06", ""),
        ("from 2024 onwards", "2024-01-01", ""),
        ("in 2024 or later", "2024-01-01", ""),
        ("after 2022 but before May 2024", "2023-01-01", "2024-04-30"),
    ],
)
def test_words_around_a_date_open_one_side(text: str, first: str, last: str) -> None:
    assert read_period(text) == _period(first, last)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("between March and June 2024", "2024-03-01", "2024-06-30"),
        ("between 6 and 9 March 2025", "2025-03-06", "2025-03-09"),
        ("between 6 March and April 9, 2025", "2025-03-06", "2025-04-09"),
        ("from November to February 2024", "2023-11-01", "2024-02-29"),
        ("from January 2023 until March 2024", "2023-01-01", "2024-03-31"),
        ("from 2023-05 to 2024-02-10", "2023-05-01", "2024-02-10"),
        ("from between 2022 and 2024", "2022-01-01", "2024-12-31"),
        ("from Google between 2022 and 2024", "2022-01-01", "2024-12-31"),
        ("from 2024 to 2022", "2022-01-01", "2024-12-31"),
        ("2022-2024", "2022-01-01", "2024-12-31"),
        ("2022–2024", "2022-01-01", "2024-12-31"),
    ],
)
def test_a_range_goes_from_its_first_to_its_last_day(text: str, first: str, last: str) -> None:
    assert read_period(text) == _period(first, last)


def test_what_stands_before_and_is_no_date_makes_no_range() -> None:
    assert read_period("from Google and 2024") == _period("2024-01-01", "2024-12-31")


@pytest.mark.parametrize("text", ["31 February 2024", "99 February 2024", "February 30, 2024", "2024-02-30"])
def test_a_day_that_does_not_exist_counts_as_its_month(text: str) -> None:
    assert read_period(text) == _period("2024-02-01", "2024-02-29")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "in May",
        "year 9999",
        "2024-13",
        "v2024",
        "2,024 in 1.2024",
        "score on AIME 2024",
        "a window of 2048 tokens",
        "more than 2000 GPUs",
        "from 2000 to 4000 users",
        "a 2000-word text",
        "data from 2020",
        "questions of the exam in 2024",
        "the 2020 election",
    ],
)
def test_other_numbers_are_no_dates_of_papers(text: str) -> None:
    assert read_period(text) == Period()


@pytest.mark.parametrize("text", ["not from 2024", "except in March 2024", "other than between 2022 and 2023"])
def test_a_date_that_is_ruled_out_is_not_taken_for_one_that_is_wanted(text: str) -> None:
    assert read_period(text) == Period()


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("papers from 6 March 2025 on soil", "papers from on soil"),
        ("soil between May and June 2024", "soil"),
        ("soil", "soil"),
    ],
)
def test_dates_can_be_taken_out_of_a_text(text: str, rest: str) -> None:
    assert " ".join(without_periods(text).split()) == rest

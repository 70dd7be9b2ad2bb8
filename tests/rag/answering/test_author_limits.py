from __future__ import annotations

import pytest

from rag.answering.author_limits import read_author_limits, without_author_limits


@pytest.mark.parametrize(
    ("text", "least", "greatest"),
    [
        ("exactly two authors", 2, 2),
        ("with 2 different authors", 2, 2),
        ("Two Authors", 2, 2),
        ("single-author papers", 1, 1),
        ("a dozen authors", 12, 12),
        ("no authors", 0, 0),
        ("more than ten authors", 11, None),
        ("at least 5 co-authors", 5, None),
        ("5+ authors", 5, None),
        ("five or more authors", 5, None),
        ("five authors or more", 5, None),
        ("no fewer than 5 authors", 5, None),
        ("fewer than 3 authors", None, 2),
        ("no more than 3 authors", None, 3),
        ("3 authors or fewer", None, 3),
        ("up to 3 authors", None, 3),
        ("two or three authors", 2, 3),
        ("5-7 authors", 5, 7),
        ("between 7 and 5 authors", 5, 7),
    ],
)
def test_numbers_of_authors_are_read_with_their_bounds(text: str, least: int | None, greatest: int | None) -> None:
    assert read_author_limits(text) == (least, greatest)


@pytest.mark.parametrize(
    "text",
    ["", "authors", "most authors", "twenty-two authors", "1,000 authors", "2.5 authors", f"{'9' * 4000} authors"],
)
def test_what_is_no_number_of_authors_limits_nothing(text: str) -> None:
    assert read_author_limits(text) == (None, None)


def test_numbers_of_authors_can_be_taken_out_of_a_text() -> None:
    assert " ".join(without_author_limits("papers by more than two authors on soil").split()) == "papers by on soil"

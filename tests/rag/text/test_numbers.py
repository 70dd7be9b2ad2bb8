from __future__ import annotations

import pytest

from rag.text.numbers import agree, numbers, years


def _read(text: str) -> list[tuple[float, str, str]]:
    return [(found.value, found.unit, text[found.start : found.end]) for found in numbers(text)]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("12,288 nodes", 12288, ""),
        ("3,5 %", 3.5, "%"),
        ("0,125 Sekunden", 0.125, ""),
        ("12.345,67 Euro", 12345.67, ""),
        ("2,75 Prozent", 2.75, "%"),
        ("12288 nodes", 12288, ""),
        ("two million rows", 2e6, ""),
        ("2M rows", 2e6, ""),
        ("2,000,000 rows", 2e6, ""),
        ("7 billion", 7e9, ""),
        ("7B", 7e9, ""),
        ("a hundred boats", 100, ""),
        ("twenty-five boats", 25, ""),
        ("Two boats", 2, ""),
        ("2.3e21 operations", 2.3e21, ""),
        ("7-fold", 7, "x"),
        ("sevenfold", 7, "x"),
        ("7x faster", 7, "x"),
        ("7 times faster", 7, "x"),
        ("7× faster", 7, "x"),
        ("twice", 2, "x"),
        ("doubles", 2, "x"),
        ("an order of magnitude", 10, "x"),
        ("65.08%", 65.08, "%"),
        ("65.08 percent", 65.08, "%"),
        ("3 percentage points", 3, "%"),
        ("half of it", 0.5, "ratio"),
        ("two-thirds of it", 2 / 3, "ratio"),
        ("a fifth of it", 0.2, "ratio"),
        ("9 out of 10", 0.9, "ratio"),
        ("one in four", 0.25, "ratio"),
        ("$5", 5, "$"),
        ("12.6 GB", 12.6, "gb"),
        ("4-bit", 4, "bit"),
        ("three months", 3, "month"),
        ("100 ms", 100, "ms"),
    ],
)
def test_a_figure_is_read_with_its_unit(text: str, value: float, unit: str) -> None:
    (found,) = numbers(text)
    assert found.value == pytest.approx(value)
    assert found.unit == unit


def test_spans_cover_figure_and_unit() -> None:
    assert _read("from 12.6 GB to 2.5 GB, about a fifth") == [
        (12.6, "gb", "12.6 GB"),
        (2.5, "gb", "2.5 GB"),
        (0.2, "ratio", "a fifth"),
    ]


@pytest.mark.parametrize(
    ("text", "values", "unit"),
    [
        ("1.4-5.9x", [1.4, 5.9], "x"),
        ("2x-5x", [2, 5], "x"),
        ("28 to 71%", [28, 71], "%"),
        ("6.3% and 6.0%", [6.3, 6.0], "%"),
        ("7, 13, and 70 billion", [7e9, 13e9, 70e9], ""),
        ("5 or 6 million", [5e6, 6e6], ""),
    ],
)
def test_members_of_a_range_or_list_share_unit_and_scale(text: str, values: list[float], unit: str) -> None:
    assert [(found.value, found.unit) for found in numbers(text)] == [(value, unit) for value in values]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no figures here",
        "GPT-4 and A100 and 3D and top-5",
        "as shown before [3], [1, 2]",
        "(1) first, (2) second",
        "1) first",
        "in 2023",
        "one of them",
        "the 4th try",
        "once and again",
        "2024b",
    ],
)
def test_what_is_no_figure_is_left_out(text: str) -> None:
    assert numbers(text) == ()


def test_sizes_and_counts_before_names_are_figures_although_glued_on() -> None:
    assert [found.value for found in numbers("LLaMA-7B on 8xH100")] == [7e9, 8]


def test_years_are_kept_apart() -> None:
    text = "Between 2017 and December 2023, 2000 samples were taken; 2048 nodes in (2021)."
    assert years(text) == (2017, 2023, 2021)
    assert [found.value for found in numbers(text)] == [2000, 2048]


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("12%", "12.3%"),
        ("about 78%", "77.8%"),
        ("about 80%", "78.1%"),
        ("more than 42%", "42.9%"),
        ("over 80%", "82%"),
        ("less than 1%", "0.5%"),
        ("a quarter", "25%"),
        ("40%", "0.4"),
        ("0.94", "94%"),
        ("half the cost", "2x cheaper"),
        ("seven-fold", "7x"),
        ("two million", "2,000,000"),
        ("5.6", "5.6%"),
        ("roughly 3,700", "3,712"),
    ],
)
def test_the_same_figure_agrees_also_rounded_or_in_other_words(said: str, source: str) -> None:
    assert agree(numbers(said)[0], numbers(source)[0])


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("13.2%", "12.3%"),
        ("12.3%", "12%"),
        ("12%", "12.7%"),
        ("about 25%", "15%"),
        ("more than 43%", "42.9%"),
        ("less than 5%", "12%"),
        ("0.04%", "0.4%"),
        ("3x", "3%"),
        ("5 hours", "5 days"),
        ("7B", "13B"),
        ("a third", "25%"),
        ("about 5", "0"),
    ],
)
def test_another_figure_does_not_agree(said: str, source: str) -> None:
    assert not agree(numbers(said)[0], numbers(source)[0])

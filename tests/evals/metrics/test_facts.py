from __future__ import annotations

from evals.metrics.facts import facts_found


def test_a_fact_is_found_in_any_of_its_spellings_and_any_case() -> None:
    facts = [["12.3", "twelve"], ["selection-based"], ["absent"]]

    assert facts_found("By TWELVE points, Selection-Based [1].", facts, 120) == [True, True, False]


def test_a_fact_counts_only_within_the_words_that_are_read() -> None:
    assert facts_found("one two three", [["three"]], 3) == [True]
    assert facts_found("one two three", [["three"]], 2) == [False]


def test_markers_are_neither_words_nor_facts() -> None:
    assert facts_found("one [1] two [2] three", [["three"], ["1"]], 3) == [True, False]


def test_a_fact_of_several_words_may_run_over_a_marker_and_a_line() -> None:
    assert facts_found("graph [1]\n retrieval", [["graph retrieval"]], 120) == [True]


def test_without_facts_none_is_found() -> None:
    assert facts_found("text", [], 120) == []

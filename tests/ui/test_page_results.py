from __future__ import annotations

import dataclasses

from rag.types import Paper
from ui.page import render, results, samples
from ui.page.results import Choosing

_PAPER = Paper("p1", "Hyper: a way", "It is new. Hyper gains 12.3% on this very large and difficult set. It ends.")
_QUOTE = "Hyper gains 12.3% on this very large and difficult set."


def test_a_sentence_quoted_without_an_answer_is_marked() -> None:
    assert f"It is new. <mark>{_QUOTE}</mark> It ends." in render.evidence(_PAPER, quote=_QUOTE)


def test_a_sentence_quoted_from_a_paper_that_has_changed_is_shown_with_a_word_about_it() -> None:
    source = render.evidence(dataclasses.replace(_PAPER, abstract="Other."), quote=_QUOTE)

    assert "The paper has changed since then" in source
    assert f"<mark>{_QUOTE}</mark>" in source


def test_more_papers_than_can_be_read_are_not_offered() -> None:
    full = Choosing(chosen=[(str(n), str(n)) for n in range(6)], offered=[], total=9, query="", most=6)

    source = results.picker(full)

    assert "6 papers are the most" in source
    assert "option_select" not in source


def test_the_example_of_a_draft_changes_one_figure_of_a_second_paper() -> None:
    other = Paper("p2", "Low: a way", "Low loses 4.5 times less of its heat than the others do, always.")

    assert samples.draft([_PAPER, other]) == (
        "Low loses 4.5 times less of its heat than the others do, always. "
        "Hyper gains 52.3% on this very large and difficult set."
    )


def test_there_is_no_example_without_a_figure() -> None:
    assert samples.draft([Paper("p", "Low: a way", "Low is as warm as it can be in the whole winter.")]) == ""

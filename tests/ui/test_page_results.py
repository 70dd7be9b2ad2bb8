from __future__ import annotations

import dataclasses

from rag.types import Paper, Verdict
from rag.verification import Checked
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


def test_the_verdicts_of_a_draft_are_counted_and_copied_with_their_reasons() -> None:
    one = Checked("Hyper gains 13%.", Verdict.UNSUPPORTED, 0.5, ("13% is not in the paper",), _PAPER, _QUOTE)

    source = results.verified([one, dataclasses.replace(one, verdict=Verdict.PARTIAL)])

    assert "2 sentences" in source
    assert "1 partly supported" in source
    assert "1 not supported" in source
    assert "Not supported: Hyper gains 13%.\n    – 13% is not in the paper\n    Hyper: a way: “Hyper" in source


def test_a_sentence_that_no_paper_speaks_of_opens_nothing() -> None:
    nothing = Checked("So.", Verdict.UNSUPPORTED, 0.0, ("nothing in the collection speaks of this",), None, "")

    assert "data-event" not in results.verified([nothing])


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

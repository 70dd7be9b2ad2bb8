from __future__ import annotations

import dataclasses

from rag.checking import Checked, CheckedDraft, Layer, Status, Suggestion
from rag.types import Paper, Verdict
from ui.page import checks

_PAPER = Paper("p1", "Hyper: a way", "It is new. Hyper gains 12.3% on this very large and difficult set. It ends.")
_QUOTE = "Hyper gains 12.3% on this very large and difficult set."
_WRONG = Checked(
    "Hyper gains 13%.",
    Status.UNSUPPORTED,
    Verdict.UNSUPPORTED,
    problems=("13% is not in the paper",),
    paper=_PAPER,
    evidence=_QUOTE,
    line=3,
)


def test_the_verdicts_of_a_draft_are_counted_and_copied_with_their_reasons() -> None:
    partly = dataclasses.replace(_WRONG, status=Status.PARTIAL)
    heading = Checked("# Title", Status.SKIPPED, problems=("a heading",), line=1)

    source = checks.checked_draft(CheckedDraft("markdown", (heading, _WRONG, partly)))

    assert "3 sentences" in source
    for counted in (
        "1 partly supported",
        "1 not supported",
        "1 not checked",
        "line 1, a heading",
        "the small model alone",
    ):
        assert counted in source
    assert "Not supported: Hyper gains 13%.\n    – 13% is not in the paper\n    Hyper: a way: “Hyper" in source


def test_a_sentence_that_no_paper_speaks_of_opens_nothing() -> None:
    nothing = Checked("So.", Status.UNCITED, problems=("nothing in the collection speaks of this",))

    assert "data-event" not in checks.checked_draft(CheckedDraft("text", (nothing,)))


def test_a_suggestion_stands_instead_of_the_nearest_paper() -> None:
    one = dataclasses.replace(
        _WRONG, status=Status.UNCITED, suggestion=Suggestion(_PAPER, _QUOTE, told_of=("Hypo", "Hyper"))
    )

    source = checks.checked_draft(CheckedDraft("text", (one,)))

    assert source.count("data-event") == 1
    assert "this is said of Hyper, not of Hypo" in source
    assert "13% is not in the paper" not in source


def test_the_layers_are_shown_where_they_differ_and_a_failure_always() -> None:
    own = Layer("checker", Verdict.UNSUPPORTED, ("13% is not in the paper",))
    no, yes = Layer("ollama/j", Verdict.UNSUPPORTED), Layer("ollama/j", Verdict.SUPPORTED)
    failed = Layer("ollama/j", None, error="no server")

    said = [checks.reasons(dataclasses.replace(_WRONG, layers=(own, judge))) for judge in (no, yes, failed)]

    assert said[0] == ["13% is not in the paper"]
    assert said[1][1:] == ["ollama/j: supported; checker: not supported"]
    assert said[2][1:] == ["only the small model checked this: no server"]

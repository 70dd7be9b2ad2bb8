from __future__ import annotations

import dataclasses
import json

from rag.types import Answer, Citation, Claim, Paper, Usage, Verdict
from ui.page import turns
from ui.page.turns import Turn

_CITATION = Citation(1, "p1", "A title", "https://example.org/1", "A sentence.", 8, 19, Verdict.PARTIAL, 0.5)
_ANSWER = Answer(
    question="Why?",
    text="So [1].",
    refused=False,
    reason=None,
    citations=(_CITATION,),
    claims=(Claim("So.", (1,), Verdict.PARTIAL, ("3 is not in the cited paper",)),),
    nearest=(("p2", "Another"),),
    model="extractive",
    retriever="hybrid",
    settings_hash="0123",
    usage=Usage(3, 4),
    timings_ms={"total": 1.5},
    removed_keys=2,
    notes=("a note",),
)
_TURNS = (Turn("Why?", _ANSWER), Turn("And?", failure="No server: start one."), Turn("Or?", partial="Half an ans"))


def test_history_holds_the_answers_and_not_the_failures() -> None:
    assert turns.answers(_TURNS) == [_ANSWER]


def test_the_copied_text_has_its_references_with_their_sentences() -> None:
    assert turns.plain_text(_TURNS[0]).splitlines() == [
        "So [1].",
        "",
        "References",
        "[1] A title (p1). https://example.org/1",
        "    “A sentence.”",
    ]


def test_references_are_in_the_order_of_their_numbers() -> None:
    earlier = dataclasses.replace(_CITATION, marker=4)
    later = dataclasses.replace(_CITATION, marker=9, quote="Another sentence.")
    turn = Turn("Why?", dataclasses.replace(_ANSWER, text="This [9], that [4].", citations=(later, earlier)))

    for text in (turns.plain_text(turn), turns.markdown([turn])):
        assert text.index("“Another sentence.”") < text.index("“A sentence.”")


def test_numbers_begin_at_one_in_each_answer_and_the_answer_itself_keeps_its_own() -> None:
    uncited = dataclasses.replace(_CITATION, marker=2)
    cited = dataclasses.replace(_CITATION, marker=9)
    claim = dataclasses.replace(_ANSWER.claims[0], text="This [9].", markers=(9,))
    answer = dataclasses.replace(_ANSWER, text="This [9], not [7].", citations=(uncited, cited), claims=(claim,))
    turn = Turn("Why?", answer)

    assert turn.shown is not None
    assert turn.shown.text == "This [1], not [7]."
    assert [citation.marker for citation in turn.shown.citations] == [2, 1]
    assert (turn.shown.claims[0].text, turn.shown.claims[0].markers) == ("This [1].", (1,))
    assert turns.answers((turn,)) == [answer]


def test_a_conversation_is_exported_with_its_citations_whole() -> None:
    text = turns.markdown(_TURNS)

    assert text.startswith("## Why?\n\nSo [^1-1].\n\nNote: a note\n\n[^1-1]: A title (p1, https://example.org/1), ")
    assert "“A sentence.”" in text
    assert "## And?\n\nNo server: start one." in text
    assert "## Or?\n\nHalf an ans\n\nStopped; what was written has not been checked." in text
    assert turns.markdown(()) == ""


def test_nothing_in_an_export_is_markup() -> None:
    evil = dataclasses.replace(_ANSWER, text="<script>x</script>\n# Head\n![p](http://evil.test/p.png)")

    lines = turns.markdown([Turn("<b>Why</b>", evil)]).splitlines()

    assert lines[0] == "## &lt;b>Why&lt;/b>"
    assert "&lt;script>x&lt;/script>" in lines
    assert "\\# Head" in lines
    assert "!\\[p\\](http://evil.test/p.png)" in lines


def test_a_file_is_called_by_the_words_of_the_first_question() -> None:
    assert turns.file_name([Turn("What is ../../MegaScale <b>?")]) == "what-is-megascale-b"
    assert turns.file_name([Turn("Was heißt 数据 é?"), Turn("More?")]) == "was-heisst-数据-é"
    assert turns.file_name([]) == turns.file_name([Turn("?!")]) == "conversation"
    assert turns.file_name([Turn("word " * 400)]) == "-".join(["word"] * 12)
    assert turns.file_name([Turn("x" * 2000)]) == "x" * 60


def test_the_notebook_is_given_markdown_papers_and_what_a_rating_needs() -> None:
    note = json.loads(turns.note(_TURNS[0]))

    assert note["head"] == note["question"] == "Why?"
    assert note["markdown"] == turns.markdown(_TURNS[:1])
    assert (note["papers"], note["titles"], note["kind"]) == (["p1"], ["A title"], "factual")
    assert turns.note(_TURNS[1]) == ""


def test_a_quote_is_kept_with_the_paper_it_stands_in() -> None:
    paper = Paper("p1", "A <title>", "A sentence.", url="https://example.org/1")

    assert json.loads(turns.note_of(paper, "A sentence.")) == {
        "head": "A sentence.",
        "markdown": "## A &lt;title>\n\n> A sentence.\n\n- A &lt;title> (p1, https://example.org/1)\n",
        "papers": ["p1"],
    }
    assert json.loads(turns.note_of(paper, ""))["head"] == "A <title>"

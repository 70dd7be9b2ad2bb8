"""The result of a check for other programs: Markdown, CSV, SARIF, a list for editors."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest

from rag.checking import Checked, CheckedDraft, Status, Suggestion, Supporter
from rag.checking.exports import EXPORTS, exported
from rag.errors import UserError
from rag.types import Verdict
from tests.papers import CACHE, SPARSE

_QUOTE = "Firefly answers 3.4 times faster than a plain index and loses 0.2% of recall."
_WRONG = Checked(
    "It answers 4.3 times faster | than “any”.",
    Status.UNSUPPORTED,
    Verdict.UNSUPPORTED,
    0.0,
    ("4.3 is not in the cited paper",),
    CACHE,
    _QUOTE,
    line=12,
    last_line=13,
    column=3,
    last_column=9,
)
_RIGHT = Checked(
    "=It keeps passages.",
    Status.SUPPORTED,
    Verdict.SUPPORTED,
    0.91,
    paper=CACHE,
    evidence=_QUOTE,
    supporters=(Supporter(CACHE, _QUOTE, 0.91), Supporter(SPARSE, "Training took nine days on 64 GPUs.", 0.6)),
    line=1,
    last_line=1,
    column=1,
    last_column=20,
)
_UNCITED = Checked(
    "A cache is quick.",
    Status.UNCITED,
    Verdict.SUPPORTED,
    0.7,
    ("said of the nearest paper",),
    CACHE,
    _QUOTE,
    suggestion=Suggestion(CACHE, _QUOTE),
    line=2,
    last_line=2,
    column=5,
    last_column=22,
    file="parts/über uns.tex",
)
_HEADING = Checked("# Title", Status.SKIPPED, problems=("a heading",), line=1, last_line=1, column=1, last_column=8)
_DRAFT = CheckedDraft("latex", (_HEADING, _RIGHT, _WRONG, _UNCITED), ("a note | of it",))


def test_an_editor_jumps_to_what_is_not_borne_out() -> None:
    lines = exported(_DRAFT, "list", "paper/main.tex").splitlines()

    assert [re.fullmatch(r"(.+?):(\d+):(\d+): (.+)", line).groups()[:3] for line in lines] == [  # type: ignore[union-attr] # None fails the test
        ("paper/main.tex", "12", "3"),
        ("paper/parts/über uns.tex", "2", "5"),
    ]
    assert "4.3 is not in the cited paper" in lines[0]
    assert CACHE.title in lines[1]
    assert exported(CheckedDraft("text", (_RIGHT,)), "list", "a.txt") == ""


def test_sarif_has_a_result_with_its_place_and_rule_for_each_problem() -> None:
    log = json.loads(exported(_DRAFT, "sarif", "paper/main.tex"))
    (run,) = log["runs"]
    wrong, uncited = run["results"]

    assert log["version"] == "2.1.0"
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]][wrong["ruleIndex"]] == wrong["ruleId"]
    assert (wrong["ruleId"], wrong["level"], uncited["ruleId"], uncited["level"]) == (
        "unsupported",
        "error",
        "uncited",
        "note",
    )
    place = wrong["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "paper/main.tex"}
    assert {key: place["region"][key] for key in ("startLine", "startColumn", "endLine", "endColumn")} == {
        "startLine": 12,
        "startColumn": 3,
        "endLine": 13,
        "endColumn": 9,
    }
    other = uncited["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert other == "paper/parts/%C3%BCber%20uns.tex"
    absolute = json.loads(exported(_DRAFT, "sarif", "/home/ada/main.tex"))["runs"][0]["results"][0]
    assert absolute["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "file:///home/ada/main.tex"


def test_a_spreadsheet_has_a_row_for_each_sentence_and_runs_none() -> None:
    heading, right, wrong, uncited = csv.DictReader(io.StringIO(exported(_DRAFT, "csv", "main.tex")))

    assert (heading["status"], heading["score"]) == ("skipped", "")
    assert right["sentence"] == "'=It keeps passages."
    assert right["supporters"] == "cache; sparse"
    assert (wrong["line"], wrong["column"], wrong["paper_id"], wrong["evidence"]) == ("12", "3", "cache", _QUOTE)
    assert (uncited["file"], uncited["instead"]) == ("parts/über uns.tex", "cache")


def test_the_report_names_every_paper_that_bears_a_sentence_out_and_no_cell_breaks_out_of_it() -> None:
    report = exported(_DRAFT, "markdown", "main.tex")
    rows = [line for line in report.splitlines() if line.startswith("|")][2:]

    assert len(rows) == 3
    assert CACHE.title in rows[0]
    assert SPARSE.title in rows[0]
    assert "faster \\| than" in rows[1]
    assert all(len(re.findall(r"(?<!\\)\|", row)) == 6 for row in rows)
    assert "a note \\| of it" in report


@pytest.mark.parametrize("form", EXPORTS)
def test_a_draft_without_a_sentence_is_no_mistake(form: str) -> None:
    exported(CheckedDraft("text", ()), form, "a.txt")


def test_an_unknown_format_is_a_mistake() -> None:
    with pytest.raises(UserError, match="sarif"):
        exported(_DRAFT, "pdf", "a.txt")

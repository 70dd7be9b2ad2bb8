r"""What of a draft is printed: the switches that it declares and sets, as LaTeX would take them."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.drafts import load_draft, read_draft


def _printed(text: str) -> list[str]:
    return [one.text for one in read_draft(text, "latex").sentences if one.skipped is None]


SLOW, FAST = "Firefly is slow here.", "Firefly is fast here."


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        (rf"\newif\ifdraft \ifdraft {SLOW} \else {FAST} \fi", [FAST]),
        (rf"\newif\ifdraft\drafttrue \ifdraft {SLOW} \else {FAST} \fi", [SLOW]),
        (rf"\newif\ifdraft\drafttrue \draftfalse \ifdraft {SLOW} \fi {FAST}", [FAST]),
        (rf"\newif\ifa\newif\ifb\atrue \ifa \ifb {SLOW} \else {FAST} \fi \else {SLOW} \fi", [FAST]),
        (rf"\newif\ifa\newif\ifb\btrue \ifa \ifb {SLOW} \else {SLOW} \fi \else {FAST} \fi", [FAST]),
        (rf"\newif\ifa \ifa \atrue \fi \ifa {SLOW} \else {FAST} \fi", [FAST]),
        (rf"\iftrue {FAST} \else {SLOW} \fi", [FAST]),
        (rf"\documentclass[draft]{{article}}\begin{{document}}\ifdraft{{{SLOW}}}{{{FAST}}}", [SLOW]),
        (rf"\documentclass{{article}}\begin{{document}}\ifdraft{{{SLOW}}}{{{FAST}}}", [FAST]),
        (rf"\newtoggle{{long}}\toggletrue{{long}}\iftoggle{{long}}{{{SLOW}}}{{{FAST}}}", [SLOW]),
        (rf"\ifpdf {SLOW} \else {FAST} \fi", [SLOW, FAST]),
        (rf"It holds that $a \iff b$ for all things. {FAST}", ["It holds that a iff b for all things.", FAST]),
        (rf"\newif\ifdraft \ifdraft {SLOW}", [SLOW]),
    ],
)
def test_the_branch_that_latex_would_take_is_read(text: str, printed: list[str]) -> None:
    found = _printed(text)

    assert [sentence for sentence in (SLOW, FAST) if any(sentence in one for one in found)] == [
        sentence for sentence in (SLOW, FAST) if sentence in printed
    ]
    assert len(found) == len(printed)


def test_what_is_not_printed_is_named_with_its_lines() -> None:
    draft = read_draft(f"\\newif\\ifdraft\n{FAST}\n\n\\ifdraft\n{SLOW}\n\\fi\n", "latex")

    assert [(one.line, one.last_line) for one in draft.sentences if one.skipped == "not printed"] == [(4, 6)]


def test_a_switch_that_a_file_of_the_preamble_sets_counts_in_the_draft_and_its_parts(tmp_path: Path) -> None:
    (tmp_path / "head.tex").write_text("\\newif\\ifdraft\n\\drafttrue\n", encoding="utf-8")
    (tmp_path / "part.tex").write_text(f"\\ifdraft {SLOW} \\else {FAST} \\fi\n", encoding="utf-8")
    draft = tmp_path / "draft.tex"
    draft.write_text(
        "\\documentclass{article}\n\\input{head}\n\\begin{document}\n"
        f"\\ifdraft Glasswing is old now. \\else {FAST} \\fi\n\n\\input{{part}}\n\\end{{document}}\n",
        encoding="utf-8",
    )

    read = [one.text for one in load_draft(draft).sentences if one.skipped is None]

    assert read == ["Glasswing is old now.", SLOW]

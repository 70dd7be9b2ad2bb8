"""Drafts in LaTeX as people keep them: in several files, with macros of their own; what is missing costs a note."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.drafts import DraftSentence, DraftText, load_draft, read_draft

MAIN = r"""\documentclass{article}
\input{macros}
\begin{document}
\sys{} is fast. \input parts/one
\include{parts/two.tex}
It ends here with some words.
\end{document}
\input{parts/never}
"""


def _tree(folder: Path, **files: str) -> Path:
    """Writes files, ``__`` in their names a folder, and gives the first."""
    paths = [folder / f"{name.replace('__', '/')}.tex" for name in files]
    for path, text in zip(paths, files.values(), strict=True):
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(text, encoding="utf-8")
    return paths[0]


def _checked(draft: DraftText) -> list[DraftSentence]:
    return [one for one in draft.sentences if one.skipped is None]


def test_files_are_read_where_the_draft_reads_them_in(tmp_path: Path) -> None:
    main = _tree(
        tmp_path,
        main=MAIN,
        macros=r"\newcommand{\sys}{Firefly\xspace} These words define nothing.",
        parts__one="% a remark\n\\sys{} has two parts \\cite{a}.\\input{deep}",
        parts__deep="Depth is no matter here.\n\\bibliography{refs}",
        parts__two="Glasswing is another one \\cite{b}.\n"
        "\\begin{thebibliography}{9}\\bibitem{b} Two.\\end{thebibliography}",
        parts__never="Nobody reads this text.",
    )
    (tmp_path / "refs.bib").write_text("@misc{a, title={One}}", encoding="utf-8")

    draft = load_draft(main)

    assert [(one.text, one.file, one.line) for one in _checked(draft)] == [
        ("Firefly is fast.", None, 4),
        ("Firefly has two parts.", "parts/one.tex", 2),
        ("Depth is no matter here.", "parts/deep.tex", 1),
        ("Glasswing is another one.", "parts/two.tex", 1),
        ("It ends here with some words.", None, 6),
    ]
    assert set(draft.references) == {"a", "b"}
    assert draft.notes == ()


def test_what_cannot_be_read_is_said_and_the_rest_is_read(tmp_path: Path) -> None:
    (tmp_path / "secret.tex").write_text("A secret that nobody may see.", encoding="utf-8")
    main = _tree(
        tmp_path / "draft",
        main="\\input{gone}\n\\input{../secret}\n\\input{/etc/hostname}\n\\input{link}\n\\input{bytes}\n\\input{data.csv}\n"
        '\\input{main}\n\\input{|"ls"}\nFirefly is very fast.',
    )
    (main.parent / "link.tex").symlink_to(tmp_path / "secret.tex")
    (main.parent / "bytes.tex").write_bytes(b"caf\xe9 is a place")
    (main.parent / "data.csv").write_text("a,b", encoding="utf-8")

    draft = load_draft(main)

    assert [one.text for one in _checked(draft)] == ["Firefly is very fast."]  # and not twice
    said = "\n".join(draft.notes)
    assert "\\input{gone} in line 1 is not there" in said
    for number in (2, 3, 4):
        assert f"in line {number} lies outside of the draft's folder" in said
    assert "\\input{bytes} in line 5 cannot be read as UTF-8" in said
    assert "\\input{data.csv} in line 6 is no .tex file" in said
    assert "secret that" not in "".join(one.original for one in draft.sentences)


def test_files_that_read_in_one_another_are_read_once(tmp_path: Path) -> None:
    main = _tree(tmp_path, main="\\input{a}", a="One is here now. \\input{b}", b="Two is here now. \\input{a}")

    draft = load_draft(main)

    assert [one.text for one in _checked(draft)] == ["One is here now.", "Two is here now."]
    assert draft.notes == ()


def test_what_is_broken_in_a_file_is_said_with_its_name(tmp_path: Path) -> None:
    draft = load_draft(_tree(tmp_path, main="\\input{a}", a="\\begin{table}\nOne.\n\nTwo is read all the same."))

    assert [one.text for one in _checked(draft)] == ["Two is read all the same."]
    assert draft.notes[0].startswith("a.tex: \\begin{table} in line 1 is not closed")


def test_a_text_without_a_folder_reads_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    _tree(tmp_path, a="Nobody reads this text.")
    draft = read_draft("\\section{One}\nFirefly is fast.\n\\input{a}", "latex")

    assert [one.text for one in _checked(draft)] == ["Firefly is fast."]
    assert draft.notes == ("\\input{a} in line 3 is another file and was not read",)


@pytest.mark.parametrize(
    ("defined", "used", "text"),
    [
        (r"\newcommand{\gain}[2]{gains #1 by #2\%}", r"It \gain{speed}{3.4} here.", "It gains speed by 3.4% here."),
        (r"\newcommand*\on[1][9,000]{on #1 GPUs}", r"It ran \on{} or \on[64].", "It ran on 9,000 GPUs or on 64 GPUs."),
        (r"\def\pct#1{#1\,\%}", r"Firefly loses \pct5 of it.", "Firefly loses 5 % of it."),
        (r"\newcommand{\sys}{\textsc{Fire{\em fly}}\xspace}", r"Today \sys is fast.", "Today Firefly is fast."),
        (r"\newcommand{\a}{\b one}\newcommand{\b}{Firefly}", r"Now \a{} is fast.", "Now Firefly one is fast."),
        (r"\DeclareMathOperator{\best}{argmax}", r"It takes the $\best$ of all.", "It takes the argmax of all."),
        (r"\newcommand{\a}{\a\a}", r"Firefly \emph{is} really fast.", "Firefly is really fast."),
        (r"\let\old\par\newenvironment{box}{begin [\bf}{end}", r"Firefly is really fast.", "Firefly is really fast."),
        (r"\newcommand{\open}[1]{Firefly", r"Firefly is really fast.", "Firefly is really fast."),
        (r"\newcommand{\two}[2]{#1 and #2}", r"It gave us \two{bright fire}.", "It gave us bright fire and ."),
    ],
)  # fmt: skip
def test_macros_stand_for_what_they_are_defined_to_be(defined: str, used: str, text: str) -> None:
    draft = read_draft(f"{defined}\n\\begin{{document}}\n{used}\n\\end{{document}}", "latex")

    assert [one.text for one in _checked(draft)] == [text.replace(" .", ".")]


def test_a_macro_may_begin_a_sentence_and_hold_a_citation() -> None:
    first, second = _checked(
        read_draft(
            r"\newcommand{\sys}{Firefly~\cite{marin}}Fast things glow at night. \sys{} answers 3.4 times faster."
        )
    )

    assert first.text == "Fast things glow at night."
    assert (second.text, [cite.key for cite in second.cites]) == ("Firefly answers 3.4 times faster.", ["marin"])


@pytest.mark.parametrize("written", [r"\\cite{p1234}", r"\cite{p1234}", "{p1234}", "({p1234})", "[p1234]"])
def test_no_braces_are_left_of_a_citation(written: str) -> None:
    (sentence,) = _checked(read_draft(f"Firefly is fast and small {written}.", "text"))

    assert [cite.key for cite in sentence.cites] == ["p1234"]
    assert sentence.text.replace("p1234", "") in {
        "Firefly is fast and small.",
        "Firefly is fast and small {}.",
        "Firefly is fast and small ({}).",
        "Firefly is fast and small [].",
    }


@pytest.mark.parametrize(
    "text",
    ["\\newcommand{\\x}{" * 5_000, "\\newcommand{\\x}[1]{Fire\\x{#1}}" + "\\x{is} a word. " * 1_000, "{" * 100_000],
)
def test_what_is_hardly_latex_is_read_to_its_end(text: str) -> None:
    assert "Firefly is fast." in _checked(read_draft(f"{text} Firefly is fast.", "latex"))[-1].text

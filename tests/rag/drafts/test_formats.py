"""Reading drafts: sentences, their lines and citations, and what is left out and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.drafts import DraftSentence, DraftText, load_draft, read_draft
from rag.errors import QuestionError, SourceError

MARKDOWN = """---
title: A draft
---

# Related work

**Firefly** answers 3.4 times
faster [@marin2024, p. 3]. It is *really* fast &amp; small. [1] Is it?

- Glasswing halves [the memory](https://arxiv.org/abs/2501.01234).
- See the table:

| a | b |
|---|---|
| 9 | 8 |

```
code = [1]
```

<!-- a remark -->

> Quoted text is
> a claim too.
"""
LATEX = r"""\documentclass{article}
\newcommand{\sys}{Firefly\xspace}
\begin{document}
\section{Related {\em work}}
% not \cite{this}
\sys{} is 3.4 times faster~\cite[p.~3]{marin2024}. \citet{reef} say
% in between
that \emph{Glasswing} needs 50\,\% less\footnote{Glasswing runs on 64 GPUs.} memory.
\begin{figure}
  \caption{A picture of 12 boxes.}
\end{figure}
The loss is \begin{equation} a = b \end{equation} as always defined.
\begin{itemize}
\item Fireflies glow at night \parencite{a, b}.
\end{itemize}
\end{document}
Nothing of this is printed.
"""
TEXT = """RELATED WORK

Firefly answers 3.4 times faster than a plain index and loses only a little of its recall, as
others found [1]. Glasswing (Reef et
al., 2025) halves the memory [2, 4-5].[3] It is a new method.

* An item of a list says this.
* Another one says that.

[1] A. Marin and B. Reef. Firefly: A Cache for
    Retrieval-Augmented Generation. 2024.
[2] B. Reef. Something else. 2025.
"""


def _checked(draft: DraftText) -> list[DraftSentence]:
    return [one for one in draft.sentences if one.skipped is None]


def _left_out(draft: DraftText) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for one in draft.sentences:
        if one.skipped is not None:
            found.setdefault(one.skipped, []).append(one.line)
    return found


def _keys(sentence: DraftSentence) -> list[str]:
    return [cite.key for cite in sentence.cites]


def test_markdown_is_read_as_sentences_with_lines_and_citations() -> None:
    draft = read_draft(MARKDOWN)
    first, second, item, quote = _checked(draft)

    assert draft.format == "markdown"
    assert (first.text, first.line, first.last_line) == ("Firefly answers 3.4 times faster.", 7, 8)
    assert first.original == "**Firefly** answers 3.4 times\nfaster [@marin2024, p. 3]."
    assert _keys(first) == ["marin2024"]
    assert (second.text, _keys(second)) == ("It is really fast & small.", ["1"])
    assert (item.text, item.line, _keys(item)) == ("Glasswing halves the memory.", 10, ["2501.01234"])
    assert (quote.text, quote.line) == ("Quoted text is a claim too.", 23)
    assert _left_out(draft) == {
        "front matter": [1],
        "a heading": [5],
        "a question": [8],
        "claims nothing": [11],
        "a table": [13],
        "code": [17],
        "HTML": [21],
    }


def test_latex_is_read_as_sentences_with_lines_and_citations() -> None:
    draft = read_draft(LATEX)
    first, second, note, loss, item = sorted(_checked(draft), key=lambda one: (one.line, one.text))

    assert draft.format == "latex"
    assert (first.text, first.line) == ("Firefly is 3.4 times faster.", 6)
    assert first.original == r"\sys{} is 3.4 times faster~\cite[p.~3]{marin2024}."
    assert _keys(first) == ["marin2024"]
    assert note.text == "Glasswing runs on 64 GPUs."
    assert (second.text, _keys(second)) == ("say that Glasswing needs 50 % less memory.", ["reef", note.text])
    assert (second.line, second.last_line) == (6, 8)
    assert loss.text == "The loss is as always defined."
    assert (item.text, _keys(item)) == ("Fireflies glow at night.", ["a", "b"])
    assert {why: len(lines) for why, lines in _left_out(draft).items()} == {
        "the preamble": 1,
        "a heading": 1,
        "a comment": 2,
        "a figure": 1,
        "a formula": 1,
        "after the end of the document": 1,
    }


def test_plain_text_is_read_as_sentences_with_lines_and_citations() -> None:
    draft = read_draft(TEXT)
    first, second, third, item, other = _checked(draft)

    assert draft.format == "text"
    assert (first.line, first.last_line, _keys(first)) == (3, 4, ["1"])
    assert first.text.endswith("recall, as others found.")
    assert (second.text, _keys(second)) == ("Glasswing halves the memory.", ["Reef 2025", "2", "4", "5", "3"])
    assert (third.text, _keys(third)) == ("It is a new method.", [])
    assert (item.text, item.line) == ("An item of a list says this.", 7)
    assert other.text == "Another one says that."
    assert _left_out(draft) == {"a heading": [1], "the list of references": [10]}
    assert draft.references["1"].text.endswith("Retrieval-Augmented Generation. 2024.")
    assert list(draft.references) == ["1", "2"]


@pytest.mark.parametrize(
    ("written", "text", "keys"),
    [
        (r"Cats like milk \citep[see][p. 2]{a,b} here.", "Cats like milk here.", ["a", "b"]),
        (r"\textcite{a} shows cats like milk.", "shows cats like milk.", ["a"]),
        (r"Cats like milk here~\autocite{a}\nocite{b}.", "Cats like milk here.", ["a"]),
        ("Cats like milk here [see @a, pp. 3-4; also -@b].", "Cats like milk here.", ["a", "b"]),
        ("As @{a.b} [p. 3] shows, cats like milk.", "As shows, cats like milk.", ["a.b"]),
        ("Cats like milk here [1-3, 7].", "Cats like milk here.", ["1", "2", "3", "7"]),
        ("Cats like milk in [0, 1] here.", "Cats like milk in [0, 1] here.", []),
        ("Cats like milk here (arXiv:2501.01234v2).", "Cats like milk here.", ["2501.01234"]),
        (
            "Cats like milk here, see https://arxiv.org/pdf/2501.01234.pdf.",
            "Cats like milk here, see.",
            ["2501.01234"],
        ),
        (
            "Cats like milk here (https://doi.org/10.1145/123.456).",
            "Cats like milk here.",
            ["10.1145/123.456"],
        ),
        (
            "Cats like milk here (Marin & Reef, 2024; Shell et al., 2023).",
            "Cats like milk here.",
            ["Marin 2024", "Shell 2023"],
        ),
        ("Marin et al. (2024) show cats like milk.", "show cats like milk.", ["Marin 2024"]),
        (
            "As “A Long Title of Some Paper” says, cats like milk.",
            "As “A Long Title of Some Paper” says, cats like milk.",
            None,
        ),
        ("Write to ada@example.org, cats like milk.", "Write to ada@example.org, cats like milk.", []),
    ],
)
def test_citations_are_found_in_all_their_spellings(written: str, text: str, keys: list[str] | None) -> None:
    (sentence,) = _checked(read_draft(written))

    assert sentence.text == text
    assert _keys(sentence) == (["A Long Title of Some Paper"] if keys is None else keys)


def test_what_a_citation_covers_is_the_sentence_before_it() -> None:
    first, second, third = _checked(
        read_draft("One thing grew by 2 %. [1] Two things fell [2]. [3] shows that three rose.")
    )

    assert [_keys(one) for one in (first, second, third)] == [["1"], ["2"], ["3"]]


def test_lines_of_their_own_are_sentences_of_their_own_and_wrapped_ones_are_not() -> None:
    listed = read_draft("Firefly is a very quick cache of much renown \nGlasswing is a small one\nBoth are new things")
    wrapped = read_draft("Firefly is a very quick cache of\nGlasswing and of great beauty in\nall of its many parts.")

    assert len(listed.sentences) == 3
    assert len(wrapped.sentences) == 1


def test_a_footnote_may_be_a_reference_or_a_remark() -> None:
    draft = read_draft(
        "Cats like warm milk.[^a] Dogs like old bones.[^b]\n\n[^a]: A. Marin. On Cats.\n    In: Animals, 2024.\n"
        "[^b]: Most dogs do so, at least.\n",
        "markdown",
    )
    cats, dogs, remark = _checked(draft)

    assert (cats.text, _keys(cats), _keys(dogs)) == ("Cats like warm milk.", ["a"], ["b"])
    assert remark.text == "Most dogs do so, at least."
    assert {key: one.text for key, one in draft.references.items()} == {"^a": "A. Marin. On Cats. In: Animals, 2024."}
    assert _left_out(draft) == {"a footnote that is a reference": [3]}


def test_a_footnote_without_a_year_may_be_the_title_of_a_paper() -> None:
    markdown = read_draft("Cats like warm milk.[^a]\n\n[^a]: A. Marin. On Cats and Their Milk.\n", "markdown")
    latex = read_draft(
        "Cats like warm milk.\\footnote{A. Marin. On Cats and Their \\emph{Milk}.} Dogs do not.", "latex"
    )

    for draft in (markdown, latex):
        cats = _checked(draft)[0]
        (key,) = draft.remarks
        assert key == f"^{_keys(cats)[0]}"
        assert draft.remarks[key].text == "A. Marin. On Cats and Their Milk."
        assert draft.references == {}
        assert key in [one.note for one in draft.sentences]


def test_a_table_in_plain_text_is_left_alone() -> None:
    draft = read_draft(
        "Firefly is fast and small.\n\nModel     F1   GPUs\n----      --   ----\nFirefly   0.9   4\n\nSo it is."
    )

    assert _left_out(draft)["a table"] == [3]


def test_lines_wrapped_by_hand_are_one_sentence_whatever_they_begin_with() -> None:
    draft = read_draft("We build on the very popular\nTransformer architecture of others and\nshow that it is fast.")

    assert [one.text for one in draft.sentences] == [
        "We build on the very popular Transformer architecture of others and show that it is fast."
    ]


def test_items_know_that_they_are_items_in_every_format() -> None:
    latex = (
        "Reef says:\n\\begin{itemize}\n\\item fast as light itself\n\\item small as a mouse\n\\end{itemize}\n"
        "Bulls are rather big animals."
    )
    for text, format in (
        (latex, "latex"),
        ("Reef says:\n\n- fast as light itself\n- small as a mouse\n\nBulls are rather big animals.", "markdown"),
    ):
        found = [(one.text, one.item) for one in read_draft(text, format).sentences if one.skipped is None]
        assert found == [
            ("fast as light itself", True),
            ("small as a mouse", True),
            ("Bulls are rather big animals.", False),
        ]


def test_a_sentence_has_its_columns() -> None:
    first, second = _checked(read_draft("  Firefly is fast and small. Glasswing is\nnew and **old**.", "markdown"))

    assert (first.line, first.column, first.last_line, first.last_column) == (1, 3, 1, 29)
    assert (second.line, second.column, second.last_line, second.last_column) == (1, 30, 2, 17)


def test_broken_latex_costs_a_paragraph_and_is_said() -> None:
    draft = read_draft(
        "\\begin{table}\nFigures of 12 boxes.\n\nFirefly {is \\textbf{fast as light $x.\n\n\\section{Open"
    )

    assert [one.text for one in _checked(draft)][0].startswith("Firefly is fast as light")
    assert any("\\begin{table} in line 1 is not closed" in note for note in draft.notes)
    assert any("in line 6 is not closed" in note for note in draft.notes)


def test_latex_as_papers_have_it_is_read() -> None:
    draft = read_draft(
        "\\newcommand{\\fly}[0]{Firefly\\xspace}\n\\def\\gw{Glasswing}\n\\newcommand{\\todo}[1]{\\textbf{Do: #1}}\n"
        "\\begin{IEEEkeywords}caches, speed\\end{IEEEkeywords}\n"
        "\\textbf{Caches.} \\fly\\ needs \\SI{12.3}{\\percent} less, \\gw{} 12{,}288 GPUs.\n"
        "Its well known loss is\n\\begin{align}\n a &= b\n\\end{align}\nwith one term.\n\n"
        "In \\S\\ref{sec:x} we say more.\n\\end{document}\n"
    )
    needs, loss = (one.text for one in _checked(draft))

    assert needs == "Caches. Firefly needs 12.3 percent less, Glasswing 12,288 GPUs."
    assert loss == "Its well known loss is with one term."
    assert set(_left_out(draft)) == {"keywords", "a formula", "about the draft itself"}


def test_another_file_that_is_read_in_is_said_to_be_missing() -> None:
    draft = read_draft("\\section{One}\nFirefly is fast.\n\\input{parts/two}")

    assert any("parts/two" in note and "line 3" in note for note in draft.notes)


def test_bibliographies_are_read_beside_the_draft_and_where_they_are_named(tmp_path: Path) -> None:
    (tmp_path / "beside.bib").write_text("@article{a, title={{One} Title}, year=2024}", encoding="utf-8")
    other = tmp_path / "other.bib"
    other.write_text("@article{b, title={Two}}\n@article{broken, title={", encoding="utf-8")
    tex = tmp_path / "draft.tex"
    tex.write_text("It holds \\cite{a,b}.\n\\bibliography{beside,missing}", encoding="utf-8")
    md = tmp_path / "draft.md"
    md.write_text("---\nbibliography:\n  - beside.bib\n---\nIt holds here [@a].", encoding="utf-8")

    alone, both = load_draft(tex), load_draft(tex, [other])

    assert {key: one.title for key, one in alone.references.items()} == {"a": "One Title"}
    assert any("missing.bib" in note for note in alone.notes)
    assert set(both.references) == {"a", "b"}
    assert any("other.bib:2" in note for note in both.notes)
    assert set(load_draft(md).references) == {"a"}


def test_a_bibitem_is_a_reference() -> None:
    draft = read_draft(
        "It holds \\cite{a}.\n\\begin{thebibliography}{9}\n\\bibitem{a} A. Marin. \\newblock One Title.\n"
        "\\bibitem[B]{b} Two.\n\\end{thebibliography}"
    )

    assert {key: one.text for key, one in draft.references.items()} == {"a": "A. Marin. One Title.", "b": "Two."}
    assert "the list of references" in _left_out(draft)


@pytest.mark.parametrize("text", ["", " \n", "?!", "---"])
def test_nothing_to_read_is_a_mistake(text: str) -> None:
    with pytest.raises(QuestionError, match="no text"):
        read_draft(text)


def test_what_is_no_text_or_too_much_is_refused(tmp_path: Path) -> None:
    huge, binary, utf16 = tmp_path / "huge.txt", tmp_path / "a.bin", tmp_path / "b.txt"
    huge.write_text("Firefly is fast. " * 600_000, encoding="utf-8")
    binary.write_bytes(b"abc\x00\x01")
    utf16.write_bytes("Firefly".encode("utf-16"))

    for path, said in ((huge, "10,200,000"), (binary, "not text"), (utf16, "UTF-8"), (tmp_path, "cannot be read")):
        with pytest.raises(SourceError, match=said):
            load_draft(path)
    (tmp_path / "empty.bib").write_text("no entries", encoding="utf-8")
    with pytest.raises(SourceError, match="no BibTeX entry"):
        read_draft("It holds.", bibliographies=[tmp_path / "empty.bib"])


@pytest.mark.parametrize(
    "between",
    [
        "See [a paper](https://proceedings.example.org/2024/papers/long/address/of/the/(paper)/glasswing.html 'It').",
        "See [**a paper**](<https://proceedings.example.org/2024/papers/long/address/of/it/glasswing.html>).",
        "See ![A picture of it, with [a link](a.html) and many words that say what is in it](images/a.png).",
        "<!-- A remark that is longer than most remarks are, and says: Glasswing has 64 GPUs. -->",
        '<span class="a-class-with-a-long-name another-class-with-a-long-name">And</span>.',
        "See [a paper][the-name-of-an-address-that-stands-elsewhere-in-the-draft].",
    ],
)
def test_what_follows_long_markup_in_a_paragraph_is_read(between: str) -> None:
    elsewhere = "[the-name-of-an-address-that-stands-elsewhere-in-the-draft]: https://example.org"
    draft = read_draft(
        f"Firefly is fast and small. {between} It keeps *passages*. So.\nGlasswing is new.\n\n{elsewhere}\n", "markdown"
    )

    texts = [sentence.text for sentence in draft.sentences]
    assert texts[0] == "Firefly is fast and small."
    assert "It keeps passages." in texts
    assert texts[-1] == "Glasswing is new."
    assert not any("GPUs" in text or "example" in text for text in texts)


def test_what_a_condition_never_prints_is_left_out() -> None:
    draft = read_draft(
        "\\section{A}\nFirefly is fast and small.\n\\iffalse\nFirefly is slow.\n\\fi\n"
        "\\iffalse Glasswing is old. \\else Glasswing is new. \\fi\nIt needs \\iffalse 9 \\fi 8 GPUs.\n",
        "latex",
    )

    assert [sentence.text for sentence in draft.sentences if not sentence.skipped] == [
        "Firefly is fast and small.",
        "Glasswing is new.",
        "It needs 8 GPUs.",
    ]
    assert [sentence.skipped for sentence in draft.sentences if sentence.skipped].count("not printed") == 3

"""PDF files: small ones written here, with what a page of a paper has on it."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path

import pytest

from rag.sources import BadRecord, read_papers
from rag.types import Paper
from tests.pdfs import pdf_file

_TITLE = "FrostCache: Keeping Keys Cold"
_ABSTRACT = (
    "We propose FrostCache, which keeps the keys of a model on disk and com-",
    "presses them four times. It serves 3.5 times as many requests as before.",
)
_STAMP = "arXiv:2501.01234v2 [cs.CL] 3 Feb 2025"
_PAGE: tuple[tuple[float, str], ...] = (
    (17, _TITLE),
    (11, "Ann Author and Bo Writer"),
    (12, "Abstract"),
    *((10, line) for line in _ABSTRACT),
    (12, "1 Introduction"),
    (10, "Models are large."),
)


def _pdf(path: Path, lines: Sequence[tuple[float, str]], *, stamp: str = "", title: str = "", before: int = 0) -> Path:
    path.write_bytes(pdf_file(lines, stamp=stamp, title=title, before=before))
    return path


def _only(path: Path) -> Paper | BadRecord:
    (record,) = read_papers(path)
    return record


def _paper(path: Path) -> Paper:
    record = _only(path)
    assert isinstance(record, Paper), record
    return record


def test_title_and_abstract_are_read_with_the_words_that_a_line_end_divides_made_whole(tmp_path: Path) -> None:
    paper = _paper(_pdf(tmp_path / "frost.pdf", _PAGE))

    assert paper.title == _TITLE
    assert paper.abstract == (
        "We propose FrostCache, which keeps the keys of a model on disk and compresses them four times. "
        "It serves 3.5 times as many requests as before."
    )
    assert paper.source == "frost.pdf"
    assert (paper.published, paper.url, paper.author_count) == (None, None, None)


def test_what_arxiv_stamped_on_it_gives_id_day_subject_and_address(tmp_path: Path) -> None:
    paper = _paper(_pdf(tmp_path / "frost.pdf", _PAGE, stamp=_STAMP))

    assert paper.title == _TITLE
    assert paper.paper_id == "2501.01234"
    assert paper.published == datetime.date(2025, 2, 3)
    assert paper.categories == ("cs.CL",)
    assert paper.url == "https://arxiv.org/abs/2501.01234"


def test_a_file_called_as_arxiv_calls_it_has_its_id(tmp_path: Path) -> None:
    assert _paper(_pdf(tmp_path / "2501.01234v3.pdf", _PAGE)).paper_id == "2501.01234"


@pytest.mark.parametrize(
    ("heading", "end"),
    [
        (("Abstract.",), "Keywords: caches"),
        (("ABSTRACT",), "I. INTRODUCTION"),
        (("A BSTRACT",), "1 I NTRODUCTION"),
        (("a b s t r a c t",), "1. Motivation"),
        (("Summary",), "Introduction"),
    ],
)
def test_headings_are_known_in_the_ways_they_are_set(tmp_path: Path, heading: tuple[str], end: str) -> None:
    page = [(17, _TITLE), (10, "Ann Author"), *((10, line) for line in (*heading, *_ABSTRACT, end, "More text."))]

    paper = _paper(_pdf(tmp_path / "frost.pdf", page))

    assert paper.abstract.startswith("We propose FrostCache")
    assert paper.abstract.endswith("as before.")


def test_an_abstract_that_begins_behind_its_heading_is_read(tmp_path: Path) -> None:
    page = [(17, _TITLE), (10, f"Abstract-{_ABSTRACT[0]}"), (10, _ABSTRACT[1]), (10, "Index Terms-caches")]

    assert _paper(_pdf(tmp_path / "frost.pdf", page)).abstract.startswith("We propose FrostCache")


def test_a_heading_of_any_name_and_a_footnote_end_the_abstract_by_their_size(tmp_path: Path) -> None:
    for after in ((13, "Where keys go"), (7.5, "Both authors contributed alike to this.")):
        page = [(17, _TITLE), (12, "Abstract"), *((10, line) for line in _ABSTRACT), after, (10, "Models are large.")]

        assert _paper(_pdf(tmp_path / "frost.pdf", page)).abstract.endswith("as before.")


def test_a_title_over_several_lines_is_one_and_its_footnote_mark_is_left_out(tmp_path: Path) -> None:
    page = [(9, "Proceedings of a Conference"), (17, "FrostCache: Keeping"), (17, "Keys Cold*"), *_PAGE[1:]]

    assert _paper(_pdf(tmp_path / "frost.pdf", page)).title == _TITLE


def test_the_title_of_the_properties_counts_only_if_it_stands_above_the_abstract(tmp_path: Path) -> None:
    page = [(20, "THE LARGE JOURNAL OF CACHES"), *_PAGE]

    assert _paper(_pdf(tmp_path / "a.pdf", page, title=_TITLE)).title == _TITLE
    assert _paper(_pdf(tmp_path / "b.pdf", _PAGE, title="Microsoft Word - draft7.docx")).title == _TITLE


def test_an_abstract_behind_a_cover_is_found(tmp_path: Path) -> None:
    assert _paper(_pdf(tmp_path / "frost.pdf", _PAGE, before=2)).title == _TITLE


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ((), "its pages are pictures without text"),
        (_PAGE[:2], "no heading of an abstract stands on its first 3 pages"),
        (_PAGE[2:], "no title is found above its abstract"),
        ((*_PAGE[:3], *((10, "and so on and on"),) * 30), "where its abstract ends cannot be told"),
        (((17, _TITLE), (10, "Abstract")), "where its abstract ends cannot be told"),
    ],
    ids=["nothing on it", "no abstract", "no title", "no end", "nothing after the heading"],
)
def test_a_file_without_what_is_needed_is_reported_with_what_to_do(
    tmp_path: Path, page: Sequence[tuple[float, str]], reason: str
) -> None:
    record = _only(_pdf(tmp_path / "frost.pdf", page))

    assert isinstance(record, BadRecord)
    assert reason in record.reason
    assert "give it as BibTeX" in record.reason


@pytest.mark.parametrize(
    "content", [b"%PDF-1.4\n", b"%PDF-1.7 nothing of the kind", b"%PDF-1.4\nxref\n0 9\ntrailer\n<<"]
)
def test_a_broken_file_is_a_bad_record_and_the_others_of_its_folder_are_read(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "broken.pdf").write_bytes(content)
    _pdf(tmp_path / "frost.pdf", _PAGE)

    broken, paper = read_papers(tmp_path)

    assert isinstance(broken, BadRecord)
    assert broken.source == "broken.pdf"
    assert "no PDF file that can be read" in broken.reason
    assert isinstance(paper, Paper)


def test_a_file_cut_anywhere_is_read_or_reported_but_never_fails(tmp_path: Path) -> None:
    whole = _pdf(tmp_path / "frost.pdf", _PAGE, stamp=_STAMP).read_bytes()
    path = tmp_path / "cut.pdf"
    for end in range(10, len(whole), 37):
        path.write_bytes(whole[:end])
        assert isinstance(_only(path), Paper | BadRecord)


def test_a_file_that_asks_for_a_password_says_so(tmp_path: Path) -> None:
    from pypdf import PdfWriter

    writer = PdfWriter(clone_from=_pdf(tmp_path / "frost.pdf", _PAGE))
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(tmp_path / "locked.pdf")

    record = _only(tmp_path / "locked.pdf")

    assert isinstance(record, BadRecord)
    assert "it asks for a password" in record.reason


def test_a_pdf_is_known_by_its_content_and_a_false_one_by_it_too(tmp_path: Path) -> None:
    (tmp_path / "paper").write_bytes(_pdf(tmp_path / "frost.pdf", _PAGE).read_bytes())
    (tmp_path / "text.pdf").write_text("no PDF at all")

    assert _paper(tmp_path / "paper").title == _TITLE
    assert isinstance(_only(tmp_path / "text.pdf"), BadRecord)

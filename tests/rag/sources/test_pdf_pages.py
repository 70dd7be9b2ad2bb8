"""PDF files with their full text: what a page has that answers can be quoted from, and what it has beside that."""

from __future__ import annotations

from pathlib import Path

from rag.sources import BadRecord, Note, read_papers
from rag.text.sentences import passages_of
from rag.types import Paper
from tests.pdfs import pdf_file

_HEADER = (8, "A. Author et al.: FrostCache")
_FIRST = (
    (17, "FrostCache: Keeping Keys Cold"),
    (11, "Ann Author and Bo Writer"),
    (12, "Abstract"),
    (10, "We propose FrostCache, which keeps the keys of a model on disk."),
    (12, "1 Introduction"),
    (10, "Models are large and their keys fill the memory of small ma-"),
    (10, "chines quickly. Earlier work evicts keys and loses"),
)
_SECOND = (
    _HEADER,
    (10, "accuracy on long texts. FrostCache writes 64 keys at once to a solid-state disk."),
    (12, "2 Results"),
    (10, "On the Lamp corpus it serves 3.5 times as many requests."),
    (10, "12 13.5 44.1 (3) = 0.5"),
    (10, "Figure 1: Requests a second, with and without"),
    (10, "a disk."),
    (10, "The largest model needs"),
    (7, "1 Measured on one card in June, without the time that loading takes."),
)
_THIRD = (
    _HEADER,
    (10, "two of them. Reading a key back takes 0.2 milliseconds."),
    (12, "References"),
    (10, "Roe, A. (2019). On keys that were evicted. Journal of Keys."),
    (12, "A Proofs"),
    (10, "The bound follows from the size of a page."),
)


def _file(path: Path) -> Path:
    path.write_bytes(pdf_file(_FIRST, after=(_SECOND, _THIRD), foot="Proceedings of Lamps, page"))
    return path


def _paper(path: Path, *, full_text: bool = True) -> Paper:
    (paper,) = read_papers(path, full_text=full_text)
    assert isinstance(paper, Paper), paper
    return paper


def test_pages_are_running_text_each_sentence_on_the_page_where_it_begins(tmp_path: Path) -> None:
    paper = _paper(_file(tmp_path / "frost.pdf"))

    assert paper.title == "FrostCache: Keeping Keys Cold"
    assert paper.abstract == "We propose FrostCache, which keeps the keys of a model on disk."
    assert paper.pages == (
        "Models are large and their keys fill the memory of small machines quickly. "
        "Earlier work evicts keys and loses accuracy on long texts.",
        "FrostCache writes 64 keys at once to a solid-state disk. "
        "On the Lamp corpus it serves 3.5 times as many requests. The largest model needs two of them. "
        "Figure 1: Requests a second, with and without a disk.",
        "Reading a key back takes 0.2 milliseconds. The bound follows from the size of a page.",
    )


def test_every_sentence_knows_its_place_and_its_page(tmp_path: Path) -> None:
    paper = _paper(_file(tmp_path / "frost.pdf"))
    passages = passages_of(paper)

    assert [passage.page for passage in passages] == [None, None, 1, 1, 2, 2, 2, 2, 3, 3]
    assert all(paper.text[one.start : one.end] == one.text for one in passages)
    assert [paper.page_at(one.start) for one in passages] == [one.page for one in passages]


def test_full_text_is_read_only_where_it_is_wanted(tmp_path: Path) -> None:
    paper = _paper(_file(tmp_path / "frost.pdf"), full_text=False)

    assert paper.pages == ()
    assert paper.text == f"{paper.title}\n{paper.abstract}"


def test_a_paper_without_an_abstract_has_its_pages_all_the_same(tmp_path: Path) -> None:
    lines = (
        (17, "A Note on Keys"),
        (11, "Ann Author"),
        (10, "Keys are cold in winter and the disks spin slowly then."),
    )
    (tmp_path / "note.pdf").write_bytes(pdf_file(lines))
    paper = _paper(tmp_path / "note.pdf")

    assert (paper.title, paper.abstract) == ("A Note on Keys", "")
    assert paper.pages[0].endswith("Keys are cold in winter and the disks spin slowly then.")


def test_scanned_pages_are_reported_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "scan.pdf").write_bytes(pdf_file((), before=2))
    for full_text in (False, True):
        (record,) = read_papers(tmp_path / "scan.pdf", full_text=full_text)
        assert isinstance(record, BadRecord)
        assert "OCR" in record.reason


def test_a_folder_of_files_is_read_with_their_pages(tmp_path: Path) -> None:
    _file(tmp_path / "frost.pdf")
    (tmp_path / "list.bib").write_text("@misc{b, title={B}}")
    papers = [record for record in read_papers(tmp_path, full_text=True) if not isinstance(record, Note)]

    assert [bool(paper.pages) for paper in papers if isinstance(paper, Paper)] == [True, False]

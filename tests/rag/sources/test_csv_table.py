from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from rag.sources import BadRecord, Note, read_papers
from rag.types import Paper


def _read(tmp_path: Path, text: str | bytes) -> list[Paper | BadRecord | Note]:
    path = tmp_path / "papers.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return list(read_papers(path, "csv"))


def test_a_row_is_a_paper_with_the_fields_its_header_names(tmp_path: Path) -> None:
    header = "ID,Title,Abstract,Authors,Year,Keywords,Ignored"
    paper, note = _read(tmp_path, f'{header}\n7,"A, B","Line one\nline ""two""",Ann One; Bob Two,2023,x; y,z\n')

    assert paper == Paper(
        paper_id="7",
        title="A, B",
        abstract='Line one line "two"',
        original='A, B\nLine one\nline "two"',
        authors=("Ann One", "Bob Two"),
        author_count=2,
        published=datetime.date(2023, 1, 1),
        categories=("x", "y"),
        source="papers.csv:2",
    )
    assert note == Note("papers.csv", "fields not used: Ignored")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_separator_is_that_of_the_header(tmp_path: Path, separator: str) -> None:
    text = "title,abstract\nOne,first\n".replace(",", separator)

    (paper,) = _read(tmp_path, b"\xef\xbb\xbf" + text.encode())

    assert isinstance(paper, Paper)
    assert (paper.title, paper.abstract) == ("One", "first")


def test_a_cell_larger_than_the_limit_of_the_csv_module_is_judged_by_its_length(tmp_path: Path) -> None:
    long, fine = _read(tmp_path, f"title,abstract\nOne,{'x' * 200_000}\nTwo,{'y ' * 45_000}\n")

    assert isinstance(long, BadRecord)
    assert "200,000 characters" in long.reason
    assert isinstance(fine, Paper)
    assert len(fine.abstract) == 89_999


def test_rows_that_do_not_fit_are_bad_records_with_their_first_line(tmp_path: Path) -> None:
    text = 'title,abstract\nOne,"a\nb"\nTwo\nThree,c,d\n\n,e\nFour,f\n'

    records = _read(tmp_path, text)

    assert [record.title if isinstance(record, Paper) else record.source for record in records] == [
        "One",
        "papers.csv:4",
        "papers.csv:5",
        "papers.csv:7",
        "Four",
    ]
    assert [record.reason for record in records if isinstance(record, BadRecord)] == [
        "it has 1 cells where the header has 2",
        "it has 3 cells where the header has 2",
        "it has no title",
    ]


def test_a_table_without_a_title_column_says_which_columns_it_has(tmp_path: Path) -> None:
    (bad,) = _read(tmp_path, "name,abstract\nOne,a\nTwo,b\n")

    assert bad == BadRecord("papers.csv:1", "no column is called title, only 'name', 'abstract'")


def test_a_table_that_is_not_utf8_is_decoded_and_told(tmp_path: Path) -> None:
    note, first, second = _read(tmp_path, b"title,abstract\nCaf\xe9,a\nTwo,b\n")

    assert note == Note("papers.csv", "was read as cp1252, it is not UTF-8")
    assert isinstance(first, Paper)
    assert isinstance(second, Paper)
    assert first.title == "Café"


def test_a_quotation_mark_never_closed_is_reported_and_reading_goes_on(tmp_path: Path) -> None:
    filler = "".join(f"Paper {number},{'x' * 1_000}\n" for number in range(1_200))

    records = _read(tmp_path, f'title,abstract\nOne,a\nTwo,"b\n{filler}')

    assert isinstance(records[0], Paper)
    assert isinstance(records[1], BadRecord)
    assert records[1].source == "papers.csv:3"
    assert "is a quotation mark not closed?" in records[1].reason
    assert isinstance(records[-1], Paper)
    assert records[-1].title == "Paper 1199"


def test_the_first_paper_comes_before_the_rest_is_read(tmp_path: Path) -> None:
    path = tmp_path / "papers.csv"
    path.write_bytes(b"title,abstract\nOne,a\n" + b"Two,b\n" * 1_000 + b"\xff\n")

    records = read_papers(path)

    assert isinstance(next(records), Paper)
    assert sum(isinstance(record, Paper) for record in records) == 1_000

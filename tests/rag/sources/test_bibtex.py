from __future__ import annotations

import datetime
import logging
from pathlib import Path

import pytest

from rag.sources import BadRecord, Note, read_papers
from rag.types import Paper

_FULL = r"""% Encoding: UTF-8
@string{jmlr = "Journal of Machine Learning Research"}
@comment{jabref-meta: databaseType:bibtex;}

@article{knuth84,
  author   = {Knuth, Donald E. and {The {\TeX} Team} and M{\"u}ller, J{\'o}zef},
  title    = {The {GPT}-3 Story: 50\% of {Na{\"\i}ve} $O(n^2)$ \& more},
  journal  = jmlr,
  year     = 1984,
  month    = may,
  abstract = {It is 12.3% better, a literal % sign and all.
              See \url{https://github.com/a/b_c}.},
  keywords = {one, two},
  doi      = {https://doi.org/10.1000/xyz},
  eprint   = {8401.00001},
  archiveprefix = {arXiv},
}
"""


def _read(tmp_path: Path, text: str | bytes) -> list[Paper | BadRecord | Note]:
    path = tmp_path / "library.bib"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return list(read_papers(path))


def _fields(tmp_path: Path, fields: str) -> Paper:
    (paper,) = _read(tmp_path, f"@misc{{k, title={{T}},\n{fields}}}")
    assert isinstance(paper, Paper)
    return paper


def test_an_entry_is_read_with_all_its_fields(tmp_path: Path) -> None:
    (paper,) = _read(tmp_path, _FULL)

    assert isinstance(paper, Paper)
    assert paper.paper_id == "knuth84"
    assert paper.title == "The GPT-3 Story: 50% of Naïve O(n^2) & more"
    assert paper.abstract == "It is 12.3% better, a literal % sign and all. See https://github.com/a/b_c."
    assert paper.authors == ("Donald E. Knuth", "The TeX Team", "Józef Müller")
    assert paper.author_count == 3
    assert paper.venue == "Journal of Machine Learning Research"
    assert paper.published == datetime.date(1984, 5, 1)
    assert paper.categories == ("one", "two")
    assert paper.doi == "10.1000/xyz"
    assert paper.url == "https://arxiv.org/abs/8401.00001"
    assert paper.code_urls == ("https://github.com/a/b_c",)
    assert paper.source == "library.bib:5"
    assert paper.original.startswith(r"The {GPT}-3 Story: 50\% of")


def test_a_paper_without_an_abstract_is_still_a_paper(tmp_path: Path) -> None:
    paper = _fields(tmp_path, "year=2020")

    assert (paper.title, paper.abstract) == ("T", "")


def test_others_leave_the_number_of_authors_open(tmp_path: Path) -> None:
    paper = _fields(tmp_path, "author={Ada Lovelace and others}")

    assert (paper.authors, paper.author_count) == (("Ada Lovelace",), None)


@pytest.mark.parametrize(
    ("fields", "day"),
    [
        ("year=2020", (2020, 1, 1)),
        ("year={2020}, month={May}, day=9", (2020, 5, 9)),
        ('year="2020", month=5', (2020, 5, 1)),
        ("date={2020-05-09}, year=1999", (2020, 5, 9)),
        ("year={2020}, month={spring}", (2020, 1, 1)),
    ],
)
def test_dates_of_bibtex_and_biblatex_are_read(tmp_path: Path, fields: str, day: tuple[int, int, int]) -> None:
    assert _fields(tmp_path, fields).published == datetime.date(*day)


def test_an_entry_takes_from_the_one_it_refers_to_what_it_lacks(tmp_path: Path) -> None:
    text = (
        "@string{acl = {Meeting of the ACL}}\n"
        "@inproceedings{a, title={A}, crossref={Vol}}\n"
        "@inproceedings{b, title={B}, year=2021, crossref={gone}}\n"
        "@article{c, title={C}, xdata={shared}}\n"
        "@inproceedings{d, crossref={vol}}\n"
        "@xdata{shared, journal={A Journal}, date={2022-02-01}}\n"
        "@proceedings{vol, title=acl, year=2023, abstract={Not theirs}}\n"
    )
    volume, *children, bad = _read(tmp_path, text)

    assert isinstance(volume, Paper)
    assert (volume.title, volume.published) == ("Meeting of the ACL", datetime.date(2023, 1, 1))
    found = [(one.title, one.venue, one.published and one.published.year) for one in children if isinstance(one, Paper)]
    assert found == [("A", "Meeting of the ACL", 2023), ("B", None, 2021), ("C", "A Journal", 2022)]
    assert isinstance(bad, BadRecord)
    assert bad.reason == "it has no title"


def test_a_year_that_is_none_leaves_the_date_unknown(tmp_path: Path) -> None:
    assert _fields(tmp_path, "year={to appear}").published is None


@pytest.mark.parametrize(
    ("fields", "url"),
    [
        (r"url={https://x.org/a\_b}", "https://x.org/a_b"),
        (r"howpublished={\url{https://x.org/~a}}", "https://x.org/~a"),
        ("url={javascript:alert(1)}", None),
        ("eprint={1234.56789}, eprinttype={arxiv}", "https://arxiv.org/abs/1234.56789"),
        ("doi={10.1000/1}", "https://doi.org/10.1000/1"),
    ],
)
def test_the_page_of_a_paper_is_found(tmp_path: Path, fields: str, url: str | None) -> None:
    assert _fields(tmp_path, fields).url == url


def test_bad_entries_are_reported_and_the_ones_around_them_read(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (
        "@misc{one, title={One}}\n"
        "@misc{open, title={Never closed\n"
        "@misc{two, title={Two}}\n"
        "@misc{two, title={Two again}}\n"
        "@misc{bare, year=2020}\n"
        "@misc{twice, title={A}, title={B}}\n"
        "no entry at all\n"
        "@misc{three, title={Three}}"
    )

    with caplog.at_level(logging.CRITICAL):
        records = _read(tmp_path, text)

    titles = [record.title for record in records if isinstance(record, Paper)]
    assert titles == ["One", "Never closed", "Two", "Two again", "A", "Three"]
    assert [record for record in records if isinstance(record, BadRecord)] == [
        BadRecord("library.bib:5", "it has no title")
    ]
    (note,) = [record for record in records if isinstance(record, Note)]
    assert note.source == "library.bib:2"
    assert "not closed" in note.text
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman", "cp850", "utf-16"])
def test_a_file_in_another_encoding_is_decoded_and_told(tmp_path: Path, encoding: str) -> None:
    text = "@misc{a, title={Über Öl}, author={Müller, Jörg and Große, Zoë}}\r\n@misc{b, title={B}}\r\n"
    records = _read(tmp_path, text.encode(encoding))

    first, second = (record for record in records if isinstance(record, Paper))
    assert (first.title, first.authors) == ("Über Öl", ("Jörg Müller", "Zoë Große"))
    assert second.title == "B"
    (note,) = [record for record in records if isinstance(record, Note)]
    assert encoding in note.text.lower()


def test_an_entry_of_absurd_size_is_reported_not_parsed(tmp_path: Path) -> None:
    bad, good = _read(tmp_path, "@misc{a, title={\n" + ("x" * 1_000 + "\n") * 5_000 + "}}\n@misc{b, title={B}}\n")

    assert isinstance(bad, BadRecord)
    assert "4 million characters" in bad.reason
    assert isinstance(good, Paper)


def test_the_first_paper_comes_before_the_broken_rest_is_read(tmp_path: Path) -> None:
    path = tmp_path / "library.bib"
    path.write_text("@misc{a, title={A}}\n@misc{b, title={B}}\n@misc{c, title={")

    records = read_papers(path)

    assert isinstance(next(records), Paper)
    assert [type(record) for record in records] == [Paper, BadRecord]

from __future__ import annotations

import csv
import datetime
import io
import json
from pathlib import Path

import bibtexparser
import pytest
from bibtexparser.middlewares import LatexDecodingMiddleware

from rag.errors import UserError
from rag.export import EXPORT_FORMATS, export_papers
from rag.sources import read_papers
from rag.types import Paper

_FULL = Paper(
    paper_id="2504.08758",
    title="Hyper-RAG: 50% fewer {errors} & a_b",
    abstract="It costs $5, (1 - x), and\nspans ∈ two lines.",
    authors=("Jürgen Müller", "Foo and Bar Team"),
    author_count=2,
    published=datetime.date(2025, 10, 27),
    organisation="Tsinghua",
    venue="Journal of R&D",
    categories=("cs.CL", "cs.IR"),
    comment_count=3,
    url="https://example.org/a_b?x=%20{c}",
    code_urls=("https://example.org/code",),
    doi="10.1000/a_b",
    source="papers.jsonl:1",
)
_BARE = Paper(paper_id="two words", title="=1+1", abstract="")


def _text(papers: list[Paper], form: str) -> str:
    return "".join(export_papers(papers, form))


def _entries(papers: list[Paper]) -> list[dict[str, str]]:
    library = bibtexparser.parse_string(_text(papers, "bibtex"), append_middleware=[LatexDecodingMiddleware()])
    assert library.failed_blocks == []
    return [{"key": e.key, "type": e.entry_type, **{f.key: f.value for f in e.fields}} for e in library.entries]


def test_jsonl_keeps_everything() -> None:
    lines = _text([_FULL, _BARE], "jsonl").splitlines()

    assert [Paper.from_json(json.loads(line)) for line in lines] == [_FULL, _BARE]


def test_ris_is_read_back_by_the_reader_of_ris(tmp_path: Path) -> None:
    file = tmp_path / "papers.ris"
    file.write_text(_text([_FULL, _BARE], "ris"), encoding="utf-8")

    full, bare = (item for item in read_papers(file) if isinstance(item, Paper))

    assert (full.title, full.authors, full.published) == (_FULL.title, _FULL.authors, _FULL.published)
    assert (full.venue, full.doi, full.url, full.categories) == (_FULL.venue, _FULL.doi, _FULL.url, _FULL.categories)
    assert full.abstract == "It costs $5, (1 - x), and spans ∈ two lines."
    assert (bare.title, bare.abstract, bare.published) == ("=1+1", "", None)


def test_csv_has_a_row_a_paper_and_joins_lists() -> None:
    rows = list(csv.DictReader(io.StringIO(_text([_FULL, _BARE], "csv"))))

    assert [row["id"] for row in rows] == ["2504.08758", "two words"]
    assert rows[0]["abstract"] == _FULL.abstract
    assert rows[0]["authors"] == "Jürgen Müller; Foo and Bar Team"
    assert rows[0]["published"] == "2025-10-27"
    assert rows[1]["author_count"] == ""


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\n", "\r"])
def test_csv_disarms_text_that_a_spreadsheet_would_run(start: str) -> None:
    (row,) = csv.DictReader(io.StringIO(_text([Paper("p", f"{start}1+1", "")], "csv"), newline=""))

    assert row["title"] == f"'{start}1+1".replace("\r", "\n")


def test_csv_of_nothing_is_the_header() -> None:
    assert _text([], "csv").count("\n") == 1


def test_bibtex_can_be_read_back_with_every_special_character() -> None:
    entry, _ = _entries([_FULL, _BARE])

    assert entry["key"] == "2504.08758"
    assert entry["type"] == "article"
    assert entry["title"] == _FULL.title
    assert entry["abstract"] == _FULL.abstract
    assert entry["author"] == "Jürgen Müller and Foo and Bar Team"
    assert (entry["year"], entry["month"], entry["day"]) == ("2025", "oct", "27")
    assert (entry["eprint"], entry["archiveprefix"]) == ("2504.08758", "arXiv")
    assert entry["journal"] == "Journal of R&D"
    assert entry["doi"] == "10.1000/a_b"


def test_bibtex_keeps_a_name_with_and_together_and_an_address_within_its_braces() -> None:
    text = _text([_FULL], "bibtex")

    assert 'author = {J\\"urgen M\\"uller and {Foo and Bar Team}}' in text
    assert "url = {https://example.org/a_b?x=%20%7Bc%7D}" in text


def test_bibtex_keys_are_legal_and_unique() -> None:
    papers = [Paper("two words", "A", ""), Paper("two-words", "B", ""), Paper("{}", "C", ""), Paper("10.1/x", "D", "")]

    assert [entry["key"] for entry in _entries(papers)] == ["two-words", "two-words-2", "paper", "10.1/x"]


def test_bibtex_leaves_out_what_the_source_did_not_say() -> None:
    (entry,) = _entries([_BARE])

    assert set(entry) == {"key", "type", "title"}
    assert entry["type"] == "misc"


@pytest.mark.parametrize(
    ("paper_id", "eprint"),
    [("2504.08758v2", "2504.08758v2"), ("arXiv:cs/0112017", "cs/0112017"), ("hep-th/9901001", "hep-th/9901001")],
)
def test_bibtex_names_the_arxiv_paper(paper_id: str, eprint: str) -> None:
    assert _entries([Paper(paper_id, "T", "")])[0]["eprint"] == eprint


def test_an_unknown_format_is_the_users_mistake() -> None:
    with pytest.raises(UserError, match="bibtex, csv, jsonl"):
        export_papers([_BARE], "docx")


@pytest.mark.parametrize("form", EXPORT_FORMATS)
def test_papers_are_written_in_the_order_given(form: str) -> None:
    text = _text([Paper("b", "Second", ""), Paper("a", "First", "")], form)

    assert text.index("Second") < text.index("First")

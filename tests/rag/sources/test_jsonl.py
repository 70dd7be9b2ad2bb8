from __future__ import annotations

import datetime
import gzip
import json
from pathlib import Path

import pytest

from rag.sources import BadRecord, Note, read_papers
from rag.types import Paper


def _read(tmp_path: Path, *lines: str | bytes) -> list[Paper | BadRecord | Note]:
    path = tmp_path / "papers.jsonl"
    path.write_bytes(b"\n".join(line.encode() if isinstance(line, str) else line for line in lines))
    return list(read_papers(path, "jsonl"))


def test_all_fields_of_a_record_are_read(tmp_path: Path) -> None:
    record = {
        "id": "x 1",
        "title": "A {\\tt Tool}",
        "abstract": "It is 5\\% better.\nSee https://github.com/a/b.",
        "authors": ["Ada Lovelace", "Turing, Alan"],
        "published": "2024-05-09",
        "organisation": "Bletchley Park",
        "venue": "ICLR",
        "keywords": ["x", "y"],
        "url": "https://x.org/1",
        "code": "https://gitlab.com/a/c",
        "project_page": "https://x.io",
        "doi": "https://doi.org/10.1000/xyz",
        "num_comments": 4,
        "status": "Accept",
    }

    paper, note = _read(tmp_path, json.dumps(record))

    assert note == Note("papers.jsonl", "fields not used: status")
    assert paper == Paper(
        paper_id="x 1",
        title="A Tool",
        abstract="It is 5% better. See https://github.com/a/b.",
        original="A {\\tt Tool}\nIt is 5\\% better.\nSee https://github.com/a/b.",
        authors=("Ada Lovelace", "Alan Turing"),
        author_count=2,
        published=datetime.date(2024, 5, 9),
        organisation="Bletchley Park",
        venue="ICLR",
        categories=("x", "y"),
        comment_count=4,
        url="https://x.org/1",
        code_urls=("https://gitlab.com/a/c", "https://github.com/a/b"),
        project_urls=("https://x.io",),
        doi="10.1000/xyz",
        source="papers.jsonl:1",
    )


@pytest.mark.parametrize(
    ("record", "field", "value"),
    [
        ({"_id": 7}, "paper_id", "7"),
        ({"paperId": "abc"}, "paper_id", "abc"),
        ({"arxiv_id": "arXiv:2401.12345v3"}, "paper_id", "2401.12345"),
        ({"id": "hep-th/9901001v2"}, "paper_id", "hep-th/9901001"),
        ({}, "paper_id", "t"),
        ({"text": "Body."}, "abstract", "Body."),
        ({"summary": "Body."}, "abstract", "Body."),
        ({"abstract": "", "text": "T\n"}, "abstract", ""),
        ({"year": 2024}, "published", datetime.date(2024, 1, 1)),
        ({"year": "2024", "Publication Date": "2024-03-04"}, "published", datetime.date(2024, 3, 4)),
        ({"date": "soon", "year": 2023}, "published", datetime.date(2023, 1, 1)),
        ({"authors": "A. One and B. Two"}, "authors", ("A. One", "B. Two")),
        ({"author_count": "12"}, "author_count", 12),
        ({"authors": "A. One and others"}, "author_count", None),
        ({"journal-ref": "Nature 1"}, "venue", "Nature 1"),
        ({"tags": "a; b"}, "categories", ("a", "b")),
        ({"url": "javascript:alert(1)"}, "url", None),
        ({"doi": "10.1000/1"}, "url", "https://doi.org/10.1000/1"),
        ({"abstract": None, "authors": None, "year": True}, "published", None),
    ],
)
def test_other_names_of_a_field_are_understood(
    tmp_path: Path, record: dict[str, object], field: str, value: object
) -> None:
    (paper,) = _read(tmp_path, json.dumps({"title": "T", **record}))

    assert getattr(paper, field) == value


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"title": "broken', "no JSON: Unterminated string"),
        ("[1, 2]", "no object"),
        ('{"abstract": "only"}', "no title"),
        ('{"title": " \\u0000 "}', "no title"),
        ('{"title": 5}', "not text but 5"),
        ('{"title": "T", "abstract": {"a": 1}}', "abstract is not text"),
        (json.dumps({"title": "T", "abstract": "x" * 100_001}), "100,001 characters"),
        (json.dumps({"title": "x" * 1_001}), "1,001 characters"),
        (json.dumps({"title": "T", "id": "x" * 201}), "id has 201 characters"),
        ('{"title": ' + "[" * 100_000 + "}", "no JSON"),
        ('{"title": "T", "year": ' + "9" * 5_000 + "}", "no JSON"),
    ],
)
def test_a_bad_line_is_reported_with_its_place_and_the_next_is_read(
    tmp_path: Path, line: str | bytes, reason: str
) -> None:
    first, bad, last = _read(tmp_path, '{"title": "One"}', line, "", '{"title": "Two"}')

    assert isinstance(bad, BadRecord)
    assert bad.source == "papers.jsonl:2"
    assert reason in bad.reason
    assert [first, last] == [
        Paper(paper_id="one", title="One", abstract="", original="One\n", source="papers.jsonl:1"),
        Paper(paper_id="two", title="Two", abstract="", original="Two\n", source="papers.jsonl:4"),
    ]


def test_a_line_of_absurd_length_is_skipped_not_held(tmp_path: Path) -> None:
    bad, good = _read(tmp_path, '{"title": "' + "x" * (40 * 2**20) + '"}', '{"title": "Two"}')

    assert isinstance(bad, BadRecord)
    assert "longer than 16 MB" in bad.reason
    assert isinstance(good, Paper)
    assert good.source == "papers.jsonl:2"


def test_control_characters_and_halves_of_pairs_do_not_reach_the_paper(tmp_path: Path) -> None:
    (paper,) = _read(tmp_path, '{"title": "A\\u0000B\\ud83d", "abstract": "x\\u202ey", "authors": ["C\\u0000D"]}')

    assert isinstance(paper, Paper)
    assert (paper.title, paper.abstract, paper.authors) == ("AB", "xy", ("CD",))
    assert "\0" not in paper.original
    assert json.dumps(paper.to_json(), ensure_ascii=False).encode()


def test_a_byte_order_mark_is_no_part_of_the_first_line(tmp_path: Path) -> None:
    (paper,) = _read(tmp_path, b'\xef\xbb\xbf{"title": "One"}')

    assert isinstance(paper, Paper)
    assert paper.title == "One"


def test_what_is_written_as_json_comes_back_as_it_was(tmp_path: Path) -> None:
    record = {"title": "S\\'eance: 3\\times", "abstract": "At github.com/a/b, https://x.io.", "id": "1", "year": 2024}
    (paper,) = _read(tmp_path, json.dumps(record))
    assert isinstance(paper, Paper)

    (again,) = _read(tmp_path, json.dumps(paper.to_json()))

    assert again == paper


def test_a_broken_tail_is_met_only_when_it_is_reached(tmp_path: Path) -> None:
    path = tmp_path / "papers.jsonl.gz"
    lines = b"".join(b'{"title": "Paper %d", "abstract": "%s"}\n' % (n, str(n**99).encode()) for n in range(500))
    path.write_bytes(gzip.compress(lines)[:-100])

    records = read_papers(path)

    assert isinstance(next(records), Paper)
    rest = list(records)
    assert isinstance(rest[-1], BadRecord)
    assert "breaks off" in rest[-1].reason
    assert sum(isinstance(record, BadRecord) for record in rest) == 1

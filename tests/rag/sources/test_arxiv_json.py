from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest

from rag.sources import BadRecord, Note, read_papers
from rag.types import Paper

_RECORD: dict[str, Any] = {
    "id": "0704.0001",
    "submitter": "Pavel Nadolsky",
    "authors": "C. Bal\\'azs, E. L. Berger (Argonne)",
    "title": "Calculation of prompt diphoton\n  production at $\\sqrt{s}$",
    "comments": "37 pages; code at https://github.com/a/b",
    "journal-ref": "Phys.Rev.D76:013009,2007",
    "doi": "10.1103/PhysRevD.76.013009",
    "report-no": None,
    "categories": "hep-ph cs.CL",
    "abstract": "  A fully differential calculation with 5\\% errors at\n$10^{-3}$ is presented.\n",
    "versions": [
        {"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"},
        {"version": "v2", "created": "Tue, 24 Jul 2007 20:10:27 GMT"},
    ],
    "update_date": "2008-11-26",
    "authors_parsed": [["Bal\\'azs", "C.", ""], ["Berger", "E. L.", "Jr."]],
}


def _read(tmp_path: Path, *records: object) -> list[Paper | BadRecord | Note]:
    path = tmp_path / "arxiv.json"
    path.write_text("\n".join(record if isinstance(record, str) else json.dumps(record) for record in records))
    return list(read_papers(path))


def test_a_record_of_the_snapshot_is_read_with_all_its_fields(tmp_path: Path) -> None:
    (paper,) = _read(tmp_path, _RECORD)

    assert paper == Paper(
        paper_id="0704.0001",
        title="Calculation of prompt diphoton production at √s",
        abstract="A fully differential calculation with 5% errors at 10^-3 is presented.",
        original=f"{_RECORD['title']}\n{_RECORD['abstract']}",
        authors=("C. Balázs", "E. L. Berger Jr."),
        author_count=2,
        published=datetime.date(2007, 4, 2),
        venue="Phys.Rev.D76:013009,2007",
        categories=("hep-ph", "cs.CL"),
        url="https://arxiv.org/abs/0704.0001",
        code_urls=("https://github.com/a/b",),
        doi="10.1103/PhysRevD.76.013009",
        source="arxiv.json:1",
    )


@pytest.mark.parametrize(
    ("change", "field", "value"),
    [
        ({"versions": None}, "published", datetime.date(2008, 11, 26)),
        ({"versions": [], "update_date": None}, "published", None),
        ({"authors_parsed": None}, "authors", ("C. Balázs", "E. L. Berger (Argonne)")),
        ({"authors_parsed": [["OpenAI", "", ""], [], "x"]}, "authors", ("OpenAI",)),
        ({"id": "math/0309136"}, "paper_id", "math/0309136"),
        ({"abstract": None, "doi": None, "journal-ref": None, "comments": None}, "abstract", ""),
    ],
)
def test_missing_fields_are_made_up_for_or_left_open(
    tmp_path: Path, change: dict[str, Any], field: str, value: object
) -> None:
    (paper,) = _read(tmp_path, {**_RECORD, **change})

    assert getattr(paper, field) == value


def test_bad_records_are_reported_with_their_line(tmp_path: Path) -> None:
    records = _read(tmp_path, _RECORD, {**_RECORD, "id": ""}, {**_RECORD, "title": None}, '{"id": "07', _RECORD)

    assert [type(record) for record in records] == [Paper, BadRecord, BadRecord, BadRecord, Paper]
    assert [record.source for record in records] == [f"arxiv.json:{number}" for number in range(1, 6)]
    assert [record.reason[:15] for record in records if isinstance(record, BadRecord)] == [
        "it has no arXiv",
        "it has no title",
        "it is no JSON: ",
    ]


def test_the_first_paper_comes_before_the_broken_rest_is_read(tmp_path: Path) -> None:
    path = tmp_path / "arxiv.jsonl"
    path.write_bytes(json.dumps(_RECORD).encode() + b"\n" + b"\xff" * 100_000)

    records = read_papers(path)

    assert isinstance(next(records), Paper)
    assert isinstance(next(records), Note)
    assert isinstance(next(records), BadRecord)

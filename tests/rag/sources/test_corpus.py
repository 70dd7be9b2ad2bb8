"""360 records, 24 in each of 15 formats: nothing that they say is lost or changed on its way in, or out and back."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from rag.export import EXPORT_FORMATS, export_papers
from rag.sources import Note, read_papers
from rag.types import Paper
from tests.rag.sources.libraries import LIBRARY, WRITERS, Work


def _papers(path: Path) -> list[Paper]:
    records = [record for record in read_papers(path) if not isinstance(record, Note)]
    assert all(isinstance(record, Paper) for record in records), records
    return [record for record in records if isinstance(record, Paper)]


def _said(paper: Paper) -> dict[str, object]:
    return {
        "title": paper.title,
        "abstract": paper.abstract,
        "authors": paper.authors,
        "published": str(paper.published),
        "venue": paper.venue,
        "doi": paper.doi,
        "words": paper.categories,
    }


def _wanted(work: Work) -> dict[str, object]:
    return {
        "title": work.title,
        "abstract": work.abstract,
        "authors": work.authors,
        "published": work.date,
        "venue": work.venue,
        "doi": work.doi,
        "words": work.words,
    }


@pytest.mark.parametrize("name", WRITERS)
def test_every_field_of_every_record_comes_in_as_it_was(tmp_path: Path, name: str) -> None:
    file, write = WRITERS[name]
    (tmp_path / file).write_text(write(list(LIBRARY)), encoding="utf-8", newline="")

    assert list(map(_said, _papers(tmp_path / file))) == list(map(_wanted, LIBRARY))


@pytest.mark.parametrize("name", ["Excel, semicolons", "RIS", "BibLaTeX in Unicode"])
def test_an_encoding_of_windows_loses_nothing_that_it_can_hold(tmp_path: Path, name: str) -> None:
    file, write = WRITERS[name]
    works = [work for work in LIBRARY if write([work]).encode("cp1252", "ignore").decode("cp1252") == write([work])]
    (tmp_path / file).write_bytes(write(works).encode("cp1252"))

    assert len(works) > 5
    assert list(map(_said, _papers(tmp_path / file))) == list(map(_wanted, works))


@pytest.mark.parametrize("form", EXPORT_FORMATS)
def test_what_goes_out_comes_back_the_same(tmp_path: Path, form: str) -> None:
    file, write = WRITERS["CSL-JSON"]
    (tmp_path / file).write_text(write(list(LIBRARY)), encoding="utf-8")
    papers = _papers(tmp_path / file)
    out = tmp_path / f"out.{form}"
    out.write_text("".join(export_papers(papers, form)), encoding="utf-8", newline="")

    back = [dataclasses.replace(paper, source="", original="") for paper in _papers(out)]
    assert back == [dataclasses.replace(paper, source="", original="") for paper in papers]

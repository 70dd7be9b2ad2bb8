"""Papers with their full text, through the front door: ingest, ask, and read the same file again."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag import Assistant, Settings, ingest
from tests.pdfs import pdf_file

_FIRST = (
    (17, "FrostCache: Keeping Keys Cold"),
    (11, "Ann Author and Bo Writer"),
    (12, "Abstract"),
    (10, "We propose FrostCache, which keeps the keys of a model on disk."),
    (12, "1 Introduction"),
    (10, "Models are large and their keys fill the memory of small machines quickly."),
)
_SECOND = (
    (12, "2 Hardware"),
    (10, "FrostCache was measured on a laptop with a solid-state disk of two terabytes from Ystad."),
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "frost.pdf"
    path.write_bytes(pdf_file(_FIRST, after=(_SECOND,)))
    return path


def test_an_answer_quotes_a_page_and_says_which(file: Path, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    assert ingest([file], settings=settings, full_text=True).added == 1
    with Assistant.open("papers", settings=settings) as papers:
        answer = papers.ask("On what laptop and disk was FrostCache measured?", model="extractive")
        paper = papers.paper("frostcache-keeping-keys-cold")

    cited = next(citation for citation in answer.citations if "Ystad" in citation.quote)
    assert cited.page == 2
    assert cited.where == "frostcache-keeping-keys-cold, p. 2"
    assert paper.text[cited.start : cited.end] == cited.quote
    assert answer.to_json()["citations"][0]["page"] in (None, 1, 2)


def test_a_file_read_again_without_its_full_text_keeps_it(file: Path, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    ingest([file], settings=settings)
    assert ingest([file], settings=settings, full_text=True).updated == 1

    report = ingest([file], settings=settings)

    assert (report.added, report.updated, report.unchanged) == (0, 0, 1)
    with Assistant.open("papers", settings=settings) as papers:
        assert len(papers.paper("frostcache-keeping-keys-cold").pages) == 2


def test_full_text_goes_out_as_json_and_comes_back(file: Path, tmp_path: Path) -> None:
    from rag.export import export_papers
    from rag.sources import read_papers
    from rag.types import Paper

    (paper,) = (one for one in read_papers(file, full_text=True) if isinstance(one, Paper))
    (tmp_path / "out.jsonl").write_text("".join(export_papers([paper], "jsonl")))
    (back,) = (one for one in read_papers(tmp_path / "out.jsonl") if isinstance(one, Paper))

    assert back.pages == paper.pages
    assert back.text == paper.text

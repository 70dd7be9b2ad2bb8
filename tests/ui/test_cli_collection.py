from __future__ import annotations

import json
from pathlib import Path

import networkx
import pytest

from rag.sources import FORMATS
from rag.types import Paper
from tests.services import Services
from tests.ui.command import PAPERS, Papertrail, write_lines, write_papers
from ui.cli import main


@pytest.fixture
def papertrail(capsys: pytest.CaptureFixture[str]) -> Papertrail:
    return Papertrail(capsys)


@pytest.fixture
def library(papertrail: Papertrail, tmp_path: Path) -> Papertrail:
    assert papertrail("ingest", write_papers(tmp_path)).code == 0
    return papertrail


def test_ingest_reports_what_it_did_and_does_nothing_twice(papertrail: Papertrail, tmp_path: Path) -> None:
    file = write_papers(tmp_path)

    first = papertrail("ingest", file, "--json")
    second = papertrail("ingest", file, "--json")

    nothing: dict[str, object] = {"failed": [], "merged": [], "notes": []}
    lacking = {"missing": {"authors": 1}}
    assert (first.code, first.json) == (0, {"added": 3, "updated": 0, "unchanged": 0, **nothing, **lacking})
    assert (second.code, second.json) == (0, {"added": 0, "updated": 0, "unchanged": 3, **nothing, **lacking})


def test_ingest_shows_a_table_and_the_failures_beside_it(papertrail: Papertrail, tmp_path: Path) -> None:
    done = papertrail("ingest", write_lines(tmp_path / "mixed.jsonl", PAPERS[0], '{"title":'))

    assert done.code == 0
    assert [line.split() for line in done.out.splitlines()] == [
        ["added", "1"],
        ["updated", "0"],
        ["unchanged", "0"],
        ["failed", "1"],
    ]
    assert "mixed.jsonl:2" in done.err
    assert "1 paper: all with abstract, authors and year" in done.err


def test_papers_are_ingested_from_where_they_are_published(
    papertrail: Papertrail, monkeypatch: pytest.MonkeyPatch
) -> None:
    papers = {f"2504.0000{number}": (f"Paper {number}", f"About {number}.") for number in range(5)}
    with Services(papers) as services:
        for name, value in services.environment().items():
            monkeypatch.setenv(name, value)
        done = papertrail("ingest", "arxiv:cat:cs.IR AND ti:paper", "--max", "3", "--json")
        refused = papertrail("ingest", "arxiv:2504")
        services.refuse = [(404, {}, "gone")]
        failed = papertrail("ingest", "zotero:groups/7")

    assert (done.code, done.json["added"]) == (0, 3)
    assert [note["source"] for note in done.json["notes"]] == ["arxiv:cat:cs.IR AND ti:paper"]
    assert {paper["source"] for paper in papertrail("papers", "--json").json} == {
        f"arxiv:{one}" for one in list(papers)[:3]
    }
    assert (refused.code, failed.code) == (2, 1)


def test_ingest_fails_when_nothing_of_it_could_be_kept(papertrail: Papertrail, tmp_path: Path) -> None:
    done = papertrail("ingest", write_lines(tmp_path / "bad.jsonl", '{"title":'), "--format", "jsonl", "--json")

    assert done.code == 1
    (failure,) = done.json["failed"]
    assert set(failure) == {"source", "reason"}


def test_ingest_offers_every_format_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["ingest", "--help"])

    (offered,) = {line.partition("{")[2].partition("}")[0] for line in capsys.readouterr().out.split() if "{" in line}
    assert set(offered.split(",")) == {"auto", *FORMATS}


def test_collections_are_kept_apart(library: Papertrail, tmp_path: Path) -> None:
    library("ingest", write_papers(tmp_path, PAPERS[:1]), "--collection", "other")

    assert len(library("papers", "--collection", "other", "--json").json) == 1
    assert len(library("papers", "--json").json) == 3
    assert library("papers", "--home", tmp_path / "elsewhere").code == 2


def test_papers_are_listed_newest_first_with_tabs(library: Papertrail) -> None:
    done = library("papers")

    assert [line.split("\t") for line in done.out.splitlines()] == [
        [paper["id"], paper["date"], paper["title"]] for paper in PAPERS
    ]
    assert done.err == "3 papers\n"


def test_papers_that_may_be_the_same_work_are_shown(papertrail: Papertrail, tmp_path: Path) -> None:
    later = PAPERS[1] | {"id": "other", "date": "2021-01-01"}
    near = PAPERS[2] | {"id": "near", "title": "Another title", "abstract": f"{PAPERS[2]['abstract']} More."}
    done = papertrail("ingest", write_papers(tmp_path, [*PAPERS, later, near]))
    assert "may be the same work as '2406.00002'" in done.err

    groups = papertrail("papers", "--duplicates", "--json").json

    found = {group["reason"]: {paper["paper_id"] for paper in group["papers"]} for group in groups}
    assert found == {"the same title": {"2406.00002", "other"}, "nearly the same abstract": {"bird song", "near"}}
    assert "Another title" in papertrail("papers", "--duplicates").out


def test_papers_as_json_hold_all_there_is(library: Papertrail) -> None:
    papers = library("papers", "--json").json

    assert [json.loads(json.dumps(Paper.from_json(paper).to_json())) for paper in papers] == papers
    assert papers[0]["text"] == f"{PAPERS[0]['title']}\n{PAPERS[0]['abstract']}"
    assert papers[0]["authors"] == PAPERS[0]["authors"]


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        (["year>=2024"], ["2501.00001", "2406.00002"]),
        (["year>=2024", "to=2024-06"], ["2406.00002"]),
        (["authors>=2"], ["2501.00001"]),
        (["id=bird song"], ["bird song"]),
        (["year=1999"], []),
    ],
)
def test_papers_can_be_filtered(library: Papertrail, filters: list[str], ids: list[str]) -> None:
    words = [word for expression in filters for word in ("--filter", expression)]

    assert [paper["paper_id"] for paper in library("papers", "--json", *words).json] == ids


def test_remove_takes_a_paper_out(library: Papertrail) -> None:
    done = library("remove", "bird song", "--json")

    assert (done.code, done.json) == (0, {"removed": 1})
    assert [paper["paper_id"] for paper in library("papers", "--json").json] == ["2501.00001", "2406.00002"]


def test_remove_of_an_unknown_paper_names_it_and_removes_nothing(library: Papertrail) -> None:
    done = library("remove", "2501.00001", "no-such-id")

    assert done.code == 2
    assert "no-such-id" in done.err
    assert len(library("papers", "--json").json) == 3


@pytest.mark.parametrize(
    ("form", "start"),
    [("bibtex", "@misc{2501.00001,"), ("csv", "id,title,"), ("ris", "TY  - "), ("jsonl", '{"paper_id": "2501.00001"')],
)
def test_export_writes_every_format(library: Papertrail, form: str, start: str) -> None:
    done = library("export", "--format", form)

    assert done.code == 0
    assert done.out.startswith(start)
    assert "SongBook" in done.out


def test_export_writes_what_papers_speak_of_as_graphml_into_a_file(library: Papertrail, tmp_path: Path) -> None:
    out = tmp_path / "papers.graphml"
    done = library("export", "--format", "graphml", "--out", str(out), "bird song")
    graph = networkx.read_graphml(out)
    papers = [node["key"] for _, node in graph.nodes(data=True) if node["kind"] == "paper"]

    assert (done.code, done.out) == (0, "")
    assert papers == ["bird song"]
    assert library("export", "--format", "graphml").out.startswith("<?xml")
    failed = library("export", "--format", "graphml", "--out", str(tmp_path / "no" / "folder"))
    assert failed.code == 2
    assert "cannot write" in failed.err


def test_export_takes_ids_in_their_order_once_each(library: Papertrail) -> None:
    done = library("export", "--format", "jsonl", "bird song", "2501.00001", "bird song")

    assert [json.loads(line)["paper_id"] for line in done.out.splitlines()] == ["bird song", "2501.00001"]


def test_export_takes_a_filter_or_ids(library: Papertrail) -> None:
    filtered = library("export", "--format", "jsonl", "--filter", "year=2025")

    assert len(filtered.lines) == 1
    assert library("export", "--format", "jsonl", "--filter", "year=2025", "bird song").code == 2
    assert library("export", "--format", "jsonl", "no-such-id").code == 2


@pytest.mark.parametrize("form", ["bibtex", "csv", "jsonl", "ris"])
def test_what_was_exported_can_be_ingested_again(library: Papertrail, tmp_path: Path, form: str) -> None:
    suffix = {"bibtex": "bib"}.get(form, form)
    file = tmp_path / f"again.{suffix}"
    file.write_text(library("export", "--format", form).out, encoding="utf-8")

    assert library("ingest", file, "--collection", "again", "--json").json["added"] == 3
    again = library("papers", "--collection", "again", "--json").json
    assert [paper["title"] for paper in again] == [paper["title"] for paper in PAPERS]
    assert [paper["abstract"] for paper in again] == [paper["abstract"] for paper in PAPERS]


def test_text_of_a_paper_cannot_steer_the_terminal(papertrail: Papertrail, tmp_path: Path) -> None:
    hostile = {"id": "x\x1b[31m", "title": "Red \x1b[2J\x9b31malert", "abstract": "A \x07 bell."}
    papertrail("ingest", write_papers(tmp_path, [hostile]))

    done = papertrail("papers")

    assert "alert" in done.out
    assert not set(done.out) & set("\x1b\x9b\x07")

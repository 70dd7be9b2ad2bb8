from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from rag.errors import SourceError
from rag.sources import FORMATS, BadRecord, Note, read_papers
from rag.types import Paper
from tests.pdfs import pdf_file

_SEED = Path(__file__).parents[3] / "data" / "daily_papers.txt"
_SAMPLES: dict[str, str | bytes] = {
    "daily-papers": "Some Title\n\n" + "We study a thing. " * 20 + "\n\n  • 2 authors\n·\nMay 1, 2024\n",
    "arxiv-json": json.dumps({"id": "0704.0001", "title": "Some Title", "update_date": "2008-11-26"}),
    "arxiv-atom": '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>Some Title</title></entry></feed>',
    "bibtex": "% made by hand\n@misc{a,\n title={Some Title}}",
    "jsonl": '{"title": "Some Title"}\n',
    "csv": "abstract,title\nx,Some Title\n",
    "ris": "TY  - JOUR\nTI  - Some Title\nAU  - Roe, Ann\nER  - \n",
    "nbib": "PMID- 31415926\nTI  - Some Title.\nFAU - Roe, Ann\n",
    "wos": "FN Clarivate Analytics Web of Science\nVR 1.0\nPT J\nAU Roe, A\nTI Some Title\nER\n\nEF\n",
    "endnote": "%0 Journal Article\n%T Some Title\n%A Roe, Ann\n",
    "endnote-xml": "<xml><records><record><titles><title><style>Some Title</style></title></titles></record></records>"
    "</xml>",
    "pubmed-xml": "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article><ArticleTitle>Some Title."
    "</ArticleTitle></Article></MedlineCitation></PubmedArticle></PubmedArticleSet>",
    "pdf": pdf_file([(17, "Some Title"), (12, "Abstract"), (10, "We study a thing and say so here."), (12, "Things")]),
}


def _sample(form: str) -> bytes:
    sample = _SAMPLES[form]
    return sample.encode() if isinstance(sample, str) else sample


def _titles(path: Path, form: str = "auto") -> list[str]:
    return [record.title if isinstance(record, Paper) else f"! {record.source}" for record in read_papers(path, form)]


def test_the_formats_are_those_of_the_command_line() -> None:
    assert set(_SAMPLES) == set(FORMATS)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", ["papers", "papers.txt", "papers.gz"])
def test_a_format_is_recognised_by_content_whatever_the_file_is_called(tmp_path: Path, form: str, name: str) -> None:
    path = tmp_path / name
    text = _sample(form)
    path.write_bytes(gzip.compress(text) if name.endswith(".gz") else text)

    assert _titles(path) == ["Some Title"]


@pytest.mark.parametrize("form", FORMATS)
def test_a_format_can_be_named(tmp_path: Path, form: str) -> None:
    path = tmp_path / "papers.dat"
    path.write_bytes(_sample(form))

    assert _titles(path, form) == ["Some Title"]


def test_the_suffix_decides_where_the_content_does_not(tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text("title\nSome Title\n")
    (tmp_path / "two.bib").write_text("nothing yet\n")

    assert _titles(tmp_path / "one.csv") == ["Some Title"]
    assert _titles(tmp_path / "two.bib") == []


def test_a_file_called_gz_that_is_not_compressed_is_read_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "papers.jsonl.gz"
    path.write_bytes(_sample("jsonl"))

    assert _titles(path) == ["Some Title"]


@pytest.mark.parametrize(
    ("name", "content", "form", "message"),
    [
        ("papers.bib", "x", "latex", "no format 'latex': use one of auto, daily-papers"),
        ("notes.txt", "hello", "auto", "say which with --format"),
        ("page.xml", "<html/>", "auto", "say which with --format"),
        ("empty.jsonl", " \n", "auto", "is empty"),
        ("papers.jsonl.gz", b"\x1f\x8b\x08broken", "auto", "is a broken gzip file"),
    ],
)
def test_a_file_that_cannot_be_papers_is_refused_at_once(
    tmp_path: Path, name: str, content: str | bytes, form: str, message: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)

    with pytest.raises(SourceError, match=message) as caught:
        read_papers(path, form)
    assert "\n" not in str(caught.value)


def test_a_missing_path_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"there is no file or folder .*nowhere"):
        read_papers(tmp_path / "nowhere")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "papers.jsonl"
    path.write_bytes(_sample("jsonl"))
    path.chmod(0)

    with pytest.raises(SourceError, match="Permission denied"):
        read_papers(path)


def test_a_pipe_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)

    with pytest.raises(SourceError, match="no file that can be read twice"):
        read_papers(path)


def test_a_folder_is_read_file_by_file_in_order(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / ".git").mkdir()
    (tmp_path / "b.jsonl").write_text('{"title": "B"}')
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(b"title,abstract\nA,x\n"))
    (tmp_path / "sub" / "c.bib").write_text("@misc{c, title={C}}")
    (tmp_path / ".git" / "d.jsonl").write_text('{"title": "D"}')
    (tmp_path / "README.md").write_text("# no papers")
    (tmp_path / "notes.txt").write_text("no papers either")
    (tmp_path / "z.json").write_text("")

    records = list(read_papers(tmp_path))

    assert [record.source for record in records[:-1]] == ["a.csv.gz:2", "b.jsonl:1", "sub/c.bib:1", "z.json"]
    assert records[-1] == Note(tmp_path.name, "files left out, no papers are found in them: notes.txt")
    assert isinstance(records[-2], BadRecord)
    assert "is empty" in records[-2].reason


@pytest.mark.parametrize(
    "text",
    [
        '[{"title": "A"}, {"title": "B"}]',
        '[\n {"title": "A"},\n {\n  "title": "B"\n }\n]\n',
        '{\n "title": "A"\n}\n{\n "title": "B"\n}\n',
        '{"results": [{"title": "A"}, {"title": "B"}], "meta": {"count": 2}}',
        '{"message": {"items": [{"title": ["A"]}, {"title": ["B"]}]}}',
    ],
)
def test_json_may_be_lists_and_go_over_many_lines(tmp_path: Path, text: str) -> None:
    (tmp_path / "papers.json").write_text(text)

    assert _titles(tmp_path / "papers.json") == ["A", "B"]


def test_an_archive_is_read_file_by_file_as_a_folder_is(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "library.zip", "w") as archive:
        archive.writestr("export/b.bib", "@misc{b, title={B}}")
        archive.writestr("a.csv", "title,abstract\nA,x\n")
        archive.writestr("__MACOSX/a.csv", "title\nnothing\n")
        archive.writestr("readme.md", "# no papers")
    records = list(read_papers(tmp_path / "library.zip"))

    assert [record.source for record in records] == ["library.zip/a.csv:2", "library.zip/export/b.bib:1"]


def test_a_folder_is_read_in_one_format_when_it_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(_sample("csv"))
    (tmp_path / "b.jsonl").write_text('{"title": "B"}')

    assert _titles(tmp_path, "csv") == ["Some Title"]


def test_the_folder_of_the_seed_holds_the_seed() -> None:
    assert _titles(_SEED.parent) == _titles(_SEED)


def test_a_folder_without_papers_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# no papers")

    with pytest.raises(SourceError, match=r"no file of papers in .*\.bib"):
        read_papers(tmp_path)


def test_ids_do_not_depend_on_the_order_of_a_file(tmp_path: Path) -> None:
    titles = ["Learning C", "Learning C++", "A Title", "A title!", "Another " * 12]
    first, second = tmp_path / "first.jsonl", tmp_path / "second.jsonl"
    first.write_text("\n".join(json.dumps({"title": title}) for title in titles))
    second.write_text("\n".join(json.dumps({"title": title}) for title in reversed(titles)))

    def ids(path: Path) -> list[str]:
        return [record.paper_id for record in read_papers(path) if isinstance(record, Paper)]

    assert ids(first) == ids(second)[::-1]
    assert len(set(ids(first))) == 4  # the two that differ in case and punctuation are one paper


def test_importing_the_readers_loads_no_library_of_a_single_format() -> None:
    code = "import sys, rag.sources; print([m for m in ('bibtexparser', 'pylatexenc') if m in sys.modules])"

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"

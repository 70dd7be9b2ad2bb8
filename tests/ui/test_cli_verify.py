from __future__ import annotations

import io
import json
import os
import re
from pathlib import Path

import pytest

import rag
from tests.replies import Reply
from tests.servers import OllamaServer, closed_port_url
from tests.ui.command import Papertrail, write_lines, write_papers

TRUE = "RiverGraph improves answer accuracy by 12.3% over plain vector search."
FALSE = "RiverGraph improves answer accuracy by 21.3% over plain vector search."


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the papers, made once: verifying changes nothing."""
    home = Path(os.environ["PAPERTRAIL_HOME"])
    rag.ingest([write_papers(tmp_path_factory.mktemp("papers"))], settings=rag.load_settings(home=home))
    return home


@pytest.fixture
def papertrail(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, home: Path) -> Papertrail:
    monkeypatch.setenv("PAPERTRAIL_HOME", str(home))
    return Papertrail(capsys)


def test_a_file_is_checked_sentence_by_sentence(papertrail: Papertrail, tmp_path: Path) -> None:
    draft = tmp_path / "draft.txt"
    draft.write_text(f"{TRUE} {FALSE}", encoding="utf-8")

    done = papertrail("verify", draft)

    assert done.code == 0
    assert f"1  ok       {TRUE}" in done.out
    assert f"1  no       {FALSE}" in done.out
    assert "21.3%" in done.out.split(FALSE)[1]
    assert done.out.splitlines()[-1] == "2 sentences: 1 supported, 1 not supported (checked by the small model alone)"
    assert re.search(r"2 sentences checked in \d+\.\d s\n", done.err)


def test_standard_input_is_read(papertrail: Papertrail, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(TRUE))

    record = papertrail("verify", "-", "--json").json
    (one,) = record["sentences"]

    assert record["summary"]["supported"] == 1
    assert one["verdict"] == "supported"
    assert one["paper_id"] == "2501.00001"


def test_a_latex_draft_is_checked_with_its_bibliography(papertrail: Papertrail, tmp_path: Path) -> None:
    (tmp_path / "refs.bib").write_text(
        "@article{a, title={{RiverGraph}: Hypergraph Retrieval for Flood Reports}}\n@article{b, title={Not Here}}",
        encoding="utf-8",
    )
    draft = tmp_path / "draft.tex"
    draft.write_text(
        "\\section{Related work}\nHypergraphs improve answer accuracy by\n12.3\\,\\% over plain vector search "
        "\\cite{a}.\nOthers gained 99\\% \\cite{b}.\n",
        encoding="utf-8",
    )

    done = papertrail("verify", draft, "--bib", tmp_path / "refs.bib")

    assert done.code == 0
    assert "2  ok       Hypergraphs improve" in done.out
    assert "4  unknown  Others gained" in done.out
    assert "it cites “Not Here”, which is not in this collection" in done.out
    assert "1  a heading: \\section{Related work}" in done.out


def test_a_draft_of_several_files_says_in_which_a_sentence_stands(papertrail: Papertrail, tmp_path: Path) -> None:
    (tmp_path / "part.tex").write_text(f"\n{FALSE}".replace("%", "\\%"), encoding="utf-8")
    draft = tmp_path / "draft.tex"
    draft.write_text("\\section{One}\n\\input{part}\n\\input{gone}\n" + TRUE.replace("%", "\\%"), encoding="utf-8")

    done = papertrail("verify", draft)

    assert done.code == 0
    assert "part.tex:2  no       RiverGraph" in done.out
    assert "         4  ok       RiverGraph" in done.out
    assert "Note: \\input{gone} in line 3 is not there and was not read" in done.out


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "no text to check"), (b"\x00\x01 a", "not text"), (b"word. " * 500_000, "3,000,000 characters")],
)
def test_a_file_with_nothing_to_check_is_one_sentence(
    papertrail: Papertrail, tmp_path: Path, content: bytes, said: str
) -> None:
    (tmp_path / "draft.md").write_bytes(content)

    done = papertrail("verify", tmp_path / "draft.md")

    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert len(done.err.strip().splitlines()) == 1


def test_a_draft_without_a_claim_is_said_to_have_none(papertrail: Papertrail, tmp_path: Path) -> None:
    (tmp_path / "draft.md").write_text("# Title\n\nIs it?\n", encoding="utf-8")

    done = papertrail("verify", tmp_path / "draft.md")

    assert done.code == 0
    assert done.out.splitlines()[-1].startswith("2 sentences: 2 not checked")


def test_a_bibliography_that_is_not_there_is_a_mistake(papertrail: Papertrail, tmp_path: Path) -> None:
    (tmp_path / "draft.md").write_text(TRUE, encoding="utf-8")

    done = papertrail("verify", tmp_path / "draft.md", "--bib", tmp_path / "none.bib")

    assert done.code == 2
    assert "none.bib" in done.err


def test_standard_input_that_is_no_text_is_a_mistake(papertrail: Papertrail, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("RiverGraph \udcff is fast."))

    done = papertrail("verify", "-")

    assert (done.code, done.out) == (2, "")
    assert "not UTF-8" in done.err


def test_a_judge_adds_the_layers_to_a_batch(
    papertrail: Papertrail, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims = [{"id": name, "claim": claim, "cites": ["RiverGraph"]} for name, claim in (("a", TRUE), ("b", FALSE))]
    batch = write_lines(tmp_path / "claims.jsonl", *claims)
    with OllamaServer(["minicheck"]) as server:
        server.script("/api/chat", Reply(["no"]), Reply(["yes"]))
        monkeypatch.setenv("PAPERTRAIL_OLLAMA_HOST", server.url)
        first, second = papertrail("verify", "--batch", batch, "--judge", "ollama/minicheck").lines

    assert first["verdict"] == second["verdict"] == "unsupported"
    assert [line["layers"]["judge"]["verdict"] for line in (first, second)] == ["unsupported", "supported"]
    assert [line["layers"]["checker"]["verdict"] for line in (first, second)] == ["supported", "unsupported"]
    assert "21.3%" in second["reason"]


def test_a_judge_that_is_not_there_is_said_and_the_rules_stand(
    papertrail: Papertrail, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "draft.txt").write_text(TRUE, encoding="utf-8")
    monkeypatch.setenv("PAPERTRAIL_OLLAMA_HOST", closed_port_url())
    monkeypatch.setenv("PAPERTRAIL_RETRIES", "0")

    done = papertrail("verify", tmp_path / "draft.txt", "--judge", "ollama/minicheck")

    assert done.code == 0
    assert "1  ok       " in done.out
    assert "only the small model checked this" in done.out
    assert "the judge failed on 1 sentence" in done.out


def test_a_judge_that_is_no_model_is_a_mistake(papertrail: Papertrail, tmp_path: Path) -> None:
    (tmp_path / "draft.txt").write_text(TRUE, encoding="utf-8")

    done = papertrail("verify", tmp_path / "draft.txt", "--judge", "minicheck")

    assert (done.code, done.out) == (2, "")


def test_a_batch_gives_a_verdict_a_line_and_goes_on_after_bad_lines(papertrail: Papertrail, tmp_path: Path) -> None:
    cites = ["RiverGraph: Hypergraph Retrieval for Flood Reports"]
    batch = write_lines(
        tmp_path / "claims.jsonl",
        {"id": "a", "claim": TRUE, "cites": cites},
        "{no json",
        {"id": "b", "claim": FALSE, "cites": cites},
        {"id": "c", "claim": TRUE, "cites": "not a list"},
        {"id": "d", "claim": TRUE},
    )

    done = papertrail("verify", "--batch", batch)

    assert done.code == 0
    assert [(line["id"], line["verdict"]) for line in done.lines] == [
        ("a", "supported"),
        ("b", "unsupported"),
        ("d", "supported"),
    ]
    assert set(done.lines[0]) == {"id", "verdict", "score", "reason", "evidence"}
    assert done.lines[0]["evidence"] == "It improves answer accuracy by 12.3% over plain vector search."
    assert "claims.jsonl:2" in done.err
    assert "claims.jsonl:4" in done.err


@pytest.mark.parametrize(
    "words",
    [["verify"], ["verify", "x", "--batch", "y"], ["verify", "missing.txt"], ["verify", "--batch", "missing.jsonl"]],
)
def test_a_wrong_call_is_one_sentence(papertrail: Papertrail, words: list[str]) -> None:
    done = papertrail(*words)

    assert done.code == 2
    assert done.out == ""
    assert len(done.err.strip().splitlines()) == 1


def test_a_file_that_is_no_text_is_refused(papertrail: Papertrail, tmp_path: Path) -> None:
    picture = tmp_path / "picture.png"
    picture.write_bytes(b"\x89PNG\xff\xfe")

    done = papertrail("verify", picture)

    assert done.code == 2
    assert "not UTF-8" in done.err


def test_a_run_fails_on_what_it_is_told_to_fail_on_and_writes_its_result_all_the_same(
    papertrail: Papertrail, tmp_path: Path
) -> None:
    draft = tmp_path / "draft.txt"
    draft.write_text(f"{TRUE}\n\n  {FALSE}\n", encoding="utf-8")
    out = tmp_path / "check.sarif"

    passing = papertrail("verify", draft, "--fail-on", "unknown")
    failing = papertrail("verify", draft, "--fail-on", "unsupported,unknown", "--export", "sarif", "--out", out)

    assert (passing.code, failing.code) == (0, 1)
    assert "1 unsupported" in failing.err
    (result,) = json.loads(out.read_text(encoding="utf-8"))["runs"][0]["results"]
    region = result["locations"][0]["physicalLocation"]["region"]
    assert (region["startLine"], region["startColumn"]) == (3, 3)


def test_an_editor_gets_file_line_and_column(papertrail: Papertrail, tmp_path: Path) -> None:
    (tmp_path / "draft.txt").write_text(f"{TRUE} {FALSE}", encoding="utf-8")

    done = papertrail("verify", tmp_path / "draft.txt", "--export", "list")

    assert done.code == 0
    assert done.out.startswith(f"{tmp_path / 'draft.txt'}:1:{len(TRUE) + 2}: not supported: ")
    assert len(done.out.splitlines()) == 1


def test_a_batch_fails_on_its_verdicts(papertrail: Papertrail, tmp_path: Path) -> None:
    claims = [{"id": name, "claim": claim, "cites": ["RiverGraph"]} for name, claim in (("a", TRUE), ("b", FALSE))]
    batch = write_lines(tmp_path / "claims.jsonl", *claims)

    assert papertrail("verify", "--batch", batch, "--fail-on", "unsupported").code == 1
    assert papertrail("verify", "--batch", batch, "--fail-on", "partial").code == 0


@pytest.mark.parametrize("words", [("--fail-on", "wrong"), ("--export", "csv", "--json"), ("--export", "pdf")])
def test_a_result_or_format_that_there_is_not_is_a_mistake(
    papertrail: Papertrail, tmp_path: Path, words: tuple[str, ...]
) -> None:
    (tmp_path / "draft.txt").write_text(TRUE, encoding="utf-8")

    assert papertrail("verify", tmp_path / "draft.txt", *words).code == 2

"""``papertrail eval`` from the command line, over a few papers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.evals.external.files import healthver
from tests.replies import Reply
from tests.servers import OllamaServer
from tests.ui.command import PAPERS, Papertrail

_TITLE = PAPERS[0]["title"]


@pytest.fixture
def papertrail(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Papertrail:
    papertrail = Papertrail(capsys)
    source = tmp_path / "papers.jsonl"
    source.write_text("".join(json.dumps(paper) + "\n" for paper in PAPERS), encoding="utf-8")
    assert papertrail("ingest", str(source)).code == 0
    return papertrail


@pytest.fixture
def questions(tmp_path: Path) -> str:
    items = [
        {
            "id": "gain",
            "kind": "factual",
            "style": "named",
            "turns": ["By how much does RiverGraph improve accuracy?"],
            "gold": [[_TITLE]],
            "facts": [[["12.3"]]],
        },
        {"id": "absent", "kind": "unanswerable", "turns": ["Does QuillForge run on TPUs?"], "gold": [[]]},
    ]
    path = tmp_path / "mine.jsonl"
    path.write_text("".join(json.dumps(item) + "\n" for item in items), encoding="utf-8")
    return str(path)


def _gate(folder: Path, text: str) -> str:
    path = folder / "gate.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_the_table_has_a_row_a_kind_and_the_systems_below(papertrail: Papertrail, questions: str) -> None:
    done = papertrail("eval", questions)

    assert done.code == 0
    lines = [line.split("  ")[0] for line in done.out.splitlines()]
    assert lines[1:4] == ["named", "unanswerable", "all"]
    assert lines[-6:] == [
        "hybrid",
        "BM25 only",
        "similarity and BM25",
        "cite everything",
        "cite nothing",
        "cite at random",
    ]


def test_retrievers_are_set_side_by_side(papertrail: Papertrail, questions: str) -> None:
    done = papertrail("eval", questions, "--compare", "lexical, dense", "--json")

    assert list(done.json["summary"])[:3] == ["lexical", "dense", "BM25 only"]
    assert done.json["header"]["retrievers"] == ["lexical", "dense"]
    assert set(done.json["costs"]["by_retriever"]) == {"lexical", "dense"}
    assert done.json["summary"]["lexical"]["named"]["means"]["first"] == {"value": 1.0, "low": 1.0, "high": 1.0, "n": 1}


def test_one_table_sets_them_side_by_side_with_what_they_cost(papertrail: Papertrail, questions: str) -> None:
    head, first, facts, *rest = papertrail("eval", questions, "--compare", "lexical,dense").out.splitlines()

    assert head.split() == "all (2) p50 ms p95 ms first ms index s (3 papers) index MiB".split()
    assert first.split()[:3] == ["lexical", "first", "1.00"]
    assert facts.split() == ["facts", "1.00"]
    assert rest[1].split()[0] == "dense"
    assert rest[-1].startswith("dense against lexical: recall@5 +0.000")


def test_a_model_without_papers_stands_beside_the_retrievers(
    papertrail: Papertrail, questions: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with OllamaServer(["quill"]) as server:
        monkeypatch.setenv("PAPERTRAIL_OLLAMA_HOST", server.url)
        server.script("/api/chat", Reply(["By 12.3, I believe."]))
        done = papertrail("eval", questions, "--compare", "lexical,direct", "--model", "ollama/quill", "--json").json
    direct = done["summary"]["direct"]["named"]["means"]
    assert direct["facts"]["value"] == 1.0
    assert direct.keys() == {"facts", "refused", "words"}
    assert list(done["costs"]["by_retriever"]) == ["lexical"]


def test_a_second_run_takes_the_answers_of_the_first(
    papertrail: Papertrail, questions: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    from rag import Assistant

    ask = Assistant.ask

    def counted(self: Assistant, question: str, **options: object) -> object:
        asked.append(question)
        return ask(self, question, **options)

    monkeypatch.setattr(Assistant, "ask", counted)
    first = papertrail("eval", questions).out
    assert len(asked) == 2
    assert papertrail("eval", questions).out == first
    assert len(asked) == 2
    papertrail("eval", questions, "--fresh")
    assert len(asked) == 4


def test_the_report_is_written_and_a_later_run_held_against_it(
    papertrail: Papertrail, questions: str, tmp_path: Path
) -> None:
    done = papertrail("eval", questions, "--report", str(tmp_path / "report"))
    assert done.code == 0
    assert str(tmp_path / "report" / "report.html") in done.err

    again = papertrail("eval", questions, "--against", str(tmp_path / "report" / "run.json"))
    assert again.out.endswith("Nothing changed.\n\n")


def test_a_gate_that_holds_passes_and_one_that_does_not_fails(
    papertrail: Papertrail, questions: str, tmp_path: Path
) -> None:
    assert papertrail("eval", questions, "--gate", _gate(tmp_path, "[named]\nfirst={min=1}")).code == 0
    fallen = papertrail("eval", questions, "--gate", _gate(tmp_path, "[named]\nfirst={max=0.5}\n[riddle]\nf1={min=0}"))

    assert fallen.code == 1
    assert "gate: named: first is 1.000, above 0.500\ngate: riddle: f1 was not measured\n" in fallen.err


def test_a_limit_asks_less(papertrail: Papertrail, questions: str) -> None:
    assert papertrail("eval", questions, "--limit", "1", "--json").json["header"]["questions"] == 1


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--retriever", "dense", "--compare", "dense"], "either --retriever or --compare"),
        (["--gate", "gate.toml", "--limit", "1"], "--gate needs the whole set"),
        (["--gate", "nowhere.toml"], "cannot be read"),
        (["--against", "nowhere.json"], "cannot be read"),
        (["--compare", "psychic"], "no retriever 'psychic'"),
        (["--compare", "hybrid,direct"], "direct asks a language model without papers: name it with --model"),
        (["--compare", "direct,hybrid", "--model", "ollama/quill"], "direct finds no papers: name a retriever first"),
        (["--limit", "0"], "not a whole number"),
    ],
)
def test_a_mistake_is_one_sentence(
    papertrail: Papertrail, questions: str, arguments: list[str], complaint: str
) -> None:
    done = papertrail("eval", questions, *arguments)

    assert (done.code, done.out) == (2, "")
    assert complaint in done.err
    assert done.err.count("\n") <= 2


def test_an_empty_set_is_a_mistake(papertrail: Papertrail, tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").touch()
    done = papertrail("eval", str(tmp_path / "empty.jsonl"))

    assert done.code == 2
    assert "holds no question" in done.err


def test_a_file_of_claims_is_measured_too(papertrail: Papertrail, tmp_path: Path) -> None:
    sentence = PAPERS[0]["abstract"].split(". ")[0]
    claim = {"id": "one", "claim": sentence, "cites": [_TITLE], "label": "supported", "error": "verbatim"}
    (tmp_path / "claims.jsonl").write_text(json.dumps(claim), encoding="utf-8")
    done = papertrail("eval", str(tmp_path / "claims.jsonl"))

    assert done.code == 0
    assert done.out.splitlines()[1].split()[::2] == ["accuracy", "1.00-1.00"]
    assert done.out.splitlines()[1].split()[1::2] == ["1.00", "1"]


def test_a_public_set_is_measured_from_its_folder(papertrail: Papertrail, tmp_path: Path) -> None:
    healthver(tmp_path / "data")
    done = papertrail("eval", "healthver", "--data", str(tmp_path / "data"))

    assert done.code == 0
    assert "false supported" in done.out
    assert papertrail("eval", "healthver", "--data", str(tmp_path / "data"), "--json").json["name"] == "healthver"


def test_a_public_set_needs_its_folder_and_the_folder_a_public_set(papertrail: Papertrail) -> None:
    assert "name it with --data DIR" in papertrail("eval", "scifact").err
    assert "--data goes with one of scifact" in papertrail("eval", "questions", "--data", ".").err


def test_a_model_judges_and_its_failures_are_counted(
    papertrail: Papertrail, questions: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with OllamaServer(["judge"]) as server:
        monkeypatch.setenv("PAPERTRAIL_OLLAMA_HOST", server.url)
        server.script("/api/chat", Reply(["no"]))
        done = papertrail("eval", questions, "--judge", "ollama/judge", "--json").json
        assert done["header"]["judge"] == "ollama/judge"
        assert done["summary"]["hybrid"]["named"]["means"]["borne out: judge"]["value"] == 0.0

        server.script("/api/chat", Reply(["who knows"]))
        failed = papertrail("eval", questions, "--judge", "ollama/judge", "--json").json["summary"]["hybrid"]["named"]
        assert failed["judge_failures"] > 0
        assert "borne out: judge" not in failed["means"]


def test_a_made_set_passes_the_check_and_can_be_measured(papertrail: Papertrail, tmp_path: Path) -> None:
    out = str(tmp_path / "made.jsonl")
    made = papertrail("eval", "--make", "4", "--out", out)

    assert (made.code, made.err.strip().splitlines()[-1]) == (0, "4 questions")
    assert papertrail("eval", "--check", out).code == 0
    assert papertrail("eval", out).code == 0
    assert "the papers give no 500" in papertrail("eval", "--make", "500").err


def test_findings_of_a_check_are_lines_and_fail(papertrail: Papertrail, questions: str) -> None:
    with Path(questions).open("a", encoding="utf-8") as file:
        file.write("{\n")
    done = papertrail("eval", "--check", questions)

    assert done.code == 1
    assert done.out.startswith("line 3: it is not an item")
    assert "1 finding\n" in done.err
    assert papertrail("eval", "--check", "nowhere.jsonl").code == 2

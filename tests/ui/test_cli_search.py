from __future__ import annotations

import os
from pathlib import Path

import pytest

import rag
from tests.servers import OllamaServer, Reply, closed_port_url
from tests.ui.command import Papertrail, write_lines, write_papers


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the papers, made once: searching changes nothing."""
    home = Path(os.environ["PAPERTRAIL_HOME"])
    rag.ingest([write_papers(tmp_path_factory.mktemp("papers"))], settings=rag.load_settings(home=home))
    return home


@pytest.fixture
def papertrail(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, home: Path) -> Papertrail:
    monkeypatch.setenv("PAPERTRAIL_HOME", str(home))
    return Papertrail(capsys)


def test_search_shows_the_best_paper_first_with_a_sentence(papertrail: Papertrail) -> None:
    done = papertrail("search", "hypergraph", "retrieval", "of", "flood", "reports")

    assert done.code == 0
    assert done.out.startswith("1. RiverGraph: Hypergraph Retrieval for Flood Reports (2501.00001, 2025-01-05; score ")
    assert "“RiverGraph links all places of a report by a hyperedge.”" in done.out


def test_search_as_json_gives_sentences_with_their_place(papertrail: Papertrail) -> None:
    hits = papertrail("search", "recordings of bird songs", "-k", "2", "--json").json
    texts = {paper["paper_id"]: paper["text"] for paper in papertrail("papers", "--json").json}

    assert [hit["rank"] for hit in hits] == [1, 2]
    assert hits[0]["paper_id"] == "bird song"
    assert hits[0]["score"] >= hits[1]["score"]
    for hit in hits:
        for passage in hit["passages"]:
            assert texts[hit["paper_id"]][passage["start"] : passage["end"]] == passage["text"]


@pytest.mark.parametrize("retriever", ["hybrid", "dense", "lexical"])
def test_search_takes_a_retriever(papertrail: Papertrail, retriever: str) -> None:
    hits = papertrail("search", "noise in night photographs", "--retriever", retriever, "--json").json

    assert hits[0]["paper_id"] == "2406.00002"


def test_a_retriever_that_there_is_not_is_the_users_mistake(papertrail: Papertrail) -> None:
    done, word = papertrail("search", "noise", "--retriever", "magic"), "choose one of"

    assert done.code == 2
    assert word in done.err


def test_search_takes_a_filter(papertrail: Papertrail) -> None:
    hits = papertrail("search", "noise in night photographs", "--filter", "year=2023", "--json").json

    assert {hit["paper_id"] for hit in hits} <= {"bird song"}
    assert papertrail("search", "noise", "--filter", "year=1990", "--json").json == []


@pytest.mark.parametrize(
    "words",
    [[""], ["  "], ["\x00\x01"], ["x" * 20_000], ["birds", "--retriever", "magic"]],
    ids=lambda words: words[0][:5],
)
def test_a_query_that_cannot_be_answered_is_a_mistake(papertrail: Papertrail, words: list[str]) -> None:
    done = papertrail("search", *words)

    assert done.code == 2
    assert done.err.count("\n") == 1


def test_a_batch_gives_a_run_that_any_tool_can_score(papertrail: Papertrail, tmp_path: Path) -> None:
    queries = write_lines(
        tmp_path / "queries.jsonl",
        {"id": "q 1", "query": "recordings of bird songs"},
        {"id": 2, "query": "noise in night photographs", "extra": True},
    )
    run = tmp_path / "out.trec"

    done = papertrail("search", "--batch", queries, "-k", "100", "--run", run, "--retriever", "dense")

    assert (done.code, done.out) == (0, "")
    rows = [line.split() for line in run.read_text(encoding="utf-8").splitlines()]
    assert {len(row) for row in rows} == {6}
    assert {row[1] for row in rows} == {"Q0"}
    assert {row[5] for row in rows} == {"papertrail-dense"}
    assert (rows[0][0], rows[0][2], rows[0][3]) == ("q%201", "bird%20song", "1")
    for query in ("q%201", "2"):
        mine = [row for row in rows if row[0] == query]
        scores = [float(row[4]) for row in mine]
        assert [int(row[3]) for row in mine] == list(range(1, len(mine) + 1))
        assert scores == sorted(scores, reverse=True)


def test_a_batch_without_a_file_goes_to_stdout(papertrail: Papertrail, tmp_path: Path) -> None:
    done = papertrail("search", "--batch", write_lines(tmp_path / "q.jsonl", {"id": "a", "query": "birds"}), "-k", "1")

    assert len(done.out.splitlines()) == 1


def test_bad_lines_of_a_batch_are_reported_and_the_rest_goes_on(papertrail: Papertrail, tmp_path: Path) -> None:
    queries = write_lines(
        tmp_path / "queries.jsonl",
        "{not json",
        {"id": "no-query"},
        {"query": "no id"},
        {"id": "empty", "query": " "},
        [1],
        '{"id": "half", "query": "\\ud800"}',
        "",
        {"id": "good", "query": "bird songs"},
    )

    done = papertrail("search", "--batch", queries)

    assert done.code == 0
    assert {line.split()[0] for line in done.out.splitlines()} == {"good"}
    assert [number for number in range(1, 9) if f"queries.jsonl:{number}: " in done.err] == [1, 2, 3, 4, 5, 6]


def test_a_batch_of_which_nothing_went_through_has_failed(papertrail: Papertrail, tmp_path: Path) -> None:
    assert papertrail("search", "--batch", write_lines(tmp_path / "queries.jsonl", "{")).code == 1


def test_files_that_cannot_be_read_or_written_are_mistakes(papertrail: Papertrail, tmp_path: Path) -> None:
    queries = write_lines(tmp_path / "queries.jsonl", {"id": "a", "query": "birds"})
    (tmp_path / "latin1.jsonl").write_bytes('{"id": "a", "query": "Vögel"}'.encode("latin-1"))

    assert papertrail("search", "--batch", tmp_path / "missing.jsonl").code == 2
    assert papertrail("search", "--batch", tmp_path).code == 2
    assert papertrail("search", "--batch", tmp_path / "latin1.jsonl").code == 2
    assert papertrail("search", "--batch", queries, "--run", tmp_path / "no" / "such" / "folder").code == 2
    assert papertrail("search", "--batch", queries, "--run", queries).code == 2
    assert queries.read_text(encoding="utf-8") != ""


def test_a_model_that_gives_no_order_is_told_of_and_the_papers_still_come(
    papertrail: Papertrail, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = papertrail("search", "noise in night photographs", "--json").json
    monkeypatch.setenv("PAPERTRAIL_RERANK", "ollama/ranker")
    monkeypatch.setenv("PAPERTRAIL_OLLAMA_HOST", closed_port_url())

    done = papertrail("search", "noise in night photographs", "--json")

    assert done.code == 0
    assert done.json == plain
    assert "ollama/ranker did not put the papers in order: no Ollama server answers" in done.err


def test_a_run_file_never_mixes_orders(papertrail: Papertrail, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    queries = write_lines(tmp_path / "queries.jsonl", {"id": 1, "query": "noise"}, {"id": 2, "query": "bird songs"})
    monkeypatch.setenv("PAPERTRAIL_RERANK", "ollama/ranker")
    with OllamaServer(["ranker"]) as server:
        server.script("/api/chat", Reply(['{"best": [2, 1]}']), Reply(["no order"]))
        monkeypatch.setenv("PAPERTRAIL_OLLAMA_HOST", server.url)
        done = papertrail("search", "--batch", queries, "-k", "3")

    assert {line.split()[0] for line in done.out.splitlines()} == {"1"}
    assert "gave no order of use" in done.err
    assert done.code == 0

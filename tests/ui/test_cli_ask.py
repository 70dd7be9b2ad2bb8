from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

import rag
from tests.servers import CUT, OllamaServer, OpenAIServer, Reply, cite_first_key, closed_port_url
from tests.ui.command import Papertrail, write_lines, write_papers

_QUESTION = "How much does RiverGraph improve answer accuracy over plain vector search?"
_KEYS = [
    "question",
    "answer",
    "refused",
    "reason",
    "citations",
    "claims",
    "nearest",
    "model",
    "retriever",
    "settings_hash",
    "usage",
    "timings_ms",
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the papers, made once: asking changes nothing."""
    home = Path(os.environ["PAPERTRAIL_HOME"])
    rag.ingest([write_papers(tmp_path_factory.mktemp("papers"))], settings=rag.load_settings(home=home))
    return home


@pytest.fixture
def papertrail(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, home: Path) -> Papertrail:
    monkeypatch.setenv("PAPERTRAIL_HOME", str(home))
    return Papertrail(capsys)


def test_an_answer_as_json_has_the_documented_format(papertrail: Papertrail) -> None:
    answer = papertrail("ask", _QUESTION, "--json").json
    texts = {paper["paper_id"]: paper["text"] for paper in papertrail("papers", "--json").json}

    assert [key for key in answer if key in _KEYS] == _KEYS
    assert answer["question"] == _QUESTION
    assert "12.3%" in answer["answer"]
    assert answer["model"] == "extractive"
    assert [citation["paper_id"] for citation in answer["citations"]][0] == "2501.00001"
    for citation in answer["citations"]:
        assert texts[citation["paper_id"]][citation["start"] : citation["end"]] == citation["quote"]
        assert f"[{citation['marker']}]" in answer["answer"]


def test_an_answer_for_a_reader_has_its_references_below(papertrail: Papertrail) -> None:
    done = papertrail("ask", _QUESTION)

    text, _, references = done.out.partition("\nReferences\n")
    assert done.code == 0
    assert "12.3%" in text
    assert "[1]" in text
    assert references.startswith("[1] RiverGraph: Hypergraph Retrieval for Flood Reports (2501.00001)\n")
    assert "“It improves answer accuracy by 12.3% over plain vector search.”" in references
    assert "https://example.org/rivergraph" in references
    assert "written by extractive" in done.err


def test_a_question_without_quotation_marks_is_one_question(papertrail: Papertrail) -> None:
    assert papertrail("ask", "--json", *_QUESTION.split()).json["question"] == _QUESTION


def test_a_refusal_shows_the_nearest_papers_and_is_no_failure(papertrail: Papertrail) -> None:
    done = papertrail("ask", "How does QuillForge save memory?")
    answer = papertrail("ask", "How does QuillForge save memory?", "--json").json

    assert done.code == 0
    assert answer["refused"]
    assert answer["reason"] in done.out
    assert "Nearest papers" in done.out
    assert all(near["title"] in done.out for near in answer["nearest"])
    assert "References" not in done.out


def test_what_is_no_question_to_papers_cites_none_and_is_no_failure(papertrail: Papertrail) -> None:
    done = papertrail("ask", "Who won the football world cup of 1954?", "--json")

    assert done.code == 0
    assert done.json["answer"]
    assert done.json["citations"] == []


def test_what_is_not_supported_is_marked_as_such(papertrail: Papertrail, monkeypatch: pytest.MonkeyPatch) -> None:
    with OllamaServer(models=["llama3.2"]) as server:
        server.script("/api/chat", cite_first_key("RiverGraph improves answer accuracy by 99.9% over vector search"))
        monkeypatch.setenv("PAPERTRAIL_OLLAMA_HOST", server.url)
        done = papertrail("ask", _QUESTION, "--model", "ollama/llama3.2")

    assert "99.9%" in done.out
    assert "Not fully supported by what is cited" in done.out
    assert "written by ollama/llama3.2" in done.err


def test_a_filter_and_a_retriever_reach_the_answer(papertrail: Papertrail) -> None:
    answer = papertrail("ask", _QUESTION, "--filter", "year=2023", "--retriever", "lexical", "--json").json

    assert answer["retriever"] == "lexical"
    assert {citation["paper_id"] for citation in answer["citations"]} <= {"bird song"}


@pytest.mark.parametrize(
    "words",
    [[""], ["  "], ["x" * 20_000], [_QUESTION, "--model", "magic"], [_QUESTION, "--retriever", "magic"]],
    ids=["empty", "blank", "long", "model", "retriever"],
)
def test_a_question_that_cannot_be_asked_is_a_mistake(papertrail: Papertrail, words: list[str]) -> None:
    done = papertrail("ask", *words)

    assert done.code == 2
    assert done.out.strip() == ""
    assert done.err.count("\n") == 1


def test_a_model_server_that_is_down_is_a_failure(papertrail: Papertrail, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERTRAIL_OLLAMA_HOST", closed_port_url())
    monkeypatch.setenv("PAPERTRAIL_RETRIES", "0")

    done = papertrail("ask", _QUESTION, "--model", "ollama/llama3.2")

    assert done.code == 1
    assert done.err.count("\n") == 1


def test_an_answer_that_breaks_off_ends_its_line_before_the_complaint(
    papertrail: Papertrail, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAPERTRAIL_RETRIES", "0")
    with OllamaServer(models=["llama3.2"]) as server:
        server.script("/api/chat", Reply(["RiverGraph links all places of a report. ", "It ", CUT], finish=None))
        monkeypatch.setenv("PAPERTRAIL_OLLAMA_HOST", server.url)
        done = papertrail("ask", _QUESTION, "--model", "ollama/llama3.2")

    assert done.code == 1
    assert done.out.endswith("\n")
    assert done.err.startswith("papertrail: ")


def test_a_batch_gives_a_line_a_turn_in_order(papertrail: Papertrail, tmp_path: Path) -> None:
    questions = write_lines(
        tmp_path / "questions.jsonl",
        {"id": "one", "question": _QUESTION, "gold": ["ignored"]},
        {"id": 2, "turns": ["What does LampNet remove?", "How fast does it run on the Dusk benchmark?"]},
    )
    out = tmp_path / "answers.jsonl"

    done = papertrail("ask", "--batch", questions, "--out", out)

    answers = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert (done.code, done.out) == (0, "")
    assert [(answer["id"], answer["turn"]) for answer in answers] == [("one", 0), (2, 0), (2, 1)]
    assert all(set(_KEYS) <= set(answer) for answer in answers)
    assert answers[0]["answer"] == papertrail("ask", _QUESTION, "--json").json["answer"]


def test_the_turns_of_a_batch_are_one_conversation(papertrail: Papertrail, tmp_path: Path, home: Path) -> None:
    turns = ["What does LampNet remove?", "How fast does it run?"]
    with rag.Assistant.open(settings=rag.load_settings(home=home)) as assistant:
        chat = assistant.chat()
        spoken = [chat.ask(turn) for turn in turns]

    lines = papertrail("ask", "--batch", write_lines(tmp_path / "q.jsonl", {"id": "a", "turns": turns})).lines

    assert [line["answer"] for line in lines] == [answer.text for answer in spoken]
    assert "4 milliseconds" in lines[1]["answer"]
    quotes = [{citation["marker"]: citation["quote"] for citation in line["citations"]} for line in lines]
    assert all(f"[{marker}]" in line["answer"] for line, found in zip(lines, quotes, strict=True) for marker in found)
    assert quotes[0].keys() & quotes[1].keys()
    assert all(quotes[0][marker] == quotes[1][marker] for marker in quotes[0].keys() & quotes[1].keys())


def test_what_fails_in_a_batch_is_a_line_and_the_rest_goes_on(papertrail: Papertrail, tmp_path: Path) -> None:
    questions = write_lines(
        tmp_path / "questions.jsonl",
        "{not json",
        {"id": "no-question"},
        {"id": "wrong", "turns": "not a list"},
        {"id": "long", "turns": ["x" * 20_000, _QUESTION]},
        {"question": "no id"},
    )

    done = papertrail("ask", "--batch", questions)

    assert done.code == 0
    assert [(line["id"], line["turn"], "error" in line) for line in done.lines] == [
        (None, 0, True),
        ("no-question", 0, True),
        ("wrong", 0, True),
        ("long", 0, True),
        ("long", 1, False),
        (None, 0, True),
    ]
    assert "questions.jsonl:1: not JSON" in done.lines[0]["error"]
    assert "questions.jsonl:1: not JSON" in done.err


def test_a_batch_of_which_nothing_was_answered_has_failed(papertrail: Papertrail, tmp_path: Path) -> None:
    assert papertrail("ask", "--batch", write_lines(tmp_path / "q.jsonl", "[]")).code == 1
    assert papertrail("ask", "--batch", write_lines(tmp_path / "empty.jsonl")).code == 0


def test_the_answers_cannot_overwrite_the_questions(papertrail: Papertrail, tmp_path: Path) -> None:
    questions = write_lines(tmp_path / "q.jsonl", {"id": "a", "question": _QUESTION})

    assert papertrail("ask", "--batch", questions, "--out", questions).code == 2
    assert questions.read_text(encoding="utf-8") != ""


def test_the_trace_is_told_on_stderr_and_stdout_stays_the_answer(papertrail: Papertrail) -> None:
    plain, traced = papertrail("ask", _QUESTION), papertrail("ask", _QUESTION, "--trace")

    assert traced.out == plain.out
    assert "understand (" in traced.err
    assert f"  stand-alone question: {_QUESTION}" in traced.err
    assert "RiverGraph: Hypergraph Retrieval for Flood Reports: paper id 2501.00001, score" in traced.err
    assert "understand (" not in plain.err


def test_the_trace_is_part_of_the_json_where_it_is_asked_for(papertrail: Papertrail) -> None:
    assert [step["step"] for step in papertrail("ask", _QUESTION, "--trace", "--json").json["trace"]][:3] == [
        "understand",
        "retrieve",
        "decide",
    ]
    assert "trace" not in papertrail("ask", _QUESTION, "--json").json


@pytest.mark.parametrize("more", [[], ["--json"], ["--trace"], ["--trace", "--json"]])
def test_no_key_is_told_anywhere(papertrail: Papertrail, monkeypatch: pytest.MonkeyPatch, more: list[str]) -> None:
    secret = "sk-very-secret-0123456789"
    with OpenAIServer(models=["small"], key=secret) as server:
        server.script("/v1/chat/completions", cite_first_key("RiverGraph improves answer accuracy by 99.9%"))
        monkeypatch.setenv("PAPERTRAIL_OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("PAPERTRAIL_OPENAI_API_KEY", secret)
        done = papertrail("ask", _QUESTION, "--model", "openai/small", "--unsupported", "rewrite", *more)
        examined = papertrail("doctor")

    assert done.code == 0
    assert server.requests[0].headers["authorization"] == f"Bearer {secret}"
    assert secret not in done.out + done.err + examined.out + examined.err


def test_a_pipe_gets_the_checked_answer_alone(papertrail: Papertrail, monkeypatch: pytest.MonkeyPatch) -> None:
    with OllamaServer(models=["llama3.2"]) as server:
        server.script("/api/chat", cite_first_key("RiverGraph improves answer accuracy by 99.9% over vector search"))
        monkeypatch.setenv("PAPERTRAIL_OLLAMA_HOST", server.url)
        done = papertrail("ask", _QUESTION, "--model", "ollama/llama3.2", "--unsupported", "drop")

    assert done.code == 0
    assert "99.9" not in done.out
    assert "not borne out by what was cited, and left out" in done.out


def test_an_unknown_way_with_unsupported_sentences_is_the_users_mistake(papertrail: Papertrail) -> None:
    done = papertrail("ask", _QUESTION, "--unsupported", "hide")

    assert (done.code, done.out.strip()) == (2, "")
    assert "choose one of mark, rewrite, drop" in done.err

"""Measuring a language model that reads messages: resumed, and told field by field; the model is scripted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.training.reading import main
from rag.index.embedding.minilm import MiniLM
from tests.servers import OpenAIServer, Reply, Request

CHAT = "/v1/chat/completions"
MESSAGES = [
    {"text": "bird songs", "kind": "list", "form": "answer", "flags": [], "collection": "a", "marks": [["s", 0, 10]]},
    {"text": "and newest?", "kind": "records", "form": "answer", "flags": ["followup"], "collection": "a",
     "before": "bird songs", "back": "same", "asks": "papers", "fields": ["date"], "order": "newest"},
]  # fmt: skip


def _says(request: Request) -> Reply:
    asked = request.json["messages"][-1]["content"]
    if "newest" in asked:
        reply = {"kind": "records", "asks": "papers", "fields": ["date"], "order": "newest"}
    else:
        reply = {"kind": "list", "subject": ["bird songs"]}
    return Reply([json.dumps(reply)], usage=(400, 60))


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERTRAIL_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PAPERTRAIL_RETRIES", "0")
    MiniLM(tmp_path / "home")


def _measured(labelled: Path, out: Path, server: OpenAIServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERTRAIL_OPENAI_BASE_URL", server.url)
    main([str(labelled), "--model", "openai/m", "--out", str(out)])


def test_a_run_tells_field_by_field_and_goes_on_where_it_was_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    labelled, out = tmp_path / "messages.jsonl", tmp_path / "kept.jsonl"
    labelled.write_text("\n".join(map(json.dumps, MESSAGES)), "utf-8")
    with OpenAIServer(["m"]) as server:
        server.script(CHAT, _says, Reply(status=503, body='{"error": {"message": "busy"}}'))
        _measured(labelled, out, server, monkeypatch)
        stopped = capsys.readouterr().out
        server.script(CHAT, _says)
        _measured(labelled, out, server, monkeypatch)
        whole = capsys.readouterr().out
        asked = len(server.requests)
        _measured(labelled, out, server, monkeypatch)

        assert len(server.requests) == asked == 3
    assert "1 not read: " in stopped
    assert "1 messages: " in stopped
    assert "2 messages: " in whole
    assert "400 tokens read and 60 written" in whole
    rows = {line.split()[0]: line.split() for line in whole.splitlines() if line.split()}
    assert rows["kind"][3] == rows["order"][3] == "1.000"
    assert capsys.readouterr().out == whole


def test_question_sets_of_known_kind_are_measured_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    row = {"kind": "list", "turns": ["bird songs"]}
    (tmp_path / "birds.questions.jsonl").write_text(json.dumps(row), "utf-8")
    with OpenAIServer(["m"]) as server:
        server.script(CHAT, _says)
        _measured(tmp_path, tmp_path / "kept.jsonl", server, monkeypatch)

    assert "all right: 1.000 of 1" in capsys.readouterr().out

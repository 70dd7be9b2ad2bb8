from __future__ import annotations

import importlib
import os
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.servers import OllamaServer, Reply, Stall
from tests.ui.command import ROOT, Papertrail, start, write_papers
from ui.cli import main

_COMMANDS = [
    "ingest",
    "papers",
    "remove",
    "export",
    "collection move",
    "extract",
    "search",
    "ask",
    "compare",
    "verify",
    "chat",
    "serve",
    "mcp",
    "eval",
    "bench",
    "doctor",
]


@pytest.fixture
def papertrail(capsys: pytest.CaptureFixture[str]) -> Papertrail:
    return Papertrail(capsys)


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(["--help"])

    assert exit_.value.code == 0
    listed = capsys.readouterr().out.split("commands:")[1]
    names = [line.split()[0] for line in listed.splitlines() if line.startswith("    ") and line[4] != " "]
    assert names == [command.split()[0] for command in _COMMANDS]


@pytest.mark.parametrize("command", _COMMANDS)
def test_every_command_has_help_and_can_be_pointed_to_a_collection(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exit_:
        main([*command.split(), "--help"])

    text = capsys.readouterr().out
    assert exit_.value.code == 0
    assert "--collection NAME" in text
    assert "--home DIR" in text


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["frobnicate"],
        ["ask"],
        ["ask", "what?", "--batch", "file"],
        ["ask", "what?", "--out", "file"],
        ["search", "--batch", "file", "words"],
        ["search", "words", "--run", "file"],
        ["search", "words", "-k", "0"],
        ["search", "words", "-k", "ten"],
        ["search", "words", "--json=yes"],
        ["papers", "--coll", "x"],
        ["papers", "--collection", "../elsewhere"],
        ["papers", "--filter", "nonsense"],
        ["papers", "--filter", "year>=soon"],
        ["ingest"],
        ["ingest", "no-such-file.jsonl"],
        ["ingest", "--format", "docx", "file"],
        ["remove"],
        ["export"],
        ["export", "--format", "docx"],
        ["chat", "--port", "70000"],
        ["ask", "what \udcff?"],
        ["doctor", "--collection", "../elsewhere"],
    ],
)
def test_a_mistake_is_one_sentence_and_exit_code_2(papertrail: Papertrail, words: list[str]) -> None:
    done = papertrail(*words)

    assert done.code == 2
    assert done.out == ""
    assert done.err.startswith("papertrail: ")
    assert done.err.count("\n") == 1


@pytest.mark.parametrize("command", [["papers"], ["search", "x"], ["ask", "x"], ["remove", "x"], ["chat"]])
def test_without_a_collection_the_way_to_make_one_is_named(papertrail: Papertrail, command: list[str]) -> None:
    done = papertrail(*command)

    assert done.code == 2
    assert "papertrail ingest" in done.err


def test_a_setting_that_makes_no_sense_is_a_mistake(papertrail: Papertrail, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAPERTRAIL_PASSAGES", "many")

    assert papertrail("papers").code == 2


def test_a_home_that_is_a_file_is_a_failure_without_a_traceback(papertrail: Papertrail, tmp_path: Path) -> None:
    file = write_papers(tmp_path)

    done = papertrail("ingest", file, "--home", file)

    assert done.code in (1, 2)
    assert done.err.startswith("papertrail: ")
    assert str(file) in done.err


def test_the_console_script_is_this_command_line() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    module, _, name = project["project"]["scripts"]["papertrail"].partition(":")

    assert getattr(importlib.import_module(module), name) is main


def test_the_exit_code_reaches_the_shell() -> None:
    done = subprocess.run([sys.executable, "-m", "ui.cli", "frobnicate"], cwd=ROOT, capture_output=True, check=False)

    assert done.returncode == 2


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path, papertrail: Papertrail) -> None:
    papertrail("ingest", write_papers(tmp_path))
    reader, writer = os.pipe()
    os.close(reader)

    process = start("papers", "--json", stdout=writer)
    os.close(writer)
    _, err = process.communicate(timeout=60)

    assert err == ""
    assert process.returncode == 141


def test_data_is_utf8_in_every_locale(tmp_path: Path, papertrail: Papertrail) -> None:
    papertrail("ingest", write_papers(tmp_path, [{"id": "é", "title": "Größe 文", "abstract": ""}]))

    process = start("papers", env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
    out, _ = process.communicate(timeout=60)

    assert out == "é\t\tGröße 文\n"


def test_an_interrupted_ingest_says_what_is_kept_and_goes_on_from_there(tmp_path: Path, papertrail: Papertrail) -> None:
    file = write_papers(tmp_path)
    stall = Stall()
    with OllamaServer(models=["embed"]) as server:
        settings = {"PAPERTRAIL_EMBEDDING": "ollama:embed", "PAPERTRAIL_OLLAMA_HOST": server.url}
        server.script("/api/embed", Reply([stall]))
        process = start("ingest", file, env=settings)
        assert stall.reached.wait(60)
        process.send_signal(signal.SIGINT)
        stall.release()
        out, err = process.communicate(timeout=60)

    assert process.returncode == 130
    assert out == ""
    assert "the same command goes on from there" in err
    assert "Traceback" not in err
    assert papertrail("ingest", file, "--json").json["added"] == 3


def test_interrupting_anything_else_is_one_line() -> None:
    stall = Stall()
    with OllamaServer(models=["llama3.2"]) as server:
        server.script("/api/show", Reply([stall]))
        process = start("doctor", env={"PAPERTRAIL_MODEL": "ollama/llama3.2", "PAPERTRAIL_OLLAMA_HOST": server.url})
        assert stall.reached.wait(60)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)

    assert process.returncode == 130
    assert err == "papertrail: interrupted\n"

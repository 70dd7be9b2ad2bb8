"""Running the command line in tests, and a few papers to run it on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ui.cli import main

ROOT = Path(__file__).parents[2]

PAPERS: list[dict[str, Any]] = [
    {
        "id": "2501.00001",
        "title": "RiverGraph: Hypergraph Retrieval for Flood Reports",
        "abstract": "Flood reports name many places at once. RiverGraph links all places of a report by a hyperedge. "
        "It improves answer accuracy by 12.3% over plain vector search.",
        "authors": ["Ada Byron", "Grace Hopper"],
        "date": "2025-01-05",
        "url": "https://example.org/rivergraph",
    },
    {
        "id": "2406.00002",
        "title": "LampNet: Compact Encoders for Night Photography",
        "abstract": "Night photographs are noisy. LampNet removes the noise with a network of two million parameters. "
        "On the Dusk benchmark it runs in 4 milliseconds.",
        "authors": ["Edsger Dijkstra"],
        "date": "2024-06-30",
    },
    {
        "id": "bird song",
        "title": "SongBook: A Corpus of Bird Songs",
        "abstract": "SongBook holds 9,000 recordings of bird songs from forty countries. "
        "Volunteers labelled each recording.",
        "date": "2023-03-01",
    },
]


class Done(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The value on the last line of stdout."""
        return json.loads(self.out.splitlines()[-1])

    @property
    def lines(self) -> list[Any]:
        """The values of all lines of stdout."""
        return [json.loads(line) for line in self.out.splitlines()]


class Papertrail:
    """Runs commands in this process."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *words: str | Path) -> Done:
        self._capsys.readouterr()
        code = main([str(word) for word in words])
        return Done(code, *self._capsys.readouterr())


def write_papers(folder: Path, papers: list[dict[str, Any]] | None = None) -> Path:
    """A file with the papers, JSON lines."""
    file = folder / "papers.jsonl"
    lines = [json.dumps(paper) for paper in (PAPERS if papers is None else papers)]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def write_lines(file: Path, *lines: object) -> Path:
    """A JSON lines file; strings go in as they are."""
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    file.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
    return file


def start(*words: str | Path, **options: Any) -> subprocess.Popen[str]:
    """Starts the command line as a process of its own, its output in pipes unless ``options`` say otherwise."""
    return subprocess.Popen(
        [sys.executable, "-m", "ui.cli", *map(str, words)],
        cwd=ROOT,
        text=True,
        encoding="utf-8",
        env=os.environ | options.pop("env", {}),
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options,
    )

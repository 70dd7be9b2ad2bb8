"""Speed against its floor in one run: embedding a question and one Chroma query; embedding alone; a bare start."""

from __future__ import annotations

import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rag import Assistant, Paper, Settings
from rag.index import Collection, Embedder, ingest
from rag.text.sentences import passages_of

__all__ = ["run_bench"]

QUESTIONS = 40
"""Titles of the collection, asked as questions."""
STARTS = 3
INGESTED = 100
WARM_UP = 3
ROUNDS = 3


def run_bench(settings: Settings, collection: str) -> dict[str, Any]:
    """Measures answering, starting and ingesting on one collection.

    Args:
        settings: the extractive writer and these settings answer.
        collection: a collection that exists; its papers are also ingested anew, into a folder that is thrown away.

    Returns:
        Names with units in them, and values; ratios first. Times are medians of this run.
    """
    with Assistant.open(collection, settings) as assistant, Collection.open(settings, collection) as store:
        papers = assistant.papers()
        questions = [f"What is {paper.title} about?" for paper in papers[:QUESTIONS]]
        floor_ms, ask_ms = _answering(assistant, store, questions)
        embed_rate, ingest_rate = _ingesting(settings, store.embedder, papers[:INGESTED])
    with tempfile.TemporaryDirectory() as elsewhere:  # a start outside any checkout, as a user's shell would
        help_s = _start(elsewhere, "--help")
        place = ["--collection", collection, "--home", str(settings.home)]
        cold_s = _start(elsewhere, "ask", questions[0], "--model", "extractive", "--json", *place)
    return {
        "ask / floor (warm, extractive)": round(ask_ms / floor_ms, 2),
        "ingest rate / embedding rate": round(ingest_rate / embed_rate, 2),
        "floor: embed and one Chroma query, ms": round(floor_ms, 2),
        "ask, warm, extractive, ms": round(ask_ms, 2),
        "ingest, papers a second": round(ingest_rate, 1),
        "embedding alone, papers a second": round(embed_rate, 1),
        "papertrail ask, cold, s": round(cold_s, 2),
        "papertrail --help, s": round(help_s, 2),
        "papers": len(papers),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }


def _answering(assistant: Assistant, store: Collection, questions: Sequence[str]) -> tuple[float, float]:
    """Medians in ms of the floor and of a whole answer, taken in turns so that the machine treats both alike."""

    def floor(question: str) -> object:
        return store.dense(store.embedder.embed([question])[0], k=10)

    def ask(question: str) -> object:
        return assistant.ask(question, model="extractive")

    for question in questions[:WARM_UP]:
        floor(question), ask(question)
    times = [(_timed_ms(floor, question), _timed_ms(ask, question)) for question in questions]
    floors, asks = zip(*times, strict=True)
    return statistics.median(floors), statistics.median(asks)


def _timed_ms(work: Callable[[str], object], argument: str) -> float:
    started = time.perf_counter()
    work(argument)
    return (time.perf_counter() - started) * 1000


def _ingesting(settings: Settings, embedder: Embedder, papers: Sequence[Paper]) -> tuple[float, float]:
    """Papers a second of embedding their sentences alone and of a whole ingest, medians of rounds taken in turns."""
    texts = [passage.text for paper in papers for passage in passages_of(paper)]
    alone, whole = [], []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        embedder.embed(texts)
        alone.append(len(papers) / (time.perf_counter() - started))
        with tempfile.TemporaryDirectory() as home:
            elsewhere = settings.model_copy(update={"home": Path(home)})
            shutil.copytree(settings.home / "models", Path(home) / "models", dirs_exist_ok=True)
            started = time.perf_counter()
            ingest(elsewhere, "bench", papers)
            whole.append(len(papers) / (time.perf_counter() - started))
    return statistics.median(alone), statistics.median(whole)


def _start(folder: str, *arguments: str) -> float:
    """Seconds a whole ``papertrail`` process takes, median of some."""
    times = []
    for _ in range(STARTS):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-m", "ui.cli", *arguments], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - started)
    return statistics.median(times)

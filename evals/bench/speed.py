"""Speed in one run: answers and retrievers beside their floor, ingest beside embedding alone, starts, memory, disk."""

from __future__ import annotations

import dataclasses
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from evals.machine import Latency, disk_mb, environment, in_turns, run_child
from rag import Assistant, Paper, Settings
from rag.index import Collection, Embedder, ingest
from rag.text.sentences import passages_of

__all__ = ["Speed", "measure_latencies", "measure_speed", "questions_about", "speed_table"]

QUESTIONS = 40
"""Titles of the collection, asked as questions."""
STARTS = 3
INGESTED = 100
ROUNDS = 3
FLOOR, ASK = "floor: embed, one Chroma query", "ask, extractive"


@dataclasses.dataclass(frozen=True)
class Speed:
    """One benchmark run."""

    ratios: Mapping[str, float]
    """Medians of this run divided by each other: what can be compared between machines."""
    latencies: Mapping[str, Latency]
    """Warm, by what was called."""
    values: Mapping[str, float]
    """Everything else, with its unit in its name."""
    environment: Mapping[str, str]

    def to_json(self) -> dict[str, Any]:
        """The numbers as JSON values."""
        return dataclasses.asdict(self)


def measure_speed(settings: Settings, collection: str) -> Speed:
    """Measures answering, starting and ingesting on one collection.

    Args:
        settings: the extractive writer and these settings answer.
        collection: a collection that exists; its papers are also ingested anew, into a folder that is thrown away.
    """
    machine = environment()
    with Assistant.open(collection, settings) as assistant, Collection.open(settings, collection) as store:
        papers = assistant.papers()
        latencies = measure_latencies(assistant, store, questions_about(papers))
        embed_rate, ingest_rate = _ingesting(settings, store.embedder, papers[:INGESTED])
    place = ["--collection", collection, "--home", str(settings.home)]
    with tempfile.TemporaryDirectory() as elsewhere:  # a start outside any checkout, as a user's shell would
        helps = [run_child(["--help"], Path(elsewhere)) for _ in range(STARTS)]
        question = ["ask", "What is this about?", "--model", "extractive", "--json", *place]
        asks = [run_child(question, Path(elsewhere)) for _ in range(STARTS)]
    floor = latencies[FLOOR].p50
    ratios = {f"{name} / floor": value.p50 / floor for name, value in latencies.items() if name != FLOOR}
    ratios["ingest rate / embedding rate"] = ingest_rate / embed_rate
    values = {
        "papers": float(len(papers)),
        "ingest, papers a second": ingest_rate,
        "embedding alone, papers a second": embed_rate,
        "papertrail ask, cold, s": statistics.median(child.seconds for child in asks),
        "papertrail ask, cold, peak MiB": max(child.peak_mb for child in asks),
        "papertrail --help, s": statistics.median(child.seconds for child in helps),
        "collection on disk, MiB": disk_mb(settings.home / "collections" / collection),
    }
    return Speed(_rounded(ratios), latencies, _rounded(values), machine)


def questions_about(papers: Sequence[Paper]) -> list[str]:
    """The first titles as questions."""
    return [f"What is {paper.title} about?" for paper in papers[:QUESTIONS]]


def measure_latencies(
    assistant: Assistant, store: Collection, questions: Sequence[str], retrievers: Sequence[str] | None = None
) -> dict[str, Latency]:
    """Of the floor, each retriever (None: all) and a whole answer, in turns so that the machine treats all alike."""

    def floor(question: str) -> object:
        return store.dense(store.embedder.embed([question])[0], k=10)

    calls: dict[str, Callable[[str], object]] = {FLOOR: floor}
    for name in [choice.name for choice in assistant.retrievers()] if retrievers is None else retrievers:
        calls[f"search, {name}"] = _searching(assistant, name)
    calls[ASK] = lambda question: assistant.ask(question, model="extractive")
    return in_turns(calls, questions)


def _searching(assistant: Assistant, retriever: str) -> Callable[[str], object]:
    return lambda question: assistant.search(question, retriever=retriever)


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


def _rounded(values: Mapping[str, float]) -> dict[str, float]:
    return {name: round(value, 2) for name, value in values.items()}


def speed_table(speed: Speed) -> str:
    """The numbers as text, ratios first."""
    width = max(map(len, (*speed.ratios, *speed.latencies, *speed.values, *speed.environment))) + 2
    lines = [f"{name:{width}}{value:>10.2f}" for name, value in speed.ratios.items()]
    lines += ["", f"{'warm, ms':{width}}{'p50':>10}{'p95':>10}{'p99':>10}"]
    lines += [
        f"{name:{width}}{one.p50:>10.1f}{one.p95:>10.1f}{one.p99:>10.1f}" for name, one in speed.latencies.items()
    ]
    lines += ["", *(f"{name:{width}}{value:>10.2f}" for name, value in speed.values.items())]
    lines += ["", *(f"{name:{width}}{value}" for name, value in speed.environment.items())]
    return "\n".join(lines)

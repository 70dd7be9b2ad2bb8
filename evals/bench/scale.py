"""Growing a collection: ingest rate, memory, disk, latency and how often the right paper still comes first."""

from __future__ import annotations

import dataclasses
import itertools
import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from evals.bench.speed import measure_latencies, questions_about
from evals.bench.starts import Starts, measure_starts, parts_mb
from evals.external.abstracts import read_abstracts
from evals.machine import Child, Latency, disk_mb, environment, run_child
from evals.questions import Question, load_questions
from evals.statistics import Mean, mean_of
from rag import Assistant, Paper, Settings
from rag.errors import CollectionMissingError, UserError
from rag.index import Collection
from rag.index.layout import layout_of
from rag.retrieval.retrievers import retriever_for

__all__ = ["Scale", "Step", "exponents", "measure_scale"]

STYLES = ("named", "keywords", "described", "riddle")


@dataclasses.dataclass(frozen=True)
class Step:
    """A collection of one size."""

    papers: int
    ingest: Child | None
    """What its ingest took as a process; None when it was there already and nobody measured it."""
    disk_mb: float
    latencies: Mapping[str, Latency]
    """Warm, by what was called; milliseconds."""
    first_right: Mapping[str, Mean]
    """By style of question how often the first paper found is the right one."""
    parts_mb: Mapping[str, float] = dataclasses.field(default_factory=dict)
    """What each part of the collection takes on disk."""
    starts: Starts = Starts(None, {})
    """First searches."""


@dataclasses.dataclass(frozen=True)
class Scale:
    """All sizes."""

    steps: tuple[Step, ...]
    environment: Mapping[str, str]

    def to_json(self) -> dict[str, Any]:
        """The numbers as JSON values."""
        return dataclasses.asdict(self)


def measure_scale(
    settings: Settings,
    base: str,
    data: Path,
    sizes: Sequence[int],
    progress: Callable[[str], None] = lambda sentence: None,
    *,
    retrievers: Sequence[str] = (),
) -> Scale:
    """Measures collections of several sizes, made of the papers of ``base`` and of abstracts that answer no question.

    Each lies in the collection ``scale-N`` and is kept: a second run takes it as it is, a broken-off one goes on.

    Args:
        settings: name the home folder and the embedding.
        base: the collection whose papers the questions are about.
        data: the folder with ``abstracts/abstracts.jsonl.gz``.
        sizes: papers in all, each at least as many as ``base`` has.
        progress: told each step in a sentence.
        retrievers: whose searches are measured, the first of a process and warm ones.

    Raises:
        SettingsError: there is no retriever of such a name.
        SourceError: the abstracts are missing or not in their format.
        UserError: a size is smaller than ``base``, or there are not so many abstracts.
    """
    for name in retrievers:
        retriever_for(name)
    machine = environment()
    with Assistant.open(base, settings) as assistant:
        papers = assistant.papers()
    titles = {paper.title for paper in papers}
    asked = [q for q in load_questions() if q.style in STYLES and titles.issuperset(q.gold[0])]
    steps = []
    for size in sorted(sizes):
        if size < len(papers):
            raise UserError(f"{size} papers are fewer than the {len(papers)} of {base!r}; name larger sizes")
        progress(f"{size:,} papers: ingest")
        took = _grown(settings, papers, data, size)
        progress(f"{size:,} papers: questions")
        steps.append(_measured(settings, size, took, asked, retrievers))
    return Scale(tuple(steps), machine)


def _grown(settings: Settings, papers: Sequence[Paper], data: Path, size: int) -> Child | None:
    """Makes the collection of that size by a process of its own; what it took is kept beside the collection."""
    folder = settings.home / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / f"scale-{size}.json"
    if _complete(settings, size):
        return Child(**json.loads(kept.read_text(encoding="utf-8"))) if kept.exists() else None
    source = folder / "papers.jsonl"
    with source.open("w", encoding="utf-8") as file:
        for paper in _pile(papers, data, size):
            file.write(json.dumps(paper.to_json() | {"id": paper.paper_id}) + "\n")
    took = run_child(
        ["ingest", str(source), "--collection", f"scale-{size}", "--home", str(settings.home)], settings.home
    )
    source.unlink()
    kept.write_text(json.dumps(dataclasses.asdict(took)), encoding="utf-8")
    return took


def _complete(settings: Settings, size: int) -> bool:
    try:
        with Collection.open(settings, f"scale-{size}") as store:
            return len(store) == size
    except CollectionMissingError:
        return False


def _pile(papers: Sequence[Paper], data: Path, size: int) -> Iterator[Paper]:
    """The papers and as many abstracts as are missing."""
    found = itertools.islice(itertools.chain(papers, read_abstracts(data)), size)
    count = 0
    for count, paper in enumerate(found, start=1):  # noqa: B007 -- counted to the end
        yield paper
    if count < size:
        raise UserError(f"there are only {count:,} papers in all, not {size:,}; name smaller sizes")


def _measured(
    settings: Settings, size: int, took: Child | None, asked: Sequence[Question], retrievers: Sequence[str]
) -> Step:
    name = f"scale-{size}"
    layout = layout_of(settings, name)
    with Assistant.open(name, settings) as assistant, Collection.open(settings, name) as store:
        questions = questions_about(assistant.papers())
        starts = measure_starts(settings, name, retrievers, questions[0])
        latencies = measure_latencies(assistant, store, questions, retrievers)
        first: dict[str, list[float]] = {}
        for question in asked:
            hits = assistant.search(question.turns[0], 1)
            right = bool(hits) and hits[0].paper.title in question.gold[0]
            first.setdefault(str(question.style), []).append(float(right))
        right_first = {style: mean_of(first[style]) for style in STYLES if style in first}
        return Step(size, took, disk_mb(layout.root), latencies, right_first, parts_mb(layout), starts)


def exponents(scale: Scale) -> dict[str, float]:
    """For each quantity the b of a·papers^b that fits its sizes best on logarithmic axes; empty for one size.

    0 does not grow, 1 grows as the papers do.
    """
    if len(scale.steps) < 2:
        return {}
    series: dict[str, list[float | None]] = {"disk": [step.disk_mb for step in scale.steps]}
    series["ingest time"] = [step.ingest.seconds if step.ingest else None for step in scale.steps]
    series["ingest memory"] = [step.ingest.peak_mb if step.ingest else None for step in scale.steps]
    for call in scale.steps[0].latencies:
        series[f"{call}, p50"] = [step.latencies[call].p50 for step in scale.steps]
    sizes = [math.log(step.papers) for step in scale.steps]
    fitted = {}
    for name, values in series.items():
        points = [(x, math.log(y)) for x, y in zip(sizes, values, strict=True) if y]
        if len(points) > 1:
            slope, _ = np.polyfit([x for x, _ in points], [y for _, y in points], 1)
            fitted[name] = round(float(slope), 2)
    return fitted

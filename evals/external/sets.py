"""The sets by name: reading them, keeping their papers in a collection of their own, measuring, and a table."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from evals.external import healthver, npl, pubmedqa, scholarqabench, scifact
from evals.external.pubmedqa import Abstained, measure_abstaining
from evals.external.retrieval import Retrieved, measure_retrieval
from evals.external.scholarqabench import FirstCited, measure_first_cited
from evals.external.support import Label, Supported, measure_support
from evals.external.wide import WideSet, wide_sets
from evals.external.wide_measure import WideMeasured, measure_wide, wide_table
from evals.machine import environment
from evals.statistics import Mean
from rag import Assistant, Paper, Settings
from rag.checking import checker_for
from rag.errors import SourceError
from rag.index import ingest
from rag.types import Verdict

__all__ = ["SETS", "External", "measure_set", "opened_set", "set_table", "write_set"]

SETS = ("scifact", "npl", "pubmedqa", "healthver", "scholarqabench", "wide")
ALL_RETRIEVERS = ("lexical", "dense", "hybrid")

Progress = Callable[[str, int, int], None]
"""Told the step, how much of it is done, and how much there is (0: not known)."""


@dataclasses.dataclass(frozen=True)
class External:
    """The numbers of one set; what it does not measure is empty or None."""

    name: str
    papers: int
    retrieval: tuple[Retrieved, ...] = ()
    support: Supported | None = None
    abstaining: tuple[Abstained, ...] = ()
    first_cited: tuple[FirstCited, ...] = ()
    wide: tuple[WideMeasured, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The numbers as JSON values."""
        return dataclasses.asdict(self)


def measure_set(
    name: str,
    data: Path,
    settings: Settings,
    *,
    model: str = "extractive",
    retrievers: Sequence[str] = (),
    progress: Progress = lambda step, done, of: None,
) -> External:
    """Measures one of :data:`SETS`; its papers go into the collection ``eval-NAME``, once.

    Each of the wide sets has one of its own, ``eval-wide-NAME``.

    Args:
        name: of the set.
        data: the folder with the set's folder, or that folder.
        settings: name the home folder and the embedding.
        model: who writes, where answers are asked for.
        retrievers: which to measure; empty takes ``lexical``, ``dense`` and ``hybrid``.
        progress: told how far it is.

    Raises:
        SourceError: the files are missing or not in their format.
        PapertrailError: the collection cannot be used, or there is no such model or retriever.
    """
    names = tuple(retrievers) or ALL_RETRIEVERS
    if name == "healthver":
        items = healthver.support_items(data)
        return External(
            name,
            0,
            support=measure_support(items, checker_for(settings.home), lambda done, of: progress("claims", done, of)),
        )
    if name == "pubmedqa":
        asked = pubmedqa.questions(data)
        with _collection(settings, name, pubmedqa.read_papers(data), progress) as assistant:
            abstaining = measure_abstaining(
                assistant,
                asked,
                model=model,
                retriever=retrievers[0] if retrievers else None,
                progress=lambda done, of: progress("questions", done, of),
            )
            return External(name, len(assistant.papers()), abstaining=tuple(abstaining))
    if name == "scholarqabench":
        return _measure_first_cited(data, settings, model, retrievers, progress)
    if name == "wide":
        return _measure_wide(data, settings, model, retrievers, progress)
    found = scifact.retrieval_set(data) if name == "scifact" else npl.retrieval_set(data)
    support = None
    if name == "scifact":
        support = measure_support(
            scifact.support_items(data), checker_for(settings.home), lambda done, of: progress("claims", done, of)
        )
    with _collection(settings, name, found.papers(), progress) as assistant:
        retrieved = measure_retrieval(assistant, found, names, lambda done, of: progress("queries", done, of))
        return External(name, len(assistant.papers()), tuple(retrieved), support)


def _measure_first_cited(
    data: Path, settings: Settings, model: str, retrievers: Sequence[str], progress: Progress
) -> External:
    asked, told = scholarqabench.items(data), functools.partial(progress, "questions")
    with _collection(settings, scholarqabench.NAME, scholarqabench.read_papers(data), progress) as assistant:
        retriever = retrievers[0] if retrievers else None
        cited = measure_first_cited(assistant, asked, model=model, retriever=retriever, progress=told)
        return External(scholarqabench.NAME, len(assistant.papers()), first_cited=tuple(cited))


def _measure_wide(
    data: Path, settings: Settings, model: str, retrievers: Sequence[str], progress: Progress
) -> External:
    measured = []
    for one in wide_sets(data):
        told = functools.partial(progress, f"{one.name}: questions and claims")
        with _collection(settings, f"wide-{one.name}", one.papers, progress) as assistant:
            retriever = retrievers[0] if retrievers else None
            measured.append(measure_wide(assistant, one, model=model, retriever=retriever, progress=told))
    return External("wide", sum(one.papers for one in measured), wide=tuple(measured))


def _collection(settings: Settings, name: str, papers: Iterable[Paper], progress: Progress) -> Assistant:
    """The set's papers in a collection of their own, those that are there already untouched."""
    ingest(settings, f"eval-{name}", papers, lambda done, title: progress("papers", done, 0))
    return Assistant.open(f"eval-{name}", settings)


def opened_set(settings: Settings, one: WideSet) -> Assistant:
    """The assistant over the papers of a wide set, which are ingested first where they are not there."""
    return _collection(settings, f"wide-{one.name}", one.papers, lambda step, done, of: None)


def set_table(result: External) -> str:
    """The numbers as a text table."""
    blocks = []
    if result.retrieval:
        blocks.append(_retrieval_table(result))
    if result.abstaining:
        head = f"{'decision':12}{'n':>6}{'first right':>22}{'refused':>22}{'supported':>22}"
        rows = [
            f"{one.decision:12}{one.first_right.n:6}{_text(one.first_right)}{_text(one.refused)}{_text(one.supported)}"
            for one in result.abstaining
        ]
        blocks.append("\n".join([head, *rows]))
    if result.first_cited:
        lines = [f"{'task':12}{'system':22}{'n':>6}{'first right':>22}{'refused':>22}"]
        for each in result.first_cited:
            numbers = _text(each.first_right) + _text(each.refused)
            lines.append(f"{each.task:12}{each.system:22}{each.first_right.n:6}{numbers}")
        blocks.append("\n".join(lines))
    if result.wide:
        blocks.append(wide_table(result.wide))
    if result.support:
        blocks.append(_support_table(result.support))
    return "\n\n".join(blocks)


def write_set(result: External, folder: Path, command: str) -> None:
    """Writes the numbers as ``NAME.md``.

    Args:
        result: of one set.
        folder: where to; made when it is not there.
        command: that made them, for the reader.

    Raises:
        SourceError: the folder cannot be written to.
    """
    made = ", ".join(f"{name}: {value}" for name, value in environment().items())
    head = f"# {result.name}\n\nMade by `{command}`; in brackets 95 % intervals.\n"
    text = f"{head}\n```\n{set_table(result)}\n```\n\n{made}\n"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{result.name}.md").write_text(text, encoding="utf-8")
    except OSError as error:
        raise SourceError(f"the report cannot be written to {str(folder)!r}: {error.strerror}") from error


def _retrieval_table(result: External) -> str:
    lines = [f"{'':12}{'n':>6}{'nDCG@10':>22}{'recall@100':>22}{'MRR':>22}{'ms':>8}{'published':>11}"]
    for one in result.retrieval:
        published = "-" if one.published is None else f"{one.published:.3f}"
        numbers = "".join(map(_text, (one.ndcg_10, one.recall_100, one.mrr)))
        lines.append(f"{one.retriever:12}{one.ndcg_10.n:6}{numbers}{one.median_ms:8.1f}{published:>11}")
    return "\n".join(lines)


def _support_table(support: Supported) -> str:
    lines = [f"{'label':12}" + "".join(f"{verdict.value:>13}" for verdict in Verdict)]
    for label in Label:
        counts = support.verdicts[label]
        lines.append(f"{label.value:12}" + "".join(f"{counts.get(verdict, 0):13}" for verdict in Verdict))
    named = {"accuracy": support.accuracy, "true kept": support.kept, "false supported": support.false_support}
    named |= {"rationale found": support.rationale}
    lines += [f"{name:16}{_text(mean)}  n={mean.n}" for name, mean in named.items() if mean is not None]
    lines.append(f"{'macro-F1':16}{support.macro_f1:>22.3f}")
    return "\n".join(lines)


def _text(mean: Mean | None) -> str:
    text = "-" if mean is None else f"{mean.value:.3f} [{mean.low:.3f}, {mean.high:.3f}]"
    return f"{text:>22}"

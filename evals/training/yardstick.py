"""How well an embedding orders papers, by the few lines of :mod:`evals.fusion`: nothing else can help it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from evals.external.wide import WideQuestion, same_title, wide_sets
from evals.fusion import Fusion
from evals.questions import load_questions
from evals.statistics import Mean, mean_of
from evals.training.texts import Asked, Shelf
from rag.index.embedding import Vectors
from rag.sources import read_papers
from rag.types import Paper

__all__ = ["measure", "measure_kept", "yardstick_table"]

SEED_PAPERS = Path(__file__).parents[2] / "data"
Embed = Callable[[Sequence[str]], Vectors]


def measure(embed: Embed, wide: Path | None) -> dict[str, Mean]:
    """Share of questions whose best paper is right, and R-precision of lists, over all sets.

    Args:
        embed: gives vectors of unit length.
        wide: folder of the wide sets; None: the seed papers alone.

    Returns:
        By row, such as ``wide plain`` or ``seed list``.
    """
    rows: dict[str, list[float]] = {}
    for one in wide_sets(wide) if wide else []:
        asked = [question for question in one.questions if question.kind in ("paper", "list")]
        _add(rows, "wide", Fusion(one.papers, embed), asked)
    seed = [paper for paper in read_papers(SEED_PAPERS) if isinstance(paper, Paper)]
    questions = [
        WideQuestion(one.id, one.kind, one.turns, one.gold, one.facts, one.style or "")
        for one in load_questions()
        if one.kind in ("factual", "list")
    ]
    _add(rows, "seed", Fusion(seed, embed), questions)
    return {row: mean_of(values) for row, values in sorted(rows.items())}


def measure_kept(embed: Embed, kept: Sequence[Asked], shelf: Shelf) -> dict[str, Mean]:
    """Share of questions whose nearest paper, by its nearest sentence, is the right one of all that ``kept`` is about.

    Returns:
        By row, such as ``kept plain``; empty where ``kept`` is.
    """
    if not kept:
        return {}
    papers = sorted({line.paper for line in kept})
    owners = np.repeat(np.arange(len(papers)), [len(shelf[paper]) for paper in papers])
    sentences = embed([sentence for paper in papers for sentence in shelf[paper]])
    cosines = embed([line.text for line in kept]) @ sentences.T
    nearest = owners[cosines.argmax(axis=1)]
    rows: dict[str, list[float]] = {}
    for line, found in zip(kept, nearest, strict=True):
        rows.setdefault(f"kept {line.style}", []).append(float(papers[found] == line.paper))
    return {row: mean_of(values) for row, values in sorted(rows.items())}


def _add(rows: dict[str, list[float]], sets: str, fusion: Fusion, questions: Sequence[WideQuestion]) -> None:
    places = {same_title(paper.title): number for number, paper in enumerate(fusion.papers)}
    for question in questions:
        gold = {places[title] for title in map(same_title, question.gold[0]) if title in places}
        if not gold:
            continue
        order = np.argsort(-fusion.scores(question.turns[0]), kind="stable").tolist()
        if question.kind == "list":
            also = {places.get(same_title(title)) for title in (question.also[0] if question.also else ())} - gold
            first = [place for place in order if place not in also][: len(gold)]
            rows.setdefault(f"{sets} list", []).append(len(gold & set(first)) / len(gold))
        else:
            rows.setdefault(f"{sets} {question.style}", []).append(float(order[0] in gold))


def yardstick_table(measured: Mapping[str, Mapping[str, Mean]]) -> str:
    """One row a kind of question, one column a model, 95 % intervals in brackets."""
    names = list(measured)
    lines = [f"{'right paper first':20}{'n':>5}" + "".join(f"{name:>24}" for name in names)]
    for row, first in measured[names[0]].items():
        cells = (measured[name][row] for name in names)
        shown = "".join(f"{f'{mean.value:.3f} [{mean.low:.3f}, {mean.high:.3f}]':>24}" for mean in cells)
        lines.append(f"{row:20}{first.n:5}{shown}")
    return "\n".join([*lines, "(lists: R-precision)"])

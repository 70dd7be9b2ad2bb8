"""Measuring the checker on claims that people have labelled: supported by a text, refuted by it, or neither."""

from __future__ import annotations

import collections
import dataclasses
import enum
from collections.abc import Callable, Mapping, Sequence

from evals.statistics import Mean, mean_of
from rag.checking import Checker, Judgement
from rag.types import Paper, Verdict

__all__ = ["Label", "SupportItem", "Supported", "measure_support"]


class Label(enum.StrEnum):
    """What a text says to a claim, by the people who made the set."""

    SUPPORTS = "supports"
    REFUTES = "refutes"
    NEUTRAL = "neutral"


@dataclasses.dataclass(frozen=True)
class SupportItem:
    """A claim and a text."""

    id: str
    claim: str
    paper: Paper
    """Its text is what the claim is held against."""
    label: Label
    rationale: tuple[str, ...] = ()
    """The sentences of the text that decide; empty where the set names none."""


@dataclasses.dataclass(frozen=True)
class Supported:
    """What the checker made of a set."""

    verdicts: Mapping[Label, Mapping[Verdict, int]]
    """How many items of each label got each verdict."""
    accuracy: Mean
    """``supported`` for what supports and something else for the rest."""
    false_support: Mean | None
    """Share of the rest that is called supported; None where there is no rest."""
    kept: Mean | None
    """Share of what supports that is called supported; None where nothing supports."""
    macro_f1: float
    """Mean of the F1 of the three labels: *refutes* is what is not supported and taken to be contradicted."""
    rationale: Mean | None
    """Share of items with a rationale whose first evidence is one of its sentences; None where none has one."""


def measure_support(
    items: Sequence[SupportItem], checker: Checker, progress: Callable[[int, int], None] | None = None
) -> Supported:
    """Holds every claim against its text with the checker that needs no language model.

    Args:
        items: at least one.
        checker: who judges.
        progress: called with the number of claims done and of all.
    """
    verdicts: dict[Label, collections.Counter[Verdict]] = {label: collections.Counter() for label in Label}
    right: list[float] = []
    rest: list[float] = []
    kept: list[float] = []
    rationale: list[float] = []
    said: list[tuple[Label, Label]] = []
    for place, item in enumerate(items, start=1):
        judgement = checker.judge(item.claim, [item.paper])
        verdicts[item.label][judgement.verdict] += 1
        supported = judgement.verdict is Verdict.SUPPORTED
        other = Label.REFUTES if judgement.contradicted else Label.NEUTRAL
        said.append((item.label, Label.SUPPORTS if supported else other))
        supports = item.label is Label.SUPPORTS
        right.append(float(supported is supports))
        (kept if supports else rest).append(float(supported))
        if item.rationale:
            rationale.append(float(_in_rationale(judgement, item.rationale)))
        if progress:
            progress(place, len(items))
    false_support, kept_share, found = (mean_of(values) if values else None for values in (rest, kept, rationale))
    counted = {label: dict(counts) for label, counts in verdicts.items()}
    return Supported(counted, mean_of(right), false_support, kept_share, _macro_f1(said), found)


def _macro_f1(said: Sequence[tuple[Label, Label]]) -> float:
    """Over the labels that the items have."""
    scores = []
    for label in dict.fromkeys(true for true, _ in said):
        hits = sum(true is label is guess for true, guess in said)
        scores.append(2 * hits / sum((true is label) + (guess is label) for true, guess in said))
    return sum(scores) / len(scores)


def _in_rationale(judgement: Judgement, rationale: Sequence[str]) -> bool:
    """Whether the first evidence and a sentence of the rationale are the same, wherever either of them was split."""
    if not judgement.evidence:
        return False
    found = " ".join(judgement.evidence[0].text.split())
    return any(found in sentence or sentence in found for sentence in (" ".join(one.split()) for one in rationale))

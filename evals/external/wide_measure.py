"""Measuring on the wide sets: questions and claims of each by the product, and by the bar of :mod:`evals.fusion`."""

from __future__ import annotations

import collections
import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence

from evals.external.wide import WideClaim, WideQuestion, WideSet
from evals.external.wide_scores import NO_ANSWER, Given, given_by, groups_of, score_turn
from evals.fusion import Fusion
from evals.statistics import Mean, mean_of
from rag import Answer, Assistant
from rag.errors import PapertrailError
from rag.index.embedding.minilm import trunk_of
from rag.types import Verdict

__all__ = ["WideMeasured", "measure_wide", "wide_table"]

SENTENCES = 3
"""That the bar answers with: about as many as an answer has on one paper."""
Rows = Mapping[str, Mapping[str, Mean]]
"""By row (a kind, or a kind with its style) and measure."""


@dataclasses.dataclass(frozen=True)
class WideMeasured:
    """The numbers of one set."""

    name: str
    papers: int
    product: Rows
    bar: Rows
    """Of the kinds that the bar can answer: lists and papers."""
    claims: Mapping[str, Mean]
    """``accuracy``, ``true kept``, ``false passed``; empty where there are no claims."""


def measure_wide(
    assistant: Assistant,
    data: WideSet,
    *,
    model: str = "extractive",
    retriever: str | None = None,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> WideMeasured:
    """Asks every turn and holds every claim.

    Args:
        assistant: over a collection of the set's papers.
        data: the set.
        model: who writes.
        retriever: who finds; None takes the settings'.
        progress: told how many questions and claims are done, and of how many.
    """
    total = len(data.questions) + len(data.claims)
    asked = []
    for place, question in enumerate(data.questions, start=1):
        asked.append((question, _asked(assistant, question, model, retriever)))
        progress(place, total)
    barred = _bar(assistant, data)
    claims = _claims(assistant, data.claims, lambda done: progress(len(data.questions) + done, total))
    return WideMeasured(data.name, len(data.papers), _rows(asked), _rows(barred), claims)


def _asked(assistant: Assistant, question: WideQuestion, model: str, retriever: str | None) -> list[Given]:
    """What the product gives to each turn; a turn that fails is one, and the next goes on without it."""
    history: list[Answer] = []
    given = []
    for turn in question.turns:
        try:
            history.append(assistant.ask(turn, history=tuple(history), model=model, retriever=retriever))
        except PapertrailError:
            given.append(NO_ANSWER)
        else:
            given.append(given_by(history[-1]))
    return given


def _bar(assistant: Assistant, data: WideSet) -> list[tuple[WideQuestion, list[Given]]]:
    fusion = Fusion(data.papers, trunk_of(assistant.settings.home).embed)
    found = []
    for question in data.questions:
        if question.kind in ("list", "paper"):
            scores = fusion.scores(question.turns[0])
            places = fusion.listed(scores) if question.kind == "list" else [int(scores.argmax())]
            sentences = fusion.best_sentences(question.turns[0], places[0], SENTENCES) if places else []
            titles = tuple(fusion.papers[place].title for place in places)
            found.append((question, [Given(" ".join(one.text for one in sentences), titles, refused=False)]))
    return found


def _rows(answered: Iterable[tuple[WideQuestion, Sequence[Given]]]) -> dict[str, dict[str, Mean]]:
    values: dict[str, dict[str, list[float]]] = collections.defaultdict(lambda: collections.defaultdict(list))
    for question, given in answered:
        for turn, one in enumerate(given):
            for measure, value in score_turn(question, turn, one).items():
                for group in groups_of(question):
                    values[group][measure].append(value)
    return {
        group: {measure: mean_of(each) for measure, each in measures.items()}
        for group, measures in sorted(values.items())
    }


def _claims(assistant: Assistant, claims: Sequence[WideClaim], progress: Callable[[int], None]) -> dict[str, Mean]:
    values: dict[str, list[float]] = collections.defaultdict(list)
    examiner = assistant.examiner()
    for place, claim in enumerate(claims, start=1):
        supported = assistant.verify(claim.claim, list(claim.cites), judge=examiner)[0].verdict is Verdict.SUPPORTED
        true = claim.label == Verdict.SUPPORTED.value
        values["accuracy"].append(float(supported is true))
        values["true kept" if true else "false passed"].append(float(supported))
        progress(place)
    return {measure: mean_of(each) for measure, each in values.items()}


_COLUMNS = ("right", "first", "f1", "facts", "facts at once", "wrongly refused")


def wide_table(measured: Sequence[WideMeasured]) -> str:
    """A block a set, 95 % intervals in brackets; rows of the bar follow those of the product."""
    return "\n\n".join(_block(one) for one in measured)


def _block(one: WideMeasured) -> str:
    lines = [f"{one.name}, {one.papers} papers", f"{'':32}{'n':>5}" + "".join(f"{name:>19}" for name in _COLUMNS)]
    for label, rows in (("", one.product), ("bar: ", one.bar)):
        for group, measures in rows.items():
            cells = "".join(f"{_text(measures.get(name)):>19}" for name in _COLUMNS)
            lines.append(f"{label + group:32}{measures['right'].n:5}{cells}")
    crashed = one.product["all"]["crashed"] if one.product else None
    if crashed and crashed.value:
        lines.append(f"turns without an answer: {crashed.value * crashed.n:.0f}")
    lines += [f"{f'claims: {measure}':32}{mean.n:5}{_text(mean):>19}" for measure, mean in one.claims.items()]
    return "\n".join(lines)


def _text(mean: Mean | None) -> str:
    return "-" if mean is None else f"{mean.value:.2f} [{mean.low:.2f}, {mean.high:.2f}]"

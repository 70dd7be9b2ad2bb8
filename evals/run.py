"""One run from beginning to end: the systems to ask, the answers kept, the header."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from evals.baselines import BASELINES, baseline
from evals.cache import AnswerCache, checksum_of_papers
from evals.costs import measure_costs
from evals.direct import asking_directly, check_direct
from evals.header import header_of
from evals.measuring import BUILT_IN, DIRECT, Judge, Ruler
from evals.questions import QUESTIONS, load_questions
from evals.result import Result
from evals.sampling import spread
from evals.suite import Ask, Measured, asking, run_questions
from rag import Assistant
from rag.answering.choice import check_model_name
from rag.errors import UserError
from rag.retrieval.retrievers import retriever_for

__all__ = ["Plan", "execute"]


@dataclasses.dataclass(frozen=True)
class Plan:
    """What is to be measured."""

    path: Path = QUESTIONS
    """The question set."""
    model: str = "extractive"
    retrievers: tuple[str, ...] = ()
    """The first is the one that the gate and the baselines are held against; empty takes the settings'."""
    limit: int | None = None
    """Only so many questions, spread evenly over the set; None: all."""
    baselines: bool = True
    fresh: bool = False
    """Asks everything anew instead of taking answers kept from an earlier run."""
    costs: bool = False
    """Also measures how quick the retrievers are and what indexes they need."""
    judge: Judge = BUILT_IN
    """Who says whether papers bear a sentence out."""


def execute(
    assistant: Assistant,
    plan: Plan,
    progress: Callable[[int, int], None] | None = None,
    cancel: threading.Event | None = None,
) -> Result | None:
    """Asks and measures; what was answered before an interruption is not asked again by the next run.

    Args:
        assistant: whom to ask.
        plan: what to measure.
        progress: called with the number of questions done and of all, over all systems.
        cancel: once set, the run ends after the question it is at.

    Returns:
        The run; None when it was cancelled.

    Raises:
        UserError: the question set cannot be read or is empty, or there is no such model or retriever.
    """
    questions = spread(load_questions(plan.path), plan.limit)
    if not questions:
        raise UserError(f"{str(plan.path)!r} holds no question; see evals/README.md")
    retrievers = tuple(dict.fromkeys(plan.retrievers)) or (assistant.settings.retriever,)
    _check_names(plan.model, retrievers)
    ruler = Ruler(assistant.papers(), plan.judge)
    runs: dict[str, tuple[Measured, ...]] = {}
    for name, ask in _systems(assistant, plan, retrievers):
        measured: list[Measured] = []
        all_questions = len(questions) * (len(retrievers) + len(BASELINES) * plan.baselines)
        for place, question in enumerate(questions, start=len(questions) * len(runs) + 1):
            if cancel is not None and cancel.is_set():
                return None
            measured += run_questions(ask, [question], ruler)
            if progress:
                progress(place, all_questions)
        runs[name] = tuple(measured)
    header = header_of(
        assistant, plan.path, len(questions), model=plan.model, retrievers=retrievers, judge=plan.judge.name
    )
    searching = [name for name in retrievers if name != DIRECT]
    asked = [turn for question in questions for turn in question.turns[:1]]
    return Result(header, runs, measure_costs(assistant, asked, searching) if plan.costs else None)


def _check_names(model: str, retrievers: Sequence[str]) -> None:
    """Refuses names that would fail at every question alike."""
    check_model_name(model)
    if retrievers[0] == DIRECT:
        raise UserError(f"{DIRECT} finds no papers: name a retriever first, such as --compare hybrid,{DIRECT}")
    for name in retrievers:
        check_direct(model) if name == DIRECT else retriever_for(name)


def _systems(assistant: Assistant, plan: Plan, retrievers: Sequence[str]) -> Iterator[tuple[str, Ask]]:
    """The product with each retriever, then the baselines made from the answers of the first."""
    scope = {"collection": checksum_of_papers(assistant.papers()), "settings": assistant.settings.hash}
    path = assistant.settings.home / "evals" / "answers.sqlite"
    with AnswerCache(path, **scope, model=plan.model, fresh=plan.fresh) as cache:
        for retriever in retrievers:
            if retriever == DIRECT:
                yield retriever, asking_directly(plan.model, assistant.settings, cache)
            else:
                yield retriever, asking(assistant, model=plan.model, retriever=retriever, cache=cache)
        product = asking(assistant, model=plan.model, retriever=retrievers[0], cache=cache)
        for name in BASELINES if plan.baselines else ():
            yield name, baseline(name, assistant, product)

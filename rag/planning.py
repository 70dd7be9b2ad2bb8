"""What a message is taken to ask: made to stand alone, taken apart, put in other words; by a model, else by rules."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rag.answering.parts import Part, read_parts
from rag.answering.planner import Turn, read_turn
from rag.errors import ModelError
from rag.run import Run
from rag.settings import Settings
from rag.types import Answer

if TYPE_CHECKING:
    from rag.answering.model_planner import Plan

__all__ = ["Planned", "planned"]


@dataclasses.dataclass(frozen=True)
class Planned:
    """A message, ready to be searched for."""

    turn: Turn
    """What it asks, understandable without the conversation."""
    queries: tuple[str, ...]
    """What to search for: the question first, then what a model adds. The rules' other wording is part of each search,
    see ``rag.retrieval.plain_words``."""
    parts: tuple[Part, ...]
    """The things that it asks for; empty when it is one."""


def planned(question: str, history: Sequence[Answer], settings: Settings, run: Run, cancel: threading.Event) -> Planned:
    """The plan for a message: the model's where one is set and gives one, else that of the rules, and a note says so.

    Args:
        question: the message without orders to the assistant.
        history: answers given so far, oldest first.
        settings: who plans, and which steps are taken.
        run: told what was planned, and what that took.
        cancel: once set, a model is no longer waited for.
    """
    steps = settings.steps
    with run.trace.step("plan", question=question) as step:
        turn = read_turn(question, history if "follow-ups" in steps else ())
        plan = _of_model(question, history, settings, run, cancel) if steps else None
        # A message that the model leaves as it is may still point back: the rules see to that.
        if plan is not None and history and plan.question != question and "follow-ups" in steps:
            turn = dataclasses.replace(turn, asked=plan.question)
        parts: tuple[Part, ...] = ()
        if "parts" in steps:
            by_model = tuple(Part(text, text) for text in plan.parts) if plan else None
            parts = read_parts(turn.message, turn.spoken_of) if by_model is None else by_model
        variants = plan.variants if plan and "variants" in steps else ()
        asked = [part.asked for part in parts] if plan else []
        queries = tuple(dict.fromkeys([turn.asked, *asked, *variants]))
        step |= {"by": settings.planning if plan else "rules", "asked": turn.asked}
        step |= {"points_back_to": list(turn.spoken_of), "sentences": turn.sentences, "queries": list(queries[1:])}
        step |= {"parts": [part.asked for part in parts], "steps": sorted(steps)}
    return Planned(turn, queries, parts)


def _of_model(
    question: str, history: Sequence[Answer], settings: Settings, run: Run, cancel: threading.Event
) -> Plan | None:
    """The plan of a model; None where none is set, or it gives none, which a note says."""
    if settings.planning == "rules":
        return None
    from rag.answering.model_planner import ModelPlanner

    try:
        plan, usage = ModelPlanner(settings.planning, settings).plan(question, history, cancel, run.meter)
    except ModelError as error:
        if not cancel.is_set():
            run.notes.append(f"{settings.planning} did not plan the search: {error}. The rules did.")
        return None
    run.usage = usage
    return plan

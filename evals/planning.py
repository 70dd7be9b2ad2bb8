"""What each step of planning is worth: the same questions with it and without it."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable

from evals.result import Result
from evals.run import Plan, execute
from rag import Assistant, Settings

__all__ = ["STEPS", "measure_steps", "steps_table"]

STEPS = {
    "no planning": "",
    "follow-ups": "follow-ups",
    "parts": "parts",
    "variants": "variants",
    "all three": "follow-ups,parts,variants",
}
"""The runs by name, with the ``planning_steps`` of each."""


def measure_steps(
    collection: str, settings: Settings, plan: Plan, planner: str, progress: Callable[[str, int, int], None]
) -> dict[str, Result]:
    """One run for each of :data:`STEPS`.

    Args:
        collection: its name.
        settings: everything but planner and steps.
        plan: what to ask; baselines and costs are not measured.
        planner: ``rules``, ``ollama/NAME`` or ``openai/NAME``.
        progress: told the run, how many of its questions are done, and of how many.

    Raises:
        UserError: as for :func:`evals.run.execute`, or there is no such planner.
        CollectionError: the collection cannot be opened.
    """
    results = {}
    only = dataclasses.replace(plan, baselines=False, costs=False)
    for name, steps in STEPS.items():
        changed = Settings(**settings.model_dump() | {"planning": planner, "planning_steps": steps})
        with Assistant.open(collection, changed) as assistant:
            result = execute(assistant, only, functools.partial(progress, name))
        assert result is not None  # noqa: S101 -- nothing here cancels it; tells the type checker
        results[name] = result
    return results


def steps_table(results: dict[str, Result]) -> str:
    """One line a run over all turns, and how often the planner did not do its work."""
    from evals.report.table import comparison

    rows = {name: next(iter(result.summaries.values())) for name, result in results.items()}
    timings = {name: next(iter(result.retrieve_ms.values())) for name, result in results.items() if result.retrieve_ms}
    lines = [comparison(rows, timings)]
    for name, result in results.items():
        answers = [one.answer for one in result.main if one.answer]
        failed = sum(any("did not plan the search" in note for note in answer.notes) for answer in answers)
        if failed:
            lines.append(f"{name}: the planner failed at {failed} of {len(answers)} turns, and the rules planned")
    return "\n".join(lines)

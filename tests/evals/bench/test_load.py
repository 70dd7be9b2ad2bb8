"""Two people ask at once at each door; their numbers are not looked at, only that all were answered."""

from __future__ import annotations

import pytest

from evals.bench import load
from evals.bench.load import DOORS, load_table, measure_load
from rag import Assistant


def test_everyone_is_answered_at_every_door(small: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "SAMPLED_S", 0.05)

    loads = measure_load(small.settings, "papers", 2, minutes=0.01)

    assert [(step.door, step.people) for step in loads.steps] == [(door, people) for door in DOORS for people in (1, 2)]
    assert all(step.errors == {} for step in loads.steps)
    assert all(step.answers >= step.people for step in loads.steps)
    assert all(min(step.memory_mb) > 10 for step in loads.steps)
    text = load_table(loads)
    assert "| page | 2 |" in text
    assert "Nobody reads" in text

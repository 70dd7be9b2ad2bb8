from __future__ import annotations

import pytest

from evals.costs import measure_costs
from evals.sampling import spread
from rag import Assistant
from tests.papers import PAPERS


def test_a_retriever_costs_its_searches_and_the_indexes_that_it_needs(small: Assistant) -> None:
    names = ["hybrid", "dense", "lexical"]
    costs = measure_costs(small, ["What is Firefly?", "How much memory does Glasswing need?"], names)

    assert list(costs.by_retriever) == names
    assert costs.papers == len(PAPERS)
    assert all(cost.latency.n == 2 and 0 < cost.latency.p50 <= cost.latency.p95 for cost in costs.by_retriever.values())
    hybrid, dense, lexical = (costs.by_retriever[name].index for name in names)
    assert 0 < lexical.mb < dense.mb
    assert hybrid.mb == pytest.approx(dense.mb + lexical.mb, abs=0.002)
    assert abs(hybrid.seconds - dense.seconds - lexical.seconds) < 0.02


def test_of_a_retriever_that_is_not_known_all_indexes_are_counted(
    small: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("evals.costs._NEEDS", {"lexical": ("words",), "dense": ("entities",)})
    known = measure_costs(small, ["What is Firefly?"], ["lexical", "dense", "hybrid"]).by_retriever

    assert 0 < known["dense"].index.mb < known["hybrid"].index.mb
    assert known["hybrid"].index.seconds > known["lexical"].index.seconds + known["dense"].index.seconds
    assert min(cost.first_ms for cost in known.values()) > 0


def test_nothing_of_the_collection_changes(small: Assistant) -> None:
    before = small.papers()
    measure_costs(small, ["What is Firefly?"], ["dense"])

    assert small.papers() == before
    assert small.search("What is Firefly?", 1, retriever="dense")[0].paper.title.startswith("Firefly")


def test_a_part_of_a_sequence_is_spread_over_it() -> None:
    assert spread(range(10), 5) == [0, 2, 4, 6, 8]
    assert spread(range(3), 5) == spread(range(3), None) == range(3)
    assert spread([], 2) == []

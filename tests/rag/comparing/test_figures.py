from __future__ import annotations

import pytest

from rag.comparing.figures import measured, shared_measures
from rag.types import Paper


def _paper(name: str, *sentences: str) -> Paper:
    return Paper(name, f"{name}: A System", f"We propose {name}, a system. {' '.join(sentences)}")


def _shared(one: str, other: str) -> dict[tuple[str, str], list[str]]:
    found = shared_measures([_paper("Glasswing", one), _paper("Firefly", other)])
    return {key: [item.text for _, item in group] for key, group in found.items()}


def test_levels_of_one_unit_on_one_data_set_measure_the_same() -> None:
    assert _shared(
        "Glasswing reaches 81.5% accuracy on the Meadow benchmark.", "On Meadow, it is slow. It has 79% on Meadow."
    ) == {("meadow", "%"): ["81.5%", "79%"]}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Glasswing reaches 81.5% accuracy on Meadow.", "Firefly reaches 79% accuracy on Moorland."),
        ("Glasswing reaches 81.5% accuracy on Meadow.", "Firefly reaches 79% recall on Meadow."),
        ("Glasswing reaches 81.5% on Meadow.", "Firefly improves by 7% on Meadow."),
        ("Glasswing reaches 81.5% on Meadow.", "Firefly has a 16% improvement on Meadow."),
        ("Glasswing reaches 81.5% on Meadow.", "Firefly reaches 0.79 on Meadow."),
        ("Glasswing is 2.5x faster on Meadow.", "Firefly is 3x faster on Meadow."),
        ("Glasswing reaches 81.5% accuracy.", "Firefly reaches 79% accuracy."),
    ],
)
def test_other_data_metrics_units_and_differences_do_not(one: str, other: str) -> None:
    assert _shared(one, other) == {}


def test_figures_of_one_paper_are_not_set_beside_each_other() -> None:
    paper = _paper("Glasswing", "It reaches 81.5% on Meadow.", "The small one reaches 70% on Meadow.")

    assert shared_measures([paper]) == {}
    assert [item.text for item in measured(paper)] == ["81.5%", "70%"]

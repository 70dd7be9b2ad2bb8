from __future__ import annotations

import numpy as np
import pytest

from rag.maps.layout import Vectors, groups_of, neighbours_of, places_of


def _papers(*directions: int, spread: float = 0.05) -> list[Vectors]:
    """Papers of two sentences each; those of one direction say alike."""
    draw = np.random.default_rng(7)
    rows = [np.eye(max(directions) + 1, dtype=np.float32)[[way, way]] for way in directions]
    noisy = [row + spread * draw.standard_normal(row.shape).astype(np.float32) for row in rows]
    return [row / np.linalg.norm(row, axis=1, keepdims=True) for row in noisy]


def test_papers_that_say_alike_are_neighbours_in_one_group() -> None:
    graph = neighbours_of(_papers(*[0] * 8, *[1] * 8, *[2] * 8))

    assert all((a // 8) == (b // 8) for a, b in graph.get_edgelist())
    assert groups_of(graph) == [0] * 8 + [1] * 8 + [2] * 8


def test_the_largest_group_comes_first() -> None:
    assert groups_of(neighbours_of(_papers(*[0] * 7, *[1] * 12))) == [1] * 7 + [0] * 12


def test_papers_that_say_alike_lie_together_within_the_sheet() -> None:
    places = places_of(neighbours_of(_papers(*[0] * 15, *[1] * 15, spread=0.4)))
    first, second = places[:15].mean(axis=0), places[15:].mean(axis=0)
    spread = np.linalg.norm(places[:15] - first, axis=1).mean()

    assert places.shape == (30, 2)
    assert places.min() >= 0
    assert places.max() <= 1
    assert np.linalg.norm(first - second) > spread


def test_the_same_papers_give_the_same_map() -> None:
    graph = neighbours_of(_papers(*range(5), *range(5), spread=0.5))

    assert np.array_equal(places_of(graph), places_of(graph))
    assert groups_of(graph) == groups_of(graph)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_papers_have_places_too(count: int) -> None:
    graph = neighbours_of(_papers(*range(count)) if count else [])
    places = places_of(graph)

    assert places.shape == (count, 2)
    assert np.isfinite(places).all()
    assert len(groups_of(graph)) == count


def test_equal_papers_lie_apart() -> None:
    places = places_of(neighbours_of([np.eye(3, dtype=np.float32)] * 9))

    assert len({(round(x, 4), round(y, 4)) for x, y in places}) == 9

from __future__ import annotations

import dataclasses

from rag.deciding.membership import membership_of, standing_of
from rag.types import Hit
from tests.papers import CACHE, SOIL, SPARSE, hit_of


def _hit(hit: Hit, closeness: float, similarity: float, cosine: float, relevance: float) -> Hit:
    best, *rest = hit.passages
    passages = (
        dataclasses.replace(best, score=cosine, relevance=relevance),
        *(dataclasses.replace(one, score=0.0) for one in rest),
    )
    return dataclasses.replace(hit, closeness=closeness, similarity=similarity, passages=passages)


def test_what_is_close_and_probable_belongs_and_what_is_far_does_not() -> None:
    near = _hit(hit_of(CACHE, 1), 1.0, 0.6, 0.8, 0.98)
    alike = _hit(hit_of(SPARSE, 1), 0.95, 0.58, 0.75, 0.95)
    far = _hit(hit_of(SOIL, 1), 0.02, 0.02, 0.05, 0.001)
    members = membership_of([near, alike, far])

    assert [hit.paper.paper_id for hit in members.sure] == ["cache", "sparse"]
    assert far not in members.borderline


def test_nothing_belongs_where_all_is_far() -> None:
    assert membership_of([_hit(hit_of(SOIL, 1), 0.01, 0.01, 0.02, 0.001)]).sure == ()
    assert membership_of([]) == membership_of([])
    assert standing_of([]) == []


def test_how_far_a_paper_is_behind_the_closest_is_told() -> None:
    first, second = standing_of([_hit(hit_of(CACHE, 1), 0.9, 0.6, 0.7, 0.9), _hit(hit_of(SOIL, 1), 0.4, 0.3, 0.3, 0.5)])

    assert first["behind"] == 0.0
    assert second["behind"] < -0.4

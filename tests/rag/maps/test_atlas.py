from __future__ import annotations

from pathlib import Path

import pytest

from rag import Assistant, Settings, index
from rag.assistant import remove
from rag.maps import atlas
from tests.papers import CACHE, PAPERS, SOIL, SPARSE


def test_the_map_has_every_paper_of_the_seed_collection_and_what_they_share(seed: Assistant) -> None:
    drawn = seed.map()

    assert drawn.total == len(drawn.papers) == 91
    assert all(0 <= one.x <= 1 and 0 <= one.y <= 1 for one in (*drawn.papers, *drawn.entities, *drawn.groups))
    assert sum(group.papers for group in drawn.groups) == 91
    assert 2 <= len(drawn.groups) <= 20
    shared = {entity.key: {drawn.papers[place].title for place in entity.papers} for entity in drawn.entities}
    assert min(map(len, shared.values())) >= 2
    assert {title.split(":")[0] for title in shared["megatronlm"]} == {"MegaScale", "LightSeq", "Holmes"}


def test_it_is_drawn_once_until_the_collection_changes(small: Assistant, tmp_path: Path) -> None:
    assert small.map() is small.map()
    (tmp_path / "models").symlink_to(small.settings.home / "models", target_is_directory=True)
    settings = Settings(home=tmp_path, model="extractive")
    index.ingest(settings, "papers", PAPERS)
    with Assistant.open(settings=settings) as assistant:
        before = assistant.map()
        remove([SOIL.paper_id], settings=settings)
        after = assistant.map()

    assert {paper.paper_id for paper in before.papers} - {paper.paper_id for paper in after.papers} == {SOIL.paper_id}
    assert SOIL.title not in str(after.to_json())


def test_of_more_papers_than_a_screen_can_show_the_newest_are_drawn(
    small: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(atlas, "MOST_PAPERS", 2)
    with Assistant.open(settings=small.settings) as fresh:
        drawn = fresh.map()

    assert [paper.paper_id for paper in drawn.papers] == [paper.paper_id for paper in small.papers()[:2]]
    assert drawn.total == len(PAPERS)


def test_one_paper_and_none_have_a_map(small: Assistant, tmp_path: Path) -> None:
    (tmp_path / "models").symlink_to(small.settings.home / "models", target_is_directory=True)
    settings = Settings(home=tmp_path, model="extractive")
    index.ingest(settings, "papers", [SPARSE])
    with Assistant.open(settings=settings) as assistant:
        alone = assistant.map()
        remove([SPARSE.paper_id], settings=settings)
        empty = assistant.map()

    assert [(paper.title, paper.x, paper.y) for paper in alone.papers] == [(SPARSE.title, 0.5, 0.5)]
    assert alone.entities == ()
    assert (empty.papers, empty.entities, empty.total) == ((), (), 0)
    assert CACHE.title not in str(alone.to_json())

from __future__ import annotations

import datetime
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from rag import Assistant, Settings, index
from rag.errors import QuestionError
from rag.filters import PaperFilter
from rag.index.layout import layout_of
from rag.maps import atlas
from rag.shelving import remove
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


def test_a_topic_draws_the_papers_found_for_it_and_filters_narrow_it(seed: Assistant) -> None:
    about = seed.map("hallucinations")
    titles = [paper.title for paper in about.papers]
    recent = seed.map("hallucinations", PaperFilter(date_from=datetime.date(2025, 1, 1)))

    assert titles == [hit.paper.title for hit in seed.search("hallucinations", 20)]
    assert {paper.year for paper in recent.papers} == {2025}
    assert about.total == recent.total == 91
    years = seed.map(filters=PaperFilter(date_to=datetime.date(2023, 12, 31)))
    assert 0 < len(years.papers) < 91
    assert {paper.year for paper in years.papers} == {2023}


def test_what_nobody_writes_about_has_an_empty_map(seed: Assistant) -> None:
    nobody = seed.map("hallucinations", PaperFilter(organisation="Nobody At All"))

    assert (nobody.papers, nobody.entities) == ((), ())
    with pytest.raises(QuestionError):
        seed.map("x" * (seed.settings.question_chars + 1))


def test_a_paper_to_include_is_drawn_beside_the_newest(small: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(atlas, "MOST_PAPERS", 2)
    *_, oldest = small.papers()
    with Assistant.open(settings=small.settings) as fresh:
        drawn = fresh.map(including=[oldest.paper_id, "gone"])

    assert [paper.paper_id for paper in drawn.papers] == [oldest.paper_id, small.papers()[0].paper_id]


def test_only_the_latest_maps_are_kept(small: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(atlas, "MOST_MAPS", 2)
    with Assistant.open(settings=small.settings) as fresh:
        first = fresh.map()
        assert fresh.map(including=[CACHE.paper_id]) is fresh.map(including=[CACHE.paper_id])
        assert fresh.map() is first
        fresh.map(including=[SOIL.paper_id])
        assert fresh.map() is first
        fresh.map(including=[CACHE.paper_id])
        fresh.map(including=[SPARSE.paper_id])
        assert fresh.map() is not first


def test_papers_that_an_older_version_took_in_are_read_for_the_map(small: Assistant, tmp_path: Path) -> None:
    (tmp_path / "models").symlink_to(small.settings.home / "models", target_is_directory=True)
    settings = Settings(home=tmp_path, model="extractive")
    index.ingest(settings, "papers", PAPERS)
    with closing(sqlite3.connect(layout_of(settings, "papers").catalogue)) as catalogue:
        catalogue.execute("DROP TABLE entities")
        catalogue.commit()
    with Assistant.open(settings=settings) as assistant:
        assert assistant.map().entities == small.map().entities

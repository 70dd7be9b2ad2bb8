"""One process reads while another writes, which Chroma in a folder does not survive alone, and on a server does."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from rag.errors import CollectionBusyError
from rag.index import Collection, ingest, ingestion, remove
from rag.index.repair import check, repair
from rag.settings import Settings
from rag.text.terms import query_terms
from tests.rag.index.children import NEW, OLD, paper


@contextmanager
def child(settings: Settings, command: str, *rest: str) -> Iterator[subprocess.Popen[str]]:
    arguments = [sys.executable, "-m", "tests.rag.index.children", command, str(settings.home), *rest]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process


@pytest.fixture
def settings(everywhere: Settings) -> Settings:
    return everywhere


@pytest.fixture
def papers(settings: Settings) -> Iterator[Collection]:
    ingest(settings, "papers", [paper(number) for number in OLD])
    with Collection.open(settings, "papers") as opened:
        yield opened


def found(papers: Collection) -> tuple[set[str], set[str]]:
    """The papers that each of the two searches finds."""
    rows = papers.dense(papers.embedder.embed(["lakes"])[0], 1000)
    assert len({row[:2] for row in rows}) == len(rows) == 3 * len({row[0] for row in rows})
    return {row[0] for row in rows}, {paper_id for paper_id, _ in papers.lexical(query_terms("lakes"), 1000)}


def test_an_open_reader_sees_what_another_process_ingested(settings: Settings, papers: Collection) -> None:
    before, generation = {f"p{number}" for number in OLD}, papers.generation
    assert found(papers) == (before, before)
    with child(settings, "ingest"):
        pass
    after = {f"p{number}" for number in NEW}
    assert papers.generation > generation
    assert found(papers) == (after, after)
    assert papers.get("p1") == paper(1, changed=True)


def test_an_open_reader_misses_what_another_process_removed(settings: Settings, papers: Collection) -> None:
    found(papers)
    with child(settings, "remove", "p3", "p4"):
        pass
    after = {f"p{number}" for number in OLD if number not in (3, 4)}
    assert found(papers) == (after, after)
    assert papers.get("p3") is None


def test_searches_go_on_while_another_process_ingests(settings: Settings, papers: Collection) -> None:
    sizes = [len(OLD)]
    with child(settings, "ingest") as process:
        while process.poll() is None:
            dense, lexical = found(papers)
            assert dense >= {f"p{number}" for number in OLD}
            assert len(dense) >= sizes[-1]
            assert lexical >= dense
            sizes.append(len(dense))
    assert process.returncode == 0
    assert found(papers)[0] == {f"p{number}" for number in NEW}
    assert check(settings, "papers") == []


def test_two_readers_of_one_process_see_what_another_wrote(settings: Settings, papers: Collection) -> None:
    with Collection.open(settings, "papers") as second:
        found(papers), found(second)
        with child(settings, "remove", "p0"):
            pass
        assert "p0" not in found(second)[0]
        assert "p0" not in found(papers)[0]
    assert "p1" in found(papers)[0]


def test_a_second_writer_is_told_to_wait(settings: Settings, papers: Collection) -> None:
    hasty = settings.model_copy(update={"lock_timeout_s": 0.0})
    with child(settings, "hold") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        for write in (
            lambda: ingest(hasty, "papers", [paper(99)]),
            lambda: remove(hasty, "papers", ["p0"]),
            lambda: repair(hasty, "papers"),
        ):
            with pytest.raises(CollectionBusyError, match="PAPERTRAIL_LOCK_TIMEOUT_S"):
                write()
        assert found(papers)[0] == {f"p{number}" for number in OLD}
        process.communicate("")
    assert ingest(hasty, "papers", [paper(99)]).added == 1


def test_a_reader_of_the_writing_process_sees_each_commit(
    settings: Settings, papers: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingestion, "BATCH_PASSAGES", 12)
    sizes: list[int] = []

    def look(step: str) -> None:
        if step == "cleared":
            sizes.append(len(found(papers)[0]))

    ingest(settings, "papers", [paper(number) for number in NEW], on_step=look)
    assert sizes == [14, 18, 22, 25]

"""A writer is killed at every step it takes; what others then see is what had been committed."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from rag.filters import PaperFilter
from rag.index import Collection, ingest, ingestion
from rag.index.catalogue import Catalogue
from rag.index.layout import layout_of
from rag.index.lexical import LexicalIndex
from rag.index.repair import check, repair
from rag.index.vectors import store_of
from rag.settings import Settings
from rag.text.terms import query_terms
from tests.rag.index.children import NEW, OLD, PASSAGES, ingested, paper

AFTER = {number: paper(number, changed=number in OLD and number % 2 == 1) for number in NEW}
CHANGES = [number for number in NEW if number not in OLD or number % 2 == 1]
"""In the order in which they are written, four a batch."""
BEFORE_COMMIT = ("announced", "vectors", "lexical")


@pytest.fixture
def settings(everywhere: Settings) -> Settings:
    return everywhere


def child(settings: Settings, *command: str) -> int:
    done = subprocess.run(
        [sys.executable, "-m", "tests.rag.index.children", *command[:1], str(settings.home), *command[1:]]
    )
    return done.returncode


def contents(settings: Settings) -> dict[str, str]:
    """The abstract of each paper, which both searches must find in full and in no other version."""
    with Collection.open(settings, "papers") as opened:
        papers = {found.paper_id: found.abstract for found in opened.papers()}
        question = opened.embedder.embed(["lakes"])[0]
        rows = [row[:2] for row in opened.dense(question, 1000)]
        assert len(set(rows)) == len(rows)
        assert {paper_id for paper_id, _ in rows} == set(papers)
        assert len(rows) == 3 * len(papers)
        for version in ("first", "changed"):
            found = [paper_id for paper_id, _ in opened.lexical(query_terms(version), 1000)]
            assert sorted(found) == sorted(key for key, abstract in papers.items() if version in abstract)
        assert opened.ids(PaperFilter()) == set(papers)
        return papers


def rows(settings: Settings) -> tuple[tuple[int, int], int, int, int]:
    """Papers and passages of the catalogue, what is left over, rows of the vector store, papers of the word index."""
    layout = layout_of(settings, "papers")
    with closing(Catalogue(layout)) as catalogue, closing(store_of(settings, layout, catalogue)) as vectors:
        return catalogue.counts(), len(catalogue.leftovers()), vectors.count(), LexicalIndex(layout).count()


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingestion, "BATCH_PASSAGES", PASSAGES)


@pytest.mark.parametrize(
    ("step", "batch"), [("vectors", 1), *((step, 2) for step in (*BEFORE_COMMIT, "committed", "cleared"))]
)
def test_a_killed_ingest_leaves_what_was_committed_and_the_next_completes_it(
    settings: Settings, step: str, batch: int
) -> None:
    ingest(settings, "papers", [paper(number) for number in OLD])
    assert child(settings, "ingest", f"{step}:{batch}") == -signal.SIGKILL
    committed = CHANGES[: 4 * (batch - (step in BEFORE_COMMIT))]
    expected = {number: AFTER[number] if number in committed else paper(number) for number in {*OLD, *committed}}
    assert contents(settings) == {found.paper_id: found.abstract for found in expected.values()}

    ingested(settings)
    assert contents(settings) == {found.paper_id: found.abstract for found in AFTER.values()}
    assert rows(settings) == ((25, 75), 0, 75, 25)
    assert check(settings, "papers") == []


def test_a_first_ingest_that_is_killed_before_its_first_commit_leaves_no_collection(settings: Settings) -> None:
    assert child(settings, "ingest", "lexical:1") == -signal.SIGKILL
    with pytest.raises(Exception, match="there is no collection 'papers' yet"):
        Collection.open(settings, "papers")
    ingested(settings)
    assert len(contents(settings)) == len(NEW)


def test_repair_clears_away_what_a_killed_ingest_left(settings: Settings) -> None:
    ingest(settings, "papers", [paper(number) for number in OLD])
    assert child(settings, "ingest", "vectors:1") == -signal.SIGKILL
    assert check(settings, "papers") == ["4 papers are half written: the next ingest or repair clears them away."]
    assert repair(settings, "papers") == ["4 half-written or replaced papers were cleared away."]
    assert rows(settings) == ((10, 30), 0, 30, 10)
    assert repair(settings, "papers") == []


@pytest.mark.parametrize("step", ["announced", "vectors", "lexical", "committed"])
def test_an_ingest_that_is_stopped_by_hand_can_go_on_in_the_same_process(settings: Settings, step: str) -> None:
    def interrupt(name: str) -> None:
        if name == step:
            raise KeyboardInterrupt

    papers = [paper(number) for number in OLD]
    ingest(settings, "papers", papers[:4])
    with pytest.raises(KeyboardInterrupt):
        ingest(settings, "papers", papers, on_step=interrupt)
    ingest(settings, "papers", papers)
    assert contents(settings) == {found.paper_id: found.abstract for found in papers}
    assert rows(settings) == ((10, 30), 0, 30, 10)


@pytest.mark.parametrize("catalogue", ["sqlite"], indirect=True)
def test_the_catalogue_stays_readable_by_plain_sqlite(settings: Settings) -> None:
    ingest(settings, "papers", [paper(0)])
    with closing(sqlite3.connect(layout_of(settings, "papers").catalogue)) as catalogue:
        assert catalogue.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert catalogue.execute("SELECT id, title FROM papers").fetchall() == [("p0", paper(0).title)]

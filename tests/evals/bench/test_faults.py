"""What the fault command looks at would show: a sound collection has no problem, a damaged one has each of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from evals.bench.audit import audit
from evals.bench.faults import faults_table, measure_faults
from evals.bench.victim import DONE, READY, paper
from rag.index import Collection, ingest
from rag.index.catalogue import Stored, open_catalogue
from rag.index.layout import Key, Layout, layout_of
from rag.index.lexical import LexicalWriter
from rag.index.vectors import VectorStore
from rag.settings import Settings, load_settings


@pytest.fixture
def settings() -> Settings:
    found = load_settings()
    ingest(found, "papers", [paper(number, 1) for number in range(1, 5)])
    return found


def _stored(layout: Layout) -> list[Stored]:
    catalogue, _ = open_catalogue(layout)
    with closing(catalogue):
        return list(catalogue.stored())


def _row_lost(layout: Layout) -> None:
    key = _stored(layout)[0].key
    with closing(VectorStore(layout)) as store:
        store.delete([Key(key.paper_id, key.revision, 1)])


def _rows_exchanged(layout: Layout) -> None:
    first, second, *_ = _stored(layout)
    with closing(VectorStore(layout)) as store:
        store.add([Stored(first.key, first.paper, second.vectors)])


def _words_exchanged(layout: Layout) -> None:
    first = _stored(layout)[0]
    with closing(LexicalWriter(layout)) as writer:
        writer.delete([first.key])
        writer.add([(Key("p9", "0", 1), first.paper)])


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        (_row_lost, "1 rows of Chroma are missing: p1:"),
        (_rows_exchanged, "rows is another one: p1:"),
        (_words_exchanged, "1 documents of the word index are missing: p1:"),
    ],
)
def test_what_is_not_as_the_catalogue_says_is_named(
    settings: Settings, damage: Callable[[Layout], None], found: str
) -> None:
    assert audit(settings, "papers") == []

    damage(layout_of(settings, "papers"))

    assert any(found in sentence for sentence in audit(settings, "papers"))


def test_a_victim_says_what_is_kept_and_when_it_is_done(settings: Settings) -> None:
    task = '{"do": "ingest", "papers": [[4, 1, false], [5, 1, false], [5, 1, true]]}\n'
    command = [sys.executable, "-m", "evals.bench.victim", str(settings.home), "papers", "papers"]
    done = subprocess.run(command, input=task, capture_output=True, text=True, check=True, env=os.environ)

    assert done.stdout.splitlines() == [READY, *[paper(number, 0).title for number in (4, 5, 5)], DONE]
    with Collection.open(settings, "papers") as opened:
        assert len(opened) == 5


def test_kills_are_counted_and_nothing_is_lost(settings: Settings) -> None:
    told: list[str] = []

    faults = measure_faults(settings, 2, seed=1, progress=told.append)

    assert faults.kills.total() == 2
    assert faults.problems == []
    assert faults.papers > 0
    assert not Path(settings.home / "bench" / "faults").exists()
    assert "| all | 2 |" in faults_table(faults)
    assert any("came to its end" in sentence for sentence in told)

"""A collection whose vectors another adapter has made, or none: refused, and mended by one command."""

from __future__ import annotations

import dataclasses
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable
from contextlib import closing

import numpy as np
import pytest

from rag.errors import CollectionMismatchError
from rag.index import Collection, ingest, remove, renewal
from rag.index.catalogue import open_catalogue
from rag.index.embedding.minilm import MiniLM
from rag.index.identity import Identity
from rag.index.layout import layout_of
from rag.index.lexical import LexicalIndex
from rag.index.repair import check, repair
from rag.index.vectors import VectorStore
from rag.settings import Settings
from rag.text.sentences import passages_of
from rag.text.terms import query_terms
from rag.types import Paper
from tests.rag.index.catalogues import changed_by_hand
from tests.rag.index.children import OLD, paper

PAPERS = [paper(number) for number in OLD]
Ingest = Callable[[Iterable[Paper]], None]


@pytest.fixture
def as_before(settings: Settings, trunk: MiniLM) -> Ingest:
    """Ingests as the first edition did: with the published model, and no word of an adapter in the catalogue."""

    def run(papers: Iterable[Paper]) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("rag.index.ingestion.embedder_for", lambda settings: trunk)
            patch.setattr(
                "rag.index.ingestion.identity_now", lambda settings, dimension, name: Identity("minilm", dimension)
            )
            for module in ("identity", "renewal"):
                patch.setattr(f"rag.index.{module}.adapter_of", lambda settings: "")
            ingest(settings, "papers", papers)
        changed_by_hand(settings, "DELETE FROM meta WHERE name = 'adapter'")

    return run


@pytest.fixture
def older(as_before: Ingest) -> None:
    as_before(PAPERS)


def child(settings: Settings, stop_at: str) -> int:
    """Repairs in a process that is killed at a step, four papers a batch."""
    command = [sys.executable, "-m", "tests.rag.index.children", "repair", str(settings.home), stop_at]
    return subprocess.run(command).returncode


def agrees(settings: Settings, papers: Iterable[Paper], model: MiniLM) -> None:
    """Catalogue, vector store and word index hold each paper once, with the vectors of ``model``."""
    expected = {one.paper_id: one for one in papers}
    assert check(settings, "papers") == []
    with Collection.open(settings, "papers") as opened:
        assert {one.paper_id: one.abstract for one in opened.papers()} == {
            key: one.abstract for key, one in expected.items()
        }
        kept = opened.vectors(expected)
        for key, one in expected.items():
            wanted = model.embed([passage.text for passage in passages_of(one)])
            np.testing.assert_allclose(kept[key], wanted, atol=1e-3)
            row, number, cosine = opened.dense(wanted[0], 1)[0]
            assert (row, number) == (key, 0)
            assert cosine == pytest.approx(1, abs=1e-3)
        assert len(opened.dense(wanted[0], 1000)) == 3 * len(expected)
        assert {row[0] for row in opened.lexical(query_terms("lakes"), 1000)} == set(expected)
    layout = layout_of(settings, "papers")
    with closing(VectorStore(layout)) as vectors:
        assert vectors.count() == 3 * len(expected)
    assert LexicalIndex(layout).count() == len(expected)


@pytest.mark.usefixtures("older")
def test_an_older_collection_is_refused_with_the_command_that_mends_it(settings: Settings) -> None:
    for use in (
        lambda: Collection.open(settings, "papers"),
        lambda: ingest(settings, "papers", PAPERS),
        lambda: remove(settings, "papers", ["p0"]),
        lambda: check(settings, "papers"),
    ):
        with pytest.raises(CollectionMismatchError, match="papertrail doctor --repair --collection papers") as caught:
            use()
        assert "'retrieval-" in str(caught.value)


@pytest.mark.usefixtures("older")
def test_repair_makes_the_vectors_anew_and_tells_how_far_it_is(settings: Settings, minilm: MiniLM) -> None:
    told: list[tuple[int, int]] = []
    done = repair(settings, "papers", lambda *progress: told.append(progress))
    assert done[0] == "The vectors of 10 papers were made anew."
    assert told == [(0, 10), (10, 10)]
    agrees(settings, PAPERS, minilm)
    assert repair(settings, "papers") == []


@pytest.mark.usefixtures("older")
@pytest.mark.parametrize(("stop_at", "kept"), [("renewed:2", 8), ("discarded:1", 10)])
def test_a_repair_that_is_killed_is_refused_still_and_goes_on(
    settings: Settings, minilm: MiniLM, stop_at: str, kept: int
) -> None:
    assert child(settings, stop_at) == -signal.SIGKILL
    with pytest.raises(CollectionMismatchError, match="doctor --repair"):
        Collection.open(settings, "papers")
    told: list[tuple[int, int]] = []
    repair(settings, "papers", lambda *progress: told.append(progress))
    assert told[0] == (kept, 10)
    agrees(settings, PAPERS, minilm)


@pytest.mark.usefixtures("older")
def test_a_repair_that_is_killed_after_the_exchange_leaves_an_index_to_rebuild(
    settings: Settings, minilm: MiniLM
) -> None:
    assert child(settings, "exchanged:1") == -signal.SIGKILL
    assert "vector store" in check(settings, "papers")[0]
    assert ingest(settings, "papers", PAPERS).unchanged == 10
    agrees(settings, PAPERS, minilm)


@pytest.mark.usefixtures("older")
def test_papers_that_came_and_changed_between_two_repairs_are_made_anew_too(
    settings: Settings, minilm: MiniLM, as_before: Ingest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(step: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(renewal, "BATCH_PAPERS", 4)
    with pytest.raises(KeyboardInterrupt):
        repair(settings, "papers", on_step=interrupt)
    later = [paper(0, changed=True), *PAPERS[1:], paper(11)]
    as_before(later)
    told: list[tuple[int, int]] = []
    repair(settings, "papers", lambda *progress: told.append(progress))
    assert told[0] == (3, 11)
    agrees(settings, later, minilm)


@pytest.mark.usefixtures("older")
def test_vectors_made_for_yet_another_adapter_are_not_taken(settings: Settings, minilm: MiniLM) -> None:
    assert child(settings, "renewed:1") == -signal.SIGKILL
    changed_by_hand(settings, "UPDATE meta SET value = 'retrieval-other' WHERE name = 'renewing'")
    changed_by_hand(settings, "UPDATE renewed SET data = ?", bytes(3 * 384 * 2))
    repair(settings, "papers")
    agrees(settings, PAPERS, minilm)


def test_a_new_collection_names_the_adapter(settings: Settings) -> None:
    ingest(settings, "papers", PAPERS[:1])
    catalogue, identity = open_catalogue(layout_of(settings, "papers"))
    catalogue.close()
    assert identity.adapter.startswith("retrieval-")
    assert dataclasses.replace(identity, adapter="") == Identity("minilm", 384)

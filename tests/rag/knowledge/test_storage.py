"""A hypergraph in a file: what comes back is what went in, and a damaged file is none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rag.knowledge.assembly import assemble
from rag.knowledge.extraction import extract
from rag.knowledge.hypergraph import Hypergraph
from rag.knowledge.linking import linker_of
from rag.knowledge.storage import load, save
from tests.papers import PAPERS


@pytest.fixture
def graph() -> Hypergraph:
    return assemble((paper.paper_id, extract(paper)) for paper in PAPERS)


def test_what_comes_back_is_what_went_in(graph: Hypergraph, tmp_path: Path) -> None:
    save(graph, tmp_path / "k.npz", "one")
    kept = load(tmp_path / "k.npz", "one")

    assert kept is not None
    assert list(kept.vertices()) == list(graph.vertices())
    assert list(kept.edges()) == list(graph.edges())
    assert kept.papers == graph.papers
    assert linker_of(kept).links("Does Firefly use sparse attention?", 9) == linker_of(graph).links(
        "Does Firefly use sparse attention?", 9
    )
    assert [path.name for path in tmp_path.iterdir()] == ["k.npz"]


def test_an_empty_one_can_be_kept(tmp_path: Path) -> None:
    save(assemble(()), tmp_path / "k.npz", "one")
    kept = load(tmp_path / "k.npz", "one")

    assert kept is not None
    assert (len(kept), kept.edge_count, kept.papers) == (0, 0, [])


def test_one_of_another_state_is_none(graph: Hypergraph, tmp_path: Path) -> None:
    save(graph, tmp_path / "k.npz", "one")

    assert load(tmp_path / "k.npz", "two") is None
    assert load(tmp_path / "nothing.npz", "one") is None


def test_a_file_cut_or_overwritten_anywhere_is_none_or_whole(graph: Hypergraph, tmp_path: Path) -> None:
    save(graph, tmp_path / "k.npz", "one")
    whole = (tmp_path / "k.npz").read_bytes()
    wanted = list(graph.edges())
    for place in range(0, len(whole), 211):
        (tmp_path / "cut.npz").write_bytes(whole[:place])
        assert load(tmp_path / "cut.npz", "one") is None
        (tmp_path / "bad.npz").write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        found = load(tmp_path / "bad.npz", "one")
        assert found is None or list(found.edges()) == wanted


def test_objects_are_never_unpacked(tmp_path: Path) -> None:
    np.savez(tmp_path / "k.npz", stamp=np.array([{"a": 1}], dtype=object))

    assert load(tmp_path / "k.npz", "one") is None


def test_a_folder_that_is_not_there_is_told(graph: Hypergraph, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        save(graph, tmp_path / "nowhere" / "k.npz", "one")

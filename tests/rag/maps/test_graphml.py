"""GraphML as two other libraries read it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import igraph
import networkx

from rag import Assistant, Paper
from rag.knowledge.assembly import assemble
from rag.knowledge.extraction import extract
from rag.maps.graphml import graphml

_HOSTILE = Paper(
    paper_id="x<y>&\"z'",
    title='NetOwl: \x00\x07 <b>Graphs</b> & "Trees"',
    abstract="NetOwl beats <BarnOwl> & HawkEye\x0b. ümläut 数 NetOwl sleeps.",
)


def _written(folder: Path, *papers: Paper) -> Path:
    path = folder / "graph.graphml"
    known = assemble((paper.paper_id, extract(paper)) for paper in papers)
    path.write_text("".join(graphml(papers, known)), encoding="utf-8")
    return path


def test_networkx_and_igraph_read_the_same_graph(seed: Assistant, tmp_path: Path) -> None:
    path = tmp_path / "seed.graphml"
    path.write_text("".join(seed.graphml(seed.papers())), encoding="utf-8")
    one, other = networkx.read_graphml(path), igraph.Graph.Read_GraphML(str(path))

    assert one.number_of_nodes() == other.vcount()
    kinds = Counter(node["kind"] for _, node in one.nodes(data=True))
    assert kinds == Counter(other.vs["kind"])
    assert kinds["paper"] == 91
    assert kinds["hyperedge"] == seed.knowledge().edge_count
    assert Counter(other.es["kind"]).keys() == {"member", "says"}
    ends = {frozenset((other.vs[e.source]["kind"], other.vs[e.target]["kind"])) for e in other.es}
    assert ends == {frozenset({"hyperedge", "entity"}), frozenset({"hyperedge", "paper"})}


def test_a_sentence_stands_on_the_edge_from_its_hyperedge_to_its_paper(seed: Assistant, tmp_path: Path) -> None:
    path = tmp_path / "seed.graphml"
    paper = next(paper for paper in seed.papers() if paper.title.startswith("Hyper-RAG"))
    path.write_text("".join(seed.graphml([paper])), encoding="utf-8")
    graph = igraph.Graph.Read_GraphML(str(path))
    says = [edge for edge in graph.es if edge["kind"] == "says" and edge["sentence"]]

    assert [vertex["key"] for vertex in graph.vs if vertex["kind"] == "paper"] == [paper.paper_id]
    assert says
    assert all(paper.text[int(edge["start"]) : int(edge["end"])] == edge["sentence"] for edge in says)


def test_text_is_text_and_what_xml_cannot_hold_is_left_out(tmp_path: Path) -> None:
    graph = networkx.read_graphml(_written(tmp_path, _HOSTILE))
    labels = {node["label"] for _, node in graph.nodes(data=True) if node["kind"] == "paper"}
    said = {edge.get("sentence") for _, _, edge in graph.edges(data=True)}

    assert labels == {'NetOwl:  <b>Graphs</b> & "Trees"'}
    assert "NetOwl beats <BarnOwl> & HawkEye. ümläut 数 NetOwl sleeps." in said


def test_what_does_not_apply_is_left_out(seed: Assistant, tmp_path: Path) -> None:
    path = tmp_path / "seed.graphml"
    path.write_text("".join(seed.graphml(seed.papers())), encoding="utf-8")
    graph = networkx.read_graphml(path)

    assert {node.get("year") for _, node in graph.nodes(data=True) if node["kind"] == "paper"} >= {2024, 2025}
    assert all("year" not in node for _, node in graph.nodes(data=True) if node["kind"] != "paper")
    assert all(edge.keys() == {"kind"} for _, _, edge in graph.edges(data=True) if edge["kind"] == "member")
    assert any(edge.get("start") == 0 for _, _, edge in graph.edges(data=True))  # a title begins there
    assert " + 7 more<" in path.read_text(encoding="utf-8")
    assert path.stat().st_size < 18_000 * len(seed.papers())


def test_no_papers_make_an_empty_graph(tmp_path: Path) -> None:
    assert networkx.read_graphml(_written(tmp_path)).number_of_nodes() == 0

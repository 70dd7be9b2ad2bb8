"""The knowledge of a collection as GraphML, for Gephi, networkx, igraph and others."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rag.knowledge.hypergraph import Hypergraph, Order, Vertex
from rag.types import Paper

if TYPE_CHECKING:
    import igraph

__all__ = ["graphml"]

_FORBIDDEN = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, https://www.w3.org/TR/xml/#charsets."""
_UNSAID = re.compile(r"\s*<data key=\"[^\"]*\">(?:nan)?</data>\s*")
"""An attribute that does not apply, as igraph writes it; a third of the file."""
_LABELLED = 5
"""Members that the label of a hyperedge names; a theme has twenty and more."""
_NOTHING = float("nan")
_NODE = ("kind", "label", "key", "entity_kind", "order", "year")
_EDGE = ("kind", "sentence", "start", "end")


def graphml(papers: Iterable[Paper], knowledge: Hypergraph) -> Iterator[str]:
    """Lines of GraphML: an undirected graph of papers, entities and hyperedges, each a node with its ``kind``.

    A hyperedge is a node that is tied to its entities (``member``) and to the papers whose sentences say it (``says``,
    one edge a sentence, with the sentence and its place in the paper's text). ``order`` is ``low``, ``high`` or
    ``theme``; the sentences of a theme are those of its paper, so it has one edge (``says``) without a sentence. What
    does not apply is left out.

    Args:
        papers: those to write, of the collection that ``knowledge`` is of; what no other paper of it says is left out.
        knowledge: of the collection.
    """
    import igraph

    chosen = {paper.paper_id: paper for paper in papers}
    nodes: dict[tuple[str, object], tuple[object, ...]] = {
        ("paper", paper_id): (
            "paper",
            paper.title,
            paper_id,
            "",
            "",
            paper.published.year if paper.published else _NOTHING,
        )
        for paper_id, paper in chosen.items()
    }
    ties: list[tuple[tuple[str, object], tuple[str, object], tuple[object, ...]]] = []
    vertices = list(knowledge.vertices())
    for edge in knowledge.edges():
        sources = [source for source in edge.sources if source.paper_id in chosen]
        if not sources:
            continue
        name = ("hyperedge", edge.number)
        members = [vertices[number] for number in edge.members]
        nodes[name] = ("hyperedge", _label(members), "", "", edge.order.value, _NOTHING)
        for one in members:
            nodes.setdefault(("entity", one.key), ("entity", one.name, one.key, one.kind.value, "", _NOTHING))
            ties.append((name, ("entity", one.key), ("member", "", _NOTHING, _NOTHING)))
        if edge.order == Order.THEME:
            ties += [
                (name, ("paper", paper_id), ("says", "", _NOTHING, _NOTHING))
                for paper_id in sorted({source.paper_id for source in sources})
            ]
            continue
        for source in sources:
            said = chosen[source.paper_id].text[source.start : source.end]
            ties.append((name, ("paper", source.paper_id), ("says", said, source.start, source.end)))
    number = {name: place for place, name in enumerate(nodes)}
    graph = igraph.Graph(
        len(nodes),
        [(number[a], number[b]) for a, b, _ in ties],
        vertex_attrs=_columns(_NODE, nodes.values()),
        edge_attrs=_columns(_EDGE, (values for _, _, values in ties)),
    )
    yield from _written(graph)


def _label(members: Sequence[Vertex]) -> str:
    more = len(members) - _LABELLED
    return " + ".join([*(one.name for one in members[:_LABELLED]), *([f"{more} more"] if more > 0 else [])])


def _columns(names: Iterable[str], rows: Iterable[tuple[object, ...]]) -> dict[str, list[object]]:
    """The values of each attribute; text without what XML cannot hold."""
    table = [tuple(_FORBIDDEN.sub("", v) if isinstance(v, str) else v for v in row) for row in rows]
    return {name: [row[place] for row in table] for place, name in enumerate(names)}


def _written(graph: igraph.Graph) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:  # igraph writes files of the system alone
        path = Path(folder) / "graph.graphml"
        graph.write_graphml(str(path))
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                if not _UNSAID.fullmatch(line):
                    yield line.lstrip(" ") if line.lstrip(" ").startswith("<") else line

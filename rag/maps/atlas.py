"""The map of a collection: papers, the entities that they share, and groups with names."""

from __future__ import annotations

import dataclasses
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from rag.filters import PaperFilter
from rag.knowledge.hypergraph import Hypergraph, Vertex
from rag.knowledge.kinds import Kind
from rag.types import Paper

__all__ = ["MOST_FOUND", "MOST_PAPERS", "Atlas", "CollectionMap", "MappedEntity", "MappedGroup", "MappedPaper", "Shelf"]

MOST_PAPERS = 1000
"""Papers on a map: more cannot be told apart on a screen."""
MOST_FOUND, FEW_FOUND = 300, 20
"""Papers on a map of a topic, the nearest to it: a fifth of the collection within these bounds. Of 300 the last have
little to do with it even among 82,854 (looked at, for four topics)."""
MOST_MAPS = 8
"""Maps that are kept: one of 1,000 papers takes some 3 s to draw and 10 MB to keep."""
MOST_ENTITIES = 300
"""Entities on a map, those that most papers share."""
COMMON = 0.3
"""Share of the papers above which an entity says nothing of any (LLM): it is left out."""
NAMES = 2
"""Entities that a group is called by."""


class Shelf(Protocol):
    """What a map needs of a collection; see ``rag.index.collection.Collection``."""

    def __len__(self) -> int: ...
    @property
    def generation(self) -> int:
        """Grows with each change to the papers."""

    def papers(self, filters: PaperFilter | None = None, first: int = 0, most: int | None = None) -> Iterator[Paper]:
        """The papers that meet the filters, newest first: ``most`` of them after the ``first`` ones."""

    def get_many(self, ids: Iterable[str]) -> Mapping[str, Paper]:
        """Those of the papers that are there, by id."""

    def vectors(self, ids: Iterable[str]) -> Mapping[str, Any]:
        """The vectors of each paper's sentences, shape (sentences, dimension)."""

    def knowledge(self, within: Iterable[str] | None = None) -> Hypergraph:
        """The entities of these papers and what joins them."""


@dataclasses.dataclass(frozen=True)
class MappedPaper:
    """A paper in its place."""

    paper_id: str
    title: str
    year: int | None
    x: float
    """From 0, left, to 1."""
    y: float
    """From 0, above, to 1."""
    group: int
    """Place in :attr:`CollectionMap.groups`."""


@dataclasses.dataclass(frozen=True)
class MappedEntity:
    """An entity that several papers name, in their midst."""

    key: str
    name: str
    kind: str
    papers: tuple[int, ...]
    """Places in :attr:`CollectionMap.papers`, ascending, two at least."""
    x: float
    y: float


@dataclasses.dataclass(frozen=True)
class MappedGroup:
    """Papers that say alike."""

    name: str
    """What tells them from the others; empty when nothing does."""
    x: float
    y: float
    papers: int


@dataclasses.dataclass(frozen=True)
class CollectionMap:
    """The picture of a collection as it was at one moment."""

    papers: tuple[MappedPaper, ...]
    entities: tuple[MappedEntity, ...]
    """Those named by the most papers first."""
    groups: tuple[MappedGroup, ...]
    """The largest first."""
    total: int
    """Papers of the collection."""
    knowledge: Hypergraph = dataclasses.field(repr=False, compare=False)
    """What the papers on the map speak of."""

    def to_json(self) -> dict[str, Any]:
        """The map as JSON values, without the knowledge it was drawn from."""
        kept = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        del kept["knowledge"]
        return {
            name: [dataclasses.asdict(one) for one in value] if isinstance(value, tuple) else value
            for name, value in kept.items()
        }


Find = Callable[[str, int, PaperFilter | None], Sequence[str]]
"""Ids of at most so many papers about something, best first."""


class Atlas:
    """Draws maps of one open collection and keeps the latest until it changes; safe for several threads."""

    def __init__(self, shelf: Shelf, find: Find) -> None:
        self._shelf = shelf
        self._find = find
        self._lock = threading.Lock()
        self._generation = -1
        self._maps: dict[tuple[str, PaperFilter | None, tuple[str, ...]], CollectionMap] = {}

    def drawn(self, about: str, filters: PaperFilter | None, including: tuple[str, ...]) -> CollectionMap:
        """See :meth:`rag.assistant.Assistant.map`; as of now or later."""
        wanted = (about, filters, including)
        with self._lock:
            generation = self._shelf.generation
            if generation != self._generation:
                self._maps.clear()
                self._generation = generation
            found = self._maps.pop(wanted, None) or _drawn(self._chosen(*wanted), self._shelf)
            self._maps[wanted] = found  # the latest is the last
            while len(self._maps) > MOST_MAPS:
                del self._maps[next(iter(self._maps))]
            return found

    def _chosen(self, about: str, filters: PaperFilter | None, including: tuple[str, ...]) -> list[Paper]:
        """The papers to draw, those to include first."""
        if about:
            most = min(MOST_FOUND, max(FEW_FOUND, len(self._shelf) // 5))
            papers = self._got(self._find(about, most, filters)[:most])
        else:
            papers = list(self._shelf.papers(filters, most=MOST_PAPERS))
        chosen = {paper.paper_id: paper for paper in (*self._got(including), *papers)}
        return list(chosen.values())[:MOST_PAPERS]

    def _got(self, ids: Sequence[str]) -> list[Paper]:
        found = self._shelf.get_many(ids)
        return [found[paper_id] for paper_id in ids if paper_id in found]


def _drawn(papers: Sequence[Paper], shelf: Shelf) -> CollectionMap:
    from rag.maps.layout import groups_of, neighbours_of, places_of  # igraph: only where a map is looked at

    rows = shelf.vectors([paper.paper_id for paper in papers])
    papers = [paper for paper in papers if paper.paper_id in rows]  # one may have gone meanwhile
    graph = neighbours_of([rows[paper.paper_id] for paper in papers])
    places, groups = places_of(graph), groups_of(graph)
    mapped = tuple(
        MappedPaper(
            paper.paper_id, paper.title, paper.published.year if paper.published else None, *_rounded(place), group
        )
        for paper, place, group in zip(papers, places, groups, strict=True)
    )
    knowledge = shelf.knowledge([paper.paper_id for paper in papers])
    entities = _entities(mapped, knowledge)
    return CollectionMap(mapped, entities, _groups(mapped, entities), len(shelf), knowledge)


def _entities(papers: Sequence[MappedPaper], knowledge: Hypergraph) -> tuple[MappedEntity, ...]:
    naming: dict[int, list[int]] = {}
    for place, paper in enumerate(papers):
        for vertex in knowledge.vertices_of(paper.paper_id):
            naming.setdefault(vertex, []).append(place)
    most = max(2, int(COMMON * len(papers)))
    shared = [(knowledge.vertex(number), places) for number, places in naming.items() if 2 <= len(places) <= most]
    shared.sort(key=lambda one: (-len(one[1]), one[0].kind == Kind.PHRASE, one[0].key))
    return tuple(_in_midst(vertex, places, papers) for vertex, places in shared[:MOST_ENTITIES])


def _in_midst(vertex: Vertex, places: Sequence[int], papers: Sequence[MappedPaper]) -> MappedEntity:
    """The entity at the median of its papers: a paper far out does not draw it away from the others."""
    x, y = _rounded(np.median([(papers[place].x, papers[place].y) for place in places], axis=0))
    return MappedEntity(vertex.key, vertex.name, vertex.kind.value, tuple(places), x, y)


def _groups(papers: Sequence[MappedPaper], entities: Sequence[MappedEntity]) -> tuple[MappedGroup, ...]:
    sizes = Counter(paper.group for paper in papers)
    found = []
    for group in range(len(sizes)):
        x, y = _rounded(np.median([(paper.x, paper.y) for paper in papers if paper.group == group], axis=0))
        found.append(MappedGroup(_called(group, papers, entities), x, y, sizes[group]))
    return tuple(found)


def _called(group: int, papers: Sequence[MappedPaper], entities: Sequence[MappedEntity]) -> str:
    """The entities that the group's papers share and others lack: papers inside squared by papers in all."""
    inside = {entity: sum(papers[place].group == group for place in entity.papers) for entity in entities}
    telling = [entity for entity in entities if inside[entity] >= 2]
    telling.sort(key=lambda entity: (-(inside[entity] ** 2) / len(entity.papers), entity.key))
    return " · ".join(entity.name for entity in telling[:NAMES])


def _rounded(place: Sequence[float] | np.ndarray[Any, Any]) -> tuple[float, float]:
    """Four digits: a tenth of a pixel on the largest screens."""
    return round(float(place[0]), 4), round(float(place[1]), 4)

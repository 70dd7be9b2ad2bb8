"""The map of a collection: papers, the entities that they share, and groups with names."""

from __future__ import annotations

import dataclasses
import itertools
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from rag.knowledge.hypergraph import Hypergraph, Vertex
from rag.knowledge.kinds import Kind
from rag.types import Paper

__all__ = ["Atlas", "CollectionMap", "MappedEntity", "MappedGroup", "MappedPaper", "Shelf"]

MOST_PAPERS = 1000
"""Papers on a map, the newest: more cannot be told apart on a screen."""
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

    def papers(self) -> Iterator[Paper]:
        """All papers, newest first."""

    def vectors(self, ids: Iterable[str]) -> Mapping[str, Any]:
        """The vectors of each paper's sentences, shape (sentences, dimension)."""

    def knowledge(self) -> Hypergraph:
        """The entities of the collection and what joins them."""


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
    """Papers of the collection; those beyond :data:`MOST_PAPERS` are not on the map."""

    def to_json(self) -> dict[str, Any]:
        """The map as JSON values."""
        return dataclasses.asdict(self)


class Atlas:
    """Draws the map of one open collection and keeps it until the collection changes; safe for several threads."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._lock = threading.Lock()
        self._generation = -1
        self._map = CollectionMap((), (), (), 0)

    def current(self) -> CollectionMap:
        """The map of the collection as of now or later.

        Raises:
            CollectionError: the collection cannot be read, or is still to be read for its entities.
        """
        with self._lock:
            generation = self._shelf.generation
            if generation != self._generation:
                shown = list(itertools.islice(self._shelf.papers(), MOST_PAPERS))
                self._map = _drawn(shown, self._shelf.vectors, self._shelf.knowledge(), len(self._shelf))
                self._generation = generation
            return self._map


def _drawn(
    papers: Sequence[Paper],
    vectors: Callable[[Iterable[str]], Mapping[str, Any]],
    knowledge: Hypergraph,
    total: int,
) -> CollectionMap:
    from rag.maps.layout import groups_of, neighbours_of, places_of  # igraph: only where a map is looked at

    rows = vectors([paper.paper_id for paper in papers])
    papers = [paper for paper in papers if paper.paper_id in rows]  # one may have gone meanwhile
    graph = neighbours_of([rows[paper.paper_id] for paper in papers])
    places, groups = places_of(graph), groups_of(graph)
    mapped = tuple(
        MappedPaper(
            paper.paper_id, paper.title, paper.published.year if paper.published else None, *_rounded(place), group
        )
        for paper, place, group in zip(papers, places, groups, strict=True)
    )
    entities = _entities(mapped, knowledge)
    return CollectionMap(mapped, entities, _groups(mapped, entities), total)


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

"""The knowledge of a collection: entities as vertices, the sentences and abstracts that join them as hyperedges."""

from __future__ import annotations

import dataclasses
import enum
import functools
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from rag.knowledge.kinds import Kind
from rag.knowledge.sparse import Numbers, Rows

__all__ = ["Hyperedge", "Hypergraph", "Order", "Sentences", "Source", "Vertex"]

T = TypeVar("T")


class Order(enum.StrEnum):
    """How many entities a hyperedge joins, and by what. Edges of different orders are different edges."""

    LOW = "low"
    """Two entities in one sentence."""
    HIGH = "high"
    """Three or more in one sentence."""
    THEME = "theme"
    """All entities of one paper, two at least."""


@dataclasses.dataclass(frozen=True)
class Vertex:
    """One entity of the collection."""

    number: int
    """Its place in this structure; another one after each change of the collection."""
    key: str
    """The same in every structure; see ``rag.knowledge.extraction.Entity``."""
    name: str
    """As most papers write it."""
    kind: Kind
    aliases: tuple[str, ...]
    """Other keys that stand for it."""
    papers: int
    """In how many papers it is named, at least 1."""
    degree: int
    """Hyperedges that join it with others."""


@dataclasses.dataclass(frozen=True)
class Source:
    """A sentence that something rests on."""

    paper_id: str
    number: int
    """Of the sentence in its paper; 0 is the title."""
    start: int
    """First character in ``Paper.text``."""
    end: int
    """One past the last character."""


@dataclasses.dataclass(frozen=True)
class Hyperedge:
    """Entities that share a sentence, or a paper; the same entities in several sentences are one edge."""

    number: int
    """Its place in this structure."""
    order: Order
    members: tuple[int, ...]
    """Numbers of its vertices, ascending."""
    sources: tuple[Source, ...]
    """The sentences that say it, in the order of papers; of a theme, those that name at least one member."""

    @property
    def weight(self) -> int:
        """How many sentences say it, at least 1."""
        return len(self.sources)


@dataclasses.dataclass(frozen=True)
class Sentences:
    """Every sentence of the collection, in arrays of the same length; papers in the order of ids."""

    papers: Numbers
    """Place of its paper in :attr:`Hypergraph.papers`."""
    numbers: Numbers
    starts: Numbers
    ends: Numbers
    first: npt.NDArray[np.int64]
    """Place of each paper's first sentence, then the number of all: shape (papers + 1,)."""


class Hypergraph:
    """Entities and hyperedges of a collection as it was at one moment; frozen, safe for several threads.

    Use :func:`rag.knowledge.assembly.assemble` or :func:`rag.knowledge.storage.load`. Vertices, edges and sentences go
    by their numbers, from 0.
    """

    def __init__(
        self,
        *,
        papers: Sequence[str],
        sentences: Sentences,
        keys: Sequence[str],
        names: Sequence[str],
        kinds: Sequence[Kind],
        aliases: Mapping[str, str],
        spoken: Rows,
        orders: Sequence[Order],
        members: Rows,
        sources: Rows,
        terms: Sequence[str],
        words: Rows,
    ) -> None:
        self.papers = papers
        """Ids of all papers, ascending."""
        self.sentences = sentences
        self.spoken = spoken
        """The vertices of each sentence, ascending."""
        self.members = members
        """The vertices of each hyperedge, ascending."""
        self.sources = sources
        """The sentences of each hyperedge."""
        self.terms = terms
        """The search terms of all vertices, each once."""
        self.words = words
        """The terms of each vertex, by their places in :attr:`terms`."""
        self._keys = keys
        self._names = names
        self._kinds = kinds
        self.orders = orders
        """The order of each hyperedge."""
        self._numbers = {key: number for number, key in enumerate(keys)}
        self._derived: dict[Callable[[Hypergraph], Any], Any] = {}
        self._lock = threading.RLock()
        self._aliases = {alias: key for alias, key in aliases.items() if key in self._numbers}

    def __len__(self) -> int:
        return len(self._keys)

    @property
    def edge_count(self) -> int:
        """Hyperedges of all orders."""
        return len(self.members)

    def derived(self, make: Callable[[Hypergraph], T]) -> T:
        """What ``make`` makes of this hypergraph, made at the first call and kept with it."""
        with self._lock:
            if make not in self._derived:
                self._derived[make] = make(self)
            made: T = self._derived[make]
            return made

    @functools.cached_property
    def by_paper(self) -> Rows:
        """The vertices of each paper, ascending."""
        pairs = np.unique(self._papers_of_values * np.int64(len(self)) + self.spoken.values)
        papers, vertices = np.divmod(pairs, max(len(self), 1))
        ends = np.concatenate(([0], np.cumsum(np.bincount(papers, minlength=len(self.papers)))))
        return Rows(ends.astype(np.int64), vertices.astype(np.int32))

    @functools.cached_property
    def naming(self) -> Rows:
        """The papers that name each vertex, ascending."""
        return self.by_paper.turned(len(self))

    @functools.cached_property
    def said(self) -> Rows:
        """The sentences that name each vertex, ascending."""
        return self.spoken.turned(len(self))

    @functools.cached_property
    def incident(self) -> Rows:
        """The hyperedges of each vertex, ascending."""
        return self.members.turned(len(self))

    @functools.cached_property
    def paper_counts(self) -> Numbers:
        """In how many papers each vertex is named, shape (vertices,)."""
        return self.naming.lengths().astype(np.int32)

    @functools.cached_property
    def weights(self) -> npt.NDArray[np.float32]:
        """How telling each vertex is by how few papers name it, at least 0, shape (vertices,): BM25's idf."""
        counts = self.paper_counts
        return np.log1p((len(self.papers) - counts + 0.5) / (counts + 0.5)).astype(np.float32)

    @functools.cached_property
    def _papers_of_values(self) -> Numbers:
        return self.sentences.papers[self.spoken.owners()]

    def number_of(self, key: str) -> int | None:
        """The vertex of a key or alias; None when there is none."""
        return self._numbers.get(self._aliases.get(key, key))

    def vertex(self, number: int) -> Vertex:
        """One vertex by its number."""
        key = self._keys[number]
        return Vertex(
            number,
            key,
            self._names[number],
            self._kinds[number],
            self._aliases_by_key.get(key, ()),
            int(self.paper_counts[number]),
            int(self.incident.ends[number + 1] - self.incident.ends[number]),
        )

    def vertices(self) -> Iterator[Vertex]:
        """All vertices in the order of their numbers."""
        return map(self.vertex, range(len(self)))

    def key(self, number: int) -> str:
        """The key of a vertex."""
        return self._keys[number]

    def name(self, number: int) -> str:
        """The name of a vertex, as most papers write it."""
        return self._names[number]

    def edge(self, number: int) -> Hyperedge:
        """One hyperedge by its number."""
        sources = tuple(self.source(int(sentence)) for sentence in self.sources[number])
        return Hyperedge(number, self.orders[number], tuple(map(int, self.members[number])), sources)

    def edges(self) -> Iterator[Hyperedge]:
        """All hyperedges in the order of their numbers."""
        return map(self.edge, range(self.edge_count))

    def parts(self) -> Mapping[str, Any]:
        """What it was made of, by the names of the arguments."""
        return {
            "papers": self.papers,
            "sentences": self.sentences,
            "keys": self._keys,
            "names": self._names,
            "kinds": self._kinds,
            "aliases": self._aliases,
            "spoken": self.spoken,
            "orders": self.orders,
            "members": self.members,
            "sources": self.sources,
            "terms": self.terms,
            "words": self.words,
        }

    def source(self, sentence: int) -> Source:
        """One sentence by its number in the collection."""
        table = self.sentences
        return Source(
            self.papers[table.papers[sentence]],
            int(table.numbers[sentence]),
            int(table.starts[sentence]),
            int(table.ends[sentence]),
        )

    def sentence_of(self, paper_id: str, number: int) -> int | None:
        """The number in the collection of a paper's sentence; None when it is not there."""
        paper = self.paper_number(paper_id)
        if paper is None:
            return None
        place = int(self.sentences.first[paper]) + number
        return place if place < self.sentences.first[paper + 1] else None

    def paper_number(self, paper_id: str) -> int | None:
        """The place of a paper in :attr:`papers`; None when it is not there."""
        return self._places.get(paper_id)

    def vertices_of(self, paper_id: str) -> list[int]:
        """The vertices that a paper names, ascending; empty when it is not there."""
        paper = self.paper_number(paper_id)
        if paper is None:
            return []
        return [int(vertex) for vertex in self.by_paper[paper]]

    def papers_of(self, vertex: int) -> list[str]:
        """Ids of the papers that name a vertex, ascending."""
        return [self.papers[n] for n in self.naming[vertex]]

    @functools.cached_property
    def _places(self) -> dict[str, int]:
        return {paper_id: place for place, paper_id in enumerate(self.papers)}

    @functools.cached_property
    def _aliases_by_key(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for alias, key in sorted(self._aliases.items()):
            found.setdefault(key, []).append(alias)
        return {key: tuple(aliases) for key, aliases in found.items()}

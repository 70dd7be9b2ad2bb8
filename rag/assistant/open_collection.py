"""What a collection offers without being asked anything: its papers, one by one, in lists, counted and drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rag import index
from rag.errors import UnknownPaperError
from rag.filters import PaperFilter
from rag.maps.atlas import Atlas, CollectionMap
from rag.settings import Settings
from rag.types import Paper
from rag.understanding.readable import readable

if TYPE_CHECKING:
    from rag.knowledge.hypergraph import Hypergraph

__all__ = ["OpenCollection"]


class OpenCollection:
    """A collection opened for reading; safe to use from several threads."""

    def __init__(
        self,
        collection: index.Collection,
        settings: Settings,
        find_about: Callable[[str, int, PaperFilter | None], list[str]],
    ) -> None:
        """Takes an open collection; it is closed with this.

        Args:
            collection: what is read.
            settings: those it was opened with.
            find_about: ids of the best papers about something, so many at most, for a map of them.
        """
        self.settings = settings
        self._collection = collection
        self._atlas = Atlas(collection, find_about)

    def close(self) -> None:
        """Gives files and memory back; the assistant cannot be used afterwards."""
        self._collection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def collection_name(self) -> str:
        """The name under which the collection was opened."""
        return self._collection.name

    def papers(self, filters: PaperFilter | None = None, *, first: int = 0, most: int | None = None) -> list[Paper]:
        """The papers of the collection, newest first: ``most`` of them (None: all) after the ``first`` ones.

        Only these are read: of a large collection, ask for a page at a time.
        """
        return list(self._collection.papers(filters, first, most))

    def count(self, filters: PaperFilter | None = None) -> int:
        """How many papers the collection has, or how many of them meet ``filters``."""
        return self._collection.count(filters)

    def heads(self) -> tuple[index.Head, ...]:
        """What a list shows of every paper, newest first, without the abstracts: for collections of any size."""
        return self._collection.heads()

    def paper(self, paper_id: str) -> Paper:
        """One paper.

        Raises:
            UnknownPaperError: none has that id.
        """
        paper = self._collection.get(paper_id)
        if paper is None:
            raise UnknownPaperError(f"no paper has the id {paper_id!r}; `papertrail papers` lists the ids")
        return paper

    def knowledge(self) -> Hypergraph:
        """The entities of the collection and what joins them; see :meth:`rag.index.Collection.knowledge`."""
        return self._collection.knowledge()

    def map(self, about: str = "", filters: PaperFilter | None = None, including: Sequence[str] = ()) -> CollectionMap:
        """A picture of papers: each near those that say alike, entities in the midst of the papers that name them.

        Kept until the collection changes, the latest few.

        Args:
            about: draws the papers that a search for it finds, :data:`rag.maps.atlas.MOST_FOUND` at most; empty: the
                newest, :data:`rag.maps.atlas.MOST_PAPERS` at most.
            filters: only these papers are drawn.
            including: ids of papers that are drawn in any case.

        Raises:
            QuestionError: ``about`` is too long.
            CollectionDamagedError: the collection cannot be read.
        """
        about = readable(about, self.settings.question_chars) if about.strip() else ""
        return self._atlas.drawn(about, filters, tuple(including))

    def graphml(self, papers: Sequence[Paper]) -> Iterator[str]:
        """Lines of GraphML: these papers, entities and hyperedges as nodes; see :func:`rag.maps.graphml.graphml`."""
        from rag.maps.graphml import graphml

        return graphml(papers, self.knowledge())

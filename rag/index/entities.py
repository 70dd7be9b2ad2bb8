"""The entities of a collection: read when papers come in, put together to a hypergraph when somebody asks for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

from rag.errors import CollectionError
from rag.index.catalogue import Catalogue
from rag.index.writer import writing
from rag.knowledge.assembly import assemble
from rag.knowledge.extraction import Extract, extract
from rag.knowledge.hypergraph import Hypergraph
from rag.settings import Settings

__all__ = ["KnowledgeCache", "read_entities"]

READ_AT_ONCE = 2000
"""Papers of an older collection that are read on the spot, without keeping what was found: 4 s."""
ATTEMPTS = 3
"""A hypergraph that another process's commit has overtaken is put together again so often at most."""


def read_entities(settings: Settings, name: str, progress: Callable[[int, int], None] | None = None) -> int:
    """Reads those papers of the collection ``name`` that an older version took in without reading them for entities.

    Safe to interrupt: what was read is kept.

    Args:
        settings: name the home folder.
        name: of the collection.
        progress: told how many papers are done, and of how many.

    Returns:
        How many papers were read; 0 when there was nothing to do.

    Raises:
        CollectionError: the collection is missing, busy, damaged or of another kind.
    """
    with writing(settings, name) as writer:
        return writer.read_entities(progress or (lambda done, of: None))


class KnowledgeCache:
    """The hypergraph of one open collection, kept until the collection changes; safe for several threads."""

    def __init__(self, name: str, catalogue: Catalogue) -> None:
        self._name = name
        self._catalogue = catalogue
        self._lock = threading.Lock()
        self._known = assemble(())
        self._generation = -1

    def current(self) -> Hypergraph:
        """See :meth:`rag.index.collection.Collection.knowledge`."""
        with self._lock:
            for _ in range(ATTEMPTS):
                generation = self._catalogue.generation()
                if generation == self._generation:
                    break
                self._known, self._generation = assemble(self._extracts()), generation
            return self._known

    def _extracts(self) -> Iterator[tuple[str, Extract]]:
        unread = [key.paper_id for key in self._catalogue.unread()]
        if len(unread) > READ_AT_ONCE:
            raise CollectionError(
                f"{len(unread):,} papers of the collection {self._name!r} have not been read for their entities: "
                f"run `papertrail extract --collection {self._name}` once, or choose the retriever hybrid"
            )
        found = self._catalogue.papers(unread)
        yield from ((paper_id, extract(paper)) for paper_id, paper in found.items())
        seen = set(found)
        yield from ((paper_id, known) for paper_id, known in self._catalogue.extracts() if paper_id not in seen)

"""The entities of a collection: read when papers come in, put together to a hypergraph when somebody asks for it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence

from rag.errors import CollectionError
from rag.index.catalogue import Catalogue, open_catalogue
from rag.index.layout import Key, Layout, layout_of
from rag.index.ledger import Ledger
from rag.index.writer import writing
from rag.knowledge.assembly import assemble
from rag.knowledge.extraction import Extract, extract
from rag.knowledge.hypergraph import Hypergraph
from rag.knowledge.readers import MODELS, RULES
from rag.knowledge.storage import load, save
from rag.settings import Settings
from rag.types import Paper

__all__ = ["KnowledgeCache", "Notebook", "read_entities"]

READ_AT_ONCE = 2000
"""Papers of an older collection that are read on the spot, without keeping what was found: 4 s."""
KEPT_FROM = 1000
"""Papers from which on the hypergraph is kept in a file: it takes 0.2 s to put together then, half of that to read."""
_READ_PAPERS = 100
ATTEMPTS = 3
"""A hypergraph that another process's commit has overtaken is put together again so often at most."""


def read_entities(
    settings: Settings, name: str, progress: Callable[[int, int], None] | None = None, *, fresh: bool = False
) -> int:
    """Has the rules read those papers of the collection ``name`` that nobody has read for entities yet.

    There are some only in collections that an older version has made. Safe to interrupt: what was read is kept.

    Args:
        settings: name the home folder.
        name: of the collection.
        progress: told how many papers are done, and of how many.
        fresh: all papers that the rules have not read, in place of what a model has found in them.

    Returns:
        How many papers were read; 0 when there was nothing to do.

    Raises:
        CollectionError: the collection is missing, busy, damaged or of another kind.
    """
    with writing(settings, name) as writer:
        return writer.read_entities(progress or (lambda done, of: None), fresh=fresh)


class Notebook:
    """What one reader finds in the papers of a collection, kept paper by paper while the collection stays in use."""

    def __init__(self, settings: Settings, name: str, reader: str) -> None:
        """Opens nothing yet.

        Args:
            settings: name the home folder.
            name: of the collection.
            reader: as :mod:`rag.knowledge.readers` names it.

        Raises:
            UserError: the name cannot be that of a collection.
            CollectionError: the collection is missing or damaged.
        """
        self._layout = layout_of(settings, name)
        self._reader = reader
        open_catalogue(self._layout)[0].close()

    def unread(self, limit: int | None = None) -> Iterator[tuple[Key, Paper]]:
        """The papers that this reader has not read, as they were at the call; those removed meanwhile are left out.

        Args:
            limit: so many of them at most; None: all.
        """
        catalogue, _ = open_catalogue(self._layout)
        with contextlib.closing(catalogue):
            keys = catalogue.unread(self._reader)[:limit]
            for start in range(0, len(keys), _READ_PAPERS):
                chunk = keys[start : start + _READ_PAPERS]
                papers = catalogue.papers(key.paper_id for key in chunk)
                yield from ((key, papers[key.paper_id]) for key in chunk if key.paper_id in papers)

    def keep(self, found: Sequence[tuple[Key, Extract]]) -> None:
        """Puts what was found in place of what others have found in these papers; changed papers are passed over.

        Raises:
            CollectionError: the catalogue cannot be written to.
        """
        if found:
            with contextlib.closing(Ledger(self._layout)) as ledger:
                ledger.upgrade()
                ledger.note_entities([key for key, _ in found], [extract for _, extract in found], self._reader)


class KnowledgeCache:
    """The hypergraph of one open collection, kept until the collection changes; safe for several threads.

    That of a large collection is kept in a file too, for the next process; see :mod:`rag.knowledge.storage`.
    """

    def __init__(self, layout: Layout, catalogue: Catalogue) -> None:
        self._layout = layout
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
                self._known, self._generation = self._as_of(generation), generation
            return self._known

    def of(self, ids: Iterable[str]) -> Hypergraph:
        """Of these papers alone; those that an older version took in are read on the spot: 1,000 papers 1.5 s."""
        wanted = list(ids)
        known = self._catalogue.extracts_of(wanted)
        unread = self._catalogue.papers(paper_id for paper_id in wanted if paper_id not in known)
        return assemble([*known.items(), *((paper_id, extract(paper)) for paper_id, paper in unread.items())])

    def _as_of(self, generation: int) -> Hypergraph:
        stamp = f"{RULES} {MODELS}{generation}"
        kept = load(self._layout.knowledge, stamp)
        if kept is not None:
            return kept
        made = assemble(self._extracts())
        if len(made.papers) >= KEPT_FROM:
            self._keep(made, stamp, generation)
        return made

    def _keep(self, made: Hypergraph, stamp: str, generation: int) -> None:
        """Keeps a hypergraph in the file; one that a change has overtaken is taken away again.

        A change deletes the file after it has been committed. So one of the two sees the other's work, and nothing of
        a removed paper stays.
        """
        if self._catalogue.generation() != generation:
            return
        with contextlib.suppress(OSError):  # a folder that is read only: it is put together each time
            save(made, self._layout.knowledge, stamp)
            if self._catalogue.generation() != generation:
                self._layout.knowledge.unlink(missing_ok=True)

    def _extracts(self) -> Iterator[tuple[str, Extract]]:
        unread = [key.paper_id for key in self._catalogue.unread()]
        if len(unread) > READ_AT_ONCE:
            name = self._layout.name
            raise CollectionError(
                f"{len(unread):,} papers of the collection {name!r} have not been read for their entities: "
                f"run `papertrail extract --collection {name}` once, or choose the retriever hybrid"
            )
        found = self._catalogue.papers(unread)
        yield from ((paper_id, extract(paper)) for paper_id, paper in found.items())
        seen = set(found)
        yield from ((paper_id, known) for paper_id, known in self._catalogue.extracts() if paper_id not in seen)

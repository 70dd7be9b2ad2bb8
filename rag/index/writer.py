"""Writing to a collection so that it can be stopped at any moment: what was committed stays, the rest is cleared away.

The two indexes have no transaction in common. So each of their rows names the revision of its paper, and readers pass
over every revision but the catalogue's. Rows are announced in the catalogue before they are written and noted there
as left over when they are replaced, and each writer begins by deleting what is noted.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence

from rag.errors import UnknownPaperError
from rag.index.catalogue import Stored, open_catalogue
from rag.index.identity import Identity, check_adapter, check_dimension, check_identity, check_store
from rag.index.layout import Layout, layout_of
from rag.index.ledger import KnownRecord, Ledger
from rag.index.lexical import LexicalWriter
from rag.index.locking import locked
from rag.index.recovery import clear_away, recover
from rag.index.renewal import renew
from rag.index.room import explained
from rag.index.vectors import VectorStore, store_of
from rag.index.words import note
from rag.knowledge.extraction import extract
from rag.knowledge.readers import RULES
from rag.settings import Settings
from rag.types import Paper

__all__ = ["Writer", "writing"]

Step = Callable[[str], None]

READ_PAPERS = 200
"""Papers read for their entities and committed at a time: half a second."""


class Writer:
    """The one writer of a collection."""

    def __init__(
        self,
        layout: Layout,
        identity: Identity,
        ledger: Ledger,
        vectors: VectorStore,
        lexical: LexicalWriter,
        *,
        mended: Sequence[str],
        on_step: Step,
    ) -> None:
        """Use :func:`writing`."""
        self.mended = tuple(mended)
        """What was put in order before, each in a sentence."""
        self._layout = layout
        self._identity = identity
        self._ledger = ledger
        self._vectors = vectors
        self._lexical = lexical
        self._on_step = on_step

    def revisions(self, ids: Iterable[str]) -> dict[str, str]:
        """The current revision of each paper that is there."""
        return self._ledger.revisions(ids)

    def papers(self, ids: Iterable[str]) -> dict[str, Paper]:
        """Those of the papers that are there, by id."""
        return self._ledger.papers(ids)

    def named(self, names: Iterable[str]) -> list[str]:
        """Ids of the papers that go by one of ``names``."""
        return self._ledger.named(names)

    def record_of(self, own_id: str, revision: str) -> str | None:
        """Id of the paper that was made of a record; None: it was never read."""
        return self._ledger.record_of(own_id, revision)

    def taken(self, paper_id: str) -> list[str]:
        """Ids that are ``paper_id``, or that and a number."""
        return self._ledger.taken(paper_id)

    def remember(self, records: Sequence[KnownRecord]) -> None:
        """Notes of which records papers were made, and where those stood."""
        if records:
            self._ledger.remember(records)

    def read_again(self, records: Sequence[tuple[str, str]]) -> None:
        """Notes that records, given by own id and revision, were read once more and are as they were."""
        if records:
            self._ledger.read_again(records)

    def write(self, entries: Sequence[Stored]) -> None:
        """Adds papers, or replaces them, together: readers see all of them or none.

        Raises:
            CollectionMismatchError: the vectors are of another dimension than those of the collection.
        """
        for entry in entries:
            check_dimension(self._identity, entry.vectors.shape[1], self._layout.name)
        self._ledger.announce([entry.key for entry in entries])
        self._on_step("announced")
        self._vectors.add(entries)
        self._on_step("vectors")
        self._lexical.add((entry.key, entry.paper) for entry in entries)
        self._on_step("lexical")
        superseded = self._ledger.commit(entries, [extract(entry.paper) for entry in entries])
        self._on_step("committed")
        clear_away(self._ledger, self._vectors, self._lexical, superseded)
        note(self._layout, self._ledger, self._ledger.generation())
        self._on_step("cleared")

    def read_entities(self, progress: Callable[[int, int], None], *, fresh: bool = False) -> int:
        """Has the rules read the papers that are still to be read for what they speak of, and returns how many.

        Args:
            progress: told how many are done, and of how many.
            fresh: all papers that the rules have not read, those that a model has read too.
        """
        unread = self._ledger.unread(RULES if fresh else None)
        for start in range(0, len(unread), READ_PAPERS):
            keys = unread[start : start + READ_PAPERS]
            papers = self._ledger.papers([key.paper_id for key in keys])
            self._ledger.note_entities(keys, [extract(papers[key.paper_id]) for key in keys], RULES)
            progress(start + len(keys), len(unread))
        return len(unread)

    def remove(self, ids: Sequence[str]) -> int:
        """Takes papers out whole and returns how many.

        Raises:
            UnknownPaperError: some are not there; nothing was removed.
        """
        wanted = list(dict.fromkeys(ids))
        known = self._ledger.revisions(wanted)
        missing = [paper_id for paper_id in wanted if paper_id not in known]
        if missing:
            raise UnknownPaperError(
                f"no paper {', '.join(map(repr, missing))} in the collection, nothing was removed: "
                "see `papertrail papers` for what is there"
            )
        superseded = self._ledger.remove(wanted)
        self._on_step("committed")
        clear_away(self._ledger, self._vectors, self._lexical, superseded)
        note(self._layout, self._ledger, self._ledger.generation())
        self._on_step("cleared")
        return len(wanted)


@contextlib.contextmanager
def writing(
    settings: Settings,
    name: str,
    *,
    create: Callable[[], Identity] | None = None,
    renewing: Callable[[int, int], None] | None = None,
    on_step: Step | None = None,
) -> Iterator[Writer]:
    """Locks the collection ``name``, puts it in order and gives its writer.

    Args:
        settings: name the home folder, the embedding and the time to wait for another writer.
        name: of the collection.
        create: says what a new collection is made with; ``None``: it must exist.
        renewing: told how many papers are done, and of how many, when vectors of another adapter are made anew;
            ``None``: such a collection is refused.
        on_step: told after each step, for tests that stop at one.

    Raises:
        UserError: the name cannot be that of a collection.
        CollectionMissingError: there is none, and none is to be made.
        CollectionMismatchError: it was made with another embedding, adapter, chunking or schema.
        CollectionBusyError: another process is writing to it.
        CollectionError: the folder cannot be written to, or its disk is full.
    """
    layout = layout_of(settings, name)
    if create is None:
        open_catalogue(layout)[0].close()
    with locked(layout, settings.lock_timeout_s), explained(layout), contextlib.ExitStack() as stack:
        ledger = stack.enter_context(contextlib.closing(Ledger(layout, create=create is not None)))
        stack.enter_context(ledger.alone(settings.lock_timeout_s))
        identity = ledger.identity()
        if identity is None:
            assert create is not None  # else open_catalogue has found an identity
            identity = create()
            ledger.create(identity)
        ledger.check_whole()
        check_identity(identity, settings, name)
        if renewing is None:
            check_adapter(identity, settings, name)
            check_store(identity, settings, name)
        ledger.upgrade()
        on_step = on_step or (lambda step: None)
        mended = renew(settings, ledger, layout, renewing, on_step) if renewing else []
        vectors = stack.enter_context(contextlib.closing(store_of(settings, layout, ledger)))
        mended += recover(settings, ledger, layout, rewrite=renewing is not None)
        lexical = stack.enter_context(contextlib.closing(LexicalWriter(layout)))
        yield Writer(layout, identity, ledger, vectors, lexical, mended=mended, on_step=on_step)

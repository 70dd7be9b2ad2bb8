"""Taking papers into a collection: unchanged ones are passed over, the next batch is embedded while one is written."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from rag.index.catalogue import Stored
from rag.index.embedding import Embedder, embedder_for
from rag.index.identity import Identity
from rag.index.layout import Key
from rag.index.ledger import revision_of
from rag.index.writer import Writer, writing
from rag.settings import Settings
from rag.sources.record import BadRecord
from rag.text.sentences import passages_of
from rag.types import Paper

__all__ = ["IngestReport", "ingest", "remove"]

BATCH_PASSAGES = 320
"""Passages embedded and committed at a time: about 32 abstracts, two seconds of work on two cores, and an interruption
loses two batches at most."""
FIRST_PASSAGES = 20
"""The same for the first batch: two abstracts, a tenth of a second of work, so that a run that is ended soon after it
began has made progress all the same. Each batch after it has twice as many, until they are ``BATCH_PASSAGES``."""
ID_CHARS = 512
"""Longest id of a paper; it is part of the keys of both indexes."""


@dataclasses.dataclass(frozen=True)
class IngestReport:
    """What an ingest did with the records it was given."""

    added: int
    updated: int
    """Papers that were there with other content."""
    unchanged: int
    failed: tuple[BadRecord, ...]

    def to_json(self) -> dict[str, Any]:
        """The report as JSON values, in the documented order."""
        return {
            "added": self.added,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "failed": [{"source": bad.source, "reason": bad.reason} for bad in self.failed],
        }


def ingest(
    settings: Settings,
    name: str,
    items: Iterable[Paper | BadRecord],
    progress: Callable[[int, str], None] | None = None,
    *,
    on_step: Callable[[str], None] | None = None,
) -> IngestReport:
    """Adds papers to the collection ``name``, which is made if need be; safe to repeat, to interrupt and to resume.

    A paper whose content is in the collection already is not embedded again. An id that comes twice with different
    content is taken once, as it came first; the second is reported as failed.

    Args:
        settings: name the home folder and the embedding.
        name: of the collection.
        items: read one after the other and never all at once; bad records end up in the report.
        progress: told, for each item that is dealt with, how many are and its title (or source).
        on_step: told after each step of writing, for tests that stop at one.

    Raises:
        CollectionError: the collection is busy, damaged or of another kind; see :func:`rag.index.writer.writing`.
        ModelError: the embedding model does not do its work. What was committed before stays.
    """
    embedder = embedder_for(settings)
    run = _Run(progress or (lambda done, title: None))
    papers = run.readable(items)
    first = next(papers, None)
    if first is not None:
        with writing(
            settings, name, create=lambda: Identity(settings.embedding, embedder.dimension), on_step=on_step
        ) as writer:
            changed = run.changed(itertools.chain([first], papers), writer)
            with contextlib.closing(_embedded(_batches(changed), embedder)) as batches:
                for batch in batches:
                    writer.write(batch)
                    run.written(batch)
    return run.report()


def remove(settings: Settings, name: str, ids: Sequence[str]) -> int:
    """Takes papers out of the collection ``name`` whole and returns how many.

    Raises:
        UnknownPaperError: some are not there; nothing was removed.
        CollectionError: the collection is missing, busy, damaged or of another kind.
    """
    with writing(settings, name) as writer:
        return writer.remove(ids)


class _Run:
    """Counts what happens to each item of one ingest."""

    def __init__(self, progress: Callable[[int, str], None]) -> None:
        self._progress = progress
        self._counts = {"added": 0, "updated": 0, "unchanged": 0}
        self._failed: list[BadRecord] = []
        self._seen: dict[str, str] = {}
        self._updates: set[str] = set()

    def report(self) -> IngestReport:
        return IngestReport(**self._counts, failed=tuple(self._failed))

    def readable(self, items: Iterable[Paper | BadRecord]) -> Iterator[Paper]:
        """The papers among ``items`` that can be kept."""
        for item in items:
            bad = item if isinstance(item, BadRecord) else _unfit(item)
            if bad is None:
                assert isinstance(item, Paper)
                yield item
            else:
                self._fail(bad)

    def changed(self, papers: Iterable[Paper], writer: Writer) -> Iterator[tuple[Key, Paper]]:
        """The papers that are not in the collection as they are, each under the key it will have."""
        for paper in papers:
            revision = revision_of(paper)
            known = self._seen.get(paper.paper_id) or writer.revisions([paper.paper_id]).get(paper.paper_id)
            if known == revision:
                self._count("unchanged", paper.title)
            elif paper.paper_id in self._seen:
                self._fail(BadRecord(paper.source, f"the id {paper.paper_id!r} stands twice, with other content"))
            else:
                if known is not None:
                    self._updates.add(paper.paper_id)
                yield Key(paper.paper_id, revision, len(passages_of(paper))), paper
            self._seen.setdefault(paper.paper_id, revision)

    def written(self, batch: Iterable[Stored]) -> None:
        """Notes papers that are in the collection now."""
        for entry in batch:
            self._count("updated" if entry.key.paper_id in self._updates else "added", entry.paper.title)

    def _count(self, what: str, title: str) -> None:
        self._counts[what] += 1
        self._progress(sum(self._counts.values()) + len(self._failed), title)

    def _fail(self, bad: BadRecord) -> None:
        self._failed.append(bad)
        self._progress(sum(self._counts.values()) + len(self._failed), bad.source)


def _unfit(paper: Paper) -> BadRecord | None:
    """Why a paper cannot be kept, whoever made it."""
    if not paper.paper_id or len(paper.paper_id) > ID_CHARS:
        return BadRecord(paper.source, f"its id must have 1 to {ID_CHARS} characters")
    if not paper.title.strip():
        return BadRecord(paper.source, f"the paper {paper.paper_id!r} has no title")
    try:
        f"{paper.paper_id}{paper.text}".encode()
    except UnicodeEncodeError:
        return BadRecord(paper.source, f"the text of the paper {paper.paper_id!r} is not valid Unicode")
    return None


def _batches(papers: Iterable[tuple[Key, Paper]]) -> Iterator[list[tuple[Key, Paper]]]:
    """The papers a batch at a time, small ones first."""
    batch: list[tuple[Key, Paper]] = []
    most = min(FIRST_PASSAGES, BATCH_PASSAGES)
    passages = 0
    for key, paper in papers:
        batch.append((key, paper))
        passages += key.passages
        if passages >= most:
            yield batch
            batch, passages, most = [], 0, min(2 * most, BATCH_PASSAGES)
    if batch:
        yield batch


def _embedded(batches: Iterable[list[tuple[Key, Paper]]], embedder: Embedder) -> Generator[list[Stored]]:
    """The batches with their vectors; the next one is embedded in a thread while one is being used."""
    pool = ThreadPoolExecutor(1, thread_name_prefix="papertrail-embed")
    running: Future[list[Stored]] | None = None
    try:
        for batch in batches:
            following = pool.submit(_with_vectors, batch, embedder)
            if running is not None:
                yield running.result()
            running = following
        if running is not None:
            yield running.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _with_vectors(batch: list[tuple[Key, Paper]], embedder: Embedder) -> list[Stored]:
    vectors = embedder.embed([passage.text for _, paper in batch for passage in passages_of(paper)])
    stored, start = [], 0
    for key, paper in batch:
        stored.append(Stored(key, paper, vectors[start : start + key.passages]))
        start += key.passages
    return stored

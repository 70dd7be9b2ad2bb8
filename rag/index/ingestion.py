"""Taking papers into a collection: unchanged ones are passed over, the next batch is embedded while one is written."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import re
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from rag.index.catalogue import Stored
from rag.index.embedding import Embedder, embedder_for
from rag.index.identity import identity_now
from rag.index.layout import Key
from rag.index.ledger import KnownRecord, revision_of
from rag.index.sameness import is_own, merged, names_of, same_paper, sources_of, title_key
from rag.index.writer import Writer, writing
from rag.settings import Settings
from rag.sources.notes import BadRecord, Note
from rag.text.sentences import passages_of
from rag.types import Paper

__all__ = ["IngestReport", "Merged", "ingest", "remove"]

BATCH_PASSAGES = 320
"""Passages embedded and committed at a time: about 32 abstracts, two seconds of work on two cores, and an interruption
loses two batches at most."""
FIRST_PASSAGES = 20
"""The same for the first batch: two abstracts, a tenth of a second of work, so that a run that is ended soon after it
began has made progress all the same. Each batch after it has twice as many, until they are ``BATCH_PASSAGES``."""
ID_CHARS = 512
"""Longest id of a paper; it is part of the keys of both indexes."""


@dataclasses.dataclass(frozen=True)
class Merged:
    """A record that is of a paper which was there already, under another id or from another source."""

    source: str
    into: str
    """Id of the paper."""
    by: str
    """What they have in common: ``DOI``, ``arXiv id``, ``title, authors and year`` ..."""


@dataclasses.dataclass(frozen=True)
class IngestReport:
    """What an ingest did with the records it was given; each is counted once."""

    added: int
    updated: int
    """Papers that were there with other content."""
    unchanged: int
    failed: tuple[BadRecord, ...]
    merged: tuple[Merged, ...] = ()
    missing: Mapping[str, int] = dataclasses.field(default_factory=dict)
    """How many of the papers that were read have no ``abstract``, ``authors`` or ``year``; those of which none lacks it
    are left out."""
    notes: tuple[Note, ...] = ()

    @property
    def read(self) -> int:
        """Records that could be read as papers."""
        return self.added + self.updated + self.unchanged + len(self.merged)

    def to_json(self) -> dict[str, Any]:
        """The report as JSON values, in the documented order."""
        return {
            "added": self.added,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "failed": [{"source": bad.source, "reason": bad.reason} for bad in self.failed],
            "merged": [dataclasses.asdict(one) for one in self.merged],
            "missing": dict(self.missing),
            "notes": [dataclasses.asdict(note) for note in self.notes],
        }


def ingest(
    settings: Settings,
    name: str,
    items: Iterable[Paper | BadRecord | Note],
    progress: Callable[[int, str], None] | None = None,
    *,
    on_step: Callable[[str], None] | None = None,
) -> IngestReport:
    """Adds papers to the collection ``name``, which is made if need be; safe to repeat, to interrupt and to resume.

    A paper whose content is in the collection already is not embedded again. Records of one paper are one paper, see
    :mod:`rag.index.sameness`: one that comes from another source, or under another id, is merged into it and told.
    Records of two papers with one id are two papers, the second one with a number after its id.

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
            settings, name, create=lambda: identity_now(settings, embedder.dimension, name), on_step=on_step
        ) as writer:
            changed = run.changed(itertools.chain([first], papers), writer)
            with contextlib.closing(_embedded(_batches(changed), embedder)) as batches:
                for batch in batches:
                    writer.write(batch)
                    writer.remember(run.written(batch))
            writer.remember(run.known_again())
            writer.read_again(run.as_they_were)
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
    """Decides of each item of one ingest what it is, and counts it."""

    def __init__(self, progress: Callable[[int, str], None]) -> None:
        self._progress = progress
        self._counts = {"added": 0, "updated": 0, "unchanged": 0}
        self._failed: list[BadRecord] = []
        self._merged: list[Merged] = []
        self._joining: dict[str, list[tuple[Merged, str]]] = {}
        """The same of papers that are not written yet, with the titles of the records."""
        self._missing: Counter[str] = Counter()
        self._notes: list[Note] = []
        self._seen: dict[tuple[str, str], str] = {}
        """Paper by own id and revision, of the records of this run."""
        self.as_they_were: list[tuple[str, str]] = []
        """Own id and revision of the records that an earlier run has read, too."""
        self._waiting: dict[str, Paper] = {}
        """Papers that are not written yet, as they will be."""
        self._names: dict[str, set[str]] = {}
        """Those of them, by name."""
        self._outcomes: dict[str, str] = {}
        """What will be counted for each of them."""
        self._records: dict[str, list[KnownRecord]] = {}
        """The records that papers were made of, until they are remembered."""

    def report(self) -> IngestReport:
        missing = {name: self._missing[name] for name in ("abstract", "authors", "year") if self._missing[name]}
        return IngestReport(
            **self._counts,
            failed=tuple(self._failed),
            merged=tuple(self._merged),
            missing=missing,
            notes=tuple(self._notes),
        )

    def readable(self, items: Iterable[Paper | BadRecord | Note]) -> Iterator[Paper]:
        """The papers among ``items`` that can be kept."""
        for item in items:
            if isinstance(item, Note):
                self._notes.append(item)
                continue
            bad = item if isinstance(item, BadRecord) else _unfit(item)
            if bad is None:
                assert isinstance(item, Paper)
                self._missing.update(_missing(item))
                yield item
            else:
                self._fail(bad)

    def changed(self, papers: Iterable[Paper], writer: Writer) -> Iterator[tuple[Key, Paper]]:
        """The papers that are not in the collection as they are, each under the key it will have."""
        for paper in papers:
            revision = revision_of(paper)
            known = self._seen.get((paper.paper_id, revision))
            if known is None and (known := writer.record_of(paper.paper_id, revision)):
                self.as_they_were.append((paper.paper_id, revision))
            if known is None and writer.revisions([paper.paper_id]).get(paper.paper_id) == revision:
                known = paper.paper_id
                self._remember(paper, revision, paper)
            if known is not None:
                self._seen[paper.paper_id, revision] = known
                self._count("unchanged", paper.title)
                continue
            kept = self._placed(paper, revision, writer)
            if kept is not None:
                yield Key(kept.paper_id, revision_of(kept), len(passages_of(kept))), kept

    def _placed(self, paper: Paper, revision: str, writer: Writer) -> Paper | None:
        """The paper as it will be in the collection; None where it is there as it is, with the record merged."""
        stored, by = self._match(paper, writer)
        if stored is None:
            kept = dataclasses.replace(paper, paper_id=self._free_id(paper, writer))
            self._wait(kept, "added")
        elif self._replaces(paper, stored):
            kept = dataclasses.replace(paper, paper_id=stored.paper_id, pages=paper.pages or stored.pages)
            if revision_of(kept) == revision_of(stored):  # read without its full text, which it keeps
                self._count("unchanged", paper.title)
            else:
                self._wait(kept, "updated")
        else:
            kept = merged(stored, paper)
            again = is_own(stored, paper) and stored.paper_id not in self._outcomes
            if revision_of(kept) != revision_of(stored):
                self._wait(kept, "updated" if again else self._outcomes.get(kept.paper_id, ""))
            elif again:
                self._count("unchanged", paper.title)
            if not again:
                self._join(Merged(paper.source, stored.paper_id, by), paper.title)
        self._seen[paper.paper_id, revision] = kept.paper_id
        self._remember(kept, revision, paper)
        return kept if kept.paper_id in self._waiting and self._waiting[kept.paper_id] is kept else None

    def _match(self, paper: Paper, writer: Writer) -> tuple[Paper | None, str]:
        """The paper that a record is of, and by what; papers that look like it are told."""
        names = names_of(paper)
        waiting = [one for name in names for one in self._names.get(name, ())]
        ids = dict.fromkeys([paper.paper_id, *writer.taken(paper.paper_id), *writer.named(names), *waiting])
        candidates = {**writer.papers(ids), **{one: self._waiting[one] for one in ids if one in self._waiting}}
        found = [(stored, by) for one in ids if (stored := candidates.get(one)) and (by := same_paper(stored, paper))]
        if found:
            order = {"DOI": 0, "arXiv id": 0, "PMID": 0, "id": 1}
            return min(found, key=lambda pair: order.get(pair[1], 2))
        key = title_key(paper.title)
        alike = next((stored for stored in candidates.values() if title_key(stored.title) == key), None)
        if alike is not None:
            self._notes.append(Note(paper.source, f"may be the same work as {alike.paper_id!r}: both have this title"))
        return None, ""

    def _replaces(self, paper: Paper, stored: Paper) -> bool:
        """Whether a record takes the place of what was made of it alone, in an earlier run: its file was edited."""
        files = {_file_of(source) for source in sources_of(stored)}
        return (
            is_own(stored, paper)
            and stored.paper_id not in self._outcomes
            and len(sources_of(stored)) <= 1
            and (files == {_file_of(paper.source)} or not files or not paper.source)
        )

    def _free_id(self, paper: Paper, writer: Writer) -> str:
        taken = {*writer.taken(paper.paper_id), *self._waiting}
        if paper.paper_id not in taken:
            return paper.paper_id
        free = next(one for number in itertools.count(2) if (one := f"{paper.paper_id}-{number}") not in taken)
        self._notes.append(Note(paper.source, f"the id {paper.paper_id!r} is that of another paper: kept as {free!r}"))
        return free

    def _wait(self, paper: Paper, outcome: str) -> None:
        self._waiting[paper.paper_id] = paper
        self._outcomes[paper.paper_id] = outcome
        for name in names_of(paper):
            self._names.setdefault(name, set()).add(paper.paper_id)

    def _join(self, one: Merged, title: str) -> None:
        """Counts a merged record: once its paper is written, as what is counted is kept."""
        self._joining.setdefault(one.into, []).append((one, title))
        if one.into not in self._waiting:
            self._joined(one.into)

    def _joined(self, paper_id: str) -> None:
        for one, title in self._joining.pop(paper_id, ()):
            self._merged.append(one)
            self._tell(title)

    def _remember(self, kept: Paper, revision: str, read: Paper) -> None:
        record = KnownRecord(read.paper_id, revision, kept.paper_id, kept.source)
        self._records.setdefault(kept.paper_id, []).append(record)

    def written(self, batch: Iterable[Stored]) -> list[KnownRecord]:
        """Notes papers that are in the collection now; gives the records that they were made of."""
        known: list[KnownRecord] = []
        for entry in batch:
            paper_id = entry.key.paper_id
            if self._waiting.get(paper_id) is not entry.paper:  # merged with a later record since
                continue
            del self._waiting[paper_id]
            for name in names_of(entry.paper):
                self._names.get(name, set()).discard(paper_id)
                if not self._names.get(name):
                    self._names.pop(name, None)
            if outcome := self._outcomes.get(paper_id):
                self._count(outcome, entry.paper.title)
                self._outcomes[paper_id] = ""
            self._joined(paper_id)
            known += self._records.pop(paper_id, [])
        return known

    def known_again(self) -> list[KnownRecord]:
        """The records of papers that did not change."""
        return [record for records in self._records.values() for record in records]

    def _count(self, what: str, title: str) -> None:
        self._counts[what] += 1
        self._tell(title)

    def _fail(self, bad: BadRecord) -> None:
        self._failed.append(bad)
        self._tell(bad.source)

    def _tell(self, what: str) -> None:
        self._progress(sum(self._counts.values()) + len(self._failed) + len(self._merged), what)


def _file_of(source: str) -> str:
    """The file in ``papers.bib:17`` or ``feed.xml#3``."""
    return re.sub(r"[:#]\d+$", "", source)


def _missing(paper: Paper) -> Iterator[str]:
    if not paper.abstract:
        yield "abstract"
    if not paper.authors and paper.author_count is None:
        yield "authors"
    if paper.published is None:
        yield "year"


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
    batch: dict[str, tuple[Key, Paper]] = {}
    passages, most = 0, min(FIRST_PASSAGES, BATCH_PASSAGES)
    for key, paper in papers:
        passages += key.passages - (batch[key.paper_id][0].passages if key.paper_id in batch else 0)
        batch[key.paper_id] = key, paper  # in place of what a later record was merged with
        if passages >= most:
            yield list(batch.values())
            batch, passages, most = {}, 0, min(2 * most, BATCH_PASSAGES)
    if batch:
        yield list(batch.values())


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

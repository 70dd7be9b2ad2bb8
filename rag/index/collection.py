"""A collection open for reading: its papers, and the searches by vector and by words that retrieval builds on."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Collection as Group
from types import TracebackType
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from rag.errors import CollectionDamagedError
from rag.filters import PaperFilter
from rag.index.catalogue import Catalogue, open_catalogue
from rag.index.directory import Directory
from rag.index.embedding import Embedder, Vectors, embedder_for
from rag.index.entities import KnowledgeCache
from rag.index.heads import Head
from rag.index.identity import TERMS, Identity, check_adapter, check_dimension, check_identity, check_store
from rag.index.layout import Layout, layout_of
from rag.index.lexical import LexicalIndex
from rag.index.repair import check
from rag.index.room import explained
from rag.index.vectors import store_of
from rag.index.words import follow
from rag.knowledge.hypergraph import Hypergraph
from rag.settings import Settings
from rag.types import Paper

__all__ = ["Collection"]

EXACT_PAPERS = 200
"""Up to so many papers, a search within them always compares all their vectors, in less than 10 ms."""
SLACK_ROWS = 20
"""Asked for beyond what is wanted, for rows that no reader may see."""
GROWTH = 4
"""How many times as many are asked for when too few of those found can be used."""
ATTEMPTS = 3
"""A search that another process's commit has overtaken is repeated so often at most."""
READ_PAPERS = 500


class Collection:
    """Reads one collection while others may write to it; safe for several threads.

    Each search answers from what had been committed when it began.
    """

    def __init__(self, settings: Settings, layout: Layout, catalogue: Catalogue, identity: Identity) -> None:
        """Use :meth:`open`."""
        self.name = layout.name
        self.embedder: Embedder = embedder_for(settings)
        """The model that made the vectors, for questions; loaded at its first text."""
        self._settings = settings
        self._layout = layout
        self._catalogue = catalogue
        self._identity = identity
        self._lock = threading.Lock()
        self._counted = (-1, 0)
        self._heads: tuple[int, tuple[Head, ...]] = (-1, ())
        self._vectors = store_of(settings, layout, catalogue)
        self._lexical: LexicalIndex | None = None
        self._lexical_generation = -1
        self._knowledge = KnowledgeCache(layout, catalogue)
        self.directory = Directory(catalogue, layout)
        """What papers are looked up by: names, authors, venues, ids."""

    @classmethod
    def open(cls, settings: Settings, name: str) -> Collection:
        """Opens the collection ``name`` for reading; its indexes are loaded by the first search or :meth:`warm`.

        Raises:
            UserError: the name cannot be that of a collection.
            CollectionMissingError: nothing has been ingested under that name.
            CollectionMismatchError: it was made with another embedding, adapter, chunking or schema.
            CollectionDamagedError: its catalogue cannot be read, or its word index is of another version.
        """
        layout = layout_of(settings, name)
        catalogue, identity = open_catalogue(layout)
        try:
            check_identity(identity, settings, name)
            check_adapter(identity, settings, name)
            check_store(identity, settings, name)
            if identity.terms != TERMS:
                raise CollectionDamagedError(
                    f"the word index of the collection {name!r} was made by another version of Papertrail: "
                    f"run `papertrail doctor --repair --collection {name}`"
                )
            return cls(settings, layout, catalogue, identity)
        except BaseException:  # re-raised: only the file is closed
            catalogue.close()
            raise

    def close(self) -> None:
        """Closes all files; nothing can be asked afterwards."""
        self._vectors.close()
        self._catalogue.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __len__(self) -> int:
        generation = self.generation
        if self._counted[0] != generation:  # counting 82,854 takes 2 ms
            self._counted = generation, self._catalogue.size()
        return self._counted[1]

    @property
    def generation(self) -> int:
        """Grows with each change to the papers."""
        return self._catalogue.generation()

    def warm(self) -> None:
        """Loads the model and both indexes, which the first question would otherwise wait for: 1.5 s.

        One after the other: most of it is importing, which threads do not make faster.
        """
        self._vectors.load()
        self._current_lexical()
        self.embedder.embed(["warm"])

    def get(self, paper_id: str) -> Paper | None:
        """The paper of that id; ``None``: there is none."""
        return self.get_many([paper_id]).get(paper_id)

    def get_many(self, ids: Iterable[str]) -> dict[str, Paper]:
        """Those of the papers that are there, by id."""
        return self._catalogue.papers(ids)

    def papers(self, filters: PaperFilter | None = None, first: int = 0, most: int | None = None) -> Iterator[Paper]:
        """The papers that meet ``filters`` (``None``: all), newest first, then by title; those without a date last.

        ``first`` of them are passed over, and at most ``most`` given (``None``: all others); only these are read.
        """
        ids = iter(self._catalogue.ids(filters or PaperFilter(), first, most))
        while chunk := list(itertools.islice(ids, READ_PAPERS)):
            found = self._catalogue.papers(chunk)
            yield from (found[paper_id] for paper_id in chunk if paper_id in found)

    def count(self, filters: PaperFilter | None = None) -> int:
        """How many papers meet ``filters`` (``None``: all), without reading them."""
        return len(self) if filters is None else self._catalogue.count(filters)

    def heads(self) -> tuple[Head, ...]:
        """What a list shows of every paper, newest first; read once after each change, without the abstracts."""
        generation = self.generation
        with self._lock:
            if self._heads[0] != generation:
                self._heads = generation, tuple(self._catalogue.heads())
            return self._heads[1]

    def ids(self, filters: PaperFilter) -> frozenset[str]:
        """Ids of the papers that meet ``filters``."""
        return frozenset(self._catalogue.ids(filters))

    def vectors(self, ids: Iterable[str]) -> dict[str, Vectors]:
        """The vectors of all passages of each paper that is there: float32, (passages, dimension), unit length to 1e-3.

        Row n belongs to passage n of ``rag.text.sentences.passages_of``.
        """
        return self._catalogue.vectors(ids)

    def dense(
        self, vector: npt.NDArray[np.floating[Any]], k: int, within: Group[str] | None = None
    ) -> list[tuple[str, int, float]]:
        """The ``k`` passages nearest to ``vector``: paper id, passage number and cosine, best first.

        Args:
            vector: unit length, (dimension,).
            k: how many passages, at least 1; fewer come back only when there are no more.
            within: ids of the papers to choose from; ``None``: all. The fewer, the rather they are searched exactly.

        Raises:
            CollectionMismatchError: the vector is of another model's dimension.
            CollectionDamagedError: the vector store is missing or cannot be read.
        """
        check_dimension(self._identity, len(vector), self.name)
        if within is not None and self._reads_all(len(within), k):
            return self._nearest_within(vector, k, within)
        chosen = None if within is None else frozenset(within)

        def fetch(count: int) -> list[tuple[str, int, float]]:
            rows = self._vectors.nearest(vector, count)
            return [(key, int(number), score) for row, score in rows for key, _, number in (row.rpartition(":"),)]

        return self._visible(fetch, k, chosen)

    def lexical(
        self, terms: Mapping[str, float] | Sequence[str], k: int, within: Group[str] | None = None
    ) -> list[tuple[str, float]]:
        """The ``k`` papers that match ``terms`` best: paper id and BM25 score, best first; none that hold no term.

        Args:
            terms: as ``rag.text.terms`` makes them, each with its weight, or 1 for each.
            k: how many papers, at least 1.
            within: ids of the papers to choose from; ``None``: all.

        Raises:
            CollectionDamagedError: the word index is missing or cannot be read.
        """
        weights = terms if isinstance(terms, Mapping) else dict.fromkeys(terms, 1.0)

        def fetch(count: int) -> list[tuple[str, int, float]]:
            return [(key, 0, score) for key, score in self._current_lexical().search(weights, count, within)]

        return [(paper_id, score) for paper_id, _, score in self._visible(fetch, k, None)]

    def document_frequency(self, terms: Iterable[str]) -> dict[str, int]:
        """In how many papers each term occurs; just after changes, replaced papers may still count."""
        return self._current_lexical().document_frequency(terms)

    def knowledge(self, within: Iterable[str] | None = None) -> Hypergraph:
        """What the papers speak of: entities, and the sentences and papers that join them, as of now or later.

        Put together at the first call and after each change of the collection (91 papers: 0.05 s; 82,854: 25 s, and
        1.1 s for the next process, as it is kept in a file).

        Args:
            within: ids of the only papers that count, which is put together at each call; ``None``: all.

        Raises:
            CollectionError: all are wanted, an older version made the collection, and many papers are still to be
                read for entities.
        """
        return self._knowledge.current() if within is None else self._knowledge.of(within)

    def check(self) -> list[str]:
        """What is wrong with the collection, each in a sentence; empty when it is sound."""
        return check(self._settings, self.name)

    def _reads_all(self, papers: int, k: int) -> bool:
        """Whether to compare all vectors of so many papers, rather than ask Chroma until enough rows are of them.

        The first takes about 0.04 ms a paper, the second roughly as much a row, of which one in (all papers / these)
        counts: they are even where ``papers`` squared is ``k`` times all papers.
        """
        return papers <= EXACT_PAPERS or papers**2 <= k * len(self)

    def _nearest_within(
        self, vector: npt.NDArray[np.floating[Any]], k: int, within: Group[str]
    ) -> list[tuple[str, int, float]]:
        found = sorted(self._catalogue.vectors(within).items())
        if not found:
            return []
        scores = np.concatenate([matrix for _, matrix in found]) @ vector
        passages = [(paper_id, number) for paper_id, matrix in found for number in range(len(matrix))]
        return [(*passages[row], float(scores[row])) for row in np.argsort(-scores, kind="stable")[:k]]

    def _visible(
        self, fetch: Callable[[int], list[tuple[str, int, float]]], k: int, within: frozenset[str] | None
    ) -> list[tuple[str, int, float]]:
        """The best ``k`` of what ``fetch`` finds, of current revisions and among ``within``, keys made paper ids."""
        with explained(self._layout):  # Chroma writes what is new into its graph when it is searched
            for _ in range(ATTEMPTS):
                generation = self.generation
                found = self._current(fetch, k, within)
                if self.generation == generation:
                    break
            return found

    def _current(
        self, fetch: Callable[[int], list[tuple[str, int, float]]], k: int, within: frozenset[str] | None
    ) -> list[tuple[str, int, float]]:
        count = k + SLACK_ROWS
        while True:
            rows = fetch(count)
            kept: list[tuple[str, int, float]] = []
            keys = {key: key.rpartition(":") for key, _, _ in rows}
            current = self._catalogue.revisions({paper_id for paper_id, _, _ in keys.values()})
            for key, number, score in rows:
                paper_id, _, revision = keys[key]
                if current.get(paper_id) == revision and (within is None or paper_id in within):
                    kept.append((paper_id, number, score))
            if len(kept) >= k or len(rows) < count:
                return kept[:k]
            count *= GROWTH

    def _current_lexical(self) -> LexicalIndex:
        """The word index as of now or later."""
        generation = self.generation
        with self._lock:
            if self._lexical is None or generation != self._lexical_generation:
                followed = follow(self._layout, self._catalogue)
                self._lexical = LexicalIndex(self._layout)
                self._lexical_generation = generation if followed else -1
            return self._lexical

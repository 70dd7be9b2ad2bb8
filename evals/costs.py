"""What a retriever costs: the time of a search, and the time and size of the indexes that it needs."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from evals.machine import Latency, disk_mb, in_turns, timed_ms
from evals.sampling import spread
from rag import Assistant, Paper
from rag.index.catalogue import Stored
from rag.index.embedding import embedder_for
from rag.index.layout import Key, Layout, layout_of
from rag.index.lexical import LexicalWriter
from rag.index.vectors import VectorStore
from rag.knowledge.assembly import assemble
from rag.knowledge.extraction import extract
from rag.settings import Settings
from rag.text.sentences import passages_of

__all__ = ["SEARCHES", "Cost", "Costs", "Part", "measure_costs", "needs_entities"]

SEARCHES = 40
"""Questions searched for, spread over the set: a second or two a retriever."""
INDEXED = 200
"""Papers whose indexes are made anew, spread over the collection: half a minute at most."""
VECTORS, WORDS, ENTITIES = "vectors", "words", "entities"
_NEEDS: Mapping[str, tuple[str, ...]] = {
    "hybrid": (VECTORS, WORDS),
    "dense": (VECTORS,),
    "lexical": (WORDS,),
    "hyper": (ENTITIES, VECTORS),
    "hyper-lite": (ENTITIES,),
    "light": (ENTITIES, VECTORS),
    "light:local": (ENTITIES,),
    "light:global": (ENTITIES, VECTORS),
    "light:mix": (ENTITIES, VECTORS),
    "graph": (ENTITIES,),
    "graph:global": (ENTITIES, VECTORS),
}
"""The indexes by which each finds papers; of one that is not named here all are counted."""
_HALF_BYTES = 2
"""Of a number in the catalogue, which keeps the vectors with half precision."""
_MIB = 1024 * 1024


@dataclasses.dataclass(frozen=True)
class Part:
    """One index, made anew from papers in memory."""

    seconds: float
    mb: float
    """MiB on disk."""


@dataclasses.dataclass(frozen=True)
class Cost:
    """What one retriever costs."""

    latency: Latency
    """Of a warm search with everything that belongs to it (the best papers are read again as the settings say)."""
    first_ms: float
    """Of the first search after the collection is opened: whatever the retriever makes ready in memory is in it, the
    embedding model is not."""
    index: Part
    """All the indexes that it needs; the records of the papers are not counted."""


@dataclasses.dataclass(frozen=True)
class Costs:
    """Of several retrievers, in one run."""

    by_retriever: Mapping[str, Cost]
    papers: int
    """How many papers the indexes were made of."""
    load: float
    """Processes that wanted the machine in the minute before, on average: above its number of cores times are long."""


def measure_costs(assistant: Assistant, questions: Sequence[str], retrievers: Sequence[str]) -> Costs:
    """Searches in turns, so that the machine treats all alike, and makes each index once for all that need it.

    Args:
        assistant: over the collection.
        questions: at least one; :data:`SEARCHES` of them are searched for.
        retrievers: names of retrievers that exist.
    """
    load = round(os.getloadavg()[0], 1)
    asked = spread(questions, SEARCHES)
    k = assistant.settings.passages
    latencies = in_turns({name: _searching(assistant, name, k) for name in retrievers}, asked)
    papers = spread(assistant.papers(), INDEXED)
    needed = {part for name in retrievers for part in _needs(name)}
    parts = {part: _MAKERS[part](assistant.settings, papers) for part in sorted(needed)}
    first = {name: _first_search_ms(assistant, name, asked[0]) for name in retrievers}
    costs = {
        name: Cost(latencies[name], first[name], _together(parts[part] for part in _needs(name))) for name in retrievers
    }
    return Costs(costs, len(papers), load)


def needs_entities(retriever: str) -> bool:
    """Whether a retriever goes over the entities of the papers."""
    return ENTITIES in _needs(retriever)


def _needs(retriever: str) -> tuple[str, ...]:
    return _NEEDS.get(retriever, tuple(_MAKERS))


def _searching(assistant: Assistant, retriever: str, k: int) -> Callable[[str], object]:
    return lambda question: assistant.search(question, k, retriever=retriever)


def _first_search_ms(assistant: Assistant, retriever: str, question: str) -> float:
    with Assistant.open(assistant.collection_name, assistant.settings) as fresh:
        return round(timed_ms(_searching(fresh, retriever, assistant.settings.passages), question), 1)


def _together(parts: Iterator[Part]) -> Part:
    made = list(parts)
    return Part(round(sum(part.seconds for part in made), 2), round(sum(part.mb for part in made), 3))


def _make_vectors(settings: Settings, papers: Sequence[Paper]) -> Part:
    """Embeds every sentence and writes it to Chroma and, with half precision, to the catalogue."""
    embedder = embedder_for(settings)
    embedder.embed(["warm"])
    with _elsewhere(settings) as layout, contextlib.closing(VectorStore(layout)) as store:
        store.create()
        started = time.perf_counter()
        vectors = embedder.embed([passage.text for paper in papers for passage in passages_of(paper)])
        entries, place = [], 0
        for paper in papers:
            key = _key(paper)
            entries.append(Stored(key, paper, vectors[place : place + key.passages]))
            place += key.passages
        store.add(entries)
        seconds = time.perf_counter() - started
        return Part(seconds, disk_mb(layout.vectors, 3) + vectors.size * _HALF_BYTES / _MIB)


def _make_words(settings: Settings, papers: Sequence[Paper]) -> Part:
    with _elsewhere(settings) as layout:
        started = time.perf_counter()
        with contextlib.closing(LexicalWriter(layout, create=True)) as writer:
            writer.add((_key(paper), paper) for paper in papers)
        return Part(time.perf_counter() - started, disk_mb(layout.lexical, 3))


def _make_entities(settings: Settings, papers: Sequence[Paper]) -> Part:
    """Reads the papers for their entities, and puts them together to the hypergraph, which is kept in memory alone."""
    started = time.perf_counter()
    extracts = [(paper.paper_id, extract(paper)) for paper in papers]
    assemble(extracts)
    seconds = time.perf_counter() - started
    return Part(seconds, sum(len(read.to_json().encode()) for _, read in extracts) / _MIB)


_MAKERS: Mapping[str, Callable[[Settings, Sequence[Paper]], Part]] = {
    VECTORS: _make_vectors,
    WORDS: _make_words,
    ENTITIES: _make_entities,
}


def _key(paper: Paper) -> Key:
    return Key(paper.paper_id, "measured", len(passages_of(paper)))


@contextlib.contextmanager
def _elsewhere(settings: Settings) -> Iterator[Layout]:
    """The layout of a collection in a folder that is thrown away."""
    with tempfile.TemporaryDirectory() as home:
        layout = layout_of(settings.model_copy(update={"home": Path(home)}), "measured")
        layout.root.mkdir(parents=True)
        yield layout

"""The first search of a process, retriever by retriever, and the first one after a change of the collection."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from evals.costs import needs_entities
from evals.machine import Child, disk_mb, run_child
from rag.index.layout import Layout, layout_of
from rag.settings import Settings

__all__ = ["Starts", "measure_starts", "parts_mb"]


@dataclasses.dataclass(frozen=True)
class Starts:
    """What processes took that search once and end."""

    changed: Child | None
    """The first search by entities after a change, which puts them together anew; None where no retriever needs it."""
    by_retriever: Mapping[str, Child]
    """Any later one, whose files the system has read before."""


def measure_starts(settings: Settings, collection: str, retrievers: Sequence[str], question: str) -> Starts:
    """Runs ``papertrail search`` once for each retriever.

    What is kept of the entities of the collection is deleted first; the first search by entities makes it again.

    Args:
        settings: name the home folder.
        collection: one that may be changed in that way.
        retrievers: names of retrievers that exist.
        question: asked of each.
    """

    def searched(retriever: str) -> Child:
        place = ["--collection", collection, "--home", str(settings.home)]
        return run_child(["search", question, "--retriever", retriever, "--json", *place], settings.home)

    by_entities = [name for name in retrievers if needs_entities(name)]
    changed = None
    if by_entities:
        layout_of(settings, collection).knowledge.unlink(missing_ok=True)
        changed = searched(by_entities[0])
    return Starts(changed, {name: searched(name) for name in retrievers})


def parts_mb(layout: Layout) -> dict[str, float]:
    """MiB on disk of each part of a collection; the catalogue holds records, vectors and entities paper by paper."""
    whole, vectors, words = (disk_mb(folder) for folder in (layout.root, layout.vectors, layout.lexical))
    entities = round(layout.knowledge.stat().st_size / 1024**2, 1) if layout.knowledge.exists() else 0.0
    rest = round(whole - vectors - words - entities, 1)
    return {"catalogue": rest, "vectors": vectors, "words": words, "entities put together": entities}

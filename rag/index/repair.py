"""Saying what is wrong with a collection, and putting it right from its catalogue."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from rag.errors import CollectionDamagedError
from rag.index.catalogue import Catalogue, open_catalogue
from rag.index.identity import TERMS, check_adapter, check_identity, check_store
from rag.index.layout import Layout, layout_of
from rag.index.lexical import LexicalIndex
from rag.index.vectors import store_of
from rag.index.words import follow
from rag.index.writer import writing
from rag.settings import Settings

__all__ = ["check", "repair"]


def check(settings: Settings, name: str) -> list[str]:
    """What is wrong with the collection ``name``, each in a sentence; empty when it is sound.

    An ingest that is under way in another process can show as rows that are half written.

    Raises:
        CollectionMissingError: there is no such collection.
        CollectionMismatchError: it was made with another embedding, adapter, chunking or schema.
        CollectionDamagedError: its catalogue cannot be read, which cannot be repaired.
        CollectionUnavailableError: the server that its vectors are on is away.
    """
    layout = layout_of(settings, name)
    catalogue, identity = open_catalogue(layout)
    with contextlib.closing(catalogue):
        check_identity(identity, settings, name)
        check_adapter(identity, settings, name)
        check_store(identity, settings, name)
        problems = [f"The catalogue is damaged: {problem}." for problem in catalogue.problems()]
        leftovers = len(catalogue.leftovers())
        if leftovers:
            problems.append(f"{leftovers} papers are half written: the next ingest or repair clears them away.")
        if identity.terms != TERMS:
            problems.append("The word index was made by another version.")
        return problems + _index_problems(settings, layout, catalogue, exact=not leftovers)


def repair(
    settings: Settings,
    name: str,
    progress: Callable[[int, int], None] | None = None,
    *,
    on_step: Callable[[str], None] | None = None,
) -> list[str]:
    """Puts the collection ``name`` in order: clears half-written papers away, rebuilds an index from the catalogue.

    Papers that nobody has read for entities are read by the rules, vectors that another adapter has made are made
    anew, and those that are elsewhere than ``settings.chroma`` says are moved: safe to interrupt and to resume.

    Args:
        settings: name the home folder and the embedding.
        name: of the collection.
        progress: told how many papers have new vectors, and of how many; not called when none need any.
        on_step: told after each step of making vectors anew, for tests that stop at one.

    Returns:
        What was done, each in a sentence; empty when there was nothing to do.

    Raises:
        CollectionMissingError: there is no such collection.
        CollectionMismatchError: it was made with another embedding, chunking or schema.
        CollectionBusyError: another process is writing to it.
        CollectionDamagedError: its catalogue cannot be read: only a new ingest helps.
        CollectionUnavailableError: the server that its vectors are to be on is away.
    """
    with writing(settings, name, renewing=progress or (lambda done, of: None), on_step=on_step) as writer:
        read = writer.read_entities(lambda done, of: None)
        return [*writer.mended, *([f"{read} papers were read for what they speak of."] if read else [])]


def _index_problems(settings: Settings, layout: Layout, catalogue: Catalogue, *, exact: bool) -> list[str]:
    papers, passages = catalogue.counts()
    problems = []
    try:
        with contextlib.closing(store_of(settings, layout, catalogue)) as vectors:
            rows = vectors.count()
        if rows < passages or (exact and rows != passages):
            problems.append(f"The vector store has {rows} passages, the catalogue {passages}.")
    except CollectionDamagedError as error:
        problems.append(f"{error}.")
    try:
        follow(layout, catalogue)
        documents = LexicalIndex(layout).count()
        if documents < papers or (exact and documents != papers):
            problems.append(f"The word index has {documents} papers, the catalogue {papers}.")
    except CollectionDamagedError as error:
        problems.append(f"{error}.")
    return problems

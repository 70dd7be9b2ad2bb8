"""The word index of this machine, brought up to date from the catalogue, which other machines may have written to.

A file beside the index says which state of which catalogue it has. What has changed since is written into it by
whoever searches next; a machine that has no index yet, or one of another catalogue, builds its own.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import logging
import os
import shutil
import time
from collections.abc import Sequence

from rag.errors import CollectionBusyError, CollectionError
from rag.index.catalogue import Catalogue
from rag.index.identity import TERMS
from rag.index.layout import Layout
from rag.index.lexical import LexicalWriter
from rag.index.locking import locked

__all__ = ["build", "catch_up", "follow", "note"]

WAIT_S = 600.0
"""Longest wait for another process of this machine that builds the index: 1,000,000 abstracts take it three minutes."""
_AT_ONCE = 500
"""Papers that are written at a time."""
_log = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class _State:
    """What an index has."""

    history: str
    """Mark of the catalogue."""
    generation: int
    """All changes of the catalogue up to this one are in it."""
    terms: str = TERMS


def follow(layout: Layout, catalogue: Catalogue) -> bool:
    """Brings the index up to date, unless the process that writes to the collection does.

    Returns:
        Whether it is up to date now.

    Raises:
        CollectionBusyError: another process of this machine is building it, for longer than ``WAIT_S``.
        CollectionDamagedError: it cannot be read.
        CollectionError: the folder cannot be written to.
    """
    missing = _missing(layout, catalogue)
    if missing is not None and not missing:
        return True
    try:
        with locked(layout, WAIT_S if missing is None else 0):
            catch_up(layout, catalogue)
    except CollectionBusyError:
        if missing is None:
            raise
        return False
    return True


def catch_up(layout: Layout, catalogue: Catalogue) -> None:
    """Brings the index up to date; its caller holds the lock of the collection."""
    generation = catalogue.generation()
    missing = _missing(layout, catalogue)
    if missing is None:
        began, papers = time.perf_counter(), build(layout, catalogue)
        if papers:
            seconds = time.perf_counter() - began
            _log.warning("The word index of this machine was built: %s papers in %.1f s.", f"{papers:,}", seconds)
    elif missing:
        with contextlib.closing(LexicalWriter(layout)) as writer:
            for start in range(0, len(missing), _AT_ONCE):
                ids = missing[start : start + _AT_ONCE]
                writer.renew(ids, catalogue.documents(ids))
        note(layout, catalogue, generation)


def build(layout: Layout, catalogue: Catalogue) -> int:
    """Makes the index anew, which takes its place when it is whole; returns how many papers it has."""
    generation, papers = catalogue.generation(), 0
    building = Layout(layout.name, layout.root / "rebuild")
    shutil.rmtree(building.lexical, ignore_errors=True)
    with contextlib.closing(LexicalWriter(building, create=True)) as writer:
        batch = []
        for document in catalogue.documents():
            batch.append(document)
            if len(batch) == _AT_ONCE:
                writer.add(batch)
                papers, batch = papers + len(batch), []
        writer.add(batch)
        papers += len(batch)
    shutil.rmtree(layout.lexical, ignore_errors=True)
    os.replace(building.lexical, layout.lexical)
    note(layout, catalogue, generation)
    return papers


def note(layout: Layout, catalogue: Catalogue, generation: int) -> None:
    """Notes that all changes up to ``generation`` are in the index.

    Raises:
        CollectionError: the folder cannot be written to.
    """
    state = _State(catalogue.meta().get("history", ""), generation)
    written = layout.lexical_state.with_suffix(".new")
    try:
        written.write_text(json.dumps(dataclasses.asdict(state)), encoding="ascii")
        os.replace(written, layout.lexical_state)
    except OSError as error:
        raise CollectionError(
            f"the folder of the collection {layout.name!r} cannot be written to ({error}): check your rights to it, "
            "and that the disk is not full"
        ) from error


def _missing(layout: Layout, catalogue: Catalogue) -> Sequence[str] | None:
    """Ids of the papers that are to be written anew; None: all are, into a new index."""
    state = _state(layout)
    if state is None:
        # Beside a file, an index without a state was kept by a version that knew of one machine alone.
        return () if layout.server is None else None
    meta = catalogue.meta()
    if state.history != meta.get("history", "") or state.generation > int(meta["generation"]) or state.terms != TERMS:
        return None
    return catalogue.changed_since(state.generation)


def _state(layout: Layout) -> _State | None:
    try:
        return _State(**json.loads(layout.lexical_state.read_text(encoding="ascii")))
    except (OSError, ValueError, TypeError):  # none, or not ours
        return None

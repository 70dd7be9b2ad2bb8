"""Bringing a collection back into order, whatever stopped its last writer: the catalogue says how it should be."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator, Sequence

from rag.errors import CollectionDamagedError
from rag.index.catalogue import Catalogue, Stored
from rag.index.identity import ROWS, TERMS
from rag.index.layout import Key, Layout
from rag.index.ledger import Ledger
from rag.index.lexical import LexicalIndex, LexicalWriter
from rag.index.vectors import VectorStore, rebuild, store_of
from rag.index.words import build, catch_up
from rag.settings import Settings

__all__ = ["clear_away", "recover"]

BATCH_PAPERS = 500
"""Papers that a rebuild writes at a time."""


def recover(settings: Settings, ledger: Ledger, layout: Layout, *, rewrite: bool = False) -> list[str]:
    """Deletes what is left over in both indexes, rebuilds those that do not agree with the catalogue.

    Its caller holds the lock of the collection.

    Args:
        settings: say where the vectors are to be.
        ledger: of the collection.
        layout: of the collection.
        rewrite: also rebuilds a vector store that is elsewhere, or is sound but too old for other programs to read,
            which takes a second for a thousand passages.

    Returns:
        What was done, each in a sentence; empty when there was nothing to do.
    """
    shutil.rmtree(layout.root / "rebuild", ignore_errors=True)
    leftovers = ledger.leftovers()
    mended = [
        _mend_vectors(settings, ledger, layout, leftovers, rewrite=rewrite),
        _mend_lexical(ledger, layout, leftovers),
    ]
    shutil.rmtree(layout.root / "rebuild", ignore_errors=True)
    done = [sentence for sentence in mended if sentence]
    if done:
        ledger.advance()
    if leftovers:
        ledger.forget(leftovers)
        done.append(f"{len(leftovers)} half-written or replaced papers were cleared away.")
    return done


def _mend_vectors(
    settings: Settings, ledger: Ledger, layout: Layout, leftovers: Sequence[Key], *, rewrite: bool
) -> str:
    passages, identity = ledger.counts()[1], ledger.identity()
    assert identity is not None  # noqa: S101 -- whoever writes has made it or found it
    moves = bool(identity.store) != (settings.chroma is not None)
    if not moves and (identity.rows == ROWS or not rewrite):
        with (
            contextlib.closing(store_of(settings, layout, ledger)) as store,
            contextlib.suppress(CollectionDamagedError),
        ):
            store.delete(leftovers)
            if store.count() == passages:
                return ""
    rebuild(settings, layout, ledger, _batches(ledger))
    ledger.note("rows", ROWS)
    where = " on the Chroma server" if settings.chroma else ""
    left = f"; on the server, {identity.store} stays until you delete it" if moves and identity.store else ""
    return f"The vector store was rebuilt{where} with {passages} passages{left}." if passages else ""


def _mend_lexical(ledger: Ledger, layout: Layout, leftovers: Sequence[Key]) -> str:
    papers = ledger.counts()[0]
    identity = ledger.identity()
    with contextlib.suppress(CollectionDamagedError):
        if identity is not None and identity.terms == TERMS:
            catch_up(layout, ledger)
            if leftovers:
                with contextlib.closing(LexicalWriter(layout)) as writer:
                    writer.delete(leftovers)
            if LexicalIndex(layout).count() == papers:
                return ""
    build(layout, ledger)
    ledger.note("terms", TERMS)
    return f"The word index was rebuilt with {papers} papers." if papers else ""


def _batches(catalogue: Catalogue) -> Iterator[list[Stored]]:
    batch: list[Stored] = []
    for stored in catalogue.stored():
        batch.append(stored)
        if len(batch) == BATCH_PAPERS:
            yield batch
            batch = []
    if batch:
        yield batch


def clear_away(ledger: Ledger, vectors: VectorStore, lexical: LexicalWriter, keys: Sequence[Key]) -> None:
    """Deletes rows from both indexes, then the note that they are left over."""
    if keys:
        vectors.delete(keys)
        lexical.delete(keys)
        ledger.forget(keys)

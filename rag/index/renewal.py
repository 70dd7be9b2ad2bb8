"""Making the vectors of a collection anew, after training has changed the model that made them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from rag.index.embedding import adapter_of, embedder_for
from rag.index.layout import Layout
from rag.index.ledger import Ledger
from rag.index.vectors import store_of
from rag.settings import Settings
from rag.text.sentences import passages_of

__all__ = ["renew"]

BATCH_PAPERS = 32
"""Embedded and kept at a time: two seconds of work on two cores, which an interruption loses at most."""


def renew(
    settings: Settings,
    ledger: Ledger,
    layout: Layout,
    progress: Callable[[int, int], None],
    on_step: Callable[[str], None],
) -> list[str]:
    """Embeds every paper of the catalogue with the model as it is now, if another one has made its vectors.

    The new vectors are kept beside the old ones until all are there, so that the next call goes on where one was
    stopped. Then the vector store goes, the vectors are exchanged in one transaction, and the store is left to be
    rebuilt by :func:`rag.index.recovery.recover`, which whoever writes next does too. Its caller holds the lock.

    Args:
        settings: name the embedding.
        ledger: of the collection.
        layout: of the collection.
        progress: told how many papers are done, and of how many.
        on_step: told after each step, for tests that stop at one.

    Returns:
        What was done, in a sentence; empty when there was nothing to do.

    Raises:
        ModelError: the embedding model does not do its work.
    """
    adapter, identity = adapter_of(settings), ledger.identity()
    if identity is None or identity.adapter == adapter:
        return []
    embedder = embedder_for(settings)
    missing, papers = ledger.begin_renewal(adapter), ledger.size()
    progress(papers - len(missing), papers)
    for start in range(0, len(missing), BATCH_PAPERS):
        ids = missing[start : start + BATCH_PAPERS]
        found = ledger.papers(ids)
        texts = [[passage.text for passage in passages_of(found[paper_id])] for paper_id in ids]
        vectors = embedder.embed([text for passages in texts for text in passages])
        rows, first = {}, 0
        for paper_id, passages in zip(ids, texts, strict=True):
            rows[paper_id] = vectors[first : first + len(passages)]
            first += len(passages)
        ledger.note_renewed(rows)
        on_step("renewed")
        progress(papers - len(missing) + start + len(ids), papers)
    with contextlib.closing(store_of(settings, layout, ledger)) as store:
        store.discard()
    on_step("discarded")
    ledger.finish_renewal(adapter)
    on_step("exchanged")
    return [f"The vectors of {papers} papers were made anew."]

"""Putting papers into a collection, and taking them out again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from rag import index, providers, sources
from rag.settings import Settings, load_settings

__all__ = ["ingest", "remove"]


def ingest(
    paths: Sequence[str | Path],
    *,
    collection: str = "papers",
    settings: Settings | None = None,
    format: str = "auto",  # noqa: A002 -- the word users know from the command line
    most: int | None = None,
    full_text: bool = False,
    progress: Callable[[int, str], None] | None = None,
) -> index.IngestReport:
    """Reads papers into a collection, which is made when it is not there; safe to repeat and to interrupt.

    Args:
        paths: files or folders; where there is none of that name, ``arxiv:`` with ids or a query, ``doi:``,
            ``zotero:`` with a library, or a link to one of them.
        collection: its name.
        settings: None reads them from the environment and ``settings.toml``.
        format: one of ``rag.sources.FORMATS``, or ``auto``.
        most: papers of each query or library of a service; None: 100 of a query, all of a library.
        full_text: PDF files give, beside title and abstract, the sentences of their pages.
        progress: called with the number of papers done and the title of the last one.

    Raises:
        SourceError: a path is missing or of no known format; nothing was changed.
        ProviderError: a service cannot be reached or refuses; what was read before is in the collection.
        CollectionBusyError: another process is writing to the collection.
        CollectionMismatchError: the collection was made with other settings.
    """
    settings = settings or load_settings()
    streams, addresses = [], []
    for path in paths:
        elsewhere = [] if Path(path).exists() else providers.address_of(str(path))
        addresses += elsewhere
        if not elsewhere:
            streams.append(sources.read_papers(Path(path), format, full_text=full_text))
    streams.append(providers.read_addresses(addresses, settings, most))
    return index.ingest(settings, collection, (item for stream in streams for item in stream), progress)


def remove(paper_ids: Sequence[str], *, collection: str = "papers", settings: Settings | None = None) -> int:
    """Takes papers out whole and says how many.

    Raises:
        UnknownPaperError: some ids are not in the collection; nothing was removed.
    """
    return index.remove(settings or load_settings(), collection, paper_ids)

"""Putting papers into a collection, and taking them out again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from rag import index, sources
from rag.settings import Settings, load_settings

__all__ = ["ingest", "remove"]


def ingest(
    paths: Sequence[str | Path],
    *,
    collection: str = "papers",
    settings: Settings | None = None,
    format: str = "auto",  # noqa: A002 -- the word users know from the command line
    progress: Callable[[int, str], None] | None = None,
) -> index.IngestReport:
    """Reads files and folders into a collection, which is made when it is not there; safe to repeat and to interrupt.

    Args:
        paths: files or folders.
        collection: its name.
        settings: None reads them from the environment and ``settings.toml``.
        format: one of ``rag.sources.FORMATS``, or ``auto``.
        progress: called with the number of papers done and the title of the last one.

    Raises:
        SourceError: a path is missing or of no known format; nothing was changed.
        CollectionBusyError: another process is writing to the collection.
        CollectionMismatchError: the collection was made with other settings.
    """
    settings = settings or load_settings()
    streams = [sources.read_papers(Path(path), format) for path in paths]
    return index.ingest(settings, collection, (item for stream in streams for item in stream), progress)


def remove(paper_ids: Sequence[str], *, collection: str = "papers", settings: Settings | None = None) -> int:
    """Takes papers out whole and says how many.

    Raises:
        UnknownPaperError: some ids are not in the collection; nothing was removed.
    """
    return index.remove(settings or load_settings(), collection, paper_ids)

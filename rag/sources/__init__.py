"""Reading papers: one file a format, one registry, a stream of ``Paper``."""

from __future__ import annotations

from rag.sources.formats import FORMATS
from rag.sources.notes import BadRecord, Note
from rag.sources.reading import read_papers

__all__ = ["FORMATS", "BadRecord", "Note", "read_papers"]

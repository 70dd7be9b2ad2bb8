"""Reading papers: one file a format, one registry, a stream of ``Paper``."""

from __future__ import annotations

from rag.sources.formats import FORMATS
from rag.sources.reading import read_papers
from rag.sources.record import BadRecord

__all__ = ["FORMATS", "BadRecord", "read_papers"]

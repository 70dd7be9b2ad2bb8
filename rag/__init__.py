"""Papertrail: answers about a collection of papers, every sentence traced to the sentence it rests on.

The names are loaded when they are first used, so that importing the package costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rag.assistant import Assistant, Chat
    from rag.drafts import load_draft, read_draft
    from rag.errors import PapertrailError
    from rag.filters import PaperFilter
    from rag.settings import Settings, load_settings
    from rag.shelving import ingest, remove
    from rag.types import Answer, Citation, Claim, Comparison, Hit, Paper, Passage, Verdict

__all__ = [
    "Answer",
    "Assistant",
    "Chat",
    "Citation",
    "Claim",
    "Comparison",
    "Hit",
    "Paper",
    "PaperFilter",
    "PapertrailError",
    "Passage",
    "Settings",
    "Verdict",
    "ingest",
    "load_draft",
    "load_settings",
    "read_draft",
    "remove",
]

_HOMES = {
    "rag.assistant": ("Assistant", "Chat"),
    "rag.drafts": ("load_draft", "read_draft"),
    "rag.errors": ("PapertrailError",),
    "rag.filters": ("PaperFilter",),
    "rag.settings": ("Settings", "load_settings"),
    "rag.shelving": ("ingest", "remove"),
    "rag.types": ("Answer", "Citation", "Claim", "Comparison", "Hit", "Paper", "Passage", "Verdict"),
}


def __getattr__(name: str) -> Any:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(importlib.import_module(home), name)
    raise AttributeError(f"module 'rag' has no attribute {name!r}")

"""Setting papers side by side: which papers the names mean, what each says under every aspect, where each says it."""

from __future__ import annotations

from rag.comparing.asked import compared, remarks
from rag.comparing.aspects import built_in
from rag.comparing.compare import compare

__all__ = ["built_in", "compare", "compared", "remarks"]

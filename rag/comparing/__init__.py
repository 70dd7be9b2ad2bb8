"""Setting papers side by side: which papers the names mean, what each says under every aspect, where each says it."""

from __future__ import annotations

#from rag.comparing.compare import MOST_NAMES, compare

#__all__ = ["MOST_NAMES", "compare"]

"""The small models: one trunk, its adapters, ONNX sessions; nothing else knows weights."""

from __future__ import annotations

from rag.learned.cross_encoder import CrossEncoder
from rag.learned.entailment import Entailment

__all__ = ["CrossEncoder", "Entailment"]

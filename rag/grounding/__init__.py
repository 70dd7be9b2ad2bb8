"""Refusing in time: whether the papers found can answer a question at all."""

from __future__ import annotations

from rag.grounding.sufficiency import missing_evidence

__all__ = ["missing_evidence"]

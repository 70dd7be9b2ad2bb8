"""Who has read a paper for what it speaks of: the rules, or a language model."""

from __future__ import annotations

from typing import Final

from rag.knowledge.extraction import VERSION

__all__ = ["MODELS", "RULES", "model_reader", "shown"]

RULES: Final = VERSION
"""The rules, as they are now."""
MODELS: Final = "model-1 "
"""What the reader's name begins with where a model has read; raise its number when the prompt changes what is found."""


def model_reader(model: str) -> str:
    """The reader's name for a model such as ``ollama/llama3.2``."""
    return f"{MODELS}{model}"


def shown(reader: str) -> str:
    """The reader for people: ``the rules``, or the model."""
    return reader.removeprefix(MODELS) if reader.startswith(MODELS) else "the rules"

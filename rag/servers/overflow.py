"""Recognising that a server turned a prompt away because it is longer than its model reads."""

from __future__ import annotations

import re

from rag.errors import ModelContextError

__all__ = ["is_overflow", "too_long"]

_OVERFLOW = re.compile(
    r"context[ _]length|context (?:window|size)|maximum context|(?:prompt|input|request)\b.{0,40}\btoo long\b"
    r"|too many (?:input )?tokens|exceed_context",
    re.IGNORECASE,
)
"""OpenAI and vLLM: "maximum context length", code ``context_length_exceeded``; llama.cpp's server: "exceeds the
available context size", type ``exceed_context_size_error``; Ollama: "the input length exceeds the context length"."""


def is_overflow(status: int, complaint: str) -> bool:
    """Whether a refusal with this status is about the length of the prompt; ``complaint`` is all the server says."""
    return status == 413 or (status in (400, 422, 500) and _OVERFLOW.search(complaint) is not None)


def too_long(where: str, gist: str, context_tokens: int) -> ModelContextError:
    """The error to raise.

    Args:
        where: the server, as messages name it.
        gist: what it said.
        context_tokens: the setting in force.
    """
    return ModelContextError(
        f"{where} says that the prompt is longer than its model reads ({gist}); set PAPERTRAIL_CONTEXT_TOKENS, now "
        f"{context_tokens}, to what the model reads, or name another model"
    )

"""The servers for other programs: HTTP, the protocol of OpenAI's chat completions, and the Model Context Protocol."""

from __future__ import annotations

__all__ = ["MAX_BYTES", "RATE"]

MAX_BYTES = 1_000_000
"""Longest request body: a draft of 200,000 characters, as the page takes them, fits in any alphabet."""
RATE = 120
"""Requests a minute of one client: two a second, which two cores answer without a language model."""

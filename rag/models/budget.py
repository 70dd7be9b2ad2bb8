"""How many tokens a prompt takes, estimated without a tokenizer, and what fits into a model's window."""

from __future__ import annotations

import math
from collections.abc import Sequence

__all__ = ["context_window", "estimate_tokens", "fit"]

_BYTES_PER_TOKEN = 3.5
"""UTF-8 bytes a token. The 91 seed abstracts have 4.2 to 6 with cl100k_base (median 5.3), German 3.5, Russian 4.3:
the estimate is meant to be too high, since a prompt that is too long is cut by the server without a word."""

_TOKENS_PER_IDEOGRAPH = 1.2
"""Chinese and Japanese text has 0.9 to 1.2 tokens a character with cl100k_base, measured as above."""

_FIRST_IDEOGRAPH = "\u2e80"
"""Chinese, Japanese and Korean scripts begin here: https://www.unicode.org/charts/PDF/U2E80.pdf"""

_WINDOW_STEP = 4096
"""Windows are multiples of this many tokens: Ollama loads the model anew whenever ``num_ctx`` changes
(https://github.com/ollama/ollama/issues/9977), so it must not follow each prompt closely."""


def estimate_tokens(text: str) -> int:
    """About how many tokens ``text`` takes, rather too many than too few; 0 for empty text."""
    ideographs = "".join(char for char in text if char >= _FIRST_IDEOGRAPH)
    rest = len(text.encode()) - len(ideographs.encode())
    return math.ceil(rest / _BYTES_PER_TOKEN + len(ideographs) * _TOKENS_PER_IDEOGRAPH)


def fit(sizes: Sequence[int], room: int) -> int:
    """How many of the first ``sizes`` fit together into ``room``, both in tokens."""
    used = 0
    for count, size in enumerate(sizes):
        used += size
        if used > room:
            return count
    return len(sizes)


def context_window(prompt_tokens: int, answer_tokens: int, most: int) -> int:
    """The window to ask of a server for a prompt and its answer, in tokens: few different values, at most ``most``."""
    steps = math.ceil((prompt_tokens + answer_tokens) / _WINDOW_STEP)
    return min(steps * _WINDOW_STEP, most)

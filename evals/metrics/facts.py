"""Facts: whether an answer says early what it was asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["facts_found"]

_MARKER = re.compile(r"\[\d+\]")


def facts_found(text: str, facts: Sequence[Sequence[str]], words: int) -> list[bool]:
    """For each fact whether one of its spellings stands in the first ``words`` words, without regard to case.

    Strings are matched as in the exact-match recall of ALCE (https://doi.org/10.18653/v1/2023.emnlp-main.398, section
    4.1), but only at the beginning of the answer: a reader is not to search for what was asked.

    Args:
        text: the answer; its markers are no words.
        facts: each as its alternative spellings, in small letters.
        words: how much of the answer counts.
    """
    head = " ".join(_MARKER.sub("", text).split()[:words]).lower()
    return [any(spelling in head for spelling in fact) for fact in facts]

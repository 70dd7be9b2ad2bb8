"""A paper's words in an answer: with the marker that leads to them, and without anything that would pass for one."""

from __future__ import annotations

import re

__all__ = ["unmarked", "with_marker"]

_NUMBER_IN_BRACKETS = re.compile(r"\[\d+(?=\])")


def unmarked(text: str) -> str:
    """The paper's words with a space where a number in brackets would pass for a marker of the answer."""
    return _NUMBER_IN_BRACKETS.sub(r"\g<0> ", text)


def with_marker(sentence: str, marker: int) -> str:
    """The paper's sentence, not empty, with its marker before the full stop; one is added where there is none."""
    text = unmarked(sentence)
    ending = text[-1] if text[-1] in ".?!" else ""
    return f"{text[: len(text) - len(ending)].rstrip()} [{marker}]{ending or '.'}"

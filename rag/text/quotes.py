"""Finding what a message quotes; an apostrophe is no quotation mark."""

from __future__ import annotations

import re

__all__ = ["quotes", "without_quotes"]

_QUOTE = re.compile(
    r"""(?<!\w)(?:"[^"]*"|“[^“”"]*[”"]|„[^„“”"]*[“”"]|«[^«»]*»|(?:'|‘)(?:[^'‘’]|(?<=\w)['’](?=\w))*['’](?!\w))"""
)


def quotes(text: str) -> list[tuple[int, int]]:
    """Start and end (exclusive) of each quotation in ``text``, without its marks."""
    return [(match.start() + 1, match.end() - 1) for match in _QUOTE.finditer(text)]


def without_quotes(text: str) -> str:
    """``text`` with a blank for every character of its quotations, marks included: places stay the same."""
    return _QUOTE.sub(lambda match: " " * len(match[0]), text)

"""Numbers of authors as questions name them: "exactly two", "no more than 3", "five or more"."""

from __future__ import annotations

import re

__all__ = ["NUMBER", "number_of", "read_author_limits", "without_author_limits"]

_NAMES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
)
_NUMBERS = {word: number for number, word in enumerate(_NAMES.split())} | {"single": 1, "a dozen": 12, "no": 0}
_NUMBER = rf"(?:\d{{1,5}}|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})(?![\d.,]\d|\w)"
NUMBER = rf"(?<![\w.,-]){_NUMBER}"
"""A whole number in figures, or in words up to twenty; :func:`number_of` reads it."""
_AT_LEAST = r"at least|(?:no|not) (?:fewer|less) than|a minimum of"
_AT_MOST = r"at most|up to|(?:no|not) more than|a maximum of"
_LIMITS = re.compile(
    rf"(?:\b(?P<least>{_AT_LEAST})|\b(?P<most>{_AT_MOST})|\b(?P<more>more than|over)"
    rf"|\b(?P<fewer>(?:fewer|less) than|under)|\bbetween)?\s{{0,3}}"
    rf"(?:(?P<low>{NUMBER})(?:\s(?:and|or|to)\s|\s?[-–]\s?(?=\d))(?P<high>{_NUMBER})|(?P<number>{NUMBER}))"
    r"(?P<above>\+|\s+or more)?(?P<below>\s+or (?:fewer|less))?[\s-]+(?:different\s+)?(?:co-?)?authors?\b"
    r"(?P<above_after>\s+or more)?(?P<below_after>\s+or (?:fewer|less))?",
    re.IGNORECASE,
)


def number_of(text: str) -> int:
    """The value of what :data:`NUMBER` matches."""
    return int(text) if text.isdigit() else _NUMBERS[" ".join(text.lower().split())]


def read_author_limits(text: str) -> tuple[int | None, int | None]:
    """The least and the greatest number of authors meant; None where that side is open, or none is named."""
    match = _LIMITS.search(text)
    if match is None:
        return None, None
    if match["low"]:
        ends = number_of(match["low"]), number_of(match["high"])
        return min(ends), max(ends)
    number = number_of(match["number"])
    if match["more"]:
        return number + 1, None
    if match["fewer"]:
        return None, number - 1
    if match["least"] or match["above"] or match["above_after"]:
        return number, None
    if match["most"] or match["below"] or match["below_after"]:
        return None, number
    return number, number


def without_author_limits(text: str) -> str:
    """``text`` without the numbers of authors in it."""
    return _LIMITS.sub(" ", text)

"""Names spelled out in their text: ``Mixture-of-Experts (MoE)``."""

from __future__ import annotations

import dataclasses
import re

__all__ = ["Expansion", "expansions"]

_BRACKET = re.compile(r"\(\s*([A-Z][\w-]{1,11}?)s?(?:\s*[,;][^()]*)?\)")
_WORD = re.compile(r"[^\s(),;:.]+")


@dataclasses.dataclass(frozen=True, slots=True)
class Expansion:
    """A short form in brackets and the words before it that it stands for; offsets into the text, ends exclusive."""

    long_start: int
    long_end: int
    short_start: int
    short_end: int


def expansions(text: str) -> list[Expansion]:
    """The names that ``text`` spells out, in order.

    By the rule of Schwartz and Hearst (https://doi.org/10.1142/9789812776303_0042): the letters of the short form
    stand in the words before its bracket in their order, the first at the beginning of a word, and those are at most
    ``min(letters + 5, 2 * letters)`` words.
    """
    found = []
    for bracket in _BRACKET.finditer(text):
        letters = [c for c in bracket[1].lower() if c.isalnum()]
        capitals = sum(c.isupper() for c in bracket[1])
        if capitals < 2 or len(letters) < 2:
            continue
        end = len(text[: bracket.start()].rstrip())
        sentence = max(text.rfind(mark, 0, end) for mark in (". ", "; ", ": ", ", ", ") ", "(")) + 1
        tokens = list(_WORD.finditer(text, sentence, end))[-min(len(letters) + 5, 2 * len(letters)) :]
        if not tokens or tokens[-1].end() != end:
            continue
        start = _start(text, tokens[0].start(), end, letters)
        if start is not None and " " in text[start:end] or start is not None and "-" in text[start:end]:
            found.append(Expansion(start, end, bracket.start(1), bracket.end(1)))
    return found


def _start(text: str, first: int, end: int, letters: list[str]) -> int | None:
    """Where the long form begins: the letters looked for from the last to the first, leftwards."""
    place = end
    for number, letter in reversed(list(enumerate(letters))):
        place -= 1
        while place >= first and (
            text[place].lower() != letter or (number == 0 and place > first and text[place - 1].isalnum())
        ):
            place -= 1
        if place < first:
            return None
    return place

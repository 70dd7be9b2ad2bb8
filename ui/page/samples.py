"""A draft to try the check with, made from the papers that are in the collection."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence

from rag.text.naming import names_paper
from rag.text.numbers import numbers
from rag.text.sentences import passages_of
from rag.types import Paper

__all__ = ["NEWEST", "changed", "draft"]

NEWEST = 100
"""Papers looked through; most abstracts of the sciences name a figure."""

SENTENCE_CHARS = range(50, 191)
"""Lengths of sentences that are read at a glance."""

_FIGURE = re.compile(r"(?<![\w.,-])[1-9]\d?(?:\.\d+)?(?![\w,]|\.\d)")
"""Below 100, so that a changed percentage is still one."""


def draft(papers: Sequence[Paper]) -> str:
    """A sentence as it stands in one paper, and one of another paper with its figure changed; else the empty string."""
    newest = sorted(papers, key=lambda paper: (paper.published or datetime.date.min, paper.title), reverse=True)
    found = _telling(newest[:NEWEST])
    true, other = next(found, None), next(found, None)
    if true is None:
        return ""
    return f"{true} {changed(other or true)}"


def changed(sentence: str) -> str:
    """The sentence with another first digit in its first figure that has a unit."""
    place = _figure(sentence)
    if place is None:
        return sentence
    other = (int(sentence[place]) + 3) % 9 + 1  # never the same digit, never a zero
    return f"{sentence[:place]}{other}{sentence[place + 1 :]}"


def _telling(papers: Sequence[Paper]) -> Iterator[str]:
    """The first sentence of each paper that names its system and gives a figure."""
    for paper in papers:
        for passage in passages_of(paper)[1:]:
            fits = len(passage.text) in SENTENCE_CHARS and passage.text.endswith(".")
            if fits and _figure(passage.text) is not None and names_paper(passage.text, paper):
                yield passage.text
                break


def _figure(sentence: str) -> int | None:
    """Where the first percentage or factor begins that is written in plain digits."""
    for quantity in numbers(sentence):
        match = _FIGURE.search(sentence, quantity.start, quantity.end)
        if match and quantity.unit in {"%", "x"}:
            return match.start()
    return None

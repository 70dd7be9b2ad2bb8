"""Finding papers: by the words of their heads, with typos forgiven, and by what their abstracts say."""

from __future__ import annotations

import dataclasses
import datetime
import difflib
import functools
import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from rag.assistant import Assistant
from rag.errors import QuestionError
from rag.index import Head
from rag.text.terms import fold

__all__ = ["ORDERS", "Found", "Wanted", "facets", "find"]

NEAR = 12
"""Papers shown as near in meaning."""
KEPT = 3
"""Collections whose searched texts are kept beside the latest: 100,000 papers take 40 MB."""
SPELLED_FROM = 4
"""Letters of the shortest word that may be misspelt; one letter more or less makes another word of a shorter one."""
SPELLING = 0.75
"""How alike a word and the word meant are at least, by ``difflib.SequenceMatcher``: two letters of eight may differ."""

_ORDERS: dict[str, tuple[Callable[[Head], Any], bool]] = {
    "Newest first": (lambda head: (head.published or datetime.date.min, head.title), True),
    "Oldest first": (lambda head: (head.published or datetime.date.max, head.title), False),
    "By title": (lambda head: head.title.casefold(), False),
    "Most authors": (lambda head: head.author_count or 0, True),
}

ORDERS = tuple(_ORDERS)
"""Names of the orders that a list can have."""


@dataclasses.dataclass(frozen=True)
class Wanted:
    """What a visitor looks for."""

    query: str = ""
    year: int = 0
    """0 for any."""
    venue: str = ""
    """Empty for any."""
    order: str = ORDERS[0]


@dataclasses.dataclass(frozen=True)
class Found:
    """What there is of it."""

    heads: Sequence[Head]
    """In whose title, authors, organisation, venue and date every word occurs, in the order wanted."""
    near: Sequence[Head] = ()
    """Others that a search of the abstracts finds, the best first."""
    read_as: str = ""
    """The query with misspelt words as they were read; empty when none was."""


def find(assistant: Assistant, wanted: Wanted, *, near: int = NEAR) -> Found:
    """The papers that are meant.

    Raises:
        PapertrailError: the collection cannot be read.
    """
    index = _index(assistant.heads())
    asked = _words(wanted.query)
    spelled = [index.spelled(word) for word in asked]
    fits = [head for head, text in zip(index.heads, index.texts, strict=True) if _fits(head, text, spelled, wanted)]
    key, reverse = _ORDERS[wanted.order]
    read_as = " ".join(spelled) if spelled != asked else ""
    if not asked or not near:
        return Found(sorted(fits, key=key, reverse=reverse), read_as=read_as)
    known = {head.paper_id for head in fits}
    others = [head for head in _close(assistant, index, read_as or wanted.query, near) if head.paper_id not in known]
    others = [head for head in others if _fits(head, "", [], wanted)]
    return Found(sorted(fits, key=key, reverse=reverse), others[:near], read_as)


def facets(heads: Sequence[Head]) -> tuple[list[tuple[int, int]], list[tuple[str, int]]]:
    """Years, the newest first, and venues, the commonest first, each with the number of its papers."""
    years = Counter(head.published.year for head in heads if head.published)
    venues = Counter(head.venue for head in heads if head.venue)
    return sorted(years.items(), reverse=True), venues.most_common()


@dataclasses.dataclass(frozen=True)
class _Index:
    heads: tuple[Head, ...]
    texts: tuple[str, ...]
    """Of each paper what is searched, folded, with a space before each word."""

    @functools.cached_property
    def vocabulary(self) -> dict[int, list[str]]:
        """The words of all texts by their length."""
        found: dict[int, list[str]] = {}
        for word in sorted({word for text in self.texts for word in text.split()}):
            found.setdefault(len(word), []).append(word)
        return found

    def spelled(self, word: str) -> str:
        """``word``, or the word most like it when no paper has one that begins so."""
        if len(word) < SPELLED_FROM or word.isdigit() or any(f" {word}" in text for text in self.texts):
            return word
        near = [other for size in range(len(word) - 1, len(word) + 2) for other in self.vocabulary.get(size, ())]
        return next(iter(difflib.get_close_matches(word, near, n=1, cutoff=SPELLING)), word)


_kept: list[_Index] = []
"""The latest, known by their heads themselves: comparing 100,000 of them would take longer than a search."""


def _index(heads: tuple[Head, ...]) -> _Index:
    for index in list(_kept):
        if index.heads is heads:
            return index
    index = _Index(heads, tuple(map(_searched, heads)))
    _kept[:] = [index, *_kept[:KEPT]]
    return index


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", fold(text))


def _searched(head: Head) -> str:
    date = head.published.isoformat() if head.published else ""
    said = " ".join((head.title, head.authors, head.organisation or "", head.venue or "", date))
    return f" {' '.join(_words(said))} {date}"


def _fits(head: Head, text: str, asked: Sequence[str], wanted: Wanted) -> bool:
    dated = not wanted.year or (head.published is not None and head.published.year == wanted.year)
    held = not wanted.venue or head.venue == wanted.venue
    return dated and held and all(f" {word}" in text for word in asked)


def _close(assistant: Assistant, index: _Index, query: str, count: int) -> list[Head]:
    """The heads of the papers that a search finds; none for what cannot be searched for."""
    try:
        hits = assistant.search(query, 4 * count)  # some of them are known by their words, or of another year
    except QuestionError:
        return []
    wanted = {hit.paper.paper_id: place for place, hit in enumerate(hits)}
    found = [head for head in index.heads if head.paper_id in wanted]
    return sorted(found, key=lambda head: wanted[head.paper_id])

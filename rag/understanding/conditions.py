"""Conditions on the records that a message sets: time, venue, authors, organisation, category, number of authors."""

from __future__ import annotations

import dataclasses
import re
from collections import defaultdict
from collections.abc import Collection as AnyOf
from collections.abc import Iterator, Sequence

from rag.filters import PaperFilter
from rag.index.collection import Collection
from rag.index.entries import Role
from rag.text.numbers import Quantity, numbers
from rag.text.terms import words
from rag.understanding.dates import read_dates
from rag.understanding.query import Condition, FigureBound, RecordField
from rag.understanding.wording import Chunk, Rarity, chunks, runs

__all__ = ["Conditions", "read_bounds", "read_conditions"]

VALUE_WORDS = 6
"""Longest venue or organisation, in words of a message."""
COMMON_SHARE = 0.03
"""A word that stands in more of the papers is a word rather than a name, unless it is written as one."""
_AUTHORS = re.compile(r"\s*(?P<more>\+|or more\b)?[\s-]*(?:co-?)?authors?\b", re.IGNORECASE)
_ONE_AUTHOR = re.compile(r"\b(?:single|one|sole)[\s-]+author(?:s|ed)?\b", re.IGNORECASE)
_NOT = re.compile(
    r"\b(?:not|except|excluding|without|other than|outside)\s+(?:(?:from|at|by|in|the)\s+){0,2}$", re.IGNORECASE
)
_LISTED = re.compile(r"\s*(?:[,/&]|,?\s*\b(?:and|or|nor)\b)\s*", re.IGNORECASE)
_INCLUDED = re.compile(
    r"(?:at least|at most|no fewer than|no more than|no less than|up to|[≥≤]|>=|<=)\s*$", re.IGNORECASE
)
_BOUND = re.compile(
    r"(?:(?:no )?(?:more|less|fewer|higher|greater|larger|lower) than|at least|at most|over|above|under|below|up to"
    r"|exceeding|[<>≥≤]=?)\s*$",
    re.IGNORECASE,
)
_BOUNDING = 22
"""Characters before a figure that bound it."""
_ROLES = {
    Role.VENUE: RecordField.VENUE,
    Role.ORGANISATION: RecordField.ORGANISATION,
    Role.CATEGORY: RecordField.CATEGORY,
}


@dataclasses.dataclass(frozen=True)
class Conditions:
    """What a message demands of the records."""

    found: tuple[Condition, ...] = ()
    filters: PaperFilter = PaperFilter()
    spans: tuple[tuple[int, int], ...] = ()
    """Where the message sets them, and those that are not to hold."""
    used: tuple[tuple[int, int], ...] = ()
    """The same without names that are not to be read as a condition: their words may be the subject."""


@dataclasses.dataclass(frozen=True)
class _Set:
    """One condition with the papers that meet it; ``ids`` is None where it is one of time or number of authors."""

    condition: Condition
    start: int
    end: int
    ids: frozenset[str] | None = None
    narrowed: PaperFilter = PaperFilter()


def read_conditions(
    message: str,
    collection: Collection,
    rarity: Rarity,
    taken: Sequence[tuple[int, int]],
    without: AnyOf[str] = (),
) -> Conditions:
    """The conditions that a message sets, each as the records spell it.

    Args:
        message: as typed.
        collection: whose records are looked into.
        rarity: knows the words of the message.
        taken: beginnings and ends of what names papers: no condition stands in it.
        without: conditions that do not hold, as :attr:`Condition.told` tells them.
    """
    free = [chunk for chunk in chunks(message) if not _within(chunk.start, chunk.end, taken)]
    found = [*_times(message, taken), *_author_counts(message)]
    dated = [(one.start, one.end) for one in found]
    free = [chunk for chunk in free if not _within(chunk.start, chunk.end, dated)]
    for role in _ROLES:
        found += _values(message, role, collection, rarity, free)
    used = [(one.start, one.end) for one in found]
    free = [chunk for chunk in free if not _within(chunk.start, chunk.end, used)]
    found += _people(message, collection, rarity, free)
    found = _excluded_together(message, sorted(found, key=lambda one: one.start))
    holding = [one for one in found if one.condition.told not in without]
    return Conditions(
        tuple(one.condition for one in holding),
        _together(holding, collection),
        tuple((one.start, one.end) for one in found),
        tuple((one.start, one.end) for one in found if one in holding or one.ids is None),
    )


def _excluded_together(message: str, found: Sequence[_Set]) -> list[_Set]:
    """What is listed behind something left out is left out with it: ``not from ACL, EMNLP or COLING``."""
    told: list[_Set] = []
    for one in found:
        before = told[-1] if told else None
        if before and before.condition.excluded and _LISTED.fullmatch(message, before.end, one.start):
            one = dataclasses.replace(one, condition=dataclasses.replace(one.condition, excluded=True))
        told.append(one)
    return told


def _within(start: int, end: int, taken: Sequence[tuple[int, int]]) -> bool:
    return any(start < last and first < end for first, last in taken)


def _times(message: str, taken: Sequence[tuple[int, int]]) -> Iterator[_Set]:
    for span in read_dates(message):
        if not _within(span.start, span.end, taken):
            told, said = span.told, message[span.start : span.end]
            condition = Condition(RecordField.DATE, told, said, span.excluded)
            narrowed = PaperFilter() if span.excluded else PaperFilter(date_from=span.first, date_to=span.last)
            yield _Set(condition, span.start, span.end, None, narrowed)


def _author_counts(message: str) -> Iterator[_Set]:
    if match := _ONE_AUTHOR.search(message):
        condition = Condition(RecordField.AUTHOR_COUNT, "with 1 author", match[0])
        yield _Set(condition, match.start(), match.end(), None, PaperFilter(min_authors=1, max_authors=1))
        return
    for figure in numbers(message):
        match = _AUTHORS.match(message, figure.end)
        if match and not figure.unit and figure.value == int(figure.value):
            low, high = _limits(message, figure, more=bool(match["more"]))
            start = figure.start - len(_bounding(message, figure))
            told = _told_count(low, high)
            condition = Condition(RecordField.AUTHOR_COUNT, told, message[start : match.end()])
            yield _Set(condition, start, match.end(), None, PaperFilter(min_authors=low, max_authors=high))


def _told_count(low: int | None, high: int | None) -> str:
    if low is None or high is None:
        return f"with at most {high} authors" if low is None else f"with {low} or more authors"
    return f"with {low} author{'' if low == 1 else 's'}"


def _limits(message: str, figure: Quantity, *, more: bool) -> tuple[int | None, int | None]:
    """Least and greatest whole number that a figure with its bound lets through."""
    value = int(figure.value)
    included = bool(_INCLUDED.search(message, max(0, figure.start - _BOUNDING), figure.start))
    if figure.bound > 0 or more:
        return (value if included or more else value + 1), None
    if figure.bound < 0:
        return None, (value if included else value - 1)
    return value, value


def _bounding(message: str, figure: Quantity) -> str:
    """The words before a figure that bound it: ``more than ``."""
    before = message[max(0, figure.start - _BOUNDING) : figure.start]
    match = _BOUND.search(before)
    return match[0] if match else ""


def read_bounds(message: str, taken: Sequence[tuple[int, int]]) -> tuple[FigureBound, ...]:
    """Figures that are asked for by their size, in order; those of dates and authors are ``taken``."""
    found = []
    for figure in numbers(message):
        lead = _bounding(message, figure)
        if figure.bound and lead and not _within(figure.start, figure.end, taken):
            included = bool(_INCLUDED.search(lead))
            said = message[figure.start - len(lead) : figure.end]
            low, high = (figure.value, None) if figure.bound > 0 else (None, figure.value)
            found.append(FigureBound(figure.unit, said, low, high, included, included))
    return tuple(found)


def _values(message: str, role: Role, collection: Collection, rarity: Rarity, free: Sequence[Chunk]) -> Iterator[_Set]:
    """Venues, organisations and categories that the records hold, whole or by a word that stands for them (``ACL``)."""
    keys = collection.directory.keys(role)
    if not keys:
        return
    by_word: dict[str, list[str]] = defaultdict(list)
    for key in keys:
        for word in key.split():
            by_word[word].append(key)
    used: list[tuple[int, int]] = []
    for begin, end in runs(free, VALUE_WORDS):
        start, stop = free[begin].start, free[end - 1].end
        key = " ".join(words(message[start:stop]))
        meant = [key] if key in keys else by_word.get(key, []) if end - begin == 1 else []
        if not meant or _within(start, stop, used) or not _as_name(free[begin:end], rarity, len(collection)):
            continue
        used.append((start, stop))
        ids = frozenset(entry.paper_id for entry in collection.directory.find(role, meant))
        value = keys[meant[0]][0] if len(meant) == 1 else message[start:stop]
        out = bool(_NOT.search(message, 0, start))
        yield _Set(Condition(_ROLES[role], value, message[start:stop], out, len(ids)), start, stop, ids)


def _as_name(said: Sequence[Chunk], rarity: Rarity, papers: int) -> bool:
    if len(said) > 1 or said[0].capital:
        return True
    return rarity.papers(said[0].text) <= max(1, COMMON_SHARE * papers) and not rarity.asks(said[0].text)


def _people(message: str, collection: Collection, rarity: Rarity, free: Sequence[Chunk]) -> Iterator[_Set]:
    """Authors by first, last or both names, with accents or without."""
    said = [(chunk, word) for chunk in free for word in words(chunk.text)]
    told = [
        (chunk, word)
        for chunk, word in said
        if chunk.text[0].isupper() or (rarity.papers(chunk.text) == 0 and not rarity.asks(chunk.text))
    ]
    entries = collection.directory.find(Role.AUTHOR, {word for _, word in told})
    known: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for entry in entries:
        known[entry.key][entry.written].add(entry.paper_id)
    place = 0
    while place < len(told):
        length = 1
        names = known.get(told[place][1], {})
        while place + length < len(told) and _neighbours(message, told[place + length - 1][0], told[place + length][0]):
            both = {name for name in names if name in known.get(told[place + length][1], {})}
            if not both:
                break
            names, length = {name: names[name] for name in both}, length + 1
        first, last = told[place][0], told[place + length - 1][0]
        if names and not (length == 1 and rarity.asks(first.text)):
            ids = frozenset(paper_id for held in names.values() for paper_id in held)
            value = next(iter(names)) if len(names) == 1 else message[first.start : last.end]
            out = bool(_NOT.search(message, 0, first.start))
            condition = Condition(RecordField.AUTHORS, value, message[first.start : last.end], out, len(ids))
            yield _Set(condition, first.start, last.end, ids)
        place += length


def _neighbours(message: str, first: Chunk, second: Chunk) -> bool:
    return not message[first.end : second.start].strip(" .")


def _together(found: Sequence[_Set], collection: Collection) -> PaperFilter:
    """All conditions in one filter; of one field several values are alternatives, excluded ones all count."""
    ids: frozenset[str] | None = None
    for field in dict.fromkeys(one.condition.field for one in found if one.ids is not None):
        wanted = [
            one.ids
            for one in found
            if one.condition.field is field and one.ids is not None and not one.condition.excluded
        ]
        if wanted:
            union = frozenset().union(*wanted)
            ids = union if ids is None else ids & union
    left_out = frozenset().union(*(one.ids for one in found if one.ids and one.condition.excluded))
    for one in found:
        if one.condition.excluded and one.condition.field is RecordField.DATE:
            span = read_dates(one.condition.words)[0]
            left_out |= collection.ids(PaperFilter(date_from=span.first, date_to=span.last))
    if left_out:
        ids = (collection.ids(PaperFilter()) if ids is None else ids) - left_out
    narrowed = [one.narrowed for one in found]
    dates = [(one.date_from, one.date_to) for one in narrowed if one.date_from or one.date_to]
    both = all(first and last for first, last in dates)
    firsts, lasts = [first for first, _ in dates if first], [last for _, last in dates if last]
    return PaperFilter(
        ids=ids,
        date_from=(min if both else max)(firsts, default=None),
        date_to=(max if both else min)(lasts, default=None),
        min_authors=max((one.min_authors for one in narrowed if one.min_authors is not None), default=None),
        max_authors=min((one.max_authors for one in narrowed if one.max_authors is not None), default=None),
    )

"""Which papers of a collection are meant: by date, organisation, number of authors or id."""

from __future__ import annotations

import calendar
import dataclasses
import datetime
import operator
import re
from collections.abc import Callable, Sequence
from typing import Any

from rag.errors import UserError
from rag.text.terms import words
from rag.types import Paper

__all__ = ["PaperFilter", "author_count", "organisation_words"]

_EXPRESSION = re.compile(r"\s*([a-z]+)\s*(<=|>=|=|<|>)\s*(.*\S)\s*", re.DOTALL)
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_EXAMPLES = "year=2024, year>=2023, from=2024-03-01, to=2024-06, org=NAME, authors>=10 or id=ID,ID"
_SHIFT: dict[str, Callable[[int], tuple[int | None, int | None]]] = {
    "=": lambda value: (value, value),
    ">=": lambda value: (value, None),
    ">": lambda value: (value + 1, None),
    "<=": lambda value: (None, value),
    "<": lambda value: (None, value - 1),
}
"""What an operator makes of a whole number: the least and the greatest value that it lets through."""


def author_count(paper: Paper) -> int | None:
    """How many authors a paper has, counted where the source gives names only; ``None``: it says nothing."""
    return paper.author_count if paper.author_count is not None else (len(paper.authors) or None)


def organisation_words(name: str | None) -> str:
    """The form in which organisations are compared: folded words, each with a space on both sides; or empty."""
    found = words(name or "")
    return f" {' '.join(found)} " if found else ""


@dataclasses.dataclass(frozen=True)
class PaperFilter:
    """Conditions that a paper must meet together; ``None`` sets no condition.

    A paper whose source does not say (no date, no organisation, no number of authors) does not meet a condition on it.
    """

    ids: frozenset[str] | None = None
    date_from: datetime.date | None = None
    """First day that counts."""
    date_to: datetime.date | None = None
    """Last day that counts."""
    organisation: str | None = None
    """Whole words of the name in their order, without regard to case and accents: ``bytedance`` for ByteDance Seed."""
    min_authors: int | None = None
    max_authors: int | None = None

    def __bool__(self) -> bool:
        """Whether it sets any condition."""
        return self != PaperFilter()

    def matches(self, paper: Paper) -> bool:
        """Whether ``paper`` meets every condition."""
        return (
            (self.ids is None or paper.paper_id in self.ids)
            and _between(paper.published, self.date_from, self.date_to)
            and _between(author_count(paper), self.min_authors, self.max_authors)
            and (
                self.organisation is None
                or organisation_words(self.organisation) in organisation_words(paper.organisation)
            )
        )

    @classmethod
    def parse(cls, expressions: Sequence[str]) -> PaperFilter:
        """Reads conditions such as ``year=2024`` or ``authors>=10``; several narrow each other down.

        ``year`` and ``authors`` take ``=``, ``<``, ``<=``, ``>`` and ``>=``; ``from`` and ``to`` (both inclusive,
        ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``), ``org`` and ``id`` (several with commas) take ``=``.

        Raises:
            UserError: a condition cannot be read, or no paper could meet them together.
        """
        found = cls()
        for expression in expressions:
            found = _narrowed(found, cls(**_conditions(expression)), expression)
        return found


def _between(value: Any, low: Any, high: Any) -> bool:
    if low is None and high is None:
        return True
    return value is not None and (low is None or value >= low) and (high is None or value <= high)


def _conditions(expression: str) -> dict[str, Any]:
    match = _EXPRESSION.fullmatch(expression)
    if match is None or match[1] not in _READERS:
        raise UserError(f"the filter {expression!r} cannot be read: write it like {_EXAMPLES}")
    name, sign, value = match.groups()
    if sign != "=" and name not in ("year", "authors"):
        raise UserError(f"the filter {expression!r} cannot be read: {name} takes = only, as in {_EXAMPLES}")
    return _READERS[name](sign, value, expression)


def _year(sign: str, value: str, expression: str) -> dict[str, Any]:
    if not re.fullmatch(r"[1-9]\d{3}", value) or not datetime.MINYEAR < int(value) < datetime.MAXYEAR:
        raise UserError(f"the filter {expression!r} needs a year of four digits, as in year=2024")
    low, high = _SHIFT[sign](int(value))
    return {
        "date_from": datetime.date(low, 1, 1) if low else None,
        "date_to": datetime.date(high, 12, 31) if high else None,
    }


def _authors(sign: str, value: str, expression: str) -> dict[str, Any]:
    if not re.fullmatch(r"\d{1,6}", value):
        raise UserError(f"the filter {expression!r} needs a whole number, as in authors>=10")
    low, high = _SHIFT[sign](int(value))
    return {"min_authors": low, "max_authors": high}


def _day(value: str, expression: str, *, last: bool) -> datetime.date:
    match = _DATE.fullmatch(value)
    try:
        if match is None:
            raise ValueError(value)
        year, month = int(match[1]), int(match[2] or (12 if last else 1))
        day = int(match[3] or (calendar.monthrange(year, month)[1] if last else 1))
        return datetime.date(year, month, day)
    except (ValueError, calendar.IllegalMonthError) as error:
        raise UserError(f"the filter {expression!r} needs a date: YYYY, YYYY-MM or YYYY-MM-DD") from error


def _ids(sign: str, value: str, expression: str) -> dict[str, Any]:
    return {"ids": frozenset(part.strip() for part in value.split(",") if part.strip())}


def _organisation(sign: str, value: str, expression: str) -> dict[str, Any]:
    if not organisation_words(value):
        raise UserError(f"the filter {expression!r} needs a name, as in org=ByteDance")
    return {"organisation": value}


_READERS: dict[str, Callable[[str, str, str], dict[str, Any]]] = {
    "year": _year,
    "authors": _authors,
    "from": lambda _, value, expression: {"date_from": _day(value, expression, last=False)},
    "to": lambda _, value, expression: {"date_to": _day(value, expression, last=True)},
    "org": _organisation,
    "id": _ids,
}


def _narrowed(first: PaperFilter, second: PaperFilter, expression: str) -> PaperFilter:
    """Both filters in one; ``expression`` is where ``second`` comes from, for the message."""
    if first.organisation and second.organisation:
        raise UserError(f"the filter {expression!r} names a second organisation: a paper has one, name one")
    if first.ids is not None and second.ids is not None:
        raise UserError(f"the filter {expression!r} names ids again: put them all into one, as in id=A,B")
    both = PaperFilter(
        ids=first.ids if second.ids is None else second.ids,
        date_from=_chosen(max, first.date_from, second.date_from),
        date_to=_chosen(min, first.date_to, second.date_to),
        organisation=first.organisation or second.organisation,
        min_authors=_chosen(max, first.min_authors, second.min_authors),
        max_authors=_chosen(min, first.max_authors, second.max_authors),
    )
    if _crossed(both.date_from, both.date_to) or _crossed(both.min_authors, both.max_authors):
        raise UserError(f"the filter {expression!r} contradicts the others: no paper can meet them all")
    return both


def _chosen(choose: Callable[[Any, Any], Any], first: Any, second: Any) -> Any:
    return choose(first, second) if first is not None and second is not None else first if second is None else second


def _crossed(low: Any, high: Any) -> bool:
    return low is not None and high is not None and bool(operator.gt(low, high))

"""Dates and spans of time as questions name them."""

from __future__ import annotations

import calendar
import dataclasses
import datetime
import re

__all__ = ["PERIOD", "RANGE", "Period", "read_period"]


@dataclasses.dataclass(frozen=True)
class Period:
    """Days from the first to the last, both counted; None where that side is open."""

    first: datetime.date | None = None
    last: datetime.date | None = None


_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
PERIOD = re.compile(
    rf"\b(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?)?(?:(?P<month>{_MONTH})\.?\s+)?"
    rf"(?:(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+)?(?P<year>(?:19|20)\d\d)(?:-(?P<m>\d\d)(?:-(?P<d>\d\d))?)?\b",
    re.IGNORECASE,
)
"""``2024``, ``March 2024``, ``6 March 2025``, ``March 6, 2025``, ``2025-03-06``."""
RANGE = re.compile(
    rf"\b(?:between|from)\s+(?:(?P<month>{_MONTH})\.?\s+)?(?P<year>(?:19|20)\d\d)?\s*(?:and|to|until|till|-|–)\s+"
    rf"(?:(?P<last_month>{_MONTH})\.?\s+)?(?P<last_year>(?:19|20)\d\d)\b",
    re.IGNORECASE,
)
"""``between March and June 2024``, ``from 2023 to 2024``."""
_BEFORE = re.compile(r"\b(?:before|earlier than|prior to|older than)\s*$", re.IGNORECASE)
_AFTER = re.compile(r"\b(?:after|later than|newer than)\s*$", re.IGNORECASE)
_SINCE = re.compile(r"\bsince\s*$", re.IGNORECASE)
_UNTIL = re.compile(r"\b(?:until|till|up to)\s*$", re.IGNORECASE)
_ONE_DAY = datetime.timedelta(days=1)


def read_period(text: str) -> Period:
    """The first span of time that ``text`` names, open on both sides when it names none."""
    if span := RANGE.search(text):
        last_year = int(span["last_year"])
        first = _span(int(span["year"] or last_year), span["month"], None)
        return Period(first.first, _span(last_year, span["last_month"], None).last)
    match = PERIOD.search(text)
    if match is None:
        return Period()
    day = match["day"] or match["day2"] or match["d"]
    named = _span(int(match["year"]), match["month"] or match["m"], int(day) if day else None)
    before = text[: match.start()]
    if named.first and _BEFORE.search(before):
        return Period(None, named.first - _ONE_DAY)
    if named.last and _AFTER.search(before):
        return Period(named.last + _ONE_DAY, None)
    if _SINCE.search(before):
        return Period(named.first, None)
    return Period(None, named.last) if _UNTIL.search(before) else named


def _span(year: int, month: str | None, day: int | None) -> Period:
    """A year, month or day; a month or day that does not exist counts as the whole around it."""
    number = int(month) if month and month.isdigit() else _MONTHS.get((month or "").lower(), 0)
    if not 1 <= number <= 12:
        return Period(datetime.date(year, 1, 1), datetime.date(year, 12, 31))
    longest = calendar.monthrange(year, number)[1]
    if day is None or not 1 <= day <= longest:
        return Period(datetime.date(year, number, 1), datetime.date(year, number, longest))
    return Period(datetime.date(year, number, day), datetime.date(year, number, day))

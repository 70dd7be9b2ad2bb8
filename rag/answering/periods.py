"""Dates and spans of time as questions name them."""

from __future__ import annotations

import calendar
import dataclasses
import datetime
import re

__all__ = ["Period", "read_period", "without_periods"]


@dataclasses.dataclass(frozen=True)
class Period:
    """Days from the first to the last, both counted; None where that side is open."""

    first: datetime.date | None = None
    last: datetime.date | None = None


_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_PARTS = {"first half": (1, 6), "second half": (7, 12)}
_PARTS |= {f"{name} quarter": (3 * n - 2, 3 * n) for n, name in enumerate("first second third fourth".split(), start=1)}
_PARTS |= {"last quarter": (10, 12), "q1": (1, 3), "q2": (4, 6), "q3": (7, 9), "q4": (10, 12)}
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_YEAR = r"(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2])(?:-[0-3]\d)?)?(?![\d-]|[.,]\d)"
_DATE = (
    rf"(?:\b(?P<part>{'|'.join(_PARTS)})\s+(?:of\s+)?|\b(?P<day>{_DAY})\s+(?:of\s+)?(?=(?:{_MONTH})\b))?"
    rf"(?:\b(?P<month>{_MONTH})\b\.?,?\s+(?:of\s+)?(?:(?P<day2>{_DAY}),?\s+)?)?"
)
_BEGINNING = re.compile(
    rf"(?:(?P<day>{_DAY})\s*(?:of\s+)?)?(?:(?P<month>{_MONTH})\b\.?,?\s*(?:(?P<day2>{_DAY}),?\s*)?)?(?P<year>{_YEAR})?",
    re.IGNORECASE,
)
"""The first date of a range, which may leave to the second one what both share."""
_RANGE = re.compile(
    r"(?:\b(?:(?:from\s+)?between|from)\s+(?P<beginning>(?:(?!between|from)[\w., -]){1,25}?)\s*"
    r"(?:\b(?:and|to|until|till|through)\b|[-–—])"
    rf"|(?P<years>(?<![\w.,-])(?:19|20)\d\d)\s*[-–—])\s*{_DATE}(?P<year>{_YEAR})",
    re.IGNORECASE,
)
_SINGLE = re.compile(rf"{_DATE}(?<![\w.,-])(?P<year>{_YEAR})", re.IGNORECASE)
_OF_PAPERS = r"(?:papers?|abstracts?|articles?|works?|publications?|preprints?|stud(?:y|ies)|surveys?|ones?)\b"
_AFTER_YEAR = re.compile(
    rf"\s+(?:(?P<papers>(?:\w+\s+)?{_OF_PAPERS})|(?!onwards)[a-z-]{{2,}}(?:(?<![su])|(?<=[cgnt]pu))s\b)|-?[a-z]"
    r"|\s*(?:\b(?:to|and|or)\b|[-–])\s*(?!(?:19|20)\d\d\b)\d",
    re.IGNORECASE,
)
"""What follows a number that counts something (``2048 tokens``, ``a 2000-word text``), or papers of a year."""
_PREPOSITION = re.compile(
    r"(?:^|[,;:(]|\b(?:in|from|of|on|before|after|since|until|till|by|during|than|to|year|early|late|mid|end|past|around|"
    r"and|or|published|dated|appeared|released|starting))[\s-]*$",
    re.IGNORECASE,
)
_DIRECT = re.compile(r"(?:^|\b(?:the|which|what|all|any|your|my|list|show|find|me))\s*$", re.IGNORECASE)
_THINGS = re.compile(
    r"\b(?:data|events?|news|corp(?:us|ora)|crawls?|snapshots?|dumps?|knowledge|questions|exams?|elections?|versions?|"
    r"problems|editions?|texts?|posts|books|records|competitions?)\s+(?:published\s+)?\w+\s*$",
    re.IGNORECASE,
)
"""What is older or newer there is not the paper."""
_NOT = re.compile(r"\b(?:not|except|outside|other than|excluding)\s+(?:\w+\s+){0,2}$", re.IGNORECASE)
_INCLUDED_LAST = re.compile(r"\b(?:until|till|up to|by|(?:in|on) or before|no later than|not after)\s*$", re.IGNORECASE)
_INCLUDED_FIRST = re.compile(
    r"\b(?:since|starting(?: in| from)?|as of|(?:in|on) or after|no earlier than|not before)\s*$", re.IGNORECASE
)
_BEFORE = re.compile(r"\b(?:before|earlier than|prior to|older than)\s*(?:the\s+|year\s+)*$", re.IGNORECASE)
_AFTER = re.compile(r"\b(?:after|later than|newer than|past)\s*(?:the\s+|year\s+)*$", re.IGNORECASE)
_AND_LATER = re.compile(r"\s*(?:(?:or|and) (?:later|newer|after)|on(?:wards?)?\b(?! \w))", re.IGNORECASE)
_AND_EARLIER = re.compile(r"\s*(?:or|and) (?:earlier|older|before)", re.IGNORECASE)
_CONTEXT = 40
"""Characters before a date that are read for what it means."""
_ONE_DAY = datetime.timedelta(days=1)


def read_period(text: str) -> Period:
    """The span of time that ``text`` names, open on both sides when it names none or one that papers are not of.

    Several dates narrow each other down when they bound a side ("after 2022, before May 2024"), else the span goes
    from the first to the last of them.
    """
    span = _RANGE.search(text)
    if span and (beginning := _BEGINNING.fullmatch((span["beginning"] or span["years"]).strip())):
        return Period() if _NOT.search(text[: span.start()]) else _range(beginning, span)
    found = [_bounded(text, match) for match in _SINGLE.finditer(text) if _dates_papers(text, match)]
    if not found or None in found:
        return Period()
    periods = [period for period in found if period is not None]
    if all(period.first and period.last for period in periods):
        return Period(min(p.first for p in periods if p.first), max(p.last for p in periods if p.last))
    firsts = [period.first for period in periods if period.first]
    lasts = [period.last for period in periods if period.last]
    return Period(max(firsts, default=None), min(lasts, default=None))


def without_periods(text: str) -> str:
    """``text`` without the dates in it."""
    return _SINGLE.sub(" ", _RANGE.sub(" ", text))


def _dates_papers(text: str, match: re.Match[str]) -> bool:
    """Whether a date says when papers appeared, rather than counting something or belonging to a name (AIME 2024)."""
    before = text[max(0, match.start() - _CONTEXT) : match.start()]
    if _THINGS.search(before):
        return False
    if match["month"] or match["part"] or len(match["year"]) > len("2024"):
        return True
    following = _AFTER_YEAR.match(text, match.end())
    if following and following["papers"]:
        return bool(_DIRECT.search(before) or _PREPOSITION.search(before))
    return following is None and bool(_PREPOSITION.search(before))


def _bounded(text: str, match: re.Match[str]) -> Period | None:
    """The span that one date stands for with the words around it; None when it is ruled out ("not from 2024")."""
    before = text[max(0, match.start() - _CONTEXT) : match.start()]
    named = _span(match)
    if _INCLUDED_FIRST.search(before) or _AND_LATER.match(text, match.end()):
        return Period(named.first, None)
    if _INCLUDED_LAST.search(before) or _AND_EARLIER.match(text, match.end()):
        return Period(None, named.last)
    if _NOT.search(before):
        return None
    if named.first and _BEFORE.search(before):
        return Period(None, named.first - _ONE_DAY)
    if named.last and _AFTER.search(before):
        return Period(named.last + _ONE_DAY, None)
    return named


def _range(beginning: re.Match[str], end: re.Match[str]) -> Period:
    """From the first day of the one date to the last day of the other, whichever of them is first."""
    year, month, day = _fields(beginning)
    last_year, last_month, _ = _fields(end)
    month = month or (last_month if day else None)
    crosses_new_year = year is None and month is not None and last_month is not None and month > last_month
    first = _days((year or last_year or 0) - crosses_new_year, month, day)
    days = [day for period in (first, _span(end)) for day in (period.first, period.last) if day]
    return Period(min(days), max(days))


def _span(match: re.Match[str]) -> Period:
    year, month, day = _fields(match)
    if match["part"] and year:
        begin, end = _PARTS[" ".join(match["part"].lower().split())]
        return Period(_days(year, begin, None).first, _days(year, end, None).last)
    return _days(year or 0, month, day)


def _fields(match: re.Match[str]) -> tuple[int | None, int | None, int | None]:
    """Year, month and day as far as they are named."""
    year, _, rest = (match["year"] or "").partition("-")
    month, _, day = rest.partition("-")
    number = int(month) if month else _MONTHS.get((match["month"] or "").lower())
    named = match["day"] or match["day2"] or day
    return int(year) if year else None, number, int(re.sub(r"\D", "", named)) if named else None


def _days(year: int, month: int | None, day: int | None) -> Period:
    """A year, month or day; a day that does not exist counts as the month around it."""
    if month is None:
        return Period(datetime.date(year, 1, 1), datetime.date(year, 12, 31))
    longest = calendar.monthrange(year, month)[1]
    if day is None or not 1 <= day <= longest:
        return Period(datetime.date(year, month, 1), datetime.date(year, month, longest))
    return Period(datetime.date(year, month, day), datetime.date(year, month, day))

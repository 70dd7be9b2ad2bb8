"""Dates as sources write them."""

from __future__ import annotations

import datetime
import email.utils
import re

__all__ = ["MONTHS", "parse_date", "parse_month"]

MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6,
    "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
"""Number of a month by the first three letters of its English name."""

_NUMBERS = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2})(?:[T ]\d.*)?)?)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MONTH_FIRST = re.compile(r"([A-Za-z]{3,9})\.?[\s,/-]+(?:(\d{1,2})(?:st|nd|rd|th)?[,\s]+\s*)?(\d{4})(?:,? \d+:.*)?")
_DAY_FIRST = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\.?[\s-]+([A-Za-z]{3,9})\.?[,\s-]+(\d{4})")
_YEAR_MONTH = re.compile(r"(\d{4})[\s,/-]+([A-Za-z]{3,9})\.?(?:[\s/-]+(\d{1,2}))?(?:\s*[-–/].*)?")
_MONTH_YEAR = re.compile(r"(\d{1,2})[/.-](\d{4})")
_DAY_MONTH_YEAR = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?: \d.*)?")
_AROUND = re.compile(r"^(?:[c©p]|ca?\.|circa|\[|\()\s*(?=\d{4})|[\])~?%]+$", re.IGNORECASE)
"""Signs that a year is a copyright's, or not sure, as libraries and ISO 8601-2 (EDTF) write them."""
_UNSAID = re.compile(r"-[XxUu?]{2}(?=-|/|$)|(?<=^\d{4})-(?:2[1-9]|3\d|4[01])(?=/|$)")
"""A part that is not known, and the seasons of EDTF, which have numbers from 21 to 41 in place of a month."""
_RANGE = re.compile(r"(\d{4}(?:-\d{2}){0,2}[~?%]?)\s*(?:/|–|—|--|\.\.)\s*(?:\d{4}(?:-\d{2}){0,2}[~?%]?|open|\.\.)?\s*")
_YEAR_RANGE = re.compile(r"(\d{4})\s*[-/–]\s*\d{4}")
_SEASON = r"(?:winter|spring|summer|fall|autumn|q[1-4])"
_WORD_AND_YEAR = re.compile(
    rf"(?:{_SEASON}|[A-Za-z]{{3,9}}\.?\s?[-–/]\s?[A-Za-z]{{3,9}}\.?)(?:[-/]{_SEASON})?,?\s+(\d{{4}})|(\d{{4}})[\s/]+{_SEASON}",
    re.IGNORECASE,
)
_SECONDS, _MILLISECONDS = 10**9, 10**12
"""From these numbers on a date is one of a clock that counts from 1970: in the year 2001 both have been passed."""


def parse_date(value: object) -> datetime.date | None:
    """The day that ``value`` names, a missing month or day counting as the first one; None when it names none.

    Understood are a year, ``2024-05-01`` (also with a time, with slashes, or without the day), ``20240501``,
    ``May 1, 2024``, ``1 May 2024``, ``May 2024``, ``2024 May 1``, ``05/2024``, the dates of mail headers, the first day
    of a range, ``1.5.2024``, and years that are not sure (``2013~``, ``c2012``). Nothing is guessed: of ``5/1/2024``,
    which could be two days, the year is known.
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and value >= _SECONDS:
        return _counted(value)
    text = " ".join(str(value).split()) if isinstance(value, str | int) else ""
    if not text:
        return None
    text = text.rstrip("/ ,;") if re.match(r"\d{4}/", text) else text.strip(" ,;'")
    if text.isascii() and text.isdigit() and len(text) in (10, 13):
        return _counted(int(text))
    if found := _single(text):
        return found
    plain = _UNSAID.sub("", _AROUND.sub("", _AROUND.sub("", text)))
    if match := _RANGE.fullmatch(plain) or _YEAR_RANGE.fullmatch(plain):
        plain = match[1].rstrip("~?%")
    plain = re.sub(r"(?<=\d)\.0$|(?<=^\d{4}-\d{2})-00$", "", plain)
    plain = re.sub(r"(?<=^\d{4})(?:[a-z]|,\s.*)$", "", plain)  # 2011a, "2018, in press"
    if plain != text and (found := _single(plain.strip())):
        return found
    match = _WORD_AND_YEAR.fullmatch(plain)
    if match is None:
        return None
    return _date(match[1] or match[2], _month(plain) or 1, 1)


def parse_month(text: str) -> tuple[int | None, int | None]:
    """The first month, and the day beside it, in the ``month`` of a BibTeX entry (``5-6``, ``12 March``, ``mar``)."""
    text = text.strip()
    if name := re.search(r"[A-Za-z]{3,}", text):
        day = re.search(r"\d{1,2}", text)
        return _month(name[0]) or None, int(day[0]) if day else None
    number = re.match(r"\d{1,2}", text)
    return (int(number[0]), None) if number and 1 <= int(number[0]) <= 12 else (None, None)


def _single(text: str) -> datetime.date | None:
    if match := _NUMBERS.fullmatch(text) or _COMPACT.fullmatch(text):
        return _date(match[1], match[2] or 1, match[3] or 1)
    if (match := _MONTH_FIRST.fullmatch(text)) and _month(match[1]):
        return _date(match[3], _month(match[1]), match[2] or 1)
    if match := _DAY_FIRST.fullmatch(text):
        return _date(match[3], _month(match[2]), match[1])
    if (match := _YEAR_MONTH.fullmatch(text)) and _month(match[2]):
        return _date(match[1], _month(match[2]), match[3] or 1)
    if match := _MONTH_YEAR.fullmatch(text):
        return _date(match[2], match[1], 1)
    if match := _DAY_MONTH_YEAR.fullmatch(text):
        first, second = int(match[1]), int(match[2])
        if first > 12 or "." in text[:3]:
            return _date(match[3], second, first)
        return _date(match[3], first, second) if second > 12 else _date(match[3], 1, 1)
    mail = email.utils.parsedate(text) if ":" in text else None
    return _date(*mail[:3]) if mail else None


def _counted(value: int) -> datetime.date | None:
    seconds = value / 1000 if value >= _MILLISECONDS else value
    try:
        return datetime.datetime.fromtimestamp(seconds, datetime.UTC).date()
    except (OverflowError, ValueError, OSError):
        return None


def _month(name: str) -> int:
    return MONTHS.get(name[:3].lower(), 0)


def _date(year: str | int, month: str | int, day: str | int) -> datetime.date | None:
    try:
        return datetime.date(int(year), int(month), int(day))
    except ValueError:
        return None

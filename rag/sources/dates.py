"""Dates as sources write them."""

from __future__ import annotations

import datetime
import email.utils
import re

__all__ = ["MONTHS", "parse_date"]

MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6,
    "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
"""Number of a month by the first three letters of its English name."""

_NUMBERS = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2})(?:[T ]\d.*)?)?)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MONTH_FIRST = re.compile(r"([A-Za-z]{3,9})\.?\s+(?:(\d{1,2})(?:st|nd|rd|th)?,?\s+)?(\d{4})")
_DAY_FIRST = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\s+([A-Za-z]{3,9})\.?,?\s+(\d{4})")


def parse_date(value: object) -> datetime.date | None:
    """The day that ``value`` names, a missing month or day counting as the first one; None when it names none.

    Understood are a year, ``2024-05-01`` (also with a time, with slashes, or without the day), ``20240501``,
    ``May 1, 2024``, ``1 May 2024``, ``May 2024`` and the dates of mail headers. Nothing is guessed: ``5/1/2024`` could
    be two days and is None.
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = " ".join(str(value).split()) if isinstance(value, str | int) else ""
    if match := _NUMBERS.fullmatch(text) or _COMPACT.fullmatch(text):
        return _date(match[1], match[2] or 1, match[3] or 1)
    if match := _MONTH_FIRST.fullmatch(text):
        return _date(match[3], _month(match[1]), match[2] or 1)
    if match := _DAY_FIRST.fullmatch(text):
        return _date(match[3], _month(match[2]), match[1])
    mail = email.utils.parsedate(text) if ":" in text else None
    return _date(*mail[:3]) if mail else None


def _month(name: str) -> int:
    return MONTHS.get(name[:3].lower(), 0)


def _date(year: str | int, month: str | int, day: str | int) -> datetime.date | None:
    try:
        return datetime.date(int(year), int(month), int(day))
    except ValueError:
        return None

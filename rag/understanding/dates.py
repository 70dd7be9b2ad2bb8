"""Spans of time as messages write them: years, months, days, quarters, and what is set before and after them."""

from __future__ import annotations

import calendar
import dataclasses
import datetime
import re

__all__ = ["Span", "read_dates"]


@dataclasses.dataclass(frozen=True)
class Span:
    """Days from the first to the last, both counted; None where that side is open."""

    first: datetime.date | None
    last: datetime.date | None
    start: int
    """First character in the text, the words that bound it ("since") included."""
    end: int
    """One past the last character."""
    excluded: bool = False
    """What lies in it is to be left out ("not from 2016")."""

    @property
    def told(self) -> str:
        """``since 2025``, ``from 2020 to 2021``, ``of 2024``, ``before May 2024`` ..."""
        if self.first and self.last:
            if self._whole_years:
                one = self.first.year == self.last.year
                return f"of {self.first.year}" if one else f"from {self.first.year} to {self.last.year}"
            return f"from {self.first.isoformat()} to {self.last.isoformat()}"
        if self.first:
            return (
                f"since {self.first.year if (self.first.month, self.first.day) == (1, 1) else self.first.isoformat()}"
            )
        assert self.last is not None  # noqa: S101 -- a span has a side
        return f"until {self.last.year if (self.last.month, self.last.day) == (12, 31) else self.last.isoformat()}"

    @property
    def _whole_years(self) -> bool:
        first, last = self.first, self.last
        return bool(first and last and (first.month, first.day, last.month, last.day) == (1, 1, 12, 31))


_MONTHS = {name.lower(): n for n, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.lower(): n for n, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_YEAR = r"(?:19|20)\d\d"
_DATE = (
    rf"(?:(?P<iso>{_YEAR}-(?:0[1-9]|1[0-2])(?:-[0-3]\d)?)"
    rf"|(?:(?P<quarter>[qQ][1-4])\s+(?:of\s+)?|(?P<half>first|second)\s+half\s+of\s+)(?P<partyear>{_YEAR})"
    rf"|(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?)?(?P<month>{_MONTH})\.?,?\s+(?:of\s+)?"
    rf"(?:(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+)?(?P<monthyear>{_YEAR})"
    rf"|(?P<year>{_YEAR}))(?!\w|-(?!{_YEAR}\b)|[.,]\d)"
)
_DATES = re.compile(rf"(?:(?<![\w.,/-])|(?<=\b\d{{4}}-)){_DATE}", re.IGNORECASE)
_UNIT_AFTER = re.compile(r"\s*(?:[%×x]|[KMGT]B\b|tokens?\b|px\b|ms\b)", re.IGNORECASE)
"""What makes a number of four digits something else than a year."""
_JOINED = re.compile(
    r"\s*(?P<range>-|–|—|(?:(?:up )?to|until|till|through)(?: and including)?)\s*|\s*(?P<both>,|and|&|or|,\s*and|/)\s*",
    re.IGNORECASE,
)
_SINCE = re.compile(r"\b(?:since|from|starting(?: in| from)?|as of|no earlier than|not before|≥|>=)\s*$", re.IGNORECASE)
_AFTER = re.compile(r"(?:\b(?:after|later than|newer than|past)|>)\s*$", re.IGNORECASE)
_UNTIL = re.compile(r"(?:\b(?:until|till|up to|no later than|not after|by)|≤|<=)\s*(?:the end of\s*)?$", re.IGNORECASE)
_BEFORE = re.compile(r"(?:\b(?:before|earlier than|older than|prior to|pre)-?|<)\s*$", re.IGNORECASE)
_ONWARDS = re.compile(r"\s*(?:\+|(?:or|and) (?:later|newer|after|onwards?)|onwards?\b|on\b(?! \w))", re.IGNORECASE)
_BACKWARDS = re.compile(r"\s*(?:or|and) (?:earlier|older|before)\b", re.IGNORECASE)
_NOT = re.compile(r"\b(?:not|except|excluding|other than|outside)\s+(?:(?:from|of|in|for)\s+)?$", re.IGNORECASE)
_FROM = re.compile(r"\b(?:from|between)\s*$", re.IGNORECASE)
_CONTEXT = 25
_DAY = datetime.timedelta(days=1)


def read_dates(text: str) -> list[Span]:
    """The spans of time that ``text`` names, in order; neighbours joined by "and", "to" or a dash are one.

    What a four-figure number counts (``2048 tokens``) is no year.
    """
    matches = [match for match in _DATES.finditer(text) if not _UNIT_AFTER.match(text, match.end())]
    found: list[Span] = []
    while matches:
        match, *matches = matches
        first, last = _days(match)
        start, end, ranged = match.start(), match.end(), False
        while matches and (joint := _JOINED.fullmatch(text, end, matches[0].start())):
            if (
                joint["both"]
                and not _between(text, start)
                and matches[0]["year"]
                and int(matches[0]["year"]) - last.year > 1
            ):
                break
            following = _days(matches[0])
            first, last = min(first, following[0]), max(last, following[1])
            end, ranged = matches.pop(0).end(), True
        found.append(_bounded(text, first, last, start, end, ranged))
    return found


def _between(text: str, start: int) -> bool:
    return bool(_FROM.search(text, max(0, start - _CONTEXT), start))


def _bounded(text: str, first: datetime.date, last: datetime.date, start: int, end: int, ranged: bool) -> Span:
    """The span with what the words around it make of it."""
    before = text[max(0, start - _CONTEXT) : start]

    def begin(match: re.Match[str]) -> int:
        return start - len(before) + match.start()

    if ranged:
        lead = _FROM.search(before)
        return Span(first, last, begin(lead) if lead else start, end)
    if match := _NOT.search(before):
        return Span(first, last, begin(match), end, excluded=True)
    if after := _ONWARDS.match(text, end):
        return Span(first, None, start, after.end())
    if after := _BACKWARDS.match(text, end):
        return Span(None, last, start, after.end())
    if (match := _SINCE.search(before)) and match[0].strip().lower() != "from":
        return Span(first, None, begin(match), end)
    if match := _AFTER.search(before):
        return Span(last + _DAY, None, begin(match), end)
    if match := _UNTIL.search(before):
        return Span(None, last, begin(match), end)
    if match := _BEFORE.search(before):
        return Span(None, first - _DAY, begin(match), end)
    return Span(first, last, start, end)


def _days(match: re.Match[str]) -> tuple[datetime.date, datetime.date]:
    """First and last day of the date; a day that does not exist counts as the month around it."""
    if match["iso"]:
        parts = [int(part) for part in match["iso"].split("-")]
        return _month(parts[0], parts[1], parts[2] if len(parts) > 2 else None)  # noqa: PLR2004 -- year, month, day
    if match["partyear"]:
        year = int(match["partyear"])
        if match["quarter"]:
            last = 3 * int(match["quarter"][1])
            return _month(year, last - 2)[0], _month(year, last)[1]
        last = 6 if match["half"].lower() == "first" else 12
        return _month(year, last - 5)[0], _month(year, last)[1]
    if match["month"]:
        of_month = match["day"] or match["day2"]
        return _month(int(match["monthyear"]), _MONTHS[match["month"].lower()], int(of_month) if of_month else None)
    return datetime.date(int(match["year"]), 1, 1), datetime.date(int(match["year"]), 12, 31)


def _month(year: int, month: int, day: int | None = None) -> tuple[datetime.date, datetime.date]:
    longest = calendar.monthrange(year, month)[1]
    if day is not None and 1 <= day <= longest:
        return (datetime.date(year, month, day),) * 2
    return datetime.date(year, month, 1), datetime.date(year, month, longest)

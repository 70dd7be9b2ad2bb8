"""Finding the figures of a text, written in digits or in words, with their units, and telling whether two agree."""

from __future__ import annotations

import dataclasses
import functools
import math
import re
from collections.abc import Callable

__all__ = ["Quantity", "agree", "numbers", "years"]


@dataclasses.dataclass(frozen=True, slots=True)
class Quantity:
    """One figure of a text."""

    value: float
    """As written, scales multiplied out: 7B and seven billion are 7e9, 40% is 40, a fifth is 0.2."""
    unit: str
    """``%``, ``x`` (times, fold, twice), ``ratio`` (half, one in ten), ``$``, a measure (``gb``, ``bit``, ``hour``)
    or empty."""
    start: int
    """First character in the text."""
    end: int
    """One past the last character, unit included."""
    decimals: int = 0
    """Digits after the decimal point."""
    digits: int = 1
    """Significant digits, trailing zeros of whole numbers not counted."""
    approximate: bool = False
    """Introduced by *about*, *nearly*, *roughly* or the like."""
    bound: int = 0
    """1 after *more than*, *over*, *at least*; -1 after *less than*, *under*, *at most*; else 0."""


def _listed(words: str) -> list[str]:
    return words.split()


_ONES = _listed(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS = _listed("twenty thirty forty fifty sixty seventy eighty ninety")
_SPELLED = {word: float(value) for value, word in enumerate(_ONES)} | {
    word: 10.0 * value for value, word in enumerate(_TENS, start=2)
}
_SCALES = {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_SUFFIXES = {"k": 1e3, "m": 1e6, "b": 1e9, "t": 1e12}
_PARTS = {"third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "tenth": 10}
_FIXED = {
    "twice": (2.0, "x"),
    "thrice": (3.0, "x"),
    "doubl": (2.0, "x"),
    "tripl": (3.0, "x"),
    "quadrupl": (4.0, "x"),
    "dozen": (12.0, ""),
    "hal": (0.5, "ratio"),
    "order": (10.0, "x"),
}
"""Words that are a figure by themselves, by how they begin."""

_MARKER = re.compile(r"\[\d+(?:\s*[,;–-]\s*\d+)*\s?\]|(?:(?<=[\s(])|^)\(?\d{1,2}\)(?=\s+\w)")
"""Citation markers and the numerals of a list: ``[3]``, ``[3 ]``, ``[1, 2]``, ``(1)``, ``2)``."""
_SPELL = "|".join([*_ONES[1:], *_TENS])
_SCALE = "|".join(_SCALES)
_UNIT = (
    r"(?:\s?\\?(?P<percent>%|per ?cent\b(?:age points?)?|percentage points?\b|Prozent(?:punkte)?\b)"
    r"|(?P<times>\s?(?:(?:×|\\times|times\b)(?!\s?[A-Za-z]?\d|[A-Z]))|x\b|[- ]?fold\b)"
    r"|[- ]?(?P<measure>(?:[kKMGTP]i?B|[kMGT]bps|bits?|bytes?|ms|milliseconds?|seconds?|sec|s|minutes?|min|hours?|h"
    r"|days?|weeks?|months?|years?|[kMG]?Hz|[kMG]?W|km|cm|mm|kg|mg)\b))?"
)
_TAIL = rf"(?:[ -]?(?P<scale>(?i:{_SCALE}))\b)?" + _UNIT + r"(?:(?![A-Za-z])|(?=x[A-Z]))"
_DIGITS = re.compile(
    # A comma before other than three digits is a decimal one (3,5; 12.345,6), but neither in a list nor in [0,1].
    # Digits that are part of a name (GPT-4, A100, 3D) are no figures, but the size in LLaMA-7B is; "2x-5x" is a range.
    r"(?<![\w.^])(?:(?<![A-Za-z]-)|(?<=\d[xKMB%]-)|(?=\d[\d.,]*[KMBT]\b))(?P<currency>[$€£])?"
    r"(?P<numeral>(?P<comma>(?<!\d,)(?<![\[({](?=\d+,\d+[\])}]))(?:\d{1,3}(?:\.\d{3})+,\d+|0,\d+|\d+,\d{1,2})"
    r"(?![\d,]|\.\d))"
    r"|\d{1,3}(?:,\d{3})++(?:\.\d++)?|\d++(?:\.\d++)?(?:[eE][+-]?\d++)?)"
    r"(?P<suffix>(?:[KkMBT]|(?<!\d{4})b)(?![A-Za-z]))?" + _TAIL
)
_WORDS = re.compile(
    rf"\b(?i:(?P<spelled>(?:{_SPELL})(?:[ -](?:{_SPELL}|hundred))*)(?=fold\b|\b)|(?:a|an)(?= (?:{_SCALE})\b)"
    rf"|(?=(?:{_SCALE})-[a-z]))" + _TAIL
)
_WORD_FIGURE = re.compile(
    r"\b(?P<word>twice|thrice|doubl(?:e[sd]?|ing)\b(?!-)|tripl(?:e[sd]?|ing)\b(?!-)|quadrupl(?:e[sd]?|ing)\b|dozens?"
    r"|hal(?:f|ves?|ved|ving)\b(?!-)|(?<!s of )order[- ]of[- ]magnitude)\b",
    re.IGNORECASE,
)
_RATIO = re.compile(
    rf"(?<![\w.,])(?P<over>{_SPELL}|\d+)(?: out of (?:every )?| in (?:every )?)(?P<under>{_SPELL}|\d+)\b"
    rf"|\b(?P<count>an?|{_SPELL}|\d)[ -](?P<part>{'|'.join(_PARTS)})"
    r"(?:s\b|\b(?=\s+(?:of|as|the|that)\b|[.,;]|$))"
    r"|(?<![\w/.])(?P<top>\d{1,2})/(?P<bottom>\d{1,3})(?![\w/])",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"(?:\b(?:about|around|roughly|approximately|approx\.?|nearly|almost|some|circa|close to)|[~≈])"
    r"(?: an?| the)?[ -]?$",
    re.IGNORECASE,
)
_BOUND = re.compile(
    r"(?:\b(?:(?P<above>(?:more|higher|greater|larger|longer|faster|better) than|over|above|at least|exceeding|beyond)"
    r"|(?:less|lower|fewer|smaller|shorter) than|under|below|at most|within)|(?P<sign>[<>]))(?: an?| the)?[ -]?$",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\s*(?:-|–|—|to|and|or|/|,(?:\s*(?:and|or))?)\s*")
_INTRODUCTION_CHARS = 20
_SCALED = 1e3
"""A figure from here on is written out or has its scale already."""
_LETTERS = re.compile(r"[a-z]+")
_NUMBER_WORDS = frozenset(
    _listed(
        "twice thrice double doubles doubled doubling triple triples tripled tripling quadruple quadruples quadrupled "
        "quadrupling dozen dozens half halve halves halved halving magnitude"
    )
    + [*_ONES, *_TENS, *_SCALES, *_PARTS]
    + [f"{word}fold" for word in _ONES]
    + [f"{word}s" for word in _PARTS]
)
"""A text with none of these has no figures in words."""
_YEAR = re.compile(r"(?<![\w.,$-])(?:19|20)\d\d(?![\w%×]|[.,]\d|\s?-\w)")
_BEFORE_YEAR = re.compile(
    r"(?:\b(?:in|since|from|until|till|by|to|of|before|after|during|between|and|year|early|mid|late"
    r"|jan\w*|feb\w*|mar\w*|apr\w*|may|june?|july?|aug\w*|sept?\w*|oct\w*|nov\w*|dec\w*)\.?\s*|[(–-])$",
    re.IGNORECASE,
)
_AFTER_YEAR = re.compile(r"\s*(?:$|[.,;:)–-]|(?:and|to|or|when|the|with|is|was|but|on|in|by)\b)", re.IGNORECASE)


@functools.lru_cache(maxsize=4096)
def numbers(text: str) -> tuple[Quantity, ...]:
    """The figures of ``text`` in order, with the units of ranges and lists given to each member (``2-8x``).

    Years, citation markers such as ``[3]``, numerals of lists, ordinals, digits inside names (GPT-4, A100, 3D) and the
    bare word *one* are left out. Text without figures gives an empty tuple.
    """
    clear = _MARKER.sub(lambda match: " " * len(match[0]), text)
    taken = [(match.start(), match.end()) for match in _year_matches(clear)]
    found: list[Quantity] = []
    for pattern, make in _patterns(clear):
        for match in pattern.finditer(clear):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            quantity = make(match)
            if quantity is not None:
                found.append(_introduced(quantity, clear))
                taken.append((match.start(), match.end()))
    found.sort(key=lambda quantity: quantity.start)
    return tuple(_share_units(found, clear))


@functools.lru_cache(maxsize=4096)
def years(text: str) -> tuple[int, ...]:
    """The calendar years 1900 to 2099 that ``text`` speaks of, in order."""
    return tuple(int(match[0]) for match in _year_matches(text))


def agree(said: Quantity, source: Quantity) -> bool:
    """Whether ``said`` is a fair statement of ``source``: the same figure, or that figure rounded.

    Units must be the same or one of them missing; percent and ratios are converted. ``said`` may have fewer decimals
    than ``source``; introduced by *about* or the like it may be rounded to fewer significant digits, by *more than* or
    *less than* rounded down or up.
    """
    value = _converted(source, said)
    if value is None:
        return False
    if math.isclose(said.value, value, rel_tol=1e-6):
        return True
    if said.bound:
        way = math.floor if said.bound > 0 else math.ceil
        places = 10.0**said.decimals
        near = (_rounded(value, said.digits, way), way(round(value * places, 9)) / places)
        return any(math.isclose(said.value, other, rel_tol=1e-6) for other in near)
    shorter = said.decimals < source.decimals and said.unit == source.unit and value < _SCALED
    if shorter and math.isclose(said.value, round(value, said.decimals), rel_tol=1e-9):
        return True
    if said.approximate or said.unit == "ratio":
        return math.isclose(said.value, _rounded(value, said.digits, round), rel_tol=1e-6)
    return False


def _converted(source: Quantity, said: Quantity) -> float | None:
    """The value of ``source`` in the unit of ``said``; ``None`` where the two cannot be compared."""
    units = (source.unit, said.unit)
    if source.unit == said.unit or "" in units:
        if source.value < 1 and units == ("", "%"):
            return source.value * 100
        if said.value < 1 and units == ("%", ""):
            return source.value / 100
        return source.value
    factor = {("%", "ratio"): 0.01, ("ratio", "%"): 100.0}.get(units)
    if factor is not None:
        return source.value * factor
    if units in {("x", "ratio"), ("ratio", "x")} and source.value:
        return 1 / source.value
    return None


def _rounded(value: float, digits: int, way: Callable[[float], float]) -> float:
    """``value`` with so many significant digits."""
    if not value:
        return 0.0
    step = 10.0 ** (math.floor(math.log10(abs(value))) + 1 - digits)
    return way(round(value / step, 9)) * step


def _year_matches(text: str) -> list[re.Match[str]]:
    return [
        match
        for match in _YEAR.finditer(text)
        if _BEFORE_YEAR.search(text, max(0, match.start() - 12), match.start()) and _AFTER_YEAR.match(text, match.end())
    ]


def _patterns(text: str) -> list[tuple[re.Pattern[str], Callable[[re.Match[str]], Quantity | None]]]:
    """What to look for; in a text without words of number only digits, which saves two thirds of the time."""
    digits = [(_DIGITS, _digits)] if any(map(str.isdigit, text)) else []
    if _NUMBER_WORDS.isdisjoint(_LETTERS.findall(text.lower())):
        return [(_RATIO, _ratio), *digits] if "/" in text or " out of " in text else [*digits]
    return [(_RATIO, _ratio), (_WORD_FIGURE, _word_figure), (_WORDS, _spelled), *digits]


def _introduced(quantity: Quantity, text: str) -> Quantity:
    """The figure with what the words before it make of it."""
    before = max(0, quantity.start - _INTRODUCTION_CHARS)
    about = bool(_ABOUT.search(text, before, quantity.start))
    match = _BOUND.search(text, before, quantity.start)
    bound = 0 if match is None else 1 if match["above"] or match["sign"] == ">" else -1
    return dataclasses.replace(quantity, approximate=about, bound=bound) if about or bound else quantity


def _digits(match: re.Match[str]) -> Quantity:
    numeral, suffix = match["numeral"], match["suffix"]
    numeral = numeral.replace(".", "").replace(",", ".") if match["comma"] else numeral.replace(",", "")
    plain = numeral.lower().partition("e")[0]
    decimals = len(plain.partition(".")[2])
    digits = len(plain.replace(".", "").lstrip("0") if decimals else plain.strip("0")) or 1
    value = float(numeral) * (_SUFFIXES[suffix.lower()] if suffix else 1) * _scale(match)
    return Quantity(value, match["currency"] or _unit(match), match.start(), match.end(), decimals, digits)


def _spelled(match: re.Match[str]) -> Quantity | None:
    spelled = (match["spelled"] or "").lower()
    if spelled == "one" and not match["scale"]:
        return None
    value = _spelled_value(spelled) if spelled else 1.0  # "a million"
    return Quantity(value * _scale(match), _unit(match), match.start(), match.end())


def _scale(match: re.Match[str]) -> float:
    return _SCALES[match["scale"].lower()] if match["scale"] else 1.0


def _unit(match: re.Match[str]) -> str:
    if match["percent"]:
        return "%"
    if match["times"]:
        return "x"
    measure = (match["measure"] or "").lower()
    short = {"milliseconds": "ms", "millisecond": "ms", "sec": "second", "s": "second", "min": "minute", "h": "hour"}
    return short.get(measure, measure if measure in {"ms", "gbps", "mbps"} else measure.removesuffix("s"))


def _spelled_value(spelled: str) -> float:
    total = 0.0
    for word in re.split("[ -]", spelled):
        total = (total or 1) * 100 if word == "hundred" else total + _SPELLED[word]
    return total


def _word_figure(match: re.Match[str]) -> Quantity:
    word = match["word"].lower()
    value, unit = next(figure for beginning, figure in _FIXED.items() if word.startswith(beginning))
    return Quantity(value, unit, match.start(), match.end())


def _ratio(match: re.Match[str]) -> Quantity | None:
    if match["part"]:
        count = match["count"].lower()
        over, under = 1.0 if count in {"a", "an"} else _count(count), float(_PARTS[match["part"].lower()])
    elif match["top"]:
        over, under = float(match["top"]), float(match["bottom"])
    else:
        over, under = _count(match["over"]), _count(match["under"])
        if " out of " not in match[0].lower() and match["over"].lower() not in _SPELLED:
            return None  # "5 in 3 tasks" counts two things
    if not 0 < over < under:
        return None
    digits = 2 if under > 10 else 1
    return Quantity(over / under, "ratio", match.start(), match.end(), 0, digits)


def _count(text: str) -> float:
    return _SPELLED[text.lower()] if text.lower() in _SPELLED else float(text)


def _share_units(found: list[Quantity], text: str) -> list[Quantity]:
    """Gives ``7`` and ``13`` in "7, 13 and 70 billion" the scale, and ``2`` in "2-8x" the unit, of what follows."""
    shared = list(found)
    scale = 1.0
    for index in range(len(shared) - 2, -1, -1):
        this, after = shared[index], shared[index + 1]
        scale = _scale_of(text[after.start : after.end]) or scale
        bare = not this.unit and text[this.end - 1].isdigit()
        if not bare or not _BETWEEN.fullmatch(text, this.end, after.start):
            scale = 1.0
            continue
        value = this.value * scale if this.value < _SCALED else this.value
        shared[index] = dataclasses.replace(this, unit=after.unit, value=value)
    return shared


def _scale_of(written: str) -> float | None:
    """What the word or letter of scale in ``written`` multiplies by; ``None`` where there is none."""
    suffix = re.search(r"\d([KkMBbT])\b", written)
    if suffix:
        return _SUFFIXES[suffix[1].lower()]
    return next((value for word, value in _SCALES.items() if word in written.lower()), None)

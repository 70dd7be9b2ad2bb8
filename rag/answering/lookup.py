"""Reading questions about the papers' records: dates, numbers of authors, titles, organisations, order and counts."""

from __future__ import annotations

import dataclasses
import enum
import re

from rag.answering.periods import PERIOD, RANGE, Period, read_period
from rag.text.terms import STOP_WORDS, stem, words

__all__ = ["Ask", "Lookup", "Order", "read_lookup"]


class Order(enum.StrEnum):
    """By what papers are put in order."""

    NEWEST = "newest"
    OLDEST = "oldest"
    MOST_AUTHORS = "most authors"
    FEWEST_AUTHORS = "fewest authors"


class Ask(enum.StrEnum):
    """What is wanted of each paper's record."""

    DATE = "date"
    AUTHOR_COUNT = "number of authors"
    ORGANISATION = "organisation"
    AUTHOR_NAMES = "names of the authors"
    VENUE = "venue"


@dataclasses.dataclass(frozen=True)
class Lookup:
    """A question that the records answer: which papers, in which order, and what of them."""

    asks: frozenset[Ask] = frozenset()
    order: Order | None = None
    how_many: int | None = None
    """Papers wanted from the top of the order; None: one of an order, else all."""
    count: bool = False
    """Only their number is wanted."""
    period: Period = Period()
    min_authors: int | None = None
    max_authors: int | None = None
    title_words: tuple[str, ...] = ()
    """Words that must stand in the title, in a row."""
    topic: tuple[str, ...] = ()
    """Stems that the paper must hold, when papers of a subject are meant."""

    @property
    def limited(self) -> bool:
        """Whether the records are limited by date, number of authors or title."""
        limits = (self.period.first, self.period.last, self.min_authors, self.max_authors, self.title_words or None)
        return any(limit is not None for limit in limits)


_NUMBERS = {
    word: number
    for number, word in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), start=1)
} | {"single": 1}
_NUMBER = rf"(\d+|{'|'.join(_NUMBERS)})"
_AUTHORS = re.compile(
    rf"\b(?P<bound>exactly|just|only|more than|over|at least|fewer than|less than|under|at most|up to)?\s*"
    rf"{_NUMBER}(?P<more>\s+or (?:more|fewer))?[\s-]+authors?\b",
    re.IGNORECASE,
)
_WHICH = r"\b(?:which|what)\b[^?.]{0,60}\b(?:is|was|are|came|appeared)\s+(?:the\s+)?"
_ORDERS = {
    Order.MOST_AUTHORS: r"\b(?:(?:most|largest number of|highest number of)\s+(?:co-?)?authors?"
    r"|longest (?:list of authors|author lists?))\b",
    Order.FEWEST_AUTHORS: r"\b(?:(?:fewest|smallest number of)\s+(?:co-?)?authors?"
    r"|shortest (?:list of authors|author lists?))\b",
    Order.NEWEST: rf"\b(?:newest|latest|most recent)\b|{_WHICH}(?:newer|later|more recent|last)\b",
    Order.OLDEST: rf"\b(?:oldest|earliest)\b|{_WHICH}(?:older|earlier|first)\b"
    r"|\bfirst to (?:appear|come out|be published)\b",
}
_ASKS = {
    Ask.AUTHOR_NAMES: r"\bwho (?:wrote|authored|(?:is|was) the (?:first|last|lead|main|corresponding) author"
    r"|(?:are|were) the authors)\b|\b(?:names? of the|first|last|lead|corresponding) authors?\b"
    r"|\bauthors?['’]s? names?\b",
    Ask.AUTHOR_COUNT: r"\bhow many (?:people (?:wrote|worked)|authors|co-?authors|researchers)\b"
    r"|\bnumber of (?:co-?)?authors\b|\bauthor (?:count|list)s?\b",
    Ask.ORGANISATION: r"\bwho (?:put|puts|brought|brings) (?:it|this|that|them|\w+) out\b|\bwho published\b"
    r"|\b(?:which|what) (?:organi[sz]ation|company|institution|lab|university)\s+"
    r"(?:is|was|are|published|put|released)\b",
    Ask.VENUE: r"\b(?:which|what) (?:venue|journal|conference|proceedings)\b|\bwhere was (?:it|this|that) published\b",
    Ask.DATE: r"\bwhen (?:did|was|were)\b[^?]*\b(?:appear|come out|published|released|posted|written|submitted)\b"
    r"|\b(?:what|which|its|their|from what|on what|of what) (?:exact )?(?:dates?|day)\b|\bdates? please\b"
    r"|\bhow old (?:is|are)\b|\b(?:what|which) year (?:did|was|is)\b",
}
_ORDER_PATTERNS = {order: re.compile(pattern, re.IGNORECASE) for order, pattern in _ORDERS.items()}
_ASK_PATTERNS = {ask: re.compile(pattern, re.IGNORECASE) for ask, pattern in _ASKS.items()}
_TITLE = re.compile(
    r"['\"“‘](?P<first>[^'\"”’]+)['\"”’]\s+in (?:the|their|its) titles?"
    r"|titles?\b[^'\"“‘?]*['\"“‘](?P<last>[^'\"”’]+)['\"”’]",
    re.IGNORECASE,
)
_COUNT = re.compile(
    r"\bhow many (?:papers|abstracts|articles|works|publications)\b|\bnumber of (?:papers|abstracts)\b", re.IGNORECASE
)
_PAPERS = re.compile(
    r"\b(?:papers?|abstracts?|articles?|works|publications?|titles?|(?:what|which)\b.{0,20}\b(?:have|came out|come out)"
    r"|published|appeared)\b",
    re.IGNORECASE,
)
_TOP = re.compile(rf"\b{_NUMBER}\s+(?:\w+\s+)?(?:papers|abstracts|articles|works|ones)\b", re.IGNORECASE)
_SUBJECT_WORDS = 4
"""A question with more words on its subject is about what papers say, not about their records."""
_FRAME = frozenset(
    stem(word)
    for word in (
        "abstract article author authors available came collection come contain contains count counts date dates day "
        "earliest exactly fewest find first give got hold last latest list long longest longer many mentioned month "
        "most much name names newer newest number old older oldest one ones organisation organization paper papers "
        "people please posted publication published recent released show shortest tell thing title titles total top "
        "whats word words work works written wrote year appear appeared company behind put"
    ).split()
)
"""Stems that ask for records and say nothing about the subject of a paper."""


def read_lookup(question: str) -> Lookup | None:
    """What of the records the question asks for; None when it asks for something else.

    A question about records has an order ("newest"), a count, a limit on date, number of authors or title, or asks
    for a date, the authors or the organisation.
    """
    title = _TITLE.search(question)
    title_words = tuple(words(title["first"] or title["last"])) if title else ()
    rest = question.replace(title[0], " ") if title else question
    order = next((order for order, pattern in _ORDER_PATTERNS.items() if pattern.search(rest)), None)
    asks = frozenset(ask for ask, pattern in _ASK_PATTERNS.items() if pattern.search(rest))
    period = read_period(rest) if _PAPERS.search(rest) else Period()
    count = bool(_COUNT.search(rest))
    topic = _topic(rest)
    top = _TOP.search(rest)
    low, high = _author_limits(rest)
    limits = (order, period.first, period.last, low, high, title_words or None)
    about_records = asks or any(limit is not None for limit in limits) or (count and not topic)
    if not about_records or (len(topic) > _SUBJECT_WORDS and not asks):
        return None
    return Lookup(asks, order, _value(top[1]) if top else None, count, period, low, high, title_words, topic)


def _topic(text: str) -> tuple[str, ...]:
    """Stems that say what the papers are about."""
    for pattern in (RANGE, PERIOD, _AUTHORS, *_ORDER_PATTERNS.values(), *_ASK_PATTERNS.values()):
        text = pattern.sub(" ", text)
    found = (stem(word) for word in words(text) if word not in STOP_WORDS and word not in _NUMBERS)
    return tuple(dict.fromkeys(term for term in found if term not in _FRAME and not term.isdigit()))


def _author_limits(text: str) -> tuple[int | None, int | None]:
    """Least and greatest number of authors meant; None where that side is open."""
    match = _AUTHORS.search(text)
    if match is None:
        return None, None
    number, bound, more = _value(match[2]), (match["bound"] or "").lower(), (match["more"] or "").lower()
    if bound in ("more than", "over"):
        return number + 1, None
    if bound == "at least" or more.endswith("more"):
        return number, None
    if bound in ("fewer than", "less than", "under"):
        return None, number - 1
    if bound in ("at most", "up to") or more.endswith("fewer"):
        return None, number
    return number, number


def _value(number: str) -> int:
    return int(number) if number.isdigit() else _NUMBERS[number.lower()]

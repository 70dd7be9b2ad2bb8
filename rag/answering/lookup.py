"""Reading questions about the papers' records: dates, numbers of authors, titles, organisations, order and counts."""

from __future__ import annotations

import dataclasses
import re

from rag.answering.asks import PAPER, PAPERS, Ask, Order, compares_papers, read_asks, read_order, without_asks
from rag.answering.author_limits import NUMBER, number_of, read_author_limits, without_author_limits
from rag.answering.periods import Period, read_period, without_periods
from rag.text.mentions import find_mentions
from rag.text.quotes import quotes
from rag.text.terms import STOP_WORDS, document_terms, stem, words

__all__ = ["Lookup", "read_lookup"]


@dataclasses.dataclass(frozen=True)
class Lookup:
    """A question that the records answer: which papers, in which order, and what of them."""

    asks: frozenset[Ask] = frozenset()
    order: Order | None = None
    how_many: int | None = None
    """Papers wanted from the top of the order; None: one of an order, else all."""
    count: bool = False
    """Their number is wanted."""
    period: Period = Period()
    min_authors: int | None = None
    max_authors: int | None = None
    title_words: tuple[str, ...] = ()
    """Words that must stand in the title, in a row."""
    topics: tuple[tuple[str, ...], ...] = ()
    """Stems that the paper must hold, all of one group; no group when papers of every subject are meant."""
    of_collection: bool = False
    """Papers are asked for ("which papers ...", "the newest paper"); else only those that the question names."""
    everything: bool = False
    """All papers are asked for, without any condition."""
    comparing: bool = False
    """The order is one among those that the question names, where it names several."""
    among: bool = False
    """Those of the papers spoken of are wanted that meet the limits ("which of them are from 2025")."""
    subject: tuple[str, ...] = ()
    """Stems of what the question is about other than names and the paper itself."""

    @property
    def limited(self) -> bool:
        """Whether the records are limited by date, number of authors or title."""
        limits = (self.period.first, self.period.last, self.min_authors, self.max_authors, self.title_words or None)
        return any(limit is not None for limit in limits)

    @property
    def limits_a_list(self) -> bool:
        """Whether the records only narrow down papers that are wanted for something else."""
        dated = self.period.first or self.period.last
        limited = dated or self.min_authors is not None or self.max_authors is not None
        return bool(
            limited and self.of_collection and self.topics and not (self.asks or self.order or self.title_words)
        )

    @property
    def told_limits(self) -> str:
        """The limits of date and number of authors, as an answer tells them behind "papers of the collection"."""
        authors = _told_authors(self.min_authors, self.max_authors)
        return "".join(f" {told}" for told in (_told_period(self.period), authors) if told)

    def of_all(self, named: int) -> bool:
        """Whether the whole collection is meant, in a question that names (or points back to) so many papers."""
        if self.order:
            among_all = self.of_collection and not (self.comparing and named > 1)
            return among_all or not (self.comparing or self.subject or named)
        return self.everything or (self.of_collection and (self.limited or self.count))


_MODIFIERS = r"(?:(?!of\b|do\b|does\b|did\b|is\b|are\b|was\b|were\b|in\b|the\b|to\b)[\w'’/.+-]+\s+){0,3}"
_WISH = (
    r"(?:(?:please|(?:could|can|would|will) you(?: please)?|i(?:['’]d| would) like(?: to see)?|i (?:want|need))\s+)?"
    r"(?:(?:list|name|show|find|give|tell)\s+(?:me\s+)?)?"
)
_OF_COLLECTION = re.compile(
    rf"\b(?:which|what|how many)\s+{_MODIFIERS}{PAPERS}|\b(?:which|what)\s+(?:{PAPER}|{_MODIFIERS}(?:paper|abstract)\b)"
    rf"|\bnumber of (?:papers|abstracts)\b|\b(?:in|of|among|from)\s+(?:all\s+)?(?:of\s+)?(?:the|your|these|those)\s+"
    rf"{_MODIFIERS}(?:papers|abstracts|ones)\b"
    rf"|^\W{{0,9}}{_WISH}(?:all\s+|any\s+|the\s+)*{_MODIFIERS}{PAPERS}"
    rf"|\b(?:are there|is there|do you have|have you got)\s+(?:an?\s+|any\s+|some\s+)?{_MODIFIERS}{PAPER}"
    r"|^\W{0,9}(?:anything|everything|something)\s+(?:from|of|before|after|since)\b"
    r"|\bhow many (?:are|were) (?:there )?from\b"
    rf"|\b(?:newest|latest|most recent|oldest|earliest)\s+{_MODIFIERS}{PAPER}"
    r"|\bwhat (?:do|did|have) you (?:have|got|know)\b"
    r"|\b(?:which|what|anything|everything|something)(?: else)?\s+(?:was|were|has been|have been)?\s*"
    r"(?:published|released|appeared|came out|come out)\b",
    re.IGNORECASE,
)
"""Asks for papers, rather than for something in one of them."""
_COUNT = re.compile(
    r"\bhow many (?:\w+\s+)?(?:papers|abstracts|articles|works|publications)\b|\bnumber of (?:papers|abstracts)\b",
    re.IGNORECASE,
)
_EVERYTHING = re.compile(
    r"^\W*(?:(?:please\s+)?(?:list|show|name|give)(?:\s+me)?\s+(?:all\s+)?(?:of\s+)?(?:(?:the|your)\s+)?(?:papers|abstracts)"
    r"|(?:all|what|which)\s+(?:the\s+)?(?:papers|abstracts)(?:\s+(?:do you have|have you got|are there|are (?:here|in "
    r"(?:the|this|your) collection)|does (?:the|this|your) collection (?:hold|have|contain)))?)(?:,?\s+please)?\W*$",
    re.IGNORECASE,
)
_TOP = re.compile(
    rf"(?<!of the )(?<!of these )(?<!of those )({NUMBER})\s+(?:(?:newest|latest|most recent|oldest|earliest)\b|"
    rf"{_MODIFIERS}{PAPERS}\s+(?:with|(?:has|have|had)\s+the)\b)"
    rf"|\b(?:newest|latest|most recent|oldest|earliest)\s+({NUMBER})\b",
    re.IGNORECASE,
)
_SEVERAL = re.compile(rf"\b(?:newest|latest|most recent|oldest|earliest)\s+{_MODIFIERS}{PAPERS}", re.IGNORECASE)
SEVERAL = 5
"""Papers told of when "the newest papers" are asked for without a number."""
_YES_OR_NO = re.compile(r"^\W*(?:is|are|was|were|do|does|did|has|have)\b(?!\s+(?:you|there)\b)", re.IGNORECASE)
_AMONG = re.compile(r"\bwhich (?:ones )?of (?:them|these|those)\b|\bwhich ones\b", re.IGNORECASE)
_TITLE = re.compile(r"\btitles?\b", re.IGNORECASE)
_TITLE_DISTANCE = 40
"""Characters at most between the word "title" and what must stand in it."""
_SUBJECT_WORDS = 4
"""A question with more words on its subject is about what papers say, not about their records."""
_VERSION = re.compile(r"\b[A-Z][\w-]{0,30}\s(\d+(?:\.\d+)?)\b")
"""A number that belongs to a name: ``3`` of Llama 3."""
_COUNTED = re.compile(NUMBER)
_WHOLE_YEARS = (1, 1, 12, 31)
"""Month and day of the first and of the last day."""
_OR = re.compile(r"\bor\b|[,;/]", re.IGNORECASE)
_FRAME = frozenset(
    stem(word)
    for word in (
        "abstract accepted address anything appear appeared article author authors available behind bring "
        "brought came collection come company compare contain contains count counts cover covers date dates day "
        "deal deals discuss earliest everything exact exactly fewest find first fit focus follow former give got "
        "half hold i'd introduce know last later latest latter like list long longer longest many mention "
        "mentioned mentions month most much name names need new newer newest number old older oldest one ones "
        "organisation organization paper papers people please posted preprint present propose publication "
        "published put quarter recent release released report respective respectively second shortest show shown "
        "so something studies study submitted talk tell thank thanks thing third title titles top total use used "
        "uses using want whats word words work works written wrote year"
    ).split()
)
"""Stems that ask for records and say nothing about the subject of a paper."""
_PAPER_ITSELF = frozenset(
    stem(word) for word in "model method system framework approach survey benchmark toolkit library review".split()
)
"""Stems by which a question calls the paper that it names."""


def read_lookup(question: str) -> Lookup | None:
    """What of the records the question asks for; None when it asks for something else.

    A question about records asks for papers by order ("the newest"), date, number of authors or title, for their
    number, or of papers that it names for a date, the authors, the organisation or the venue.
    """
    title = _title(question)
    rest = question.replace(title, " ") if title else question
    of_collection = bool(_OF_COLLECTION.search(rest))
    period, limits = read_period(rest), read_author_limits(rest)
    asks = read_asks(rest)
    among = not of_collection and bool(_AMONG.search(rest))
    if not of_collection and not among:
        asks |= _checked(rest, period, limits)
        period, limits = Period(), (None, None)
    subject = _subject(rest)
    lookup = Lookup(
        asks,
        read_order(rest),
        _how_many(rest),
        of_collection and bool(_COUNT.search(rest)),
        period,
        *limits,
        tuple(words(title)),
        tuple(group for part in _OR.split(_content(rest)) if (group := _stems(part))) if subject else (),
        of_collection,
        bool(_EVERYTHING.search(rest)),
        compares_papers(rest),
        among,
        tuple(term for term in subject if term not in _PAPER_ITSELF and term not in _named(rest)),
    )
    counts_all = lookup.count and not subject
    if not (asks or lookup.order or lookup.limited or lookup.everything or counts_all):
        return None
    return None if len(subject) > _SUBJECT_WORDS and not asks and not lookup.comparing else lookup


def _title(question: str) -> str:
    """What must stand in the title: quoted text near that word."""
    places = [match.start() for match in _TITLE.finditer(question)]
    for start, end in quotes(question):
        if any(
            -_TITLE_DISTANCE <= place - end <= _TITLE_DISTANCE or 0 <= start - place <= _TITLE_DISTANCE
            for place in places
        ):
            return question[start:end]
    return ""


def _checked(text: str, period: Period, limits: tuple[int | None, int | None]) -> frozenset[Ask]:
    """What a question for yes or no wants to know ("Was X published in 2024?")."""
    if not _YES_OR_NO.search(text):
        return frozenset()
    asked = {Ask.DATE} if period != Period() and re.search(r"(?i)\b(?:published|released|appear|from)", text) else set()
    return frozenset(asked | ({Ask.AUTHOR_COUNT} if limits != (None, None) else set()))


def _how_many(text: str) -> int | None:
    match = _TOP.search(text)
    if match and (number := number_of(match[1] or match[2])):
        return number
    return SEVERAL if _SEVERAL.search(text) else None


def _content(text: str) -> str:
    return without_author_limits(without_periods(without_asks(text)))


def _stems(text: str) -> tuple[str, ...]:
    versions = set(_VERSION.findall(text))
    found = [(word, stem(word)) for word in words(text) if word not in STOP_WORDS]
    kept = (term for word, term in found if term not in _FRAME and (word in versions or not _COUNTED.fullmatch(word)))
    return tuple(dict.fromkeys(kept))


def _subject(text: str) -> tuple[str, ...]:
    """Stems that say what the papers are about."""
    return _stems(_content(text))


def _named(text: str) -> frozenset[str]:
    """Terms of the names in the text."""
    names = (text[mention.start : mention.end] for mention in find_mentions(text))
    return frozenset(term for name in names for term in document_terms(name))


def _told_period(period: Period) -> str:
    first, last = period.first, period.last
    if first and last and (first.month, first.day, last.month, last.day) == _WHOLE_YEARS:
        return f"from {first.year}" if first.year == last.year else f"from {first.year} to {last.year}"
    start = f"{first:%B} {first.day}, {first.year}" if first else ""
    end = f"{last:%B} {last.day}, {last.year}" if last else ""
    if start and end:
        return f"from {start} to {end}"
    return f"from {start} on" if start else f"from {end} or before" if end else ""


def _told_authors(least: int | None, most: int | None) -> str:
    if least is None and most is None:
        return ""
    if least is None:
        return f"with {most} authors at most"
    if most is None:
        return f"with {least} authors or more"
    return f"with {least} to {most} authors" if least != most else f"with {least} author{'' if least == 1 else 's'}"

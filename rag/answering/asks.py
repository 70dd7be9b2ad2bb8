"""What of a paper's record a question asks for, and by what it puts papers in order."""

from __future__ import annotations

import enum
import re

__all__ = ["PAPER", "PAPERS", "Ask", "Order", "compares_papers", "read_asks", "read_order", "without_asks"]


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


PAPERS = r"(?:papers|abstracts|articles|publications|preprints|surveys|studies|titles|ones)\b"
"""Several papers, as a question calls them."""
PAPER = rf"(?:paper|abstract|article|publication|preprint|work|survey|study|one|{PAPERS})\b"

_LATEST = r"(?:newest|latest|most recent)"
_EARLIEST = r"(?:oldest|earliest)"
_KIND = r"(?:(?!of\b|in\b|the\b|to\b|for\b)[\w'’/.+-]+\s+){0,3}"
"""Words before the noun: "newest three medical papers"."""
_PREDICATE = r"(?=\s*(?:[?!.,;]|$|and\b|or\b|of\b|among\b|here\b|you have\b))"
_SUBJECT = (
    rf"(?:\b(?:which|what)(?:\s+(?:of|among)\b[^?.]{{0,60}}|\s+(?:two|three|of)\b[^?.]{{0,40}}|\s+(?:\w+\s+)?"
    rf"(?:{PAPER}|model|system|method))?"
    rf"|\bones\b[^?.]{{0,40}})"
)
"""What a comparison is about: papers, or systems that stand for theirs, but nothing inside of them."""
_COMPARED = rf"{_SUBJECT}\s+(?:(?:is|was|are)\s+(?:the\s+)?|(?:came|appeared)\s+(?:out\s+)?(?:the\s+)?)"
_ORDERS = {
    Order.MOST_AUTHORS: r"\b(?:(?:most|largest number of|highest number of|greatest number of)\s+(?:co-?)?authors?"
    r"|longest (?:list of authors|author lists?)|(?<!or )more (?:co-?)?authors)\b",
    Order.FEWEST_AUTHORS: r"\b(?:(?:fewest|smallest number of|lowest number of)\s+(?:co-?)?authors?"
    r"|shortest (?:list of authors|author lists?)|(?<!or )fewer (?:co-?)?authors)\b",
    Order.NEWEST: rf"\b{_LATEST}\s+{_KIND}{PAPER}|\b{_LATEST}\b{_PREDICATE}"
    rf"|{_COMPARED}(?:newer|later|more recent|last){_PREDICATE}",
    Order.OLDEST: rf"\b{_EARLIEST}\s+{_KIND}{PAPER}|\b{_EARLIEST}\b{_PREDICATE}"
    rf"|{_COMPARED}(?:older|earlier|first){_PREDICATE}"
    rf"|{_SUBJECT}\s+(?:is|was)\s+(?:the\s+)?first\s+to\s+(?:appear|come out|be published)\b",
}
_WORDS_OF = {
    Order.NEWEST: rf"\b(?:{_LATEST}|newer|later|more recent|last)\b",
    Order.OLDEST: rf"\b(?:{_EARLIEST}|older|earlier|first)\b",
}
_COMPARING = re.compile(
    r"\b(?:newer|later|more recent|last|older|earlier|first|more|fewer)\b"
    r"|\b(?:of|among|between) (?:them|both|these|those)\b|\b(?:the|these|those) (?:two|three|four)\b",
    re.IGNORECASE,
)
_OF_RECORD = r"(?:appear(?:ed)?|come out|came out|published|released|posted|written|submitted)"
_ASKS = {
    Ask.AUTHOR_NAMES: r"\bwho (?:wrote|authored|(?:is|was) the (?:first|last|lead|main|corresponding) author"
    r"|(?:are|were) the authors)\b|\b(?:names? of the|first|last|lead|corresponding) authors?\b"
    r"|\bauthors?['’]s? names?\b"
    r"|^\W*(?:(?:give|tell|show) me )?(?:the )?authors? of\b|['’]s authors\W*$"
    r"|^\W*(?:and |what about |how about )*(?:its|their|the) authors?\W*$"
    r"|\bby whom (?:is|was)\b(?=.{0,200}\bwritten\b)",
    Ask.AUTHOR_COUNT: r"\bhow many (?:people (?:wrote|worked on)|authors|co-?authors|researchers (?:wrote|worked on))\b"
    r"|\bnumber of (?:co-?)?authors\b|\bauthor (?:count|list)s?\b",
    Ask.ORGANISATION: r"\bwho (?:put|puts|brought|brings) (?:it|this|that|them|[\w-]+) out\b|\bwho published\b"
    r"|\b(?:which|what) (?:organi[sz]ation|company|institution|lab|university)\s+"
    r"(?:is|was|are|published|put|released|built|made|developed|wrote)\b",
    Ask.VENUE: r"\b(?:which|what) (?:venue|journal|conference|proceedings)\b"
    r"|\bwhere was (?:it|this|that|\w+) published\b",
    Ask.DATE: rf"\bwhen (?:did|was|were)\b(?=[^?]{{0,200}}\b{_OF_RECORD}\b)"
    r"|\bwhen (?:is|are)\b(?=[^?]{0,200}\bfrom\b)"
    r"|\b(?:what|which|its|their|from what|on what|of what) (?:exact )?(?:dates?|day)\b(?!-)|\bdates? please\b"
    r"|\b(?:publication|release|submission) dates?\b|\bdates? of\b|^\W*(?:(?:and|but|so)\W+)?when\W*$"
    r"|\bhow (?:old|recent) (?:is|are)\b|\b(?:what|which) (?:year|month) (?:did|was|is)\b",
}
_ORDER_PATTERNS = {order: re.compile(pattern, re.IGNORECASE) for order, pattern in _ORDERS.items()}
_ORDER_WORDS = {order: re.compile(_WORDS_OF.get(order, pattern), re.IGNORECASE) for order, pattern in _ORDERS.items()}
_ASK_PATTERNS = {ask: re.compile(pattern, re.IGNORECASE) for ask, pattern in _ASKS.items()}


def read_order(text: str) -> Order | None:
    """The order in which papers are asked for ("the newest paper", "which is older"); None: in no order."""
    return next((order for order, pattern in _ORDER_PATTERNS.items() if pattern.search(text)), None)


def compares_papers(text: str) -> bool:
    """Whether the order is one among a few papers rather than among all ("which is newer", "the oldest of them")."""
    return bool(_COMPARING.search(text))


def read_asks(text: str) -> frozenset[Ask]:
    """What of their records is asked for; the subject of the question is not looked at."""
    return frozenset(ask for ask, pattern in _ASK_PATTERNS.items() if pattern.search(text))


def without_asks(text: str) -> str:
    """``text`` without the words that ask for records or put them in order; what they are asked of stays."""
    order = read_order(text)
    for pattern in ([_ORDER_WORDS[order]] if order else []) + list(_ASK_PATTERNS.values()):
        text = pattern.sub(" ", text)
    return text

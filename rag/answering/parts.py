"""The parts of a message that asks for several things, each understandable alone; by rules."""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Iterator, Sequence

from rag.text.mentions import FIELD, Mention, find_mentions
from rag.text.quotes import without_quotes
from rag.text.terms import STOP_WORDS, words

__all__ = ["MOST_PARTS", "Part", "read_parts"]

MOST_PARTS = 4
"""Each part is a search of its own, 10 to 20 ms; a message with more is a list of wishes rather than a question."""
_ALONE_WORDS = 3
"""Words of content from which on a part that names nothing may be about something of its own."""
_WORD_OF_QUESTION = r"(?:what|which|how|who|whom|whose|where|when|why)\b"
_PREPOSITIONS = r"(?:(?:in|on|by|for|with|to|from|at|of|under|over|up|out|between|through)\s+){0,2}"
_ASKS = (
    rf"(?:{_PREPOSITIONS}{_WORD_OF_QUESTION}"
    r"|(?:does|do|did|is|are|was|were|can|has|have)\s+(?:it|its|they|their|there|any|an?|(?-i:[A-Z])[\w-]+)\b)"
)
_CUT = re.compile(
    rf"(?<=\?)\s+(?=\S)|[,;]?\s+(?:and|but)\s+(?:also\s+)?(?={_ASKS})|;\s+(?={_ASKS})",
    re.IGNORECASE,
)
_JOINING = re.compile(r"[\s,;]*(?:\b(?:and|but)(?:\s+also)?)?\s*\Z", re.IGNORECASE)
_BEGINS_TO_ASK = re.compile(rf"\W*(?:and\s+|but\s+|also\s+)*{_ASKS}", re.IGNORECASE)
_LEANS = re.compile(
    r"\b(?:it|its|they|them|their|theirs|this|these|those|there|he|she|both|either|the (?:two|same|first|second|other|"
    r"former|latter|paper|authors?|method|model|system))\b|\bthat\b(?=\W*$)|(?<!does )(?<!can )(?<!do )\bones?\b"
    r"|\b(?:else|too|instead|then)\W*$",
    re.IGNORECASE,
)
"""Points at something that another part says."""
_COMPARES = re.compile(
    r"\b(?:compar\w*|differ\w*|vs|versus|against|than|between|both|either|which of|common|combin\w*|together|same|"
    r"better|worse|faster|slower|more|less|fewer|most|least|larger|smaller|higher|lower|longer|shorter|"
    r"next to|beside|alike|similar\w*|relat\w*|first|newer|older)\b",
    re.IGNORECASE,
)
"""Asks of several things together: taken apart, the question would be another one."""
_BETWEEN_NAMES = re.compile(r"\s*(?:,|,?\s+(?:and|or|as well as)|&)\s*")


@dataclasses.dataclass(frozen=True)
class Part:
    """One of several things that a message asks for."""

    text: str
    """What the reader is told it is called, in the words of the message."""
    asked: str
    """A question that stands alone."""
    named: bool = True
    """It names what it is about, itself or by what the message named before; otherwise only the papers found can tell
    whether it is about something of its own."""


def read_parts(message: str, spoken_of: Sequence[str] = ()) -> tuple[Part, ...]:
    """The questions that a message consists of; empty when it is a single one, or more than four.

    "How fast is X, and what does Y cost?" has two, so has "X? And Y?"; of "what do X and Y do" each name is one. A
    part that names nothing gets what the message named before in front of it ("X: how large is it"); one that leans
    on an unnamed part stays with it ("Which system halves memory, and how fast is it?" is one).

    Args:
        message: as written, without orders to the assistant.
        spoken_of: titles that the message points back to.
    """
    pieces = _pieces(message)
    parts = _stand_alone(pieces, spoken_of) if len(pieces) > 1 else _of_names(message)
    return tuple(parts) if 1 < len(parts) <= MOST_PARTS else ()


def _pieces(message: str) -> list[str]:
    """The clauses and sentences that ask; a remark stays with the question before it."""
    cuts = [0, *(match.end() for match in _CUT.finditer(without_quotes(message)))]
    found: list[str] = []
    for start, end in itertools.pairwise([*cuts, len(message)]):
        piece = _JOINING.sub("", message[start:end].strip())
        if found and not _BEGINS_TO_ASK.match(piece) and not piece.endswith("?"):
            found[-1] = f"{found[-1]} {piece}"
        elif piece:
            found.append(piece)
    return found


def _stand_alone(pieces: Sequence[str], spoken_of: Sequence[str]) -> list[Part]:
    """The pieces as questions of their own; those that lean on an unnamed one are joined to it."""
    found: list[Part] = []
    subject = "; ".join(spoken_of)
    for place, piece in enumerate(pieces):
        text = _told(piece)
        names = [piece[mention.start : mention.end] for mention in _names(piece)]
        if names:
            subject = ", ".join(names)
            found.append(Part(text, piece))
        elif place and not _content(piece):
            before = found.pop()
            found.append(dataclasses.replace(before, asked=f"{before.asked} and {piece}"))
        elif subject and (place or _LEANS.search(piece)):
            found.append(Part(text, f"{subject}: {piece}"))
        elif place and (_LEANS.search(piece) or _content(piece) < _ALONE_WORDS):
            before = found.pop()
            found.append(Part(f"{before.text}, {text}", f"{before.asked} {piece}", named=before.named))
        else:
            found.append(Part(text, piece, named=False))
    too_short = not found[0].named and _content(found[0].text) < _ALONE_WORDS - 1
    return [] if too_short else found


def _of_names(message: str) -> list[Part]:
    """One part a name, where names stand in a list ("what do X, Y and Z do"); empty when they are compared."""
    if _COMPARES.search(message):
        return []
    for listed in _lists(message, _names(message)):
        start, end = listed[0].start, listed[-1].end
        names = [message[mention.start : mention.end] for mention in listed]
        return [Part(name, f"{message[:start]}{name}{message[end:]}") for name in names]
    return []


def _lists(message: str, names: Sequence[Mention]) -> Iterator[list[Mention]]:
    """Runs of two names or more with nothing but commas and "and" between."""
    run: list[Mention] = []
    for name in names:
        if run and not _BETWEEN_NAMES.fullmatch(message[run[-1].end : name.start]):
            if len(run) > 1:
                yield run
            run = []
        run.append(name)
    if len(run) > 1:
        yield run


def _names(text: str) -> list[Mention]:
    return [mention for mention in find_mentions(text) if mention.key not in FIELD and not mention.opening]


def _content(text: str) -> int:
    return sum(word not in STOP_WORDS for word in words(text))


def _told(piece: str) -> str:
    """The piece without the "and" before it and the marks behind it."""
    return re.sub(r"^(?:and|but|also)\s+", "", piece.strip(), flags=re.IGNORECASE).rstrip(" ,;?.!")

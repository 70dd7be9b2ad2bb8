"""Cutting away what a sentence can do without: openings, announcements of results, closing promises."""

from __future__ import annotations

import re
from collections.abc import Collection

from rag.text.terms import document_terms

__all__ = ["trim"]

_OPENING = re.compile(
    r"(?:additionally|further(?:more)?|moreover|however|in addition|specifically|in particular|notably|besides|"
    r"meanwhile|consequently|as a result|therefore|thus|hence|finally|overall|first(?:ly)?|second(?:ly)?|third(?:ly)?|"
    r"next|then|recently|importantly|interestingly|remarkably|in contrast|on the other hand|despite this|"
    r"(?:in|with|through) th(?:is|ese) (?:paper|work|study|paradigm|technical report|article)s?|"
    r"(?:in response )?to (?:this end|address (?:this|these|the) \w+|tackle (?:this|these) \w+|fill this \w+|"
    r"bridge (?:this|the) gap|achieve this(?: \w+)?|address this)|in response|based on (?:this|that)),\s+",
    re.IGNORECASE,
)
_ANNOUNCEMENT = re.compile(
    r"(?:(?:our|the|these|extensive|comprehensive|further|experimental|empirical|diverse)\s+)*"
    r"(?:experiments?|results?|evaluations?|findings?|analys[ei]s|we)\s+(?:\w+ly\s+)?"
    r"(?:demonstrate|show|reveal|indicate|suggest|confirm|verify|find|observe|found|showed|shows|demonstrated|reveals)\s+"
    r"that\s+",
    re.IGNORECASE,
)
_PROMISE = re.compile(
    r",\s+(?:thereby|thus|hence)?\s*(?:making|offering|enabling|providing|ensuring|demonstrating|highlighting|"
    r"validating|showcasing|underscoring|confirming|paving|opening|allowing|advancing|facilitating|emphasi[sz]ing|"
    r"promoting|marking|suggesting|indicating)\s[^,;()]+\.?$"
)
_KEPT_WORDS = 6
"""A sentence is never cut to fewer words."""


def trim(sentence: str, asked: Collection[str]) -> str:
    """``sentence`` without its opening, announcement and closing promise, where those hold nothing asked for.

    Args:
        sentence: one sentence as it stands in the paper.
        asked: terms of the question; a part that holds one of them, a figure or a name stays.

    Returns:
        A piece of ``sentence`` in its own words; only the first letter may have become a capital, that of a name such
        as vLLM stays.
    """
    shorter = _drop(sentence, _OPENING.match(sentence), asked)
    shorter = _drop(shorter, _ANNOUNCEMENT.match(shorter), asked)
    if closing := _PROMISE.search(shorter):
        shorter = _drop(shorter, closing, asked)
    if shorter is sentence or len(shorter.split()) < _KEPT_WORDS:
        return sentence
    is_name = shorter.split(maxsplit=1)[0] != shorter.split(maxsplit=1)[0].lower()
    return shorter if is_name else shorter[0].upper() + shorter[1:]


def _drop(sentence: str, part: re.Match[str] | None, asked: Collection[str]) -> str:
    if part is None or _matters(part[0], asked):
        return sentence
    if part.start() == 0:
        return sentence[part.end() :]
    return sentence[: part.start()] + ("." if sentence.endswith(".") else "")


def _matters(part: str, asked: Collection[str]) -> bool:
    """Whether the part holds a term of the question, a figure, or a name (a capital after its first letter)."""
    return bool(re.search(r"\d|[A-Z]", part[1:])) or not set(document_terms(part)).isdisjoint(asked)

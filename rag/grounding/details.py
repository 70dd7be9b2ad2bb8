"""Details that a question may ask of a paper, and the words without which a paper cannot tell them.

A paper that is named shares words and meaning with a question for its licence or its price whether it tells them or
not. What kind of thing would answer such a question is plain, though: a paper without one word of that kind does not.
"""

from __future__ import annotations

import dataclasses
import re

from rag.types import Paper

__all__ = ["detail_left_out", "detail_told"]

_UNITS = r"(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?)"
_FRACTION = r"half|halv\w+|twice|doubl\w+|tripl\w+|thirds?|quarters?|fold|times"
_CODE = r"python|pytorch|c\+\+|cuda|rust\b|java\b|julia\b|triton\b|jax\b|programming language"
_MAKES = (
    r"\b(?:nvidia|amd|intel|ascend|tpus?|npus?|fpgas?|rtx|tesla|mi\d{3}x?|gh?\d{3}|[ahvblt]\d{1,3})\b"
    r"|\d[\d,+]*(?:x| \w+)? ?gpus?\b|\b(?:commodity|consumer|single|one) gpus?\b|tensor cores?|\baccelerators\b"
)
_LANGUAGE = (
    r"arabic|bengali|chinese|czech|danish|dutch|english|finnish|french|german|greek|hebrew|hindi|hungarian|indonesian"
    r"|italian|japanese|korean|norwegian|persian|polish|portuguese|romanian|russian|spanish|swahili|swedish|tamil|thai"
    r"|turkish|ukrainian|urdu|vietnamese"
)


@dataclasses.dataclass(frozen=True)
class _Detail:
    """A kind of detail."""

    name: str
    """As a refusal calls it."""
    asked: re.Pattern[str]
    """How a question asks for it."""
    told: re.Pattern[str]
    """What stands in every paper that tells it."""


def _detail(name: str, asked: str, told: str) -> _Detail:
    return _Detail(name, re.compile(asked, re.IGNORECASE), re.compile(told, re.IGNORECASE))


_DETAILS = (
    _detail(
        "what it costs in money",
        r"\b(?:dollars?|euros?|usd)\b|[$€£]|\bhow (?:much|expensive)\b[^?]*\b(?:cost|paid|spent?)\b|\bprice tag\b",
        r"[$€£]\s?\d|\b(?:dollars?|usd|euros?|monetary|budgets?|prices?|gpu hours?)\b|\bcosts?\b[^.]{0,60}\d"
        r"|\d[^.]{0,60}\bcosts?\b",
    ),
    _detail("a licence", r"\blicen[cs]\w*", r"\blicen[cs]|\bapache\b|\bgpl\b|\bcc[- ]by\b|\bbsd\b"),
    _detail(
        "the make of the hardware",
        r"\b(?:which|what)(?: \w+){0,2} (?:gpus?|graphics cards?|accelerators?|chips?|cpus?|tpus?)\b",
        _MAKES,
    ),
    _detail(
        "the hardware",
        r"\b(?:which|what) (?:(?:kind|type|sort) of )?(?:hardware|machines?|devices?|computers?|clusters?)\b",
        rf"{_MAKES}|\b(?:gpus?|cpus?|hardware|devices?|clusters?|supercomput\w+|phones?|mobile|accelerators?)\b",
    ),
    _detail(
        "phones or other small devices",
        r"\b(?:smart)?phones?\b|\biphones?\b|\bandroid\b|\braspberry\b|\bapple silicon\b|\bmacbooks?\b|\blaptops?\b"
        r"|\btablets?\b|\bjetson\b|\bwearables?\b|\bsmart ?watch\w*",
        r"phone|\bmobile\b|\bedge\b|on-device|\blaptops?\b|\bconsumer\b|embedded device",
    ),
    _detail(
        "how long that takes",
        rf"\bhow many (?:\w+[- ])?{_UNITS}\b|\bhow long (?:did|does|do|was|were|will|would)\b"
        r"(?![^?]*\b(?:sequences?|contexts?|inputs?|prompts?|texts?|videos?|documents?)\b)|\bwall[- ]clock\b",
        rf"\b{_UNITS}\b",
    ),
    _detail(
        "a programming language",
        r"\bprogramming languages?\b|\bwhat language is\b[^?]*\b(?:written|implemented|coded)\b"
        r"|\bin (?:which|what) language (?:is|was)\b[^?]*\b(?:written|implemented|coded)\b",
        _CODE,
    ),
    _detail(
        "who paid for it",
        r"\bfund(?:ed|s|ing)?\b|\bsponsor\w*|\bgrants?\b",
        r"\bfund(?:ed|ing)\b|\bsponsor|\bgrants?\b",
    ),
    _detail(
        "where its authors work",
        r"\b(?:which|what) (?:\w+ )?(?:universit\w+|institut\w+|labs?|laborator\w+|countr\w+)\b|\baffiliat\w+"
        r"|\bwhere (?:do|does|did) (?:the|its|their) authors? (?:work|come)\b",
        r"\buniversit|\binstitut|\blabs?\b|\blaborator|\bcountr",
    ),
    _detail("emissions", r"\bcarbon\b|\bco2\b|\bemissions?\b", r"\bcarbon\b|\bco2\b|\bemission"),
    _detail(
        "energy",
        r"\bwatts?\b|\bkwh\b|\bkilowatt\w*|\belectricity\b|\benergy\b|\bpower (?:consumption|draw|usage)\b",
        r"\benergy\b|\bpower[- ](?:consum|effic)|\bwatts?\b|\belectric",
    ),
    _detail("tokens per second", r"\btokens? ?(?:per|an?|/) ?s(?:ec(?:ond)?)?\b", r"\btokens? ?(?:/|per|an?) ?s"),
    _detail(
        "how much memory it takes",
        r"\bhow (?:much|many) (?:\w+ ){0,2}(?:memory|v?ram|gigabytes?|gb|disk)\b",
        r"\d ?(?:gb|gib|mb)\b|\b(?:memory|vram|kv cache|footprint)\b[^.]{0,120}\d"
        rf"|(?:\d|\b(?:{_FRACTION})\b)[^.]{{0,80}}\b(?:memory|vram|footprint)\b"
        rf"|\b(?:memory|vram|footprint)\b[^.]{{0,120}}\b(?:{_FRACTION})\b",
    ),
    _detail(
        "how sure its figures are",
        r"\bp-values?\b|\bstatistical(?:ly)? signific\w+|\bconfidence intervals?\b|\bstandard deviations?\b"
        r"|\berror bars?\b",
        r"\bp-value|\bstatistical(?:ly)? signific|\bconfidence interval|\bstandard deviation|\berror bars?\b",
    ),
    _detail(
        "learning rates",
        r"\b(?:what|which) (?:\w+ )?learning rates?\b",
        r"\blearning rates?\b",
    ),
    _detail("batch sizes", r"\b(?:what|which) (?:\w+ )?batch sizes?\b", r"\bbatch sizes?\b"),
    _detail("a random seed", r"\brandom seeds?\b|\bhow many seeds\b", r"\bseeds?\b"),
)
_SPOKEN = re.compile(rf"\b(?:{_LANGUAGE})\b", re.IGNORECASE)
_ANY_LANGUAGE = re.compile(
    rf"\b(?:{_LANGUAGE})\b|multi-?lingual|low-resource|\b\w+ languages\b(?! models?)", re.IGNORECASE
)


def detail_told(question: str, paper: Paper) -> bool:
    """Whether the question asks for a kind of detail that ``paper`` has words of."""
    return any(detail.asked.search(question) and detail.told.search(paper.text) for detail in _DETAILS)


def detail_left_out(question: str, paper: Paper) -> str | None:
    """What kind of detail the question asks for and ``paper`` has no word of; None when there is none.

    Kinds that are not known here are never missed. Of 164 unanswerable questions (development, blind, 110 written
    afresh) 23 ask for a kind that their paper has no word of, 8 of them refused for no other reason; of 558 answerable
    ones none.

    Args:
        question: as asked; its own quotations and the paper's title in it count like everything else.
        paper: what it is asked of.
    """
    for detail in _DETAILS:
        if detail.asked.search(question) and not detail.told.search(paper.text):
            return detail.name
    language = _SPOKEN.search(question)
    if language and not _ANY_LANGUAGE.search(paper.text):
        return language[0]
    return None

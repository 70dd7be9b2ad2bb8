"""Finding citations in a text, in all the ways in which people write them."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterator

from rag.drafts.draft import Cite
from rag.text.quotes import quotes

__all__ = ["Located", "arxiv_ids", "dois", "find_cites"]

_MOST_IN_RANGE = 100
"""A longer range of numbers is none of citations."""

_LATEX = re.compile(r"~?\\{1,3}(\w*cite\w*)\*?((?:\s*(?:\[[^\[\]]{0,300}\]\s*){0,2}\{[^{}]{0,2000}\})+)")
_NO_CITE = ("nocite", "citestyle", "citation")
_IN_SENTENCE = re.compile(r"(?i)citet|citealt|textcite|citeauthor|citefull")
_KEY = r"@(?:\{(?P<braced>[^{}\s]+)\}|(?P<bare>\w(?:\w|[:.#$%&+?<>~/-](?=\w))*))"
_PANDOC_KEY = re.compile(rf"(?<![\w@])-?{_KEY}")
_PANDOC = re.compile(r"\[[^\[\]]{0,1000}?(?<![\w@])@[^\[\]]{1,1000}\]")
_SUFFIX = re.compile(r"\s*\[[^\[\]@]{1,60}\]")
_NUMBERS = re.compile(r"\[(\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*)\]")
_NOTE = re.compile(r"\[\^([^\[\]\s]{1,40})\](?!:)")
_ARXIV_ID = r"\d{4}\.\d{4,5}|[a-z-]{2,12}(?:\.[A-Z]{2})?/\d{7}"
_ARXIV = re.compile(
    rf"(?:https?://(?:www\.)?arxiv\.org/(?:abs|pdf|html)/|(?:https?://(?:dx\.)?doi\.org/)?10\.48550/arxiv\."
    rf"|\barxiv(?:\s+preprint\s+arxiv)?\s?:\s?|\barxiv\s)(?P<id>{_ARXIV_ID})(?:v\d+)?(?:\.pdf)?",
    re.IGNORECASE,
)
_DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|\bdoi:\s?|(?<![\w/.]))(?P<id>10\.\d{4,9}/[^\s,;\"'<>{}\[\]]+)")
_URL = re.compile(r"https?://[^\s<>\"{}|\\^`\[\]]+")
_LATEX_QUOTE = re.compile(r"``([^`']{8,300}?)''")
_BRACKETED = re.compile(r"\[([^\[\]\s@]{3,120})\]|(?<![\\\w{])\{([^{}\s@\\]{3,120})\}(?!\})")
_NAME = r"[A-Z][\w'’-]+"
_AUTHORS = rf"(?P<name>{_NAME})(?:(?:,\s{_NAME})*,?\s(?:and|&|\\&)\s{_NAME}|\s+et\s+al\.?)?"
_YEAR = r"(?P<year>(?:19|20)\d\d)[a-z]?"
_PARENTHESES = re.compile(r"[(\[][^()\[\]]{0,400}?\b(?:19|20)\d\d[a-z]?[)\]]")
_AUTHOR_YEAR = re.compile(rf"^(?:see|e\.g\.,?|cf\.|also|\s)*{_AUTHORS},?\s+{_YEAR}$")
_AUTHOR_SAYS = re.compile(rf"\b{_AUTHORS}(?:'s|’s)?\s*[(\[]{_YEAR}[)\]]")
_ET_AL = re.compile(rf"\b{_NAME}\s+et\s+al\.?,?")


@dataclasses.dataclass(frozen=True)
class Located:
    """A piece of a text that cites something, or that belongs to a citation."""

    start: int
    end: int
    """One past the last character."""
    cites: tuple[Cite, ...]
    hidden: bool = True
    """Whether it is no part of what the sentence says."""
    spoken: bool = False
    """Whether it is a word of its sentence, as in "@guo2024 shows"."""


def find_cites(text: str) -> list[Located]:
    """The citations of ``text`` in order, none of which overlap.

    Known are the commands of LaTeX (natbib and biblatex included), Pandoc's keys, numbers in brackets, author and
    year, arXiv ids, DOIs, addresses, quoted titles, and words in brackets that may be ids of papers.
    """
    found: list[Located] = []
    taken = bytearray(len(text))
    for finder in _FINDERS:
        for one in finder(text):
            if not any(taken[one.start : one.end]):
                taken[one.start : one.end] = b"\1" * (one.end - one.start)
                found.append(one)
    return sorted(found, key=lambda one: one.start)


def arxiv_ids(text: str) -> list[str]:
    """The arXiv ids in ``text``, without versions."""
    return [match["id"].lower() for match in _ARXIV.finditer(text)]


def dois(text: str) -> list[str]:
    """The DOIs in ``text`` in small letters, those that only stand for arXiv ids left out."""
    found = (match["id"].rstrip(".)").lower() for match in _DOI.finditer(text))
    return [doi for doi in found if not doi.startswith("10.48550/arxiv.")]


def _latex(text: str) -> Iterator[Located]:
    for match in _LATEX.finditer(text):
        keys = [key.strip() for group in re.findall(r"\{([^{}]*)\}", match[2]) for key in group.split(",")]
        cites = [] if match[1].startswith(_NO_CITE) else [Cite("key", key, True) for key in keys if key]
        yield Located(*match.span(), tuple(cites), spoken=bool(_IN_SENTENCE.search(match[1])))


def _pandoc(text: str) -> Iterator[Located]:
    if "@" not in text:
        return
    for match in _PANDOC.finditer(text):
        keys = [key["braced"] or key["bare"] for key in _PANDOC_KEY.finditer(match[0])]
        if keys:
            yield Located(*match.span(), tuple(Cite("key", key, True) for key in keys))
    for match in _PANDOC_KEY.finditer(text):
        suffix = _SUFFIX.match(text, match.end())
        end = suffix.end() if suffix else match.end()
        yield Located(match.start(), end, (Cite("key", match["braced"] or match["bare"], False),), spoken=True)


def _numbers(text: str) -> Iterator[Located]:
    for match in _NUMBERS.finditer(text):
        numbers = _expanded(match[1])
        if numbers and 0 not in numbers:
            before, after = text[: match.start()].rstrip()[-1:], text[match.end() :].lstrip()[:1]
            opens = before in ("", ".", "?", "!") and after.islower()
            cites = tuple(Cite("number", str(number), True) for number in numbers)
            yield Located(*match.span(), cites, spoken=opens)


def _expanded(written: str) -> list[int]:
    """The numbers of ``2, 4-6``; empty when a range is none."""
    numbers: list[int] = []
    for part in re.split(r"[,;]", written):
        first, *last = (int(number) for number in re.split(r"\s*[–-]\s*", part.strip()))
        end = last[-1] if last else first
        if not first <= end < first + _MOST_IN_RANGE:
            return []
        numbers += range(first, end + 1)
    return numbers


def _notes(text: str) -> Iterator[Located]:
    yield from (Located(*match.span(), (Cite("note", match[1], False),)) for match in _NOTE.finditer(text))


def _arxiv(text: str) -> Iterator[Located]:
    yield from (Located(*match.span(), (Cite("arxiv", match["id"].lower(), True),)) for match in _ARXIV.finditer(text))


def _doi(text: str) -> Iterator[Located]:
    for match in _DOI.finditer(text):
        name = match["id"].rstrip(".)")
        yield Located(match.start(), match.start("id") + len(name), (Cite("doi", name.lower(), True),))


def _url(text: str) -> Iterator[Located]:
    for match in _URL.finditer(text):
        address = match[0].rstrip(".,;:!?'*_)")
        yield Located(match.start(), match.start() + len(address), (Cite("url", address, False),))


def _author_year(text: str) -> Iterator[Located]:
    for match in _AUTHOR_SAYS.finditer(text):
        yield Located(*match.span(), (_author(match),), spoken=True)
    for match in _PARENTHESES.finditer(text):
        found = [_AUTHOR_YEAR.match(part.strip()) for part in match[0][1:-1].split(";")]
        if all(found):
            yield Located(*match.span(), tuple(_author(one) for one in found if one))
    for match in _ET_AL.finditer(text):
        yield Located(*match.span(), (), spoken=True)


def _author(match: re.Match[str]) -> Cite:
    return Cite("author", f"{match['name']} {match['year']}", False)


def _titles(text: str) -> Iterator[Located]:
    for start, end in [*quotes(text), *(match.span(1) for match in _LATEX_QUOTE.finditer(text))]:
        yield Located(start, end, (Cite("title", text[start:end], False),), hidden=False)


def _bracketed(text: str) -> Iterator[Located]:
    for match in _BRACKETED.finditer(text):
        yield Located(*match.span(), (Cite("id", match[1] or match[2], False),), hidden=False)


_FINDERS: tuple[Callable[[str], Iterator[Located]], ...] = (
    _latex,
    _pandoc,
    _numbers,
    _notes,
    _arxiv,
    _doi,
    _url,
    _author_year,
    _titles,
    _bracketed,
)
"""The more certain ones first: what one has found is not read again by the next."""

"""The running text of a paper, page by page: without headings, headers, footers, footnotes and the references."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from rag.sources.cleaning import clean
from rag.sources.pdf_lines import LARGER, SMALLER, Line, joined
from rag.text.sentences import split_sentences

__all__ = ["pages_of"]

_EDGE_LINES = 3
"""So many lines at the top and at the foot of a page may be those that stand on other pages, too."""
_SAME_HEIGHT = 6
"""Points; a header stands at one height on all pages, or on all left ones and all right ones."""
_LETTERS = 0.5
"""Share of letters in a line; one that has less of them is a formula or a row of a table."""
_NUMBER = re.compile(r"\W*(?:page\s*)?\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?\W*", re.IGNORECASE)
_SECTION = re.compile(r"(?:\d{1,2}|[A-Z]|[IVX]{1,4})(?:\.\d{1,2}){0,3}[.)]?\s+")
"""What numbers a heading."""
_REFERENCES = re.compile(
    rf"(?:{_SECTION.pattern})?(?:references(?: and notes)?|bibliography|literature cited|works cited)\s*[:.]?",
    re.IGNORECASE,
)
_CAPTION = re.compile(r"(?:fig(?:ure|\.)?|table|algorithm|listing)\s*[A-Z]?\d{1,3}\s*[:.|–—]", re.IGNORECASE)
_CAPTION_LINES = 6
"""A caption that has not come to a full stop by then ends all the same."""
_HEADING_CHARS = 80
_TALL = 1.5
"""To the size of the text: what is larger is a title, wherever it stands."""


def pages_of(pages: Sequence[Sequence[Line]], taken: int) -> tuple[str, ...]:
    """The text of each page; a sentence that goes on to the next page belongs to the one on which it begins.

    Words that a line end divides are made whole; captions stand after the text that they interrupt. The reference list
    goes from its heading to the next heading (of an appendix), or to the end.

    Args:
        pages: the lines of each page, those that run from left to right.
        taken: how many lines at the beginning, counted over the pages, are title, authors and abstract.
    """
    body = _body_size(pages)
    edges = _edges(pages)
    texts: list[str] = []
    captions: list[str] = []
    seen, listing = 0, False
    for number, lines in enumerate(pages):
        kept: list[str] = []
        below: list[str] = []
        caption = 0
        for place, line in enumerate(lines):
            seen += 1
            if seen <= taken or (number, place) in edges or _NUMBER.fullmatch(line.text):
                continue
            caption = 1 if _CAPTION.match(line.text) else caption
            if caption and not listing:
                below.append(line.text)
                ended = line.text.endswith(".") or caption == _CAPTION_LINES
                caption = 0 if ended else caption + 1
                continue
            heading = _is_heading(line, body)
            if _REFERENCES.fullmatch(line.text):
                listing = True
            elif heading:
                listing = False
            elif not listing and _is_text(line, body):
                kept.append(line.text)
        texts.append(joined(kept))
        captions.append(joined(below))
    whole = zip(_by_sentence(texts), captions, strict=True)
    return tuple(clean(" ".join(filter(None, pair))) for pair in whole)


def _body_size(pages: Sequence[Sequence[Line]]) -> float:
    """The size of most letters."""
    counts: Counter[float] = Counter()
    for lines in pages:
        for line in lines:
            counts[line.size] += len(line.text)
    return counts.most_common(1)[0][0] if counts else 0.0


def _edges(pages: Sequence[Sequence[Line]]) -> set[tuple[int, int]]:
    """Page and place of the lines that stand at the same height at the edge of two pages, figures left aside."""
    found: dict[tuple[str, int], list[tuple[int, int]]] = {}
    for number, lines in enumerate(pages):
        order = sorted(range(len(lines)), key=lambda place: lines[place].height)
        for place in {*order[:_EDGE_LINES], *order[-_EDGE_LINES:]}:
            line = lines[place]
            key = re.sub(r"\d+", "#", line.text.casefold()), round(line.height / _SAME_HEIGHT)
            found.setdefault(key, []).append((number, place))
    return {where for group in found.values() if len({number for number, _ in group}) > 1 for where in group}


def _is_heading(line: Line, body: float) -> bool:
    """Whether a line is printed as a heading: larger than the text, or bold and numbered or alone."""
    if len(line.text) > _HEADING_CHARS or line.text.endswith((".", ",", ";")):
        return line.size > _TALL * body
    if line.size > LARGER * body:
        return True
    return line.bold and line.size >= SMALLER * body and bool(_SECTION.match(line.text) or line.text[:1].isupper())


def _is_text(line: Line, body: float) -> bool:
    letters = sum(map(str.isalpha, line.text))
    return SMALLER * body <= line.size <= LARGER * body and letters >= _LETTERS * len(line.text.replace(" ", ""))


def _by_sentence(texts: list[str]) -> list[str]:
    """The texts, the rest of a sentence that goes on to the next page moved to where it begins."""
    found = list(texts)
    for number in range(len(found) - 1):
        text, following = found[number], found[number + 1]
        if not text or not following or text.endswith((".", "!", "?", ":")):
            continue
        whole = joined([text, following])
        end = next((end for _, end in split_sentences(whole) if end > len(text)), len(whole))
        found[number], found[number + 1] = whole[:end], whole[end:].strip()
    return found

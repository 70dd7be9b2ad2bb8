"""Reading a draft in plain text: paragraphs and items, however their lines are broken."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from rag.drafts.blocks import Block, blank
from rag.text.terms import STOP_WORDS

__all__ = ["HEADING", "is_heading", "paragraphs"]

HEADING = "a heading"
TABLE = "a table"
_HEADING_WORDS = 10
_GAP = re.compile(r"\n[ \t]*(?:\n|$)")
_BULLET = re.compile(r"[ \t]*(?:[-*+•–—]|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)])[ \t]+(?=\S)")
_CELL_BORDER = re.compile(r"[ \t]*\|[ \t]*|[ \t]*\t[ \t]*|(?<![.!?]) {2,}")
"""Two blanks after a full stop only part sentences."""
_RULE = re.compile(r"[-=+|: \t]+")
_NUMBERED = re.compile(r"(?:\d{1,2}(?:\.\d{1,2})*\.?|[A-Z]\.|[IVX]{1,4}\.)[ \t]+[A-Z]")
_SECTIONS = frozenset(
    "abstract acknowledgements acknowledgments appendix background conclusion conclusions discussion evaluation "
    "experiments introduction limitations method methods motivation preliminaries results summary".split()
) | {"related work", "prior work", "future work"}
_SMALL = frozenset("a an and as at but by for from in into nor of on or over per the to under via vs with".split())
_ENDS = (".", "!", "?", ":", ";", ",", "”", '"', ")", "]")


def paragraphs(text: str, start: int = 0) -> Iterator[Block]:
    """The paragraphs and items of ``text``; headings are blocks that are not checked.

    Args:
        text: lines.
        start: where it stands in the draft.
    """
    place = 0
    for gap in [*_GAP.finditer(text), None]:
        end = gap.start() if gap else len(text)
        if _is_table(text[place:end]):
            yield Block(start + place, text[place:end], TABLE)
        elif text[place:end].strip():
            yield from _items(text[place:end], start + place)
        place = gap.end() if gap else end


def _items(paragraph: str, start: int) -> Iterator[Block]:
    """The paragraph, cut where a line begins an item or, in a list of sentences, the next sentence."""
    lines = paragraph.split("\n")
    listed = not _is_wrapped(lines) and _are_apart(lines)
    place = first = 0
    for number, line in enumerate(lines):
        if number and _begins(line, lines[number - 1], listed):
            yield _block(paragraph[first : place - 1], start + first)
            first = place
        place += len(line) + 1
    yield _block(paragraph[first:], start + first)


def _is_wrapped(lines: Sequence[str]) -> bool:
    """Whether every line break may be owed to the width of the lines: the next word would not have had room."""
    widest = max(len(line.rstrip()) for line in lines)
    return all(
        len(line.rstrip()) + 1 + len(after.split(maxsplit=1)[0]) > widest
        for line, after in itertools.pairwise(lines)
        if after.strip()
    )


def _are_apart(lines: Sequence[str]) -> bool:
    """Whether each line may be a sentence of its own: none goes on in small letters, and not only some end as one."""
    said = [line.strip() for line in lines if line.strip()]
    ended = [line.endswith((".", "!", "?")) for line in said]
    return not any(line[0].islower() for line in said) and (all(ended) or not any(ended))


def _is_table(paragraph: str) -> bool:
    """Whether lines are the rows of a table: as many cells in each, parted by bars, tabs or wide gaps."""
    rows = [line.strip().strip("|") for line in paragraph.split("\n") if line.strip()]
    cells = [len(_CELL_BORDER.split(row)) for row in rows if not _RULE.fullmatch(row)]
    return len(cells) > 1 and cells[0] > 1 and len(set(cells)) == 1


def _begins(line: str, before: str, listed: bool) -> bool:
    """Whether a line begins something new: an item, or, where lines are not wrapped, the next sentence."""
    if _BULLET.match(line) or is_heading(before.strip()):
        return True
    last = before.split()[-1:] or [""]
    goes_on = last[0].endswith((",", ";", "-")) or last[0].lower() in STOP_WORDS
    return listed and line.lstrip()[:1].isupper() and not goes_on


def _block(text: str, start: int) -> Block:
    if is_heading(text.strip()):
        return Block(start, text, HEADING)
    bullet = _BULLET.match(text)
    return Block(start, blank(text, [bullet.span()]) if bullet else text, item=bullet is not None)


def is_heading(line: str) -> bool:
    """Whether a line is a heading: short, without a full stop, and numbered, known as one, or capitalised all over."""
    words = line.split()
    if not words or "\n" in line or len(words) > _HEADING_WORDS or line.endswith(_ENDS):
        return False
    if line.lower() in _SECTIONS or _NUMBERED.match(line):
        return True
    content = [word for word in words if word.lower() not in _SMALL]
    return all(word[0].isupper() or not word[0].isalpha() for word in content) and line[0].isupper()

"""The half of reading a draft that does not depend on its format: blocks of text, cut into sentences with citations."""

from __future__ import annotations

import bisect
import dataclasses
import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from rag.drafts.cites import Located, find_cites
from rag.drafts.draft import Cite, DraftSentence, Lines
from rag.text.numbers import numbers
from rag.text.sentences import split_sentences
from rag.text.terms import STOP_WORDS, words

__all__ = ["Block", "blank", "sentences_of", "without"]

NO_CLAIM = "claims nothing"
QUESTION = "a question"
ITSELF = "about the draft itself"
_CLAIMING_WORDS = 2
"""Fewer words of content, and no figure, say nothing that could be checked."""
_LEAD_IN_WORDS = 14
"""A longer sentence that ends in a colon says something of its own."""
_ABOUT_ITSELF = re.compile(
    r"(?:As\s+shown\s+in\s+|In\s+|See\s+)?(?:"
    r"(?:Sections?|Sec\.|§|Figures?|Figs?\.|Tables?|Tab\.|Appendi(?:x|ces)|Chapters?|Equations?|Eqs?\.|Algorithms?)\s*"
    r"(?:\d|\(|[A-Z]\b|shows?\b|lists?\b|describes?\b|presents?\b|gives?\b|reports?\b|summari[sz]es?\b|,)"
    r"|(?:[Tt]his|[Tt]he\s+(?:next|following))\s+(?:section|chapter|figure|table|appendix)\b"
    r"|§|The\s+(?:rest|remainder)\s+of\s+(?:this|the)\s)"
)
_SPACE_BEFORE = re.compile(r"\s+(?=[.,;:!?)\]])")
_EMPTY_BRACKETS = re.compile(r"\s*[(\[{](?:[\s,;]|see\b|e\.g\.|cf\.|also\b|and\b)*[)\]}]")
_EMPTY_QUOTES = re.compile("[\"“„«'‘`]+\\s*[\"”“»'’]+")


@dataclasses.dataclass(frozen=True)
class Block:
    """A paragraph, an item or a cell, or a piece that is not read."""

    start: int
    """Its first character in the draft."""
    text: str
    """From there on character by character what the draft has, markup blanked out: places stay the same."""
    skipped: str | None = None
    """Why it is not checked."""
    cites: tuple[Located, ...] = ()
    """What the format itself has found (links, macros), by its place in ``text``."""
    item: bool = False
    """Whether it is an item of a list."""
    note: str | None = None
    """The key of the footnote that it is; None: it is none."""

    @property
    def end(self) -> int:
        """One past its last character in the draft."""
        return self.start + len(self.text)


def blank(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """``text`` with blanks for the characters of ``spans`` (start, end exclusive), line breaks kept."""
    pieces: list[str] = []
    place = 0
    for start, end in sorted(spans):
        start = max(start, place)
        if end > start:
            pieces += text[place:start], re.sub(r"[^\n]", " ", text[start:end])
            place = end
    return "".join([*pieces, text[place:]])


def without(text: str, *pieces: str) -> str:
    """A sentence without some pieces of it, and without the brackets, quotation marks and blanks left round them."""
    for piece in filter(None, pieces):
        text = _EMPTY_QUOTES.sub("", text.replace(piece, ""))
    return " ".join(_EMPTY_BRACKETS.sub("", _SPACE_BEFORE.sub("", text)).split())


def sentences_of(draft: str, blocks: Iterable[Block], plain: Callable[[str], str]) -> Iterator[DraftSentence]:
    """The sentences of all blocks, in order.

    Args:
        draft: the whole text.
        blocks: pieces of it that do not overlap.
        plain: turns what is left of markup into characters.
    """
    lines = Lines(draft)
    for number, block in enumerate(sorted(blocks, key=lambda block: block.start)):
        found: Iterable[DraftSentence] = ()
        if block.skipped is None:
            found = _sentences(draft, block, plain, lines)
        elif draft[block.start : block.end].strip():
            found = [_sentence(draft, block.start, block.end, lines, skipped=block.skipped)]
        for one in found:
            yield dataclasses.replace(one, paragraph=number, item=block.item, note=block.note)


def _sentence(
    draft: str, start: int, end: int, lines: Lines, *, text: str = "", skipped: str | None, cites: Iterable[Cite] = ()
) -> DraftSentence:
    original = draft[start:end]
    start += len(original) - len(original.lstrip())
    end -= len(original) - len(original.rstrip())
    last = lines.at(max(start, end - 1))
    columns = lines.column(start), lines.column(max(start, end - 1)) + 1
    return DraftSentence(text, draft[start:end], lines.at(start), last, *columns, tuple(dict.fromkeys(cites)), skipped)


def _sentences(draft: str, block: Block, plain: Callable[[str], str], lines: Lines) -> Iterator[DraftSentence]:
    flat = block.text.replace("\n", " ")
    cites = [*block.cites, *find_cites(blank(flat, ((one.start, one.end) for one in block.cites)))]
    hidden = [one for one in cites if one.hidden]
    bare = blank(flat, ((one.start, one.end) for one in hidden))
    spans = _spans(_with_words(bare, [one for one in cites if one.spoken]), cites)
    own = _attributed(spans, cites)
    written = draft[block.start : block.end]
    borders = [_border(written, spans, number) for number in range(len(spans))] + [_last_border(written, block, cites)]
    for number, (start, end) in enumerate(spans):
        text = without(plain(bare[start:end]))
        first = block.start + borders[number]
        last = block.start + len(written[: borders[number + 1]].rstrip())
        why = _claims_nothing(text, cites=bool(own[number]))
        yield _sentence(draft, first, last, lines, text="" if why else text, skipped=why, cites=own[number])


def _with_words(text: str, spoken: Sequence[Located]) -> str:
    """``text`` with a word like a name where a citation is a word of the sentence, for the cutting into sentences."""
    pieces: list[str] = []
    place = 0
    for one in sorted(spoken, key=lambda one: one.start):
        pieces += text[place : one.start], "X" + "x" * (one.end - one.start - 1)
        place = one.end
    return "".join([*pieces, text[place:]])


def _spans(text: str, cites: Sequence[Located]) -> list[tuple[int, int]]:
    """Start and end of each sentence; a piece without a letter or digit goes to the one before."""
    spans: list[tuple[int, int]] = []
    for start, end in split_sentences(text):
        if spans and not any(map(str.isalnum, text[start:end])):
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans or ([(0, len(text))] if any(one.cites for one in cites) else [])


def _attributed(spans: Sequence[tuple[int, int]], cites: Sequence[Located]) -> list[list[Cite]]:
    """The citations of each sentence: those inside it, and those between its end and the next one."""
    own: list[list[Cite]] = [[] for _ in spans]
    starts = [start for start, _ in spans]
    for one in sorted(cites, key=lambda one: one.start):
        if spans:
            own[max(0, bisect.bisect_right(starts, one.start) - 1)] += one.cites
    return own


def _border(text: str, spans: Sequence[tuple[int, int]], number: int) -> int:
    """Where the sentence begins in the draft, the markup that opens it included."""
    start = spans[number][0]
    floor = spans[number - 1][1] if number else 0
    while start > floor and not text[start - 1].isspace():
        start -= 1
    return start


def _last_border(written: str, block: Block, cites: Sequence[Located]) -> int:
    """Where the last sentence ends in the draft: its citations and the markup that closes it included."""
    end = max([len(block.text.rstrip()), *(one.end for one in cites)])
    while end < len(written) and not written[end].isspace():
        end += 1
    return end


def _claims_nothing(text: str, *, cites: bool) -> str | None:
    if text.endswith("?"):
        return QUESTION
    if not cites and _ABOUT_ITSELF.match(text):
        return ITSELF
    said = [word for word in words(text) if word not in STOP_WORDS]
    lead_in = text.endswith(":") and len(text.split()) <= _LEAD_IN_WORDS
    return NO_CLAIM if lead_in or len(said) < _CLAIMING_WORDS and not numbers(text) else None

"""Cutting a paper into sentences that keep their place in it."""

from __future__ import annotations

import functools
import re

import sentencex

from rag.types import Paper, Passage

__all__ = ["passages_of", "split_sentences"]

_WIDE_SPACE = re.compile(r"[^\S\x00-\x7f]")
"""White space beyond ASCII: sentencex panics where one stands between a single capital letter and a full stop."""
_ENUMERATOR = re.compile(r"(?:(?<=\s)|^)\(?(?:\d{1,2}|[ivx]{1,4}|[a-h])\)")
"""``(2)``, ``1)``, ``iv)``: sentencex takes a sentence that begins with one to go on to the end of the text."""


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Start and end (exclusive) of each sentence of ``text``, without the white space around it.

    The cutting is that of the ``sentencex`` library; a piece that cannot begin a sentence (a small letter or a
    digit, as after "approx.", capitals right after the point, as in "Act.EM", or a colon, as after a title in quotes)
    is joined to the one before it. Empty text gives an empty list.
    """
    cut = _ENUMERATOR.sub(lambda match: match[0].replace("(", "-").replace(")", "-"), _WIDE_SPACE.sub(" ", text))
    spans: list[tuple[int, int]] = []
    position = 0
    for piece in sentencex.segment("en", cut):
        start = cut.index(piece, position)
        position = start + len(piece)
        stripped = piece.strip()
        if not stripped:
            continue
        start += len(piece) - len(piece.lstrip())
        end = start + len(stripped)
        if spans and _continues(text[slice(*spans[-1])], stripped, touching=spans[-1][1] == start):
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans


def _continues(before: str, piece: str, *, touching: bool) -> bool:
    if piece[0] in ":;,)":
        return True
    inside_name = touching and piece[:2].isupper()
    return before.endswith(".") and (piece[0].islower() or piece[0].isdigit() or inside_name)


@functools.lru_cache(maxsize=4096)
def passages_of(paper: Paper) -> tuple[Passage, ...]:
    """The title as passage 0, then each sentence of the abstract and of the pages, with offsets into ``paper.text``."""
    spans: list[tuple[int, int, int | None]] = [(0, len(paper.title), None)]
    parts: list[tuple[int, str, int | None]] = [(len(paper.title) + 1, paper.abstract, None)]
    pages = zip(paper.page_starts(), paper.pages, strict=True)
    parts += [(start, text, number) for number, (start, text) in enumerate(pages, start=1)]
    for offset, text, page in parts:
        spans += [(start + offset, end + offset, page) for start, end in split_sentences(text)]
    return tuple(
        Passage(paper.paper_id, number, start, end, paper.text[start:end], page)
        for number, (start, end, page) in enumerate(spans)
    )

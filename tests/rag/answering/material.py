"""Papers, a request to write about them, and readers of what a writer hands out."""

from __future__ import annotations

import datetime
import threading
from collections.abc import Generator

from rag.answering.writer import WriteRequest
from rag.text.sentences import passages_of
from rag.text.terms import words
from rag.types import Draft, Hit, Paper, Passage

__all__ = ["GLACIER", "GLACIER_KEY", "MEADOW", "MEADOW_KEY", "QUESTION", "drain", "locate", "request_for"]

GLACIER = Paper(
    "glacier",
    "Glacier: Slow Caches for Fast Retrieval",
    "Glacier keeps old passages in a slow cache. It raises recall by 12.3% over a plain index. Its memory use halves.",
    published=datetime.date(2025, 10, 27),
)
MEADOW = Paper(
    "meadow",
    "Meadow: A Flat Index",
    "Meadow stores every passage in one flat index. It answers queries in 4 ms on a laptop.",
)
GLACIER_KEY, MEADOW_KEY = "1", "3"
"""The first sentence of each that a prompt shows."""

QUESTION = "How much does Glacier raise recall?"


def locate(sentence: str, paper: Paper) -> Passage:
    """The sentence of ``paper`` that shares most words with ``sentence``, the first of several."""
    wanted = set(words(sentence))
    return max(passages_of(paper), key=lambda passage: len(wanted & set(words(passage.text))))


def request_for(*papers: Paper, cancel: threading.Event | None = None, question: str = QUESTION) -> WriteRequest:
    hits = tuple(Hit(paper, 1.0, ()) for paper in papers or (GLACIER, MEADOW))
    return WriteRequest(question, hits, locate, cancel or threading.Event())


def drain(writing: Generator[str, None, Draft]) -> tuple[list[str], Draft]:
    """All pieces and the draft."""
    pieces: list[str] = []
    while True:
        try:
            pieces.append(next(writing))
        except StopIteration as stop:
            return pieces, stop.value

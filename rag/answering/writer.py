"""What every writer of answers offers, whether it is a language model or not."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from rag.models.metering import Meter
from rag.trace import Tracer
from rag.types import Claim, Draft, Hit, Paper, Passage

__all__ = ["Correction", "Example", "Locate", "Point", "WriteRequest", "Writer"]

Locate = Callable[[str, Paper], Passage]
"""Gives the sentence of a paper that supports a text best."""


@dataclass(frozen=True)
class Correction:
    """What was wrong with an answer, for a model that is to write it anew."""

    draft: Draft
    """As the model left it."""
    doubted: tuple[Claim, ...]
    """Its sentences that what they cite does not bear out, each with the reasons."""


@dataclass(frozen=True)
class Point:
    """One of several things asked for, with evidence of its own."""

    text: str
    """In the words of the message."""
    asked: str
    """A question that stands alone."""
    hits: tuple[Hit, ...]
    """What was found for it, best first."""


@dataclass(frozen=True)
class Example:
    """An earlier answer to a question that is nearly the same, every sentence of it checked."""

    question: str
    text: str
    """With markers ``[n]``."""
    cited: tuple[Passage, ...]
    """The passage behind each marker: marker n is ``cited[n - 1]``."""
    titles: Mapping[str, str]
    """Of the papers cited, by id."""
    similarity: float
    """Cosine of the two questions, up to 1."""


@dataclass(frozen=True)
class WriteRequest:
    """One question, what was found for it, and the means to cite it."""

    question: str
    """The question, understandable without the conversation around it."""
    hits: tuple[Hit, ...]
    """What may be cited, best first."""
    locate: Locate
    """Called with the sentence written so far, without markers, and the paper that it cites."""
    cancel: threading.Event = field(default_factory=threading.Event)
    """Once set, from any thread, the writer stops and gives up its connection."""
    sentences: int | None = None
    """Sentences wanted at most; None: as many as it takes."""
    gist: bool = False
    """No single thing is asked (search words, a statement): without a model, what a paper says of it at length."""
    papers: int = 1
    """How many of the first hits the answer is to come from, where no model chooses."""
    cited: list[Passage] = field(default_factory=list, compare=False)
    """Filled in by the writer before it yields a piece: the passage behind each of its markers so far, marker n is
    ``cited[n - 1]``."""
    points: tuple[Point, ...] = ()
    """What the question asks for, where that is several things to be answered apart; empty: it is taken as a whole."""
    asks: tuple[str, ...] = ()
    """What it asks for in the words of the message, for a model; empty: one thing."""
    example: Example | None = None
    """Shown to a model as a worked example; None: none is."""
    correction: Correction | None = None
    """An earlier answer to the same question, to be written anew; None: this is the first."""
    trace: Tracer = field(default_factory=Tracer, compare=False)
    """Told what a model was sent, and what it took."""
    meter: Meter = field(default_factory=Meter, compare=False)
    """Counts the calls of models, also those that fail."""


class Writer(Protocol):
    """Writes one answer in pieces."""

    @property
    def name(self) -> str:
        """Who writes, as in ``Answer.model``: ``extractive``, ``ollama/llama3.2`` ..."""

    def write(self, request: WriteRequest) -> Generator[str, None, Draft]:
        """Yields finished pieces of text and returns the draft, whose text is all the pieces joined.

        Only where it turns out in the end that the writer refuses, the text is the refusal alone, which is not yielded.

        When ``request.cancel`` is set it stops at once and returns what there is so far; closing the generator
        stops it without a draft. Either way the connection to a model server is closed.

        Raises:
            ModelError: the model did not do its work; pieces may have been yielded before.
        """

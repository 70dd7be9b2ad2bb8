"""What a language model says of a message, checked, and how it takes the place of what the small model says."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from typing import Any, TypeVar

from rag.understanding.judging import ORDERS, Back, Judgement, Tag, Words
from rag.understanding.language import language_of
from rag.understanding.query import Flag, Form, How, Kind, Query, RecordAsk, RecordField

__all__ = ["Said", "place_of"]

T = TypeVar("T")

_WEIGHT = 0.75
"""Of the language model's word; the rest is left to the small one, so that it is still known what comes next."""
_KEPT = frozenset({Flag.FOLLOWUP, Flag.CORRECTION, Flag.TOPIC_CHANGE, Flag.FOREIGN})
"""What only the message as it was typed can tell."""


@dataclasses.dataclass(frozen=True)
class Said:
    """The checked reading; what is None or empty, the small model says."""

    model_text: str = ""
    """The message so that it stands alone, in English; empty: it is read as it stands."""
    kind: Kind | None = None
    form: Form | None = None
    asks: RecordAsk | None = None
    fields: tuple[RecordField, ...] = ()
    order: str | None = None
    """One of :data:`rag.understanding.judging.ORDERS`."""
    among: bool = False
    """It picks from the papers just shown."""
    words: Mapping[Tag, tuple[tuple[int, int], ...]] = dataclasses.field(default_factory=dict)
    """Beginnings and ends (exclusive) of the words that say something, in ``model_text`` or else in the message."""
    conditions: tuple[tuple[int, int], ...] = ()
    """Where the same text sets conditions on the records."""
    parts: tuple[str, ...] = ()
    """The single questions, two at least."""
    dropped: tuple[str, ...] = ()
    """What it said and nothing bears out."""

    def to_json(self) -> dict[str, Any]:
        """All that it says, for the trace."""
        values = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return {name: value for name, value in values.items() if value not in (None, "", (), {}, False)} | {
            "words": {tag.name.lower(): places for tag, places in self.words.items() if places}
        }

    def over(self, judged: Judgement, text: str) -> Judgement:
        """The small model's judgement of ``text`` with all that the language model says in its place."""
        mine: list[Words] = []
        for tag in (Tag.PAPER, Tag.LEFT_OUT, Tag.WHO, Tag.SUBJECT):
            for start, end in self.words.get(tag, ()):
                _add(mine, Words(tag, text[start:end], start, end))
        said = {one.tag for one in mine}
        for one in judged.words:
            if one.tag not in said:
                _add(mine, one)
        return dataclasses.replace(
            judged,
            kinds=_raised(judged.kinds, self.kind),
            forms=_raised(judged.forms, self.form),
            asks=_raised(judged.asks, self.asks),
            fields={one: float(one in self.fields) for one in judged.fields} if self.fields else judged.fields,
            orders={one: float(one == self.order) for one in ORDERS} if self.order else judged.orders,
            back=_raised(judged.back, Back.AMONG if self.among else None),
            words=tuple(sorted(mine, key=lambda one: one.start)),
        )

    def unconditional(self, text: str) -> list[tuple[int, int]]:
        """Where ``text`` sets no conditions; empty where the language model says nothing about that."""
        edges = [0, *(edge for place in sorted(self.conditions) for edge in place), len(text)]
        between = zip(edges[::2], edges[1::2], strict=True)
        return [(start, end) for start, end in between if start < end] if self.conditions else []

    def finished(self, query: Query, message: str, as_typed: Judgement, sure: float, *, alone: bool) -> Query:
        """The query that came of ``model_text``, as one of the message.

        Args:
            query: of ``model_text`` where there is one, else of the message.
            message: as typed.
            as_typed: the small model's judgement of the message.
            sure: a flag counts from this probability on.
            alone: there is no conversation before it.
        """
        parts = self.parts if query.kind is Kind.PAPER and self.parts else query.parts
        if not self.model_text:
            return dataclasses.replace(query, parts=parts)
        papers = []
        for paper in query.papers:
            place = place_of(paper.words, message)
            how = paper.how if place or alone else How.CONVERSATION
            start, end = place or (0, 0)
            papers.append(dataclasses.replace(paper, how=how, words=message[start:end], start=start, end=end))
        flags = query.flags | {flag for flag in _KEPT if as_typed.flags[flag] >= sure}
        language = language_of(message) if Flag.FOREIGN in flags else query.language
        return dataclasses.replace(
            query, message=message, papers=tuple(papers), flags=flags, parts=parts, language=language
        )


def place_of(said: str, text: str) -> tuple[int, int] | None:
    """Beginning and end (exclusive) of ``said`` in ``text``, whatever its case and blanks; None: it is not there."""
    pattern = r"\s+".join(map(re.escape, said.split()))
    match = re.search(rf"(?<!\w){pattern}(?!\w)", text, re.IGNORECASE) if pattern else None
    return match.span() if match else None


def _raised(values: Mapping[T, float], said: T | None) -> Mapping[T, float]:
    if said is None:
        return values
    return {name: _WEIGHT * (name == said) + (1 - _WEIGHT) * value for name, value in values.items()}


def _add(found: list[Words], one: Words) -> None:
    """Adds words that overlap none before them."""
    if not any(one.start < other.end and other.start < one.end for other in found):
        found.append(one)

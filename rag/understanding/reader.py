"""Reads a message without a language model: by a small trained model, and by what the collection knows of its words."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from rag.index.collection import Collection
from rag.text.mentions import FIELD, find_mentions
from rag.text.numbers import numbers
from rag.text.terms import STOP_WORDS, fold, words
from rag.types import Answer, Hit
from rag.understanding.conditions import Conditions, read_bounds, read_conditions
from rag.understanding.conversation import Pointed, again, point_back, points_by_place
from rag.understanding.descriptions import described_papers
from rag.understanding.judging import ORDERS, Back, Judgement, Tag, Words, message_model
from rag.understanding.language import language_of
from rag.understanding.names import NameReader, is_identifier
from rag.understanding.query import (
    HELD,
    Condition,
    Flag,
    Form,
    How,
    Kind,
    Order,
    OrderBy,
    PaperMeant,
    Query,
    RecordAsk,
    RecordField,
)
from rag.understanding.said import Said
from rag.understanding.wording import Rarity, chunks, outside

__all__ = ["Reader", "read"]

Find = Callable[[str, int], Sequence[Hit]]
"""Finds the papers nearest to a text, so many of them, best first."""

SURE = 0.5
"""A flag counts from this probability on."""
COMPARED = 2
"""Papers that a comparison is of, at least."""
FIELD_SURE = 0.35
"""A field of the records, of which several may be asked for, counts from this probability on."""
UNORDERED = 0.65
"""Papers are wanted in an order unless the probability that they are not is so high."""
_OF_ANSWER = (Form.SHORTER, Form.SENTENCE, Form.SIMPLE, Form.LONGER, Form.TABLE, Form.LIST)
"""Forms that are asked of the answer just given."""
_OF_SUBJECTS = (Kind.LIST, Kind.RECORDS, Kind.OVERVIEW)
LIMIT = 1000
"""A number of papers wanted is smaller; a greater one is a year or a figure."""
_NUMBERED_NAME = re.compile(r"\b(?P<name>[^\W\d_][\w-]{2,})\s+(?P<number>\d+)\b(?!\s*(?:%|[a-z]?x\b))")
_POSITION = re.compile(
    r"\b(?P<nth>first|second|third|fourth|fifth|last|senior|\d(?:st|nd|rd|th))\b(?=\W+(?:\w+\W+){0,1}authors?\b)",
    re.IGNORECASE,
)
_POSITIONS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1, "senior": -1}


def read(
    message: str,
    history: Sequence[Answer],
    collection: Collection,
    home: Path,
    find: Find | None = None,
    *,
    goes_on: bool = False,
    said: Said | None = None,
) -> Query:
    """Reads one message; see :class:`Reader`.

    ``said`` is what a language model says of it: where it says how the message stands alone, that is read instead.
    """
    reader = Reader(collection, home, find)
    if said is None:
        return reader.read(message, history, goes_on=goes_on)
    text, before = (said.model_text, ()) if said.model_text else (message, history)
    query = reader.read(text, before, goes_on=goes_on, said=said)
    as_typed = message_model(home).judge(message, history[-1].question if history else "")
    return said.finished(query, message, as_typed, SURE, alone=not history)


class Reader:
    """Reads messages to one collection; safe for several threads."""

    def __init__(self, collection: Collection, home: Path, find: Find | None = None) -> None:
        """Notes what to load.

        Args:
            collection: open.
            home: its home folder, under which the built-in model is kept.
            find: the retriever, for papers that are described rather than named; None: those are not looked for.
        """
        self._collection = collection
        self._find = find
        self._names = NameReader(collection)
        self._model = message_model(home)

    def read(
        self, message: str, history: Sequence[Answer] = (), *, goes_on: bool = False, said: Said | None = None
    ) -> Query:
        """What the message asks, in the light of the answers before it (oldest first).

        Args:
            message: as typed.
            history: may be empty.
            goes_on: it is taken to be about the papers of the answers before, whatever the model says.
            said: what a language model says of it, in place of the small model; None: it was not asked.
        """
        judged = self._model.judge(message, history[-1].question if history else "")
        judged = said.over(judged, message) if said else judged
        rarity = self._rarity(message, judged)
        named = self._names.read(message, rarity)
        if is_identifier(message):  # nothing but a number under which papers are known
            judged = dataclasses.replace(judged, kinds={kind: float(kind is Kind.PAPER) for kind in Kind}, flags={})
        spans = [(paper.start, paper.end) for paper in named] + (said.unconditional(message) if said else [])
        conditions = read_conditions(message, self._collection, rarity, spans)
        flags = _flags(judged, history, message) | ({Flag.FOLLOWUP} if goes_on else set())
        pointed = self._pointed(message, history, named, flags, judged)
        query = self._query(message, history, judged, named, conditions, flags, pointed, rarity)
        return again(query, history)

    def _pointed(
        self,
        message: str,
        history: Sequence[Answer],
        named: Sequence[PaperMeant],
        flags: frozenset[Flag],
        judged: Judgement,
    ) -> Pointed:
        turns = flags & {Flag.CORRECTION, Flag.TOPIC_CHANGE} and judged.words and not points_by_place(message)
        if not history or named or turns or not flags & {Flag.FOLLOWUP, Flag.CORRECTION}:
            return Pointed()
        vector = self._collection.embedder.embed([message])[0]
        correction = Flag.CORRECTION in flags
        return point_back(
            message, history, self._collection, self._named, vector, back=judged.goes_back, correction=correction
        )

    def _named(self, text: str) -> list[PaperMeant]:
        return self._names.read(text, self._rarity(text, self._model.judge(text)), closest=False)

    def _rarity(self, message: str, judged: Judgement) -> Rarity:
        said = [chunk.text for chunk in chunks(message)] + words(message)
        content = {
            word for one in judged.words for chunk in chunks(one.text) for word in (chunk.text, *words(chunk.text))
        }
        return Rarity(self._collection.document_frequency, content, said)

    def _kind(self, judged: Judgement, named: Sequence[PaperMeant], pointed: Pointed, flags: frozenset[Flag]) -> Kind:
        """The kind in the light of what the message names and points to: no talk, and more of one paper is no list."""
        kind = judged.kind
        if kind is Kind.CHAT and pointed.papers and _form(judged) in _OF_ANSWER:
            return Kind.PAPER
        if kind is Kind.CHAT and named and Flag.INJECTION not in flags:
            return max((other for other in judged.kinds if other is not kind), key=lambda other: judged.kinds[other])
        if kind in (Kind.LIST, Kind.OVERVIEW) and pointed.papers and not pointed.among:
            elsewhere = not pointed.surely and judged.of(Tag.SUBJECT)
            return kind if elsewhere and Flag.CORRECTION not in flags else Kind.PAPER
        return kind

    def _query(
        self,
        message: str,
        history: Sequence[Answer],
        judged: Judgement,
        named: Sequence[PaperMeant],
        conditions: Conditions,
        flags: frozenset[Flag],
        pointed: Pointed,
        rarity: Rarity,
    ) -> Query:
        kind = self._kind(judged, named, pointed, flags)
        subject = _outside(judged.of(Tag.SUBJECT), conditions.spans)
        if kind is Kind.LIST and not (subject or named or pointed.papers or Flag.FOREIGN in flags):
            kind = Kind.RECORDS
        if kind is Kind.PAPER and not history and STOP_WORDS.issuperset(words(message)):
            kind = Kind.CHAT  # it speaks of nothing
        if kind is Kind.LIST and not pointed.among:
            pointed = dataclasses.replace(pointed, papers=())
        used = [(paper.start, paper.end) for paper in named] + list(conditions.spans)
        asks, fields, order = _records(judged) if kind is Kind.RECORDS else (None, (), None)
        people = _unheld(judged, conditions, named, fields) if kind is Kind.RECORDS else ()
        papers = tuple(named) + pointed.papers
        parts: tuple[str, ...] = ()
        if asks is RecordAsk.VALUE and not papers and _form(judged) is Form.COUNT:
            asks = RecordAsk.COUNT
        if kind is Kind.COMPARE or asks in (RecordAsk.VALUE, RecordAsk.SAME):
            parts, papers = self._with_described(message, kind, judged, papers, conditions)
        if asks is RecordAsk.VALUE and papers and not set(fields) & HELD:  # what no record holds may stand in the text
            kind, asks, fields, order = Kind.PAPER, None, (), None
        elif asks in (RecordAsk.VALUE, RecordAsk.SAME) and not papers:
            if judged.of(Tag.PAPER):  # what it describes is no paper here, so the records cannot say it
                kind, parts, asks, fields, order = Kind.PAPER, (), None, (), None
            else:
                asks = RecordAsk.PAPERS
        filters = conditions.filters
        if pointed.among and filters.ids is None and not flags & {Flag.CORRECTION}:
            filters = dataclasses.replace(filters, ids=frozenset(paper.paper_id for paper in pointed.papers))
        return Query(
            message=message,
            text=_standing(message, pointed, papers),
            kind=kind,
            kinds=judged.kinds,
            papers=papers,
            unknown_names=self._unknown(message, judged, named, conditions.spans, rarity, kind),
            topic=", ".join(subject)
            if kind in _OF_SUBJECTS and Flag.FOREIGN not in flags
            else outside(message, conditions.spans),
            left_out=", ".join(one.text for one in judged.of(Tag.LEFT_OUT)) if kind is Kind.LIST and subject else "",
            filters=filters,
            conditions=conditions.found + people,
            order=order,
            limit=_limit(message, used) if order else None,
            asks=asks,
            fields=fields,
            position=_position(message) if kind is Kind.RECORDS else None,
            bounds=read_bounds(message, conditions.spans),
            form=_form(judged),
            flags=flags,
            parts=parts or (_questions(message) if Flag.MULTIPART in flags else ()),
            language=language_of(message) if Flag.FOREIGN in flags else "en",
        )

    def _with_described(
        self,
        message: str,
        kind: Kind,
        judged: Judgement,
        papers: tuple[PaperMeant, ...],
        conditions: Conditions,
    ) -> tuple[tuple[str, ...], tuple[PaperMeant, ...]]:
        """The descriptions of papers in the message, and the papers meant with those that they find, in its order."""
        if self._find is None or (kind is not Kind.COMPARE and papers):
            return (), papers
        told = judged.of(Tag.PAPER)
        if kind is Kind.COMPARE and not papers and len(told) < COMPARED:
            told = (*told, Words(Tag.PAPER, outside(message, conditions.spans), 0, 0))
        free = [one for one in told if not any(one.start < paper.end and paper.start < one.end for paper in papers)]
        found = described_papers(free, self._find, beside=papers, wanted=COMPARED if kind is Kind.COMPARE else 1)
        by_place = sorted((*papers, *found), key=lambda one: one.start)
        return tuple(one.text for one in free), tuple(by_place)

    def _unknown(
        self,
        message: str,
        judged: Judgement,
        named: Sequence[PaperMeant],
        held: Sequence[tuple[int, int]],
        rarity: Rarity,
        kind: Kind,
    ) -> tuple[str, ...]:
        """Names in the message that no paper of the collection speaks of."""
        if kind is Kind.CHAT:
            return ()
        taken = [(paper.start, paper.end) for paper in named] + list(held)
        said = [(one.start, one.end) for one in judged.words] or [(0, len(message))]
        mentions = [one for one in find_mentions(message) if one.written and one.key not in FIELD]
        spans = [(one.start, one.end) for one in mentions if any(one.start < b and a < one.end for a, b in said)]
        if kind is Kind.COMPARE:
            spans += [(one.start, one.end) for one in judged.of(Tag.PAPER) if len(chunks(one.text)) == 1]
        found = [message.strip()] if is_identifier(message) and not named else []
        for start, end in sorted(set(spans)):
            written = message[start:end]
            pieces = [*words(written), "".join(words(written))]
            if STOP_WORDS.issuperset(pieces):
                continue  # "WHO" and "IT" are not indexed
            counts = self._collection.document_frequency({fold(piece) for piece in pieces})
            missing = all(rarity.papers(piece) == 0 and counts.get(piece, 0) == 0 for piece in pieces[-1:]) and any(
                rarity.papers(piece) == 0 for piece in pieces[:-1]
            )
            if missing and not any(start < last and first < end for first, last in taken):
                taken.append((start, end))
                found.append(written)
        for match in _NUMBERED_NAME.finditer(message):
            known = rarity.papers(match["name"]) > 0 and not rarity.asks(match["name"])
            free = not any(match.start() < last and first < match.end() for first, last in taken)
            if known and free and not self._collection.lexical([match["number"]], 1):  # of papers that are there now
                found.append(match[0])
        return tuple(found)


def _form(judged: Judgement) -> Form:
    return max(judged.forms, key=lambda form: judged.forms[form])


def _flags(judged: Judgement, history: Sequence[Answer], message: str) -> frozenset[Flag]:
    found = {flag for flag, probability in judged.flags.items() if probability >= SURE}
    if not history:
        return frozenset(found - {Flag.FOLLOWUP, Flag.CORRECTION})
    if judged.goes_back is not Back.NONE or points_by_place(message) or _form(judged) in _OF_ANSWER[:4]:
        found.add(Flag.FOLLOWUP)
    return frozenset(found)


def _outside(said: Sequence[Words], held: Sequence[tuple[int, int]]) -> list[str]:
    """The words that no condition has used up."""
    clear = [
        outside(one.text, [(a - one.start, b - one.start) for a, b in held if a < one.end and one.start < b])
        for one in said
    ]
    return [text for text in clear if chunks(text)]


def _unheld(
    judged: Judgement, conditions: Conditions, named: Sequence[PaperMeant], fields: Sequence[RecordField]
) -> tuple[Condition, ...]:
    """People and organisations whose papers are wanted and that no record names."""
    wanted = (RecordField.AUTHORS, RecordField.ORGANISATION, RecordField.AFFILIATION)
    field = next((one for one in fields if one in wanted), RecordField.AUTHORS)
    taken = [*conditions.spans, *((one.start, one.end) for one in named)]
    clear = [
        one for one in judged.of(Tag.WHO) if not any(one.start < last and first < one.end for first, last in taken)
    ]
    return tuple(Condition(field, one.text, one.text, found=0) for one in clear)


def _records(judged: Judgement) -> tuple[RecordAsk, tuple[RecordField, ...], Order | None]:
    """What is asked of the records, at least one field, and the order."""
    asks = max(judged.asks, key=lambda ask: judged.asks[ask])
    ranked = sorted(judged.fields, key=lambda field: -judged.fields[field])
    fields = tuple(field for field in ranked if judged.fields[field] >= FIELD_SURE) or tuple(ranked[:1])
    if judged.orders["none"] >= UNORDERED:
        return asks, fields, None
    said = max(ORDERS[1:], key=lambda order: judged.orders[order])
    if asks is RecordAsk.GROUPS:
        return asks, fields, Order(OrderBy.PAPERS, said != "fewest")
    if asks is RecordAsk.VALUE:
        asks = RecordAsk.ORDER
    if said in ("newest", "oldest"):
        return asks, fields, Order(OrderBy.DATE, said == "newest")
    by = OrderBy.COMMENTS if RecordField.COMMENTS in fields else OrderBy.AUTHOR_COUNT
    return asks, fields, Order(by, said == "most")


def _limit(message: str, used: Sequence[tuple[int, int]]) -> int | None:
    """A whole number of papers, which is no date and no number of authors."""
    for figure in numbers(message):
        free = not any(figure.start < last and first < figure.end for first, last in used)
        if (
            free
            and not figure.unit
            and not figure.bound
            and 0 < figure.value < LIMIT
            and figure.value == int(figure.value)
        ):
            return int(figure.value)
    return None


def _position(message: str) -> int | None:
    match = _POSITION.search(message)
    return None if match is None else _POSITIONS.get(match["nth"].lower()) or int(match["nth"][0])


def _questions(message: str) -> tuple[str, ...]:
    """The single questions of a message that has several question marks; else empty."""
    found = [part.strip() for part in re.split(r"(?<=\?)\s+", message) if part.strip()]
    return tuple(found) if len(found) > 1 else ()


def _standing(message: str, pointed: Pointed, papers: Sequence[PaperMeant]) -> str:
    """The message with what it points to: titles of a few papers, else what was asked before."""
    titles = [paper.title for paper in papers if paper.how is How.CONVERSATION][:3]
    if titles and not pointed.among:
        return f"{'; '.join(titles)}: {message}"
    return f"{pointed.before} {message}" if pointed.before else message

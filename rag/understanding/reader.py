"""Reads a message without a language model: what the heads say of it, and what the collection knows of its words."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from rag.index.collection import Collection
from rag.index.embedding.minilm import trunk_of
from rag.text.mentions import FIELD, find_mentions
from rag.text.numbers import numbers
from rag.text.terms import STOP_WORDS, fold, words
from rag.types import Answer, Hit
from rag.understanding.conditions import Conditions, read_bounds, read_conditions
from rag.understanding.conversation import Pointed, again, point_back, points_by_place
from rag.understanding.descriptions import described_papers
from rag.understanding.heads import ORDERS, Judgement, heads
from rag.understanding.language import language_of
from rag.understanding.names import NameReader, is_identifier
from rag.understanding.query import (
    Condition,
    FigureBound,
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
from rag.understanding.wording import Rarity, chunks, leftover, outside

__all__ = ["Reader", "read"]

Find = Callable[[str, int], Sequence[Hit]]
"""Finds the papers nearest to a text, so many of them, best first."""

SURE = 0.5
"""A flag or field counts from this probability on."""
DESCRIBED = 3
"""Words that describe a paper though they may name no subject, at least."""
COMPARED = 2
"""Papers that a comparison is of, at least."""
SUBJECT = 0.5
"""What is left of a message names a subject from this probability on."""
FIELD_SURE = 0.35
"""A field of the records, of which several may be asked for, counts from this probability on."""
UNORDERED = 0.65
"""Papers are wanted in an order unless the probability that they are not is so high."""
GOING_ON = {Flag.FOLLOWUP: 0.03, Flag.CORRECTION: 0.3}
"""Within a conversation; the messages that the heads have learned from stand alone in 19 of 20 cases, while of those in
a conversation about two in three go on with it, which makes the odds thirty times as high."""
_TALK = {Flag.GREETING, Flag.THANKS, Flag.FAREWELL, Flag.HELP, Flag.COMPLAINT, Flag.OFF_TOPIC, Flag.GARBAGE}
"""Talk of a known kind."""
_OF_ANSWER = (Form.SHORTER, Form.SENTENCE, Form.SIMPLE, Form.LONGER, Form.TABLE, Form.LIST)
"""Forms that are asked of the answer just given."""
SHORT = 6
"""In comparisons of so many words at most, an unknown word is a name; in longer ones it need not be."""
LIMIT = 1000
"""A number of papers wanted is smaller; a greater one is a year or a figure."""
_PEOPLE = re.compile(
    r"\b(?:by|from)\s+(?P<who>[^\W\d_][\w'’.-]*(?:\s+(?!and\b|or\b|in\b|from\b|about\b|on\b|at\b)[^\W\d_][\w'’.-]*){0,3})",
    re.IGNORECASE,
)
_LEFT_OUT = re.compile(
    r",?\s*\b(?:except(?:\s+for)?|excluding|other than|apart from|but not|and not|not about)\b\s*"
    r"(?:(?:those|the ones|ones|any|papers)\s+)?(?:(?:about|on|with|that are|of)\s+)?(?P<what>[^?.!;]+)",
    re.IGNORECASE,
)
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
) -> Query:
    """Reads one message; see :class:`Reader`."""
    return Reader(collection, home, find).read(message, history, goes_on=goes_on)


class Reader:
    """Reads messages to one collection; safe for several threads."""

    def __init__(self, collection: Collection, home: Path, find: Find | None = None) -> None:
        """Loads the heads.

        Args:
            collection: open.
            home: its home folder, under which the built-in model is kept.
            find: the retriever, for papers that are described rather than named; None: those are not looked for.
        """
        self._collection = collection
        self._find = find
        self._names = NameReader(collection)
        self._heads = heads()
        self._trunk = trunk_of(home)

    def read(self, message: str, history: Sequence[Answer] = (), *, goes_on: bool = False) -> Query:
        """What the message asks, in the light of the answers before it (oldest first).

        Args:
            message: as typed.
            history: may be empty.
            goes_on: it is taken to be about the papers of the answers before, whatever the heads say.
        """
        rarity = self._rarity(message)
        named = self._names.read(message, rarity)
        vector = self._trunk.embed([message])[0]
        spans = [(paper.start, paper.end) for paper in named]
        judged = self._heads.judge(message, vector, spans, len(named))
        if is_identifier(message):  # nothing but a number under which papers are known
            judged = dataclasses.replace(judged, kinds={kind: float(kind is Kind.PAPER) for kind in Kind}, flags={})
        conditions = read_conditions(message, self._collection, rarity, spans)
        flags = _flags(judged, history, message) | ({Flag.FOLLOWUP} if goes_on else set())
        pointed = self._pointed(message, history, named, flags)
        query = self._query(message, judged, named, conditions, flags, pointed, rarity)
        return again(query, history)

    def _pointed(
        self,
        message: str,
        history: Sequence[Answer],
        named: Sequence[PaperMeant],
        flags: frozenset[Flag],
    ) -> Pointed:
        if not history or named or not flags & {Flag.FOLLOWUP, Flag.CORRECTION}:
            return Pointed()
        vector = self._collection.embedder.embed([message])[0]
        correction = Flag.CORRECTION in flags
        return point_back(message, history, self._collection, self._named, vector, correction=correction)

    def _named(self, text: str) -> list[PaperMeant]:
        return self._names.read(text, self._rarity(text), closest=False)

    def _rarity(self, message: str) -> Rarity:
        asked = [chunk.text for chunk in chunks(message)] + words(message)
        return Rarity(self._collection.document_frequency, self._heads.frame, asked)

    def _of_collection(self, message: str, flags: frozenset[Flag], rarity: Rarity) -> bool:
        """Whether a message that looks like talk speaks of the papers.

        A word of theirs stands before a number, as in the name of a thing; or it is no talk of a known kind, and its
        words of content are all theirs and name a subject.
        """
        numbered = any(
            rarity.papers(match["name"]) > 0 and not rarity.asks(match["name"])
            for match in _NUMBERED_NAME.finditer(message)
        )
        content = "" if flags & _TALK else leftover(message, (), rarity.asks)
        theirs = bool(content) and all(rarity.papers(word) > 0 for word in content.split())
        return numbered or theirs and self._heads.names_subject(self._trunk.embed([content])[0]) >= SUBJECT

    def _kind(self, judged: Judgement, pointed: Pointed, flags: frozenset[Flag], rarity: Rarity, message: str) -> Kind:
        """The kind in the light of what the message points to: more of one paper is no list."""
        kind = judged.kind
        if kind is Kind.CHAT and pointed.papers and _form(judged) in _OF_ANSWER:
            return Kind.PAPER
        if kind is Kind.CHAT and Flag.INJECTION not in flags and self._of_collection(message, flags, rarity):
            return max((other for other in judged.kinds if other is not kind), key=lambda other: judged.kinds[other])
        if kind in (Kind.LIST, Kind.OVERVIEW) and pointed.papers and not pointed.among:
            long = len(chunks(message)) > SHORT
            elsewhere = long and not pointed.surely and self._topic(message, (), (), rarity, Kind.RECORDS, None)
            return kind if elsewhere and Flag.CORRECTION not in flags else Kind.PAPER
        return kind

    def _query(
        self,
        message: str,
        judged: Judgement,
        named: Sequence[PaperMeant],
        conditions: Conditions,
        flags: frozenset[Flag],
        pointed: Pointed,
        rarity: Rarity,
    ) -> Query:
        kind = self._kind(judged, pointed, flags, rarity, message)
        if _of_nothing(judged, pointed) and not (named or leftover(message, conditions.spans, rarity.asks)):
            kind, pointed = Kind.RECORDS, Pointed()
        if kind is Kind.LIST and not pointed.among:
            pointed = dataclasses.replace(pointed, papers=())
        used = [(paper.start, paper.end) for paper in named] + list(conditions.spans)
        asks, fields, order = _records(judged) if kind is Kind.RECORDS else (None, (), None)
        limit = _limit(message, used) if order else None
        people = self._unheld(message, conditions, named, asks, fields) if kind is Kind.RECORDS else ()
        held = conditions.spans + tuple(span for _, span in people)
        topic = self._topic(message, held, used, rarity, kind, limit)
        left_out = ""
        if kind is Kind.LIST and (apart := _LEFT_OUT.search(message)):
            span = (apart.start(), apart.end())
            rest = self._topic(message, [*held, span], used, rarity, kind, limit)
            left_out = leftover(message[apart.start("what") : apart.end("what")], (), rarity.asks) if rest else ""
            topic = rest if left_out else topic
        papers = tuple(named) + pointed.papers
        parts: tuple[str, ...] = ()
        if asks is RecordAsk.VALUE and not papers and _form(judged) is Form.COUNT:
            asks = RecordAsk.COUNT
        if kind in (Kind.COMPARE, Kind.RECORDS):
            parts, papers = self._with_described(message, kind, asks, topic, papers, held, rarity)
        if asks in (RecordAsk.VALUE, RecordAsk.SAME) and not papers:
            if parts:  # what it describes is no paper here, so the records cannot say it
                kind, parts, asks, fields, order, limit = Kind.PAPER, (), None, (), None, None
            else:
                asks = RecordAsk.PAPERS
        filters = conditions.filters
        if pointed.among and filters.ids is None and not flags & {Flag.CORRECTION}:
            filters = dataclasses.replace(filters, ids=frozenset(paper.paper_id for paper in pointed.papers))
        told = conditions.found + tuple(condition for condition, _ in people)
        return Query(
            message=message,
            text=_standing(message, pointed, papers),
            kind=kind,
            kinds=judged.kinds,
            papers=papers,
            unknown_names=self._unknown(message, named, held, rarity, kind),
            topic=topic,
            left_out=left_out,
            filters=filters,
            conditions=told,
            order=order,
            limit=limit,
            asks=asks,
            fields=fields,
            position=_position(message) if kind is Kind.RECORDS else None,
            bounds=_bounds(message, conditions),
            form=_form(judged),
            flags=flags,
            parts=parts or (_questions(message) if Flag.MULTIPART in flags else ()),
            language=language_of(message) if Flag.FOREIGN in flags else "en",
        )

    def _with_described(
        self,
        message: str,
        kind: Kind,
        asks: RecordAsk | None,
        topic: str,
        papers: tuple[PaperMeant, ...],
        held: Sequence[tuple[int, int]],
        rarity: Rarity,
    ) -> tuple[tuple[str, ...], tuple[PaperMeant, ...]]:
        """The descriptions of papers in the message, and the papers meant with those that they find."""
        if self._find is None:
            return (), papers
        if kind is Kind.COMPARE and len(papers) < COMPARED:
            text = _without(topic, papers[0].words) if papers else topic
            parts, found = described_papers(text, self._find, several=not papers, beside=papers)
            return parts, papers + found
        if asks in (RecordAsk.VALUE, RecordAsk.SAME) and not papers:
            text = leftover(message, held, rarity.asks)
            described = bool(topic) or len(text.split()) >= DESCRIBED
            return described_papers(text, self._find, several=False) if described else ((), ())
        return (), papers

    def _topic(
        self,
        message: str,
        held: Sequence[tuple[int, int]],
        used: Sequence[tuple[int, int]],
        rarity: Rarity,
        kind: Kind,
        limit: int | None,
    ) -> str:
        """What to search for: what the conditions have not used up; of lists and records the words of a subject alone.

        Of records and overviews empty where those words, without the names of papers, are of no subject.
        """
        if kind not in (Kind.LIST, Kind.RECORDS, Kind.OVERVIEW):
            return outside(message, held)
        spans = [*held, *((one.start, one.end) for one in numbers(message) if limit is not None and one.value == limit)]
        if kind is Kind.LIST:
            return leftover(message, spans, rarity.asks)
        topic = leftover(message, [*spans, *used], rarity.asks)
        sure = bool(topic) and self._heads.names_subject(self._trunk.embed([topic])[0]) >= SUBJECT
        return topic if sure else ""

    def _unheld(
        self,
        message: str,
        conditions: Conditions,
        named: Sequence[PaperMeant],
        asks: RecordAsk | None,
        fields: Sequence[RecordField],
    ) -> tuple[tuple[Condition, tuple[int, int]], ...]:
        """People and organisations asked for ("by ...") that no record names."""
        if asks not in (RecordAsk.PAPERS, RecordAsk.COUNT):
            return ()
        wanted = (RecordField.AUTHORS, RecordField.ORGANISATION, RecordField.AFFILIATION)
        field = next((one for one in fields if one in wanted), None)
        found = []
        for match in _PEOPLE.finditer(message):
            start, end = match.start("who"), match.end("who")
            clear = not any(start < last and first < end for first, last in conditions.spans)
            clear = clear and not any(start < one.end and one.start < end for one in named)
            if clear and (field or match["who"][0].isupper()):
                condition = Condition(field or RecordField.AUTHORS, match["who"], match["who"], found=0)
                found.append((condition, (match.start(), end)))
        return tuple(found)

    def _unknown(
        self, message: str, named: Sequence[PaperMeant], held: Sequence[tuple[int, int]], rarity: Rarity, kind: Kind
    ) -> tuple[str, ...]:
        """Names in the message that no paper of the collection speaks of."""
        if kind is Kind.CHAT:
            return ()
        taken = [(paper.start, paper.end) for paper in named] + list(held)
        spans = [(one.start, one.end) for one in find_mentions(message) if one.written and one.key not in FIELD]
        if kind is Kind.COMPARE and len(chunks(message)) <= SHORT:
            spans += [
                (one.start, one.end)
                for one in chunks(message)
                if len(one.text) > 3 and not (rarity.asks(one.text) or self._heads.knows(one.text.lower()))
            ]
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


def _of_nothing(judged: Judgement, pointed: Pointed) -> bool:
    """Whether a list or number of papers may be one of records alone: it points at no papers of the conversation."""
    counted = _form(judged) is Form.COUNT and not pointed.surely
    return judged.kind is Kind.LIST and (counted or not pointed.papers)


def _flags(judged: Judgement, history: Sequence[Answer], message: str) -> frozenset[Flag]:
    found = {flag for flag, probability in judged.flags.items() if probability >= SURE}
    if not history:
        return frozenset(found - {Flag.FOLLOWUP, Flag.CORRECTION})
    going_on = {flag for flag in (Flag.FOLLOWUP, Flag.CORRECTION) if judged.flags.get(flag, 0) >= GOING_ON[flag]}
    if points_by_place(message) or _form(judged) in _OF_ANSWER[:4]:
        going_on.add(Flag.FOLLOWUP)
    return frozenset(found | going_on)


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


def _bounds(message: str, conditions: Conditions) -> tuple[FigureBound, ...]:
    return read_bounds(message, conditions.spans)


def _position(message: str) -> int | None:
    match = _POSITION.search(message)
    return None if match is None else _POSITIONS.get(match["nth"].lower()) or int(match["nth"][0])


def _without(text: str, said: str) -> str:
    return " ".join(text.replace(said, " ").split())


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

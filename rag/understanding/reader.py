"""Reads a message without a language model: by a small trained model, and by what the collection knows of its words."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Sequence
from collections.abc import Collection as AnyOf
from pathlib import Path

from rag.index.collection import Collection
from rag.text.mentions import FIELD, find_mentions
from rag.text.numbers import numbers
from rag.text.quotes import quotes
from rag.text.terms import STOP_WORDS, fold, words
from rag.types import Answer, Hit
from rag.understanding.conditions import Conditions, read_bounds, read_conditions
from rag.understanding.conversation import Pointed, again, point_back, points_by_place
from rag.understanding.descriptions import described_papers
from rag.understanding.judging import Back, Judgement, Tag, Words, message_model
from rag.understanding.language import language_of
from rag.understanding.names import NameReader, is_identifier
from rag.understanding.query import (
    Condition,
    Flag,
    Form,
    How,
    Kind,
    PaperMeant,
    Query,
    RecordAsk,
    told_left_out,
)
from rag.understanding.said import Said
from rag.understanding.wanted import Wanted, form_of, held, of_records, unheld, without_order
from rag.understanding.wording import Rarity, chunks, outside

__all__ = ["Reader", "read"]

Find = Callable[[str, int], Sequence[Hit]]
"""Finds the papers nearest to a text, so many of them, best first."""

SURE = 0.5
"""A flag counts from this probability on."""
COMPARED = 2
"""Papers that a comparison is of, at least."""
PERHAPS = 0.15
"""So probable a comparison must be where a message tells of two papers. Of 498 wide questions it makes one right that
was wrong, and one wrong that was right, as values from 0.1 to 0.2 do."""
_OF_ANSWER = (Form.SHORTER, Form.SENTENCE, Form.SIMPLE, Form.LONGER, Form.TABLE, Form.LIST)
"""Forms that are asked of the answer just given."""
_OF_SUBJECTS = (Kind.LIST, Kind.RECORDS, Kind.OVERVIEW)
LIMIT = 1000
"""A number of papers wanted is smaller; a greater one is a year or a figure."""
_NUMBERED_NAME = re.compile(r"\b(?P<name>[^\W\d_][\w-]{2,})\s+(?P<number>\d+)\b(?!\s*(?:%|[a-z]?x\b))")
_CAPITALS = re.compile(r"\b[A-Z][\w-]*(?:\s+(?:[A-Z0-9][\w-]*|[a-z]{1,4}(?=\s))){2,}\s+[A-Z0-9][\w-]*")
"""Four words or more that begin with capitals, short ones between them aside."""
TITLE_WORDS = 3
"""A title has so many words at least ..."""
LONG_WORD = 4
"""... and of those with so many letters, which are no articles and prepositions, all begin with a capital."""
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
    without: AnyOf[str] = (),
) -> Query:
    """Reads one message; see :class:`Reader`.

    ``said`` is what a language model says of it: where it says how the message stands alone, that is read instead.
    ``without`` are pieces of :attr:`Query.readings` that do not hold.
    """
    reader = Reader(collection, home, find, without)
    if said is None:
        return reader.read(message, history, goes_on=goes_on).without(without)
    text, before = (said.model_text, ()) if said.model_text else (message, history)
    query = reader.read(text, before, goes_on=goes_on, said=said)
    as_typed = message_model(home).judge(message, history[-1].question if history else "")
    return said.finished(query, message, as_typed, SURE, alone=not history).without(without)


class Reader:
    """Reads messages to one collection; safe for several threads."""

    def __init__(self, collection: Collection, home: Path, find: Find | None = None, without: AnyOf[str] = ()) -> None:
        """Notes what to load.

        Args:
            collection: open.
            home: its home folder, under which the built-in model is kept.
            find: the retriever, for papers that are described rather than named; None: those are not looked for.
            without: pieces of :attr:`Query.readings` that do not hold.
        """
        self._collection = collection
        self._find = find
        self._names = NameReader(collection)
        self._model = message_model(home)
        self._without = without

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
        named = [paper for paper in self._names.read(message, rarity) if paper.told not in self._without]
        if is_identifier(message):  # nothing but a number under which papers are known
            judged = dataclasses.replace(judged, kinds={kind: float(kind is Kind.PAPER) for kind in Kind}, flags={})
        spans = [(paper.start, paper.end) for paper in named] + (said.unconditional(message) if said else [])
        conditions = read_conditions(message, self._collection, rarity, spans, self._without)
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
        pointed = point_back(
            message, history, self._collection, self._named, vector, back=judged.goes_back, correction=correction
        )
        papers = tuple(paper for paper in pointed.papers if paper.told not in self._without)
        none_left = pointed.papers and not papers  # then it is to be read by itself
        return Pointed() if none_left else dataclasses.replace(pointed, papers=papers)

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
        told = max(len(judged.of(Tag.PAPER)), len(named))
        if kind is Kind.PAPER and told >= COMPARED and judged.kinds[Kind.COMPARE] >= PERHAPS:
            return Kind.COMPARE
        if kind is Kind.CHAT and pointed.papers and form_of(judged) in _OF_ANSWER:
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
        subject = _outside(judged.of(Tag.SUBJECT), conditions.used)
        left_out = self._left_out(judged, conditions)
        of_nothing = not (subject or named or pointed.papers or Flag.FOREIGN in flags)
        if kind is Kind.LIST and of_nothing and (conditions.found or not left_out):
            kind = Kind.RECORDS
        if kind is Kind.PAPER and not history and _is_filler(message):
            kind = Kind.CHAT  # it speaks of nothing
        if kind is Kind.LIST and not pointed.among:
            pointed = dataclasses.replace(pointed, papers=())
        used = [(paper.start, paper.end) for paper in named] + list(conditions.spans)
        wanted = Wanted(kind, tuple(named) + pointed.papers)
        people: tuple[Condition, ...] = ()
        if kind is Kind.RECORDS:
            wanted = without_order(of_records(judged, wanted), self._without)
            people = unheld(judged, conditions, named, wanted.fields, self._without)
            if wanted.asks is RecordAsk.PAPERS and subject and not (conditions.found or people or wanted.order):
                wanted = Wanted(Kind.LIST, wanted.papers)  # of whose records nothing is said
        if kind is Kind.COMPARE or wanted.asks in (RecordAsk.VALUE, RecordAsk.SAME):
            wanted = self._with_described(message, judged, wanted, conditions)
        if wanted.kind is Kind.COMPARE and len(wanted.papers) == 1 and len(wanted.parts) < COMPARED:
            wanted = Wanted(Kind.PAPER, wanted.papers)  # several things asked of one paper
        wanted = held(wanted, judged)
        unknown = self._unknown(message, judged, named, conditions.spans, rarity, wanted.kind)
        kind = Kind.PAPER if wanted.kind is Kind.OVERVIEW and unknown and not subject else wanted.kind
        filters = conditions.filters
        if pointed.among and filters.ids is None and not flags & {Flag.CORRECTION}:
            filters = dataclasses.replace(filters, ids=frozenset(paper.paper_id for paper in pointed.papers))
        return Query(
            message=message,
            text=_standing(message, pointed, wanted.papers),
            kind=kind,
            kinds=judged.kinds,
            papers=wanted.papers,
            unknown_names=unknown,
            topic=", ".join(subject)
            if kind in _OF_SUBJECTS and Flag.FOREIGN not in flags
            else outside(message, conditions.used),
            left_out=left_out if kind in (Kind.LIST, Kind.RECORDS) else "",
            filters=filters,
            conditions=conditions.found + people,
            order=wanted.order,
            limit=_limit(message, used) if wanted.order else None,
            asks=wanted.asks,
            fields=wanted.fields,
            position=_position(message) if kind is Kind.RECORDS else None,
            bounds=read_bounds(message, conditions.spans),
            form=form_of(judged),
            flags=flags,
            parts=wanted.parts or (_questions(message) if Flag.MULTIPART in flags else ()),
            language=language_of(message) if Flag.FOREIGN in flags else "en",
        )

    def _with_described(self, message: str, judged: Judgement, wanted: Wanted, conditions: Conditions) -> Wanted:
        """With the descriptions of papers in the message as parts, and the papers that they find, in its order."""
        compared = wanted.kind is Kind.COMPARE
        if self._find is None or (not compared and wanted.papers):
            return wanted
        told, common = judged.of(Tag.PAPER), " ".join(one.text for one in judged.of(Tag.COMMON))
        if compared and not wanted.papers and len(told) < COMPARED:  # those of what they have in common, or of it all
            told = (*told, Words(Tag.PAPER, common or outside(message, conditions.spans), 0, 0))
        spans = [(paper.start, paper.end) for paper in wanted.papers]
        clear = [one for one in told if not _is_filler(one.text)]
        free = [one for one in clear if not any(one.start < end and start < one.end for start, end in spans)]
        most = COMPARED if compared else 1
        found = described_papers(
            free, self._find, beside=wanted.papers, wanted=most, common=common, without=self._without
        )
        by_place = sorted((*wanted.papers, *found), key=lambda one: one.start)
        return dataclasses.replace(wanted, papers=tuple(by_place), parts=tuple(one.text for one in free))

    def _left_out(self, judged: Judgement, conditions: Conditions) -> str:
        """The subject of papers that are not wanted."""
        subject = ", ".join(_outside(judged.of(Tag.LEFT_OUT), conditions.used))
        return "" if told_left_out(subject) in self._without else subject

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
        for start, end in _titles(message, judged):
            if not any(start < last and first < end for first, last in taken):
                taken.append((start, end))
                found.append(message[start:end])
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


def _is_filler(text: str) -> bool:
    return STOP_WORDS.issuperset(words(text))


def _titles(message: str, judged: Judgement) -> list[tuple[int, int]]:
    """Where words stand that are written as titles are: in quotation marks, as the name of a paper, or in capitals."""
    quoted = list(quotes(message))
    for match in _CAPITALS.finditer(message):
        rest = f"{message[: match.start()]} {message[match.end() :]}".split()
        if any(word.islower() and len(word) >= LONG_WORD for word in rest):  # else all of it is in capitals
            quoted.append(match.span())
    told = [(one.start, one.end) for one in judged.of(Tag.PAPER)]
    return [(start, end) for start, end in (*quoted, *told) if _like_title(message[start:end].split())]


def _like_title(said: Sequence[str]) -> bool:
    long = [word for word in said if len(word) >= LONG_WORD and word[0].isalpha()]
    return len(said) >= TITLE_WORDS and len(long) > 1 and all(word[0].isupper() for word in long)


def _flags(judged: Judgement, history: Sequence[Answer], message: str) -> frozenset[Flag]:
    found = {flag for flag, probability in judged.flags.items() if probability >= SURE}
    if not history:
        return frozenset(found - {Flag.FOLLOWUP, Flag.CORRECTION})
    if judged.goes_back is not Back.NONE or points_by_place(message) or form_of(judged) in _OF_ANSWER[:4]:
        found.add(Flag.FOLLOWUP)
    return frozenset(found)


def _outside(said: Sequence[Words], held: Sequence[tuple[int, int]]) -> list[str]:
    """The words that no condition has used up, without those that say nothing."""
    clear = [
        outside(one.text, [(a - one.start, b - one.start) for a, b in held if a < one.end and one.start < b])
        for one in said
    ]
    return [text for text in clear if chunks(text) and not _is_filler(text)]


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

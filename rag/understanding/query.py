"""A message, understood: the one value that everything behind it works from."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Collection, Mapping
from typing import Any

from rag.filters import PaperFilter

__all__ = [
    "HELD",
    "Condition",
    "FigureBound",
    "Flag",
    "Form",
    "How",
    "Kind",
    "Order",
    "OrderBy",
    "PaperMeant",
    "Query",
    "RecordAsk",
    "RecordField",
    "told_left_out",
]


class Kind(enum.StrEnum):
    """What is wanted."""

    PAPER = "paper"
    """Something that one paper, or a few, say."""
    COMPARE = "compare"
    """Two or more papers side by side."""
    LIST = "list"
    """All papers of a subject or property."""
    RECORDS = "records"
    """What the bibliographic records say: authors, years, venues, counts, ids."""
    OVERVIEW = "overview"
    """The collection as a whole, or what to read of it."""
    CHAT = "chat"
    """No question to the papers."""


class Form(enum.StrEnum):
    """The shape of the answer that is wanted."""

    ANSWER = "answer"
    SENTENCE = "sentence"
    TABLE = "table"
    ABSTRACT = "abstract"
    BIBTEX = "bibtex"
    LIST = "list"
    SHORTER = "shorter"
    SIMPLE = "simple"
    LONGER = "longer"
    COUNT = "count"
    YESNO = "yesno"


class Flag(enum.StrEnum):
    """What else holds of a message; any number of them."""

    FOLLOWUP = "followup"
    """It cannot be understood without the turn before it."""
    CORRECTION = "correction"
    TOPIC_CHANGE = "topicchange"
    THANKS = "thanks"
    GREETING = "greeting"
    FAREWELL = "farewell"
    HELP = "help"
    COMPLAINT = "complaint"
    OFF_TOPIC = "offtopic"
    INJECTION = "injection"
    GARBAGE = "garbage"
    FOREIGN = "foreign"
    """Not in English."""
    NEGATION = "negation"
    """Something is to be left out ("without", "except")."""
    ORDERED = "ordered"
    MULTIPART = "multipart"
    DEFINITION = "definition"
    MECHANISM = "mechanism"
    FIGURE = "figure"


class How(enum.StrEnum):
    """How a paper that is meant was recognised."""

    ID = "id"
    """Its id, DOI or arXiv number."""
    TITLE = "title"
    """Its title, or enough words of it in a row."""
    NAME = "name"
    """The name of its system, in any case and spelling."""
    AUTHOR_YEAR = "author and year"
    DESCRIPTION = "description"
    """What it does; found by the retriever."""
    CONVERSATION = "conversation"
    """An answer before cited it."""


class RecordField(enum.StrEnum):
    """What a record can be asked for; the last five no record holds."""

    AUTHORS = "authors"
    AUTHOR_COUNT = "author count"
    DATE = "date"
    VENUE = "venue"
    ORGANISATION = "organisation"
    CATEGORY = "category"
    COMMENTS = "comments"
    ID = "id"
    DOI = "doi"
    LINK = "link"
    """The page of the paper."""
    CODE = "code"
    TITLE = "title"
    AFFILIATION = "affiliation"
    CITATIONS = "citations"
    CONTACT = "contact"
    PAGES = "pages"
    OTHER = "other"
    """Something bibliographic that no record here holds: publisher, funding, licence, reviewers ..."""


HELD = frozenset(RecordField) - {
    RecordField.AFFILIATION,
    RecordField.CITATIONS,
    RecordField.CONTACT,
    RecordField.PAGES,
    RecordField.OTHER,
}
"""The fields that a record has a place for."""


class RecordAsk(enum.StrEnum):
    """What is to be done with the records."""

    PAPERS = "papers"
    """The papers that meet the conditions, in an order."""
    VALUE = "value"
    """The fields of the papers meant."""
    COUNT = "count"
    """How many papers meet the conditions."""
    GROUPS = "groups"
    """The papers counted by the values of the first field asked ("which year has the most")."""
    SAME = "same"
    """Other papers that have the same values of the fields as the papers meant."""
    MISSING = "missing"
    """The papers of which the records do not say the field ("whose date is unknown")."""
    ORDER = "order"
    """The papers meant, or all, put in an order; which is the first of them."""


class OrderBy(enum.StrEnum):
    """By what papers are put in order."""

    DATE = "date"
    AUTHOR_COUNT = "author count"
    COMMENTS = "comments"
    PAPERS = "papers"
    """Of groups: how many papers each has."""


@dataclasses.dataclass(frozen=True)
class Order:
    """An order of papers."""

    by: OrderBy
    descending: bool = True
    """The newest, the one with the most authors or comments, first."""

    @property
    def words(self) -> str:
        """``newest first``, ``fewest authors first`` ..."""
        if self.by is OrderBy.DATE:
            return "newest first" if self.descending else "oldest first"
        thing = "authors" if self.by is OrderBy.AUTHOR_COUNT else self.by
        return f"{'most' if self.descending else 'fewest'} {thing} first"


@dataclasses.dataclass(frozen=True)
class PaperMeant:
    """A paper that the message speaks of, and how it was recognised."""

    paper_id: str
    title: str
    how: How
    words: str
    """Of the message, as they stand there; empty where the conversation alone tells."""
    start: int = 0
    """First character of ``words`` in the message."""
    end: int = 0
    """One past the last character."""
    score: float = 1.0
    """How sure, 0 to 1; 1 for an exact id, title or name."""

    @property
    def told(self) -> str:
        """How its words were read; empty where the message has the title, or the name just as the title spells it."""
        if self.how is How.CONVERSATION:
            return f"going on about “{self.title}”"
        if not self.words or self.words in self.title:
            return ""
        if self.how is How.NAME:
            return f"reading {self.words} as “{self.title}”"
        return f"reading “{self.words}” as “{self.title}”"


@dataclasses.dataclass(frozen=True)
class Condition:
    """One condition on the records, as the message sets it and as the records spell it; each can be undone."""

    field: RecordField
    value: str
    """As the records have it (``NAACL``, ``Mei Li``), or a span of time in words (``since 2025``)."""
    words: str
    """Of the message."""
    excluded: bool = False
    """The papers that meet it are to be left out."""
    found: int | None = None
    """How many papers of the collection meet it; None where that was not counted."""

    @property
    def told(self) -> str:
        """``only papers by Mei Li``, ``leaving out papers since 2025`` ..."""
        lead = {
            RecordField.AUTHORS: "by ",
            RecordField.VENUE: "at ",
            RecordField.ORGANISATION: "from ",
            RecordField.CATEGORY: "in ",
        }.get(self.field, "")
        return f"{'leaving out' if self.excluded else 'only'} papers {lead}{self.value}"


@dataclasses.dataclass(frozen=True)
class FigureBound:
    """A figure that is asked for by its size: "gains above 10 %"."""

    unit: str
    """As in ``rag.text.numbers.Quantity``."""
    words: str
    """Of the message."""
    low: float | None = None
    """Smallest figure wanted, None: no bound; percent as written (10 for 10 %)."""
    high: float | None = None
    low_counts: bool = True
    """The figure ``low`` itself will do."""
    high_counts: bool = True


_ONE_THING = frozenset({Flag.DEFINITION, Flag.MECHANISM, Flag.FIGURE, Flag.FOLLOWUP})


@dataclasses.dataclass(frozen=True)
class Query:
    """What a message asks. Nothing behind understanding reads the message again."""

    message: str
    """As it was typed."""
    text: str
    """What is asked, understandable without the conversation."""
    kind: Kind
    kinds: Mapping[Kind, float]
    """The probability of each kind; they add up to 1."""
    papers: tuple[PaperMeant, ...] = ()
    """In the order of the message; each paper once."""
    unknown_names: tuple[str, ...] = ()
    """Names of systems asked for that no paper of the collection speaks of, as written."""
    topic: str = ""
    """What to search for: the text without what the conditions, the order and the fields have used up; empty where
    papers of every subject are meant."""
    left_out: str = ""
    """Of lists: the subject of papers that are not wanted ("except those about ..."); empty: none is named."""
    filters: PaperFilter = PaperFilter()
    """The conditions on the records together; ``matches`` and the catalogue take it."""
    conditions: tuple[Condition, ...] = ()
    """What ``filters`` was made of, in the words of the message and of the records."""
    order: Order | None = None
    limit: int | None = None
    """So many papers are wanted at most; None: all."""
    asks: RecordAsk | None = None
    """What is to be done with the records; None where the kind is another."""
    fields: tuple[RecordField, ...] = ()
    """What of the records is wanted, most probable first."""
    position: int | None = None
    """Which of the authors is asked for: 1 the first, 2 the second, -1 the last; None: all."""
    bounds: tuple[FigureBound, ...] = ()
    form: Form = Form.ANSWER
    flags: frozenset[Flag] = frozenset()
    parts: tuple[str, ...] = ()
    """The single questions where there are several, or the papers as a comparison describes them; else empty."""
    language: str = "en"
    """ISO 639-1 code; ``en`` also where too little is written to tell."""

    def __contains__(self, flag: Flag) -> bool:
        """Whether a flag is set."""
        return flag in self.flags

    @property
    def paper_ids(self) -> tuple[str, ...]:
        """Ids of the papers meant, in the order of the message."""
        return tuple(paper.paper_id for paper in self.papers)

    @property
    def is_search(self) -> bool:
        """Whether it names a matter without asking one thing of it: search words or a statement."""
        return self.kind is Kind.PAPER and "?" not in self.message and not self.flags & _ONE_THING

    @property
    def readings(self) -> tuple[str, ...]:
        """How the message was read, piece by piece: ``reading flexora as “Flexora”``, ``only papers since 2025`` ...

        Each once, and each can be left out when the message is read again; see :func:`rag.understanding.reader.read`.
        """
        said = [paper.told for paper in self.papers] + [condition.told for condition in self.conditions]
        said += [told_left_out(self.left_out)] if self.left_out else []
        said += [self.order.words] if self.order else []
        return tuple(dict.fromkeys(filter(None, said)))

    @property
    def unknown(self) -> str:
        """That the collection does not know what the message names, in a sentence; empty where it does."""
        return f"No paper here is called {' or '.join(self.unknown_names)}." if self.unknown_names else ""

    def without(self, readings: Collection[str]) -> Query:
        """The query without the papers that were read so; for what was read of the papers before."""
        return dataclasses.replace(self, papers=tuple(one for one in self.papers if one.told not in readings))

    def to_json(self) -> dict[str, Any]:
        """Everything as JSON values, for the trace."""
        record = {
            field.name: _json(getattr(self, field.name))
            for field in dataclasses.fields(self)
            if field.name != "filters"
        }
        shown = dataclasses.asdict(self.filters)
        record["filters"] = {name: _json(value) for name, value in shown.items() if value is not None}
        return {**record, "readings": list(self.readings)}


SHOWN_IDS = 50
"""Ids in the trace at most: an author or venue may stand for thousands."""


def _json(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _json(one) for key, one in value.items()}
    if isinstance(value, frozenset):
        return sorted(map(str, value))[:SHOWN_IDS]
    if isinstance(value, tuple):
        return [_json(one) for one in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _json(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, float):
        return round(value, 4)
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def told_left_out(subject: str) -> str:
    """How it is told that papers on a subject are left out."""
    return f"without papers on {subject}"

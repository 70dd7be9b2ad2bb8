"""Answers from the papers' records: exact, complete, and plain about what the records do not hold."""

from __future__ import annotations

import collections
from collections.abc import Callable, Mapping, Sequence

from rag.answering.quoting import unmarked
from rag.filters import PaperFilter, author_count
from rag.index.collection import Collection
from rag.text.sentences import passages_of
from rag.types import Claim, Draft, Paper, Verdict
from rag.understanding.query import Condition, Order, OrderBy, Query, RecordAsk, RecordField

__all__ = ["LISTED", "answer_from_records"]

LISTED = 30
"""Papers listed at most; the number of all is said."""
GROUPS = 15
"""Groups told of at most, the largest first."""
_NEVER = {
    RecordField.AFFILIATION: "affiliations",
    RecordField.CITATIONS: "numbers of citations",
    RecordField.CONTACT: "addresses of authors",
    RecordField.PAGES: "page numbers",
    RecordField.OTHER: "such thing",
}
"""What no record here has a place for."""
_PLURAL = {
    RecordField.AUTHORS: "authors",
    RecordField.AUTHOR_COUNT: "numbers of authors",
    RecordField.DATE: "dates",
    RecordField.VENUE: "venues",
    RecordField.ORGANISATION: "organisations",
    RecordField.CATEGORY: "categories",
    RecordField.COMMENTS: "numbers of comments",
    RecordField.DOI: "DOIs",
    RecordField.LINK: "links",
    RecordField.CODE: "addresses of code",
}


def answer_from_records(
    query: Query,
    collection: Collection,
    filters: PaperFilter | None = None,
    about: Callable[[], Sequence[Paper]] | None = None,
) -> Draft:
    """What the records say to a question of the kind ``records``, a sentence a paper, each citing the paper's title.

    Args:
        query: as understood; its conditions, papers, fields, order and limit say what is wanted.
        collection: whose records are asked.
        filters: the conditions of the query together with those that the user has set; None: none.
        about: finds the papers of the query's topic that ``filters`` lets through, as a list chooses them; asked only
            where there is a topic that no named paper stands for. None: topics are passed over.

    Returns:
        A draft whose claims are settled (a number alone has none); refused, with the reason as its text, when the
        records do not hold what is asked or no paper meets the conditions.
    """
    lacking = _lacking(query, collection)
    if lacking:
        return Draft(lacking, (), refused=True, claims=())
    known = collection.get_many(query.paper_ids)
    named = [known[paper_id] for paper_id in query.paper_ids if paper_id in known]
    if query.asks in (RecordAsk.VALUE, RecordAsk.ORDER) and named:
        return _values(query, named)
    subject = bool(query.topic) and about is not None and query.asks is not RecordAsk.GROUPS
    found = list(about()) if subject and about else list(collection.papers(filters))
    aside = ""
    if subject and not found and (query.order or query.conditions):
        found = list(collection.papers(filters))
        aside = f"No paper is sure to be about “{query.topic}”; by the records alone:" if found else ""
    if query.asks is RecordAsk.SAME and named:
        return _same(query, named, found if subject else list(collection.papers(filters)))
    if query.asks is RecordAsk.COUNT:
        return _count(query, found, of_topic=subject)
    if query.asks is RecordAsk.GROUPS and query.fields[0] in _GROUPED:
        return _groups(query, found)
    if query.asks is RecordAsk.MISSING and query.fields[0] in _VALUES:
        return _missing(query, found)
    return _papers(query, found, aside)


def _missing(query: Query, papers: Sequence[Paper]) -> Draft:
    """The papers of which the record does not say the field that is asked for."""
    field = query.fields[0]
    without = [paper for paper in papers if not _VALUES[field](paper)]
    if not without:
        return Draft(f"Every record here holds the {field}.", (), claims=())
    return _listing(query, without, [f"Of {_papers_told(len(without))} the record holds no {field}:"])


def _lacking(query: Query, collection: Collection) -> str:
    """Why the records cannot answer at all, in a sentence; empty: they may."""
    held = collection.directory.held()
    unheld = [condition for condition in query.conditions if condition.found == 0 and not condition.excluded]
    people = (RecordField.AUTHORS, RecordField.ORGANISATION, RecordField.AFFILIATION)
    for condition in unheld:
        if condition.field in people:
            roles = (("author", "authors"), ("organisation", "organisations"))
            names = [what for role, what in roles if not held.get(role)]
            if names:
                what = " and no ".join(names)
                return f"The records here name no {what}, so they cannot tell which papers are by {condition.value}."
            return f"No record of this collection names {condition.value}."
        return f"No paper of the collection is recorded {_told(condition)}."
    if query.asks in (RecordAsk.VALUE, RecordAsk.GROUPS, RecordAsk.SAME) and query.fields:
        never = [_NEVER[field] for field in query.fields if field in _NEVER]
        if len(never) == len(query.fields):
            about = f" (of “{query.papers[0].title}” either)" if query.papers else ""
            return f"The records hold no {' and no '.join(never)}{about}."
    ordered = query.order and query.order.by is OrderBy.COMMENTS and not held.get("comments")
    return "The records hold no numbers of comments." if ordered else ""


def _told(condition: Condition) -> str:
    return f"at {condition.value}" if condition.field is RecordField.VENUE else f"as {condition.value}"


def _count(query: Query, papers: Sequence[Paper], *, of_topic: bool) -> Draft:
    if query.unknown_names and not query.conditions:
        return Draft(
            f"None: no paper of the collection and no record names {' or '.join(query.unknown_names)}.", (), claims=()
        )
    told = _conditions(query)
    about = f" about {query.topic}" if of_topic and query.topic else ""
    if not papers:
        return Draft(f"By the records no paper of the collection is{about}{told}.", (), claims=())
    number = _papers_told(len(papers))
    lead = f"The collection holds {number}{about}{told}."
    return Draft(lead, (), claims=()) if not (told or about) else _listing(query, papers, [lead])


def _groups(query: Query, papers: Sequence[Paper]) -> Draft:
    """Papers counted by the values of a field; the largest, or smallest, group first."""
    field = query.fields[0]
    counts = collections.Counter(value for paper in papers for value in _GROUPED[field](paper))
    if not counts:
        return Draft(f"The records hold no {_PLURAL[field]}.", (), refused=True, claims=())
    fewest = query.order is not None and not query.order.descending
    ranked = sorted(counts.items(), key=lambda item: (item[1] if fewest else -item[1], item[0]))
    first = [value for value, count in ranked if count == ranked[0][1]]
    word = "fewest" if fewest else "most"
    is_only = len(counts) == 1
    has, each = ("has", "") if len(first) == 1 else ("have", " each")
    lead = f"{_and(first)} {has} the {word} papers{_conditions(query)}: {ranked[0][1]}{each}."
    if is_only:
        lead = f"All {_papers_told(ranked[0][1])} with a value have {ranked[0][0]}."
    rest = "; ".join(f"{value}: {count}" for value, count in ranked[:GROUPS])
    more = f" and {len(ranked) - GROUPS} more" if len(ranked) > GROUPS else ""
    unknown = sum(not _GROUPED[field](paper) for paper in papers)
    notes = (f"Of {_papers_told(unknown)} the record holds no {field}.",) if unknown else ()
    return Draft(lead if is_only else f"{lead} In all: {rest}{more}.", (), claims=(), notes=notes)


def _same(query: Query, meant: Sequence[Paper], pool: Sequence[Paper]) -> Draft:
    """Other papers, of the pool, that share values with those meant."""
    fields = [field for field in query.fields if field in _GROUPED]
    shared = {field: {value for paper in meant for value in _GROUPED[field](paper)} for field in fields}
    missing = [field for field in fields if not shared[field]]
    if not fields or missing:
        what = _PLURAL.get(missing[0], str(missing[0])) if missing else "such values"
        return Draft(f"The record of “{meant[0].title if meant else ''}” holds no {what}.", (), refused=True, claims=())
    others = [
        paper
        for paper in pool
        if paper.paper_id not in query.paper_ids
        and all(shared[field] & set(_GROUPED[field](paper)) for field in fields)
    ]
    values = ", ".join(" and ".join(sorted(shared[field])) for field in fields)
    lead = f"“{unmarked(meant[0].title)}” is recorded with {values}"
    if not others:
        return _listing(query, meant, [f"{lead}; no other paper{_of_topic(query)} shares that."])
    return _listing(
        query,
        others,
        [f"{lead}; {_papers_told(len(others))}{_of_topic(query)} {'shares' if len(others) == 1 else 'share'} that:"],
    )


def _of_topic(query: Query) -> str:
    return " on that subject" if query.topic else ""


def _values(query: Query, papers: Sequence[Paper]) -> Draft:
    """The fields asked for, of the papers that are named."""
    if query.order is not None or query.asks is RecordAsk.ORDER:
        order = query.order or Order(OrderBy.DATE)
        known, unknown = _ordered(papers, order)
        ranked = [*known, *unknown]
        lead = f"{order.words[:1].upper()}{order.words[1:]}:" if len(ranked) > 1 else ""
        return _listing(query, ranked, [lead] if lead else [])
    notes = [f"The records hold no {_NEVER[field]}." for field in query.fields if field in _NEVER]
    wanted = [field for field in query.fields if field not in _NEVER]
    missing = [field for field in wanted if not any(_value(paper, field, query.position) for paper in papers)]
    if missing and len(missing) == len(wanted):
        told = "; ".join(
            f"{field}: {value}"
            for field in (RecordField.DATE, RecordField.VENUE)
            if (value := _value(papers[0], field, None))
        )
        what = " and no ".join(_PLURAL.get(field, str(field)) for field in missing)
        rest = f"; it says {told}" if told else ""
        whose = (
            f"record of “{papers[0].title}” holds"
            if len(papers) == 1
            else f"records of those {len(papers)} papers hold"
        )
        return Draft(f"The {whose} no {what}{rest}.", (), refused=True, claims=())
    notes += [f"The record holds no {_PLURAL.get(field, str(field))}." for field in missing]
    return _listing(query, papers, [], notes)


def _papers(query: Query, papers: Sequence[Paper], aside: str = "") -> Draft:
    """The papers that meet the conditions, in the order asked for; ``aside`` is said before them."""
    if not papers:
        told = _conditions(query).strip() or f"about “{query.topic}”"
        return Draft(f"By the records no paper of the collection is {told}.", (), refused=True, claims=())
    before = [aside] if aside else []
    if query.order is None:
        lead = [f"{_papers_told(len(papers))}{_conditions(query)}:"] if query.conditions else []
        return _listing(query, papers, [*before, *lead])
    known, unknown = _ordered(papers, query.order)
    notes = [f"Of {_papers_told(len(unknown))} the record holds no {query.order.by}."] if unknown else []
    if not known:
        return Draft(f"The records hold no {query.order.by} of any of them.", (), refused=True, claims=())
    first = [paper for paper in known if _rank(paper, query.order) == _rank(known[0], query.order)]
    told = f"{query.order.words[:1].upper()}{query.order.words[1:]}"
    if len(first) > 1:
        told += f"; {len(first)} share the first place ({_first_told(known[0], query.order)})"
    return _listing(query, known[: query.limit], [*before, f"{told}:"], notes)


def _first_told(paper: Paper, order: Order) -> str:
    field = {OrderBy.DATE: RecordField.DATE, OrderBy.AUTHOR_COUNT: RecordField.AUTHOR_COUNT}.get(
        order.by, RecordField.COMMENTS
    )
    return _value(paper, field, None)


def _listing(query: Query, papers: Sequence[Paper], lead: Sequence[str], notes: Sequence[str] = ()) -> Draft:
    """The papers with what is asked of each, under a line that says what they are."""
    shown = papers[:LISTED]
    statements = [f"{_heading(paper)} {_facts(paper, query)}" for paper in shown]
    lines = [*lead, *(f"{statement} [{number}]." for number, statement in enumerate(statements, start=1))]
    claims = tuple(Claim(f"{text}.", (number,), Verdict.SUPPORTED) for number, text in enumerate(statements, start=1))
    more = len(papers) - len(shown)
    notes = [*notes, *([f"{more} more {'fits' if more == 1 else 'fit'}."] if more else [])]
    cited = tuple(passages_of(paper)[0] for paper in shown)
    return Draft("\n\n".join(lines), cited, claims=claims, notes=tuple(notes))


def _heading(paper: Paper) -> str:
    title = unmarked(paper.title)
    return f"{title} –" if title[-1] in "?!.:" else f"{title}:"


def _facts(paper: Paper, query: Query) -> str:
    """What is asked of the paper, and what put it into the answer."""
    used = [condition.field for condition in query.conditions if condition.field in _VALUES]
    ordered = [RecordField(query.order.by)] if query.order else []
    wanted = list(dict.fromkeys([*(field for field in query.fields if field in _VALUES), *used, *ordered]))
    if RecordField.DATE in wanted or wanted in ([], [RecordField.TITLE]):  # where and when go together
        wanted = list(dict.fromkeys([*wanted, RecordField.VENUE, RecordField.DATE]))
    elif RecordField.VENUE in wanted:
        wanted.append(RecordField.DATE)
    said = [(field, _value(paper, field, query.position if field is RecordField.AUTHORS else None)) for field in wanted]
    asked = {*query.fields, *ordered}
    told = [value or f"no {field} recorded" for field, value in said if value or field in asked]
    return ", ".join(told)


def _ordered(papers: Sequence[Paper], order: Order) -> tuple[list[Paper], list[Paper]]:
    """The papers in order, those with equal values by title; and those of which the record does not say it."""
    known = sorted((paper for paper in papers if _rank(paper, order) is not None), key=lambda paper: paper.title)
    known.sort(key=lambda paper: _rank(paper, order) or 0, reverse=order.descending)
    return known, [paper for paper in papers if _rank(paper, order) is None]


def _rank(paper: Paper, order: Order) -> int | None:
    if order.by is OrderBy.DATE:
        return paper.published.toordinal() if paper.published else None
    return author_count(paper) if order.by is OrderBy.AUTHOR_COUNT else paper.comment_count


def _conditions(query: Query) -> str:
    """The conditions behind "papers": `` at AAAI, since 2025``."""
    names = {
        RecordField.AUTHORS: "by ",
        RecordField.VENUE: "at ",
        RecordField.ORGANISATION: "from ",
        RecordField.CATEGORY: "in ",
    }
    told = [
        f"{'not ' if condition.excluded else ''}{names.get(condition.field, '')}{condition.value}"
        for condition in query.conditions
    ]
    return f" {', '.join(told)}" if told else ""


def _papers_told(number: int) -> str:
    return "1 paper" if number == 1 else f"{number} papers"


def _and(values: Sequence[str]) -> str:
    return " and ".join([", ".join(values[:-1]), values[-1]] if len(values) > 1 else values)


def _value(paper: Paper, field: RecordField, position: int | None) -> str:
    """What the record says of a field, in words; empty when it says nothing. Of authors one place, from 1, or -1."""
    if field is RecordField.AUTHORS and position is not None:
        place = position - 1 if position > 0 else position
        return paper.authors[place] if -len(paper.authors) <= place < len(paper.authors) else ""
    return _VALUES[field](paper)


def _date(paper: Paper) -> str:
    """A date as the record has it; the first of January stands for a year of which no more is known."""
    day = paper.published
    if day is None:
        return ""
    return str(day.year) if (day.month, day.day) == (1, 1) else f"{day:%B} {day.day}, {day.year}"


def _authors_told(paper: Paper) -> str:
    count = author_count(paper)
    return "" if not count else f"{count} author{'' if count == 1 else 's'}"


def _comments(paper: Paper) -> str:
    count = paper.comment_count
    return "" if count is None else f"{count} comment{'' if count == 1 else 's'}"


_VALUES: Mapping[RecordField, Callable[[Paper], str]] = {
    RecordField.AUTHORS: lambda paper: ", ".join(paper.authors),
    RecordField.AUTHOR_COUNT: _authors_told,
    RecordField.DATE: _date,
    RecordField.VENUE: lambda paper: paper.venue or "",
    RecordField.ORGANISATION: lambda paper: paper.organisation or "",
    RecordField.CATEGORY: lambda paper: ", ".join(paper.categories),
    RecordField.COMMENTS: _comments,
    RecordField.ID: lambda paper: paper.paper_id,
    RecordField.DOI: lambda paper: paper.doi or "",
    RecordField.LINK: lambda paper: paper.url or "",
    RecordField.CODE: lambda paper: ", ".join(paper.code_urls),
    RecordField.TITLE: lambda paper: paper.title,
}
_GROUPED: Mapping[RecordField, Callable[[Paper], Sequence[str]]] = {
    RecordField.AUTHORS: lambda paper: paper.authors,
    RecordField.AUTHOR_COUNT: lambda paper: [_authors_told(paper)] if author_count(paper) else [],
    RecordField.DATE: lambda paper: [str(paper.published.year)] if paper.published else [],
    RecordField.VENUE: lambda paper: [paper.venue] if paper.venue else [],
    RecordField.ORGANISATION: lambda paper: [paper.organisation] if paper.organisation else [],
    RecordField.CATEGORY: lambda paper: paper.categories,
}
"""By which values papers are counted or matched."""

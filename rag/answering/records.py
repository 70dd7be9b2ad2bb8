"""Answers from the papers' records: exact, complete, and plain about what a record does not hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from rag.answering.asks import Ask, Order
from rag.answering.lookup import Lookup
from rag.answering.quoting import unmarked
from rag.filters import author_count
from rag.text.naming import own_names
from rag.text.sentences import passages_of
from rag.text.terms import document_terms, words
from rag.types import Claim, Draft, Paper, Verdict

__all__ = ["answer_from_records", "asks_of", "fits"]

LISTED = 30
"""Papers listed at most; the number of all is said."""


def fits(paper: Paper, lookup: Lookup) -> bool:
    """Whether a paper's title and subject are those meant; dates and numbers of authors are not looked at."""
    title = f" {' '.join(words(paper.title))} "
    if lookup.title_words and f" {' '.join(lookup.title_words)} " not in title:
        return False
    if not lookup.topics:
        return True
    terms = set(document_terms(paper.title) + document_terms(paper.abstract))
    return any(terms.issuperset(topic) for topic in lookup.topics)


def asks_of(lookup: Lookup, named: Sequence[Paper]) -> bool:
    """Whether it is the named papers' own records that are asked for, not something in them ("the data of X")."""
    names = (text for paper in named for text in (paper.title, *own_names(paper)))
    return bool(named) and set(lookup.subject) <= {term for name in names for term in document_terms(name)}


def answer_from_records(
    lookup: Lookup, papers: Iterable[Paper], *, named: bool = False, likely: bool = False, filtered: bool = False
) -> Draft:
    """What the records say, a sentence a paper, each citing the paper's title.

    Args:
        lookup: what is asked.
        papers: those that meet its limits, in any order.
        named: the question names them: all are answered about.
        likely: they are the nearest to its subject rather than sure to be of it.
        filtered: other papers of the collection were left out at the reader's wish.

    Returns:
        A draft whose claims are settled (a mere number of papers has none); refused, with the reason as its text,
        when no paper fits or the records do not hold what is asked.
    """
    found = list(papers)
    if lookup.count and not lookup.limited and not lookup.topics:
        return Draft(_number(len(found), filtered=filtered), (), claims=())
    chosen = _ordered(found, lookup, all_of_them=named)
    if not chosen:
        return Draft("No paper of the collection fits, by what the records say.", (), refused=True)
    missing = [ask for ask in Ask if ask in lookup.asks and not any(_VALUES[ask](paper) for paper in chosen)]
    if missing and len(missing) == len(lookup.asks):
        return Draft(_lacking(missing, chosen), (), refused=True)
    shown = chosen[:LISTED]
    statements = [f"{_heading(paper)} {_facts(paper, lookup)}" for paper in shown]
    lines = [f"{statement} [{marker}]." for marker, statement in enumerate(statements, start=1)]
    if likely or (lookup.order is None and not named and (lookup.count or len(chosen) > 1)):
        lines.insert(0, _lead(len(chosen), likely=likely))
    claims = (Claim(f"{text}.", (marker,), Verdict.SUPPORTED) for marker, text in enumerate(statements, start=1))
    more = len(chosen) - LISTED
    notes = [f"{more} more {'fits' if more == 1 else 'fit'}."] if more > 0 else []
    notes += [f"The records do not hold the {ask}." for ask in missing]
    cited = tuple(passages_of(paper)[0] for paper in shown)
    return Draft("\n\n".join(lines), cited, claims=tuple(claims), notes=tuple(notes))


def _number(papers: int, *, filtered: bool) -> str:
    many = "no papers" if papers == 0 else "1 paper" if papers == 1 else f"{papers} papers"
    return f"The collection holds {many}{' that the filters let through' if filtered else ''}."


def _lead(papers: int, *, likely: bool) -> str:
    many = "1 paper" if papers == 1 else f"{papers} papers"
    if likely:
        return f"{many} {'is' if papers == 1 else 'are'} likely to be meant:"
    return f"{many} of the collection {'fits' if papers == 1 else 'fit'}:"


def _ordered(papers: Sequence[Paper], lookup: Lookup, *, all_of_them: bool) -> list[Paper]:
    """The papers wanted, in the order asked for, newest first when it is none.

    Of all papers only those count whose record holds what they are put in order by; who shares the first place with
    others comes with them.
    """
    value = _authors if lookup.order in (Order.MOST_AUTHORS, Order.FEWEST_AUTHORS) else _day
    known = sorted((paper for paper in papers if value(paper)), key=lambda paper: paper.title)
    known.sort(key=value, reverse=lookup.order not in (Order.OLDEST, Order.FEWEST_AUTHORS))
    if lookup.order is None or all_of_them:
        return [*known, *(paper for paper in papers if not value(paper))]
    if lookup.how_many:
        return known[: lookup.how_many]
    return [paper for paper in known if value(paper) == value(known[0])]


def _heading(paper: Paper) -> str:
    title = unmarked(paper.title)
    return f"{title} –" if title[-1] in "?!.:" else f"{title}:"


def _facts(paper: Paper, lookup: Lookup) -> str:
    """What is asked of the paper, and what put it into the answer."""
    by_authors = lookup.order in (Order.MOST_AUTHORS, Order.FEWEST_AUTHORS)
    authors_count = by_authors or lookup.min_authors is not None or lookup.max_authors is not None
    wanted = set(lookup.asks) | ({Ask.AUTHOR_COUNT} if authors_count else set())
    if not wanted or lookup.order in (Order.NEWEST, Order.OLDEST) or lookup.period.first or lookup.period.last:
        wanted.add(Ask.DATE)
    said = [_VALUES[ask](paper) or f"{ask} not recorded" for ask in Ask if ask in wanted]
    return ", ".join(said)


def _lacking(missing: Sequence[Ask], papers: Sequence[Paper]) -> str:
    what = " or the ".join(missing)
    if len(papers) > 1:
        return f"The records of those {len(papers)} papers do not hold the {what}."
    known = [_VALUES[ask](papers[0]) for ask in (Ask.DATE, Ask.AUTHOR_COUNT)]
    rest = ", ".join(value for value in known if value)
    return f"The record of “{papers[0].title}” does not hold the {what}" + (f"; it says: {rest}." if rest else ".")


def _authors(paper: Paper) -> int:
    return author_count(paper) or 0


def _day(paper: Paper) -> int:
    return paper.published.toordinal() if paper.published else 0


def _spoken_date(paper: Paper) -> str:
    day = paper.published
    return f"{day:%B} {day.day}, {day.year}" if day else ""


def _spoken_count(paper: Paper) -> str:
    count = _authors(paper)
    return f"{count} author{'' if count == 1 else 's'}" if count else ""


_VALUES: dict[Ask, Callable[[Paper], str]] = {
    Ask.DATE: _spoken_date,
    Ask.AUTHOR_COUNT: _spoken_count,
    Ask.ORGANISATION: lambda paper: paper.organisation or "",
    Ask.AUTHOR_NAMES: lambda paper: ", ".join(paper.authors),
    Ask.VENUE: lambda paper: paper.venue or "",
}
"""What a record says of each thing that can be asked; empty when it says nothing."""

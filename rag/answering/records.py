"""Answers from the papers' records: exact, complete, and plain about what a record does not hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from rag.answering.lookup import Ask, Lookup, Order
from rag.answering.quoting import unmarked
from rag.text.sentences import passages_of
from rag.text.terms import document_terms, words
from rag.types import Claim, Draft, Paper, Verdict

__all__ = ["answer_from_records", "fits"]

LISTED = 30
"""Papers listed at most; the number of all is said."""


def fits(paper: Paper, lookup: Lookup) -> bool:
    """Whether a paper's title and subject are those meant; dates and numbers of authors are not looked at."""
    title = f" {' '.join(words(paper.title))} "
    if lookup.title_words and f" {' '.join(lookup.title_words)} " not in title:
        return False
    return not lookup.topic or set(lookup.topic) <= set(document_terms(paper.title) + document_terms(paper.abstract))


def answer_from_records(lookup: Lookup, papers: Iterable[Paper], named: Sequence[Paper] = ()) -> Draft:
    """What the records say, a sentence a paper, each citing the paper's title.

    Args:
        lookup: what is asked.
        papers: those that meet its limits, in any order.
        named: papers that the question names; when there are any, only they count.

    Returns:
        A draft whose claims are settled (a mere number of papers has none); refused, with the reason as its text,
        when no paper fits or the records do not hold what is asked.
    """
    found = list(named or papers)
    if lookup.count and not lookup.limited and found:
        return Draft(f"The collection holds {len(found)} papers.", (), claims=())
    chosen = _ordered(found, lookup, all_of_them=bool(named))
    if not chosen:
        return Draft("No paper of the collection fits, by what the records say.", (), refused=True)
    missing = [ask for ask in sorted(lookup.asks) if not any(_VALUES[ask](paper) for paper in chosen)]
    if missing and len(missing) == len(lookup.asks):
        return Draft(_lacking(missing, chosen), (), refused=True)
    shown = chosen[:LISTED]
    statements = [f"{unmarked(paper.title)}: {_facts(paper, lookup)}" for paper in shown]
    lines = [f"{statement} [{marker}]." for marker, statement in enumerate(statements, start=1)]
    if len(chosen) > 1 and not named and lookup.order is None:
        lines.insert(0, f"{len(chosen)} papers of the collection fit:")
    claims = (Claim(f"{text}.", (marker,), Verdict.SUPPORTED) for marker, text in enumerate(statements, start=1))
    notes = [f"{len(chosen) - LISTED} more fit."] if len(chosen) > LISTED else []
    notes += [f"The records do not hold the {ask}." for ask in missing]
    cited = tuple(passages_of(paper)[0] for paper in shown)
    return Draft("\n\n".join(lines), cited, claims=tuple(claims), notes=tuple(notes))


def _ordered(papers: Sequence[Paper], lookup: Lookup, *, all_of_them: bool) -> list[Paper]:
    """The papers wanted, in the order asked for; those whose record lacks what they are ordered by come last."""
    value = _authors if lookup.order in (Order.MOST_AUTHORS, Order.FEWEST_AUTHORS) else _day
    known = sorted((paper for paper in papers if value(paper)), key=lambda paper: (value(paper), paper.title))
    if lookup.order not in (Order.OLDEST, Order.FEWEST_AUTHORS):
        known.reverse()
    ranked = [*known, *(paper for paper in papers if not value(paper))]
    if lookup.order is None or all_of_them:
        return ranked
    return ranked[: lookup.how_many or 1]


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
    known = [_VALUES[ask](papers[0]) for ask in (Ask.DATE, Ask.AUTHOR_COUNT)]
    rest = ", ".join(value for value in known if value)
    return f"The record of “{papers[0].title}” does not hold the {what}" + (f"; it says: {rest}." if rest else ".")


def _authors(paper: Paper) -> int:
    return paper.author_count or len(paper.authors)


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

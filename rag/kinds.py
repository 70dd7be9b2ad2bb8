"""Answers that need no writer: from the papers' records, and lists of all papers of a kind."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

from rag import index
from rag.answering.asks import Ask
from rag.answering.author_limits import without_author_limits
from rag.answering.listed import answer_with_list
from rag.answering.listing import Listing, read_listing
from rag.answering.lookup import Lookup, read_lookup
from rag.answering.periods import Period, without_periods
from rag.answering.planner import Turn
from rag.answering.records import answer_from_records, asks_of, fits
from rag.comparing.releases import SEARCHED, read_released, released
from rag.filters import PaperFilter, organisation_words
from rag.grounding import missing_evidence
from rag.text.naming import own_names, papers_meant
from rag.text.terms import document_terms
from rag.types import Draft, Hit, Paper

__all__ = ["Find", "WholeCollection"]

LISTED_CANDIDATES = 1000
"""Best papers of the lexical index that are read for a list or a subject."""
NEAR = 0.85
"""Share of the best score from which on a paper counts as near a subject that no paper has to the letter.
Judgement: 0.75 and 0.95 give the same numbers on the development questions, which hold too few such subjects."""

Find = Callable[[str, PaperFilter | None], list[Hit]]
"""The best papers for a query among those that a filter lets through."""


@dataclasses.dataclass(frozen=True)
class WholeCollection:
    """What is asked of the collection as a whole, or of the records of its papers."""

    collection: index.Collection
    filters: PaperFilter | None
    """What the reader wants left out."""
    find: Find

    def answer(self, turn: Turn, hits: Sequence[Hit]) -> Draft | None:
        """The answer from records, or a list; None when the message asks for something else."""
        lookup = read_lookup(turn.message)
        if lookup and lookup.limits_a_list and (limited := self._list_within(lookup, turn)):
            return limited
        draft = self._looked_up(lookup, turn, hits) if lookup else None
        if draft is not None:
            return draft
        listing = read_listing(turn.message)
        if listing and not listing.left_out and (what := read_released(turn.message)):
            return released(what, self._holding(document_terms(SEARCHED)))
        return self._listed(listing, turn, hits) if listing else None

    def _list_within(self, lookup: Lookup, turn: Turn) -> Draft | None:
        """The list of those papers only that the records let through; None when nothing but records is asked of."""
        listing = read_listing(without_author_limits(without_periods(turn.message)))
        if listing is None or listing.empty or listing.left_out:
            return None
        visible = self.collection.papers(_limits(lookup))
        ids = frozenset(paper.paper_id for paper in visible if self.filters is None or self.filters.matches(paper))
        within = dataclasses.replace(self, filters=PaperFilter(ids=ids))
        hits = self.find(turn.asked, within.filters) if ids else []
        return within._listed(listing, turn, hits, lookup)

    def _looked_up(self, lookup: Lookup, turn: Turn, hits: Sequence[Hit]) -> Draft | None:
        """The answer from the records; None when they are of papers not here, or something in a paper is asked for."""
        named = papers_meant(turn.asked, [hit.paper for hit in hits])
        if lookup.of_all(len(named)):
            return self._from_all(lookup, turn)
        if lookup.among and lookup.limited and named:
            return answer_from_records(lookup, filter(_limits(lookup).matches, named), named=True)
        return answer_from_records(lookup, named, named=True) if asks_of(lookup, named) else None

    def _from_all(self, lookup: Lookup, turn: Turn) -> Draft:
        visible = self.collection.papers(_limits(lookup))
        papers = [paper for paper in visible if self.filters is None or self.filters.matches(paper)]
        fitting = [paper for paper in self._candidates(lookup, papers) if fits(paper, lookup)]
        filtered = self.filters is not None
        if fitting or not papers or not lookup.topics or lookup.title_words:
            return answer_from_records(lookup, fitting, filtered=filtered)
        near = self._nearest(turn, papers)
        return near if isinstance(near, Draft) else answer_from_records(lookup, near, likely=True, filtered=filtered)

    def _candidates(self, lookup: Lookup, papers: Sequence[Paper]) -> Sequence[Paper]:
        """Those of the papers that may be of the subject: reading each takes 0.8 ms, the word index some in all."""
        if not lookup.topics:
            return papers
        best = (self.collection.lexical(topic, LISTED_CANDIDATES) for topic in lookup.topics)
        found = {paper_id for matches in best for paper_id, _ in matches}
        return [paper for paper in papers if paper.paper_id in found]

    def _nearest(self, turn: Turn, papers: Sequence[Paper]) -> list[Paper] | Draft:
        """Those of the papers that are nearest to the message; a refusal when none is near."""
        hits = self.find(turn.asked, PaperFilter(ids=frozenset(paper.paper_id for paper in papers)))
        reason = self._missing(turn, hits)
        if reason is not None:
            return Draft(reason, (), refused=True)
        return [hit.paper for hit in hits if hit.score >= NEAR * hits[0].score]

    def _listed(self, listing: Listing, turn: Turn, hits: Sequence[Hit], lookup: Lookup | None = None) -> Draft | None:
        """All papers of a kind; None when nothing is said of it.

        Args:
            listing: what they are listed for.
            turn: the message.
            hits: found for it among the papers that count.
            lookup: what the records were held against; None: nothing.
        """
        spoken_of: list[Paper] = []
        if listing.empty:  # "which others use it?": what it is called stands in the conversation
            spoken_of = papers_meant(turn.asked, [hit.paper for hit in hits]) if turn.asked != turn.message else []
            listing = dataclasses.replace(
                listing, things=tuple((names[0],) for paper in spoken_of if (names := own_names(paper))), named=True
            )
        if listing.empty:
            return None
        if listing.maker:
            return self._of_maker(listing, turn, lookup)
        if listing.made_by and (made := self._made_by(listing)):
            return answer_from_records(Lookup(asks=frozenset({Ask.ORGANISATION})), made)
        frequency = self.collection.document_frequency(listing.terms)
        by_meaning = listing.about or listing.described or lookup is None
        return answer_with_list(
            listing,
            self._holding(listing.terms),
            near=hits if by_meaning and self._missing(turn, hits) is None else (),
            known={term for term, count in frequency.items() if count},
            apart_from=spoken_of,
            limits=lookup.told_limits if lookup else "",
            dated=lookup is not None and lookup.period != Period(),
        )

    def _of_maker(self, listing: Listing, turn: Turn, lookup: Lookup | None) -> Draft | None:
        """The list among the papers of an organisation."""
        made = self.collection.papers(PaperFilter(organisation=listing.maker))
        ids = frozenset(paper.paper_id for paper in made if self.filters is None or self.filters.matches(paper))
        if not ids:
            return Draft(
                f"No paper of the collection is from {listing.maker}, by what the records say.", (), refused=True
            )
        within = dataclasses.replace(self, filters=PaperFilter(ids=ids))
        hits = self.find(turn.asked, within.filters)
        return within._listed(dataclasses.replace(listing, maker=None), turn, hits, lookup)

    def _holding(self, terms: Sequence[str]) -> list[Paper]:
        """Papers that hold some of the terms, best first."""
        within = self.collection.ids(self.filters) if self.filters is not None else None
        found = [paper_id for paper_id, _ in self.collection.lexical(terms, LISTED_CANDIDATES, within)]
        papers = self.collection.get_many(found)
        return [papers[paper_id] for paper_id in found if paper_id in papers]

    def _made_by(self, listing: Listing) -> list[Paper]:
        """The papers of the organisations that the things may be."""
        names = [part for thing in listing.things for part in thing if organisation_words(part)]
        found = [paper for name in names for paper in self.collection.papers(PaperFilter(organisation=name))]
        return [paper for paper in dict.fromkeys(found) if self.filters is None or self.filters.matches(paper)]

    def _missing(self, turn: Turn, hits: Sequence[Hit]) -> str | None:
        return missing_evidence(
            turn.message, hits, self.collection.document_frequency, len(self.collection), turn.spoken_of
        )


def _limits(lookup: Lookup) -> PaperFilter:
    return PaperFilter(
        date_from=lookup.period.first,
        date_to=lookup.period.last,
        min_authors=lookup.min_authors,
        max_authors=lookup.max_authors,
    )

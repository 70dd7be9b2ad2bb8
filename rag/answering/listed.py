"""The papers of a list: the sentence that puts each on it, most certain first, the borderline ones apart."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Container, Iterable, Sequence

from rag.answering.listing import Listing
from rag.answering.quoting import unmarked, with_marker
from rag.answering.things import first, fullest, holds
from rag.text.naming import short_name
from rag.text.sentences import passages_of
from rag.types import Claim, Draft, Hit, Paper, Passage, Verdict

__all__ = ["LISTED", "Entry", "answer_with_list", "evidence_for"]

LISTED = 50
"""Papers listed at most; the number of all is said. A page of them is read on a screen, thousands are not."""
NEAR = 0.85
"""Share of the best score from which on a paper belongs to a described kind. Judgement: 0.75 and 0.95 give the same
numbers on the development questions, which describe too few kinds."""
SEVERAL = 2
"""Sentences that hold a thing from which on a paper is about it. Judgement."""
_LEAVING_OUT = "A list can say which papers mention something, not which papers leave it out."
_OF_THE_PAPER = re.compile(
    r"\b(?:we|our|ours|this (?:paper|work|study|survey|article|review|report|project)|in this)\b", re.IGNORECASE
)
"""A sentence that tells what its paper does, rather than what is known."""
_CREATING = re.compile(
    r"\b(?:introduc\w*|propos\w*|present(?:s|ed|ing)?|develop\w*|construct\w*|buil[dt]\w*|creat\w*|releas\w*|curat\w*|"
    r"contribut\w*|novel|new)\b",
    re.IGNORECASE,
)
_BETWEEN = 60
"""Characters at most between the word of creating and what is created. Judgement: longer spans reach other things."""


@dataclasses.dataclass(frozen=True)
class Entry:
    """A paper on the list."""

    paper: Paper
    passage: Passage
    """The sentence that puts it there."""
    about: bool
    """The paper treats of the thing: its title has it, several sentences do, or one that tells what the paper does."""
    whole: bool = True
    """Everything asked for stands in the paper; else only a part of "X and Y"."""


def answer_with_list(
    listing: Listing,
    papers: Iterable[Paper],
    *,
    near: Sequence[Hit] = (),
    known: Container[str] = (),
    apart_from: Collection[Paper] = (),
    limits: str = "",
    dated: bool = False,
) -> Draft:
    """A sentence from each paper that belongs on the list, cited, most certain first.

    Args:
        listing: what papers are listed for.
        papers: candidates that may hold what is named, best first.
        near: found for the whole question; they serve when a kind of paper is described, or no sentence has all the
            words of a thing. Those whose score comes near that of the best are listed, and said to be likely only.
        known: terms that stand in some paper; a thing with another term is in none.
        apart_from: papers that others are asked for in addition to.
        limits: what the papers' records were held against, as the answer says it; empty: nothing.
        dated: the date of each paper is told.

    Returns:
        A draft whose claims are settled, as its sentences are the papers' own; refused when no paper belongs on the
        list.
    """
    if listing.left_out:
        return Draft(_LEAVING_OUT, (), refused=True)
    candidates = [paper for paper in papers if paper not in apart_from]
    found = _found(listing, candidates)
    likely = not found
    if not found and (listing.bound or (listing.things and (listing.named or not listing.may_stand_in(known)))):
        return Draft(_none(listing, limits, others=bool(apart_from)), (), refused=True)
    if not found:
        best = [hit for hit in near if hit.score >= NEAR * near[0].score]
        found = [Entry(hit.paper, hit.passages[0].passage, about=True) for hit in best]
    if not found:
        reason = (
            _none(listing, limits, others=False) if listing.things else f"The collection holds no such paper{limits}."
        )
        return Draft(reason, (), refused=True)
    return _drafted(listing, found, limits, likely=likely, dated=dated)


def evidence_for(listing: Listing, paper: Paper, *, scattered: bool = False) -> Entry | None:
    """How the paper belongs on the list; None when it does not.

    The sentence is the first that holds one of the things (of those that hold it the first that tells what the paper
    does, when papers about it are wanted); the title only when no other does. With ``scattered`` the words of a thing
    may stand in different sentences; the first with most of them counts.
    """
    title, *sentences = passages_of(paper)
    passages = [*sentences, title]
    if listing.bound:
        passage = listing.bound.evidence(paper)
        beside = not listing.things or any(all(first(part, passages) for part in thing) for thing in listing.things)
        return Entry(paper, passage, about=True) if passage and beside else None
    for thing in listing.things:
        if listing.creates:
            passages = [each for each in sentences if _creates(each.text, thing)]
        found = [(fullest if scattered else first)(part, passages) for part in thing]
        if (passage := found[0]) is None or None in found:
            continue
        holding = [each for each in passages if all(holds(each.text, part) for part in thing[:1])]
        own = next((each for each in holding if each is not title and _OF_THE_PAPER.search(each.text)), None)
        about = own is not None or title in holding or len(holding) >= SEVERAL
        return Entry(paper, own or passage if listing.about else passage, about)
    return None


def _creates(text: str, thing: Sequence[str]) -> bool:
    """Whether the sentence says that its paper brings the thing into the world."""
    if not _OF_THE_PAPER.search(text):
        return False
    spans = [text[match.start() : match.end() + _BETWEEN] for match in _CREATING.finditer(text)]
    return any(holds(span, part) for span in spans for part in thing)


def _found(listing: Listing, papers: Sequence[Paper]) -> list[Entry]:
    """Papers with everything asked for in the best way in which some paper has it."""
    if listing.creates:
        made = [entry for paper in papers if (entry := evidence_for(listing, paper))]
        return made or _found(dataclasses.replace(listing, creates=False), papers)
    for scattered in (False, True):
        if found := [entry for paper in papers if (entry := evidence_for(listing, paper, scattered=scattered))]:
            return found
    parts = tuple((part,) for thing in listing.things if len(thing) > 1 for part in thing)
    if not parts or listing.bound:
        return []
    single = dataclasses.replace(listing, things=parts)
    found = [entry for paper in papers if (entry := evidence_for(single, paper))]
    return [dataclasses.replace(entry, whole=False) for entry in found]


def _none(listing: Listing, limits: str, *, others: bool) -> str:
    verb = "gives" if listing.bound else "mentions"
    return f"No {'other ' if others else ''}paper of the collection{limits} {verb} {listing.wanted}."


def _drafted(listing: Listing, found: Sequence[Entry], limits: str, *, likely: bool, dated: bool) -> Draft:
    sure = [entry for entry in found if entry.whole and (entry.about or not listing.about)]
    borderline = [entry for entry in found if entry not in sure]
    shown = [*sure, *borderline][:LISTED]
    blocks = [_lead(len(sure), listing, limits, likely=likely)]
    claims = []
    for marker, entry in enumerate(shown, start=1):
        if marker == len(sure) + 1:
            why = "as they only mention it" if entry.whole else "as they mention a part of it only"
            blocks.append(f"Borderline, {why} ({len(borderline)}):")
        lead = _name(entry, dated=dated)
        blocks.append(lead + with_marker(entry.passage.text, marker))
        claims.append(Claim(lead + unmarked(entry.passage.text), (marker,), Verdict.SUPPORTED))
    more = len(found) - len(shown)
    notes = (f"{more} more {'belongs' if more == 1 else 'belong'} on the list.",) if more else ()
    return Draft("\n\n".join(blocks), tuple(entry.passage for entry in shown), notes=notes, claims=tuple(claims))


def _lead(papers: int, listing: Listing, limits: str, *, likely: bool) -> str:
    many = "1 paper" if papers == 1 else f"{papers or 'No'} papers"
    if likely:
        return f"{many}{limits} {'is' if papers == 1 else 'are'} likely to be meant:"
    one, several = "mentions", "mention"
    if listing.bound:
        one, several = "gives", "give"
    elif listing.creates:
        one, several = "says that it brings in", "say that they bring in"
    elif listing.about:
        one, several = "is about", "are about"
    verb = one if papers == 1 else several
    return f"{many} of the collection{limits} {verb} {listing.wanted}{':' if papers else '.'}"


def _name(entry: Entry, *, dated: bool) -> str:
    """What stands in front of the sentence: whose it is, unless it begins with that."""
    name = unmarked(short_name(entry.paper))
    day = entry.paper.published if dated else None
    if day:
        return f"{name} ({day:%B} {day.day}, {day.year}): "
    return "" if entry.passage.text.startswith(name) else f"{name}: "

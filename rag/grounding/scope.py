"""Words that claim more than the source says: all, never, only, proves; outperforms where it says comparable."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.grounding.polarity import about, likeness
from rag.grounding.problems import Problem
from rag.grounding.reading import Profile, Reading, Word
from rag.grounding.support import cover
from rag.grounding.vocabulary import HEDGED, HEDGING, MATCHING, WINNING, scope_words

__all__ = ["check_scope"]

_SAME_THING = 0.5
_HEDGED_WORDS = 2
_HEDGED_SHARE = 0.5
"""How many of the words behind a hedge a sentence must have to speak of what is hedged."""
_SMALL_GAP = len(" about ")
_IDIOM = re.compile(r"at (?:all|best)\b|.{0,3}\bbest cases?\b")

_NONE_OF = re.compile(r"\b(?:without|not?|never|nor|hardly|n't)(?: \w+)? $")


def check_scope(claim: Reading, source: Profile, near: Sequence[int], best: int) -> Iterator[Problem]:
    """Problems where ``claim`` goes further than the evidence.

    Args:
        claim: the sentence to check.
        source: the papers it cites.
        near: the sentences of the source it may have been taken from.
        best: the nearest of them.
    """
    known = scope_words()
    for place, word in enumerate(claim.words):
        carrying = known.get(word.text)
        if carrying is None or _idiom(claim, word):
            continue
        if not _carried(claim, place, carrying, source, near):
            yield Problem(f"{word.text!r} is not in the cited paper", fatal=False)
            break
    yield from _outdone(claim, source, near, best)
    yield from _hardened(claim, source, best)


def _hardened(claim: Reading, source: Profile, best: int) -> Iterator[Problem]:
    """A problem where the paper asks whether, or says that something may be, and the sentence that it is."""
    evidence = source.readings[best]
    hedge = next((word for word in evidence.words if word.text in HEDGING), None)
    if hedge is None or not HEDGED.isdisjoint(claim.texts):
        return
    said = {word.stem for word in claim.content}
    after = {word.stem for word in evidence.content if word.start > hedge.start and word.segment == hedge.segment}
    if len(said & after) >= _HEDGED_WORDS and len(said & after) >= _HEDGED_SHARE * len(after):
        yield Problem(f"the paper says {hedge.text!r}, the sentence does not", fatal=False)


def _outdone(claim: Reading, source: Profile, near: Sequence[int], best: int) -> Iterator[Problem]:
    """A problem where the claim has a winner and the source two that are level."""
    winner = next((word.text for word in claim.words if word.stem in WINNING), None)
    matching = next((word.text for word in source.readings[best].words if word.stem in MATCHING), None)
    won = any(word.stem in WINNING for number in near for word in source.readings[number].words)
    if winner and matching and not won:
        yield Problem(f"the paper says {matching!r} where the sentence says {winner!r}")


def _carried(claim: Reading, place: int, carrying: frozenset[str], source: Profile, near: Sequence[int]) -> bool:
    """Whether the evidence has the very word or one as strong.

    A mere *no* or *without*, and any word of another sentence, counts only where it is said of the same thing.
    """
    word = claim.words[place]
    if any(word.text in source.readings[number].texts for number in near):
        return True
    part = [other for other in claim.content if other.segment == word.segment]
    nearest = _nearest(part or claim.content, source, near)
    return any(
        other.stem in carrying
        and (
            other.weight > 0
            and number in nearest
            or likeness(about(claim, place), about(source.readings[number], at)) >= _SAME_THING
        )
        for number in near
        for at, other in enumerate(source.readings[number].words)
    )


def _nearest(part: Sequence[Word], source: Profile, near: Sequence[int]) -> list[int]:
    """The sentences that have most of a part of the claim."""
    shares = cover(part, source).shares
    most = max(shares[number] for number in near)
    return [number for number in near if shares[number] >= most]


def _idiom(claim: Reading, word: Word) -> bool:
    """Whether *only* merely calls a figure small, or the word belongs to "at all", "at best" or "in the best case"."""
    if word.text == "only":
        return any(0 < quantity.start - word.end <= _SMALL_GAP for quantity in claim.quantities)
    if word.text == "any" and _NONE_OF.search(claim.text, 0, word.start):
        return True
    return bool(_IDIOM.match(claim.text, max(0, word.start - len("at "))))

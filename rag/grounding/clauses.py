"""The clauses of a sentence, each with the sentences of the source that it may have been taken from."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from rag.grounding.reading import Profile, Reading, Word
from rag.grounding.support import cover

__all__ = ["Clause", "clauses_of"]

_CLAUSE_WEIGHT = 1.5
"""Weight of words below which a part of a sentence is no clause of its own but goes with the next."""
_NEAREST = 0.8
"""Share of what the nearest sentence has of a clause from which on another one may be what it was taken from."""
_WHOLE = 0.5
"""What the wording of the whole sentence counts for beside that of the clause."""
_JOINING = frozenset({"and", "or", "plus"})


@dataclasses.dataclass(frozen=True)
class Clause:
    """A part of a sentence that says something by itself."""

    reading: Reading
    """The whole sentence."""
    words: tuple[Word, ...]
    """Its words that carry weight."""
    places: range
    """Where its words stand in the sentence, by number."""
    evidence: tuple[Reading, ...]
    """The sentences of the source nearest to it."""


def clauses_of(claim: Reading, source: Profile, shares: Sequence[float]) -> list[Clause]:
    """The clauses of ``claim``, at least one.

    Args:
        claim: the sentence.
        source: the papers it cites.
        shares: what each sentence of the source has of the wording of the whole claim, which settles where a clause
            says little by itself.
    """
    found = []
    best = max(range(len(shares)), key=lambda number: shares[number])
    for places in _spans(claim):
        words = tuple(claim.words[place] for place in places if claim.words[place].weight)
        scores = [own + _WHOLE * share for own, share in zip(cover(words, source).shares, shares, strict=True)]
        least = _NEAREST * max(scores)
        evidence = tuple(
            source.readings[number] for number, score in enumerate(scores) if score >= least > 0 or number == best
        )
        found.append(Clause(claim, words, places, evidence))
    return found


def _spans(claim: Reading) -> list[range]:
    """Parts between punctuation and conjunctions; those that say little go with the next one, the last with another."""
    words = claim.words
    spans: list[range] = []
    start, weight = 0, 0.0
    for place, word in enumerate(words):
        weight += word.weight
        ends = place + 1 == len(words) or _parted(claim, place)
        if ends and weight >= _CLAUSE_WEIGHT:
            spans.append(range(start, place + 1))
            start, weight = place + 1, 0.0
    if start < len(words) or not spans:
        start = spans.pop().start if spans else 0
        spans.append(range(start, len(words)))
    return spans


def _parted(claim: Reading, place: int) -> bool:
    """Whether a clause ends after a word: at punctuation, or before a conjunction that joins more than two nouns."""
    here, after = claim.words[place], claim.words[place + 1]
    return here.segment != after.segment and (after.text not in _JOINING or "," in claim.text[here.end : after.start])

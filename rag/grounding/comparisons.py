"""Who is put above whom: "A outperforms B", "A is faster than B", "A improves accuracy compared to B"."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Sequence

from rag.grounding.opposites import axes
from rag.grounding.reading import Reading, Word
from rag.grounding.vocabulary import COMPARING, STATES
from rag.text.terms import stem

__all__ = ["own_loses", "turned_round"]

_SIDE_WORDS = 8
"""Content words on each side that may name what is compared."""
_TURN_WORDS = 8
"""Words between a word of degree and the *than* that belongs to it."""
_GRADED = frozenset({"change", "length", "level", "size", "cost", "ease", "quality", "speed"})
_OWN = frozenset({"it", "our", "ours", "this", "we"})
_DEGREES = frozenset({"few", "one", "zero"})
"""Words that only in compounds (few-shot, zero-shot) say what is compared."""


@dataclasses.dataclass(frozen=True)
class _Comparison:
    """What a sentence puts above what, as stems that stand on one side only."""

    by_degree: bool
    above: frozenset[str]
    below: frozenset[str]
    own_above: bool
    """The upper side speaks of *it* or *we*: the paper's own system."""


def turned_round(claim: Reading, evidence: Sequence[Reading], own: frozenset[str]) -> bool:
    """Whether claim and evidence compare the same two things, but only the other way round.

    Args:
        claim: the sentence to check.
        evidence: the sentences of the source nearest to it.
        own: stems of what the paper calls its system, meant where it says *it* or *we*.
    """
    straight = crossed = 0
    given = [comparison for reading in evidence for comparison in _comparisons(reading)]
    for said in _comparisons(claim):
        for other in given:
            if said.by_degree != other.by_degree:
                continue
            above = other.above | own if other.own_above else other.above
            straight = max(straight, len(said.above & above) + len(said.below & other.below))
            if said.above & other.below and said.below & above:
                crossed = max(crossed, len(said.above & other.below) + len(said.below & above))
    return crossed > straight + 1


def own_loses(claim: Reading, source: Sequence[Reading], own: frozenset[str]) -> bool:
    """Whether the claim puts something above the paper's own system, which no sentence of the source does.

    Args:
        claim: the sentence to check.
        source: all sentences of the source.
        own: stems of what the paper calls its system; empty: nothing is known of one.
    """
    spans = [(mention.start, mention.end) for mention in claim.mentions]
    named = own & {word.stem for word in claim.words if any(start <= word.start < end for start, end in spans)}
    said = [comparison for comparison in _comparisons(claim) if not comparison.by_degree]
    if not any(one.below & named and not one.above & own for one in said):
        return False
    given = [comparison for reading in source for comparison in _comparisons(reading)]
    return bool(given) and not any(other.below & own and not other.above & own for other in given)


@functools.lru_cache(maxsize=4096)
def _comparisons(reading: Reading) -> tuple[_Comparison, ...]:
    words = reading.words
    found = []
    for place in range(len(words)):
        sign, turn = _verb_sign(words, place), place
        if not sign:
            sign, turn = _degree_sign(words, place)
        if not sign:
            continue
        before, after = _side(words[:place][::-1]), _side(words[turn + 1 :])
        own = sign > 0 and any(word.text in _OWN for word in words[:place])
        above, below = (before, after) if sign > 0 else (after, before)
        found.append(_Comparison(turn != place, above - below, below - above, own))
    return tuple(found)


@functools.cache
def _verbs() -> dict[str, int]:
    return {stem(word): sign for word, sign in COMPARING.items()}


def _verb_sign(words: Sequence[Word], place: int) -> int:
    """1 for *outperforms*, -1 for *trails* and *is outperformed by*, 0 for other words."""
    sign = _verbs().get(words[place].stem, 0)
    if words[place].stem == "improv" and place + 1 < len(words) and words[place + 1].text in {"over", "upon"}:
        sign = 1
    passive = words[place].text.endswith("ed") and place + 1 < len(words) and words[place + 1].text == "by"
    return -sign if passive else sign


def _degree_sign(words: Sequence[Word], place: int) -> tuple[int, int]:
    """The direction of a word such as *faster* and the place of the *than* or *compared to* after it; or 0."""
    if words[place].text in STATES:
        return 0, place
    sign = next((sign for axis, sign in axes().get(words[place].stem, ()) if axis in _GRADED), 0)
    if not sign:
        return 0, place
    for at in range(place + 1, min(place + _TURN_WORDS, len(words) - 1)):
        pair = (words[at].text, words[at + 1].text)
        if pair[0] in {"than", "versus"}:
            return sign, at
        if pair in {("compared", "to"), ("compared", "with"), ("relative", "to")}:
            return sign, at + 1
    return 0, place


def _side(words: Sequence[Word]) -> frozenset[str]:
    """The stems that name one side of a comparison, counted from the middle outwards."""
    return frozenset([word.stem for word in words if word.weight == 1 or word.text in _DEGREES][:_SIDE_WORDS])

"""Whether a sentence says the opposite of its source: opposites, negation, and who outperforms whom.

Of the SciFact claims with a verdict these rules alone find 34 (development) and 40 (training) of 100 contradicted
ones and are wrong about 9 and 5 in 100 of the supported ones; some of them were made on the training claims.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from rag.grounding.clauses import Clause
from rag.grounding.comparisons import own_loses, turned_round
from rag.grounding.polarity import (
    PREFIXES,
    Kind,
    Pointer,
    about,
    admits_doubt,
    denials,
    likeness,
    negated,
    pointers,
)
from rag.grounding.problems import Problem
from rag.grounding.reading import Reading, same_root
from rag.grounding.vocabulary import DOUBTING, NEGATING

__all__ = ["check_direction"]

_ENOUGH = 0.3
"""Likeness from which on two words are said of the same thing: they share a neighbour. With 0.5 the training half of
SciFact has 0.38 of its contradicted claims called supported instead of 0.35, and as many of the true ones."""
_ENOUGH_NARROW = 0.1
"""The same for axes that few things have: between 0.05 and 0.5 verdicts on 3 of 121 false development claims differ."""
_BROAD = frozenset(
    {"ability", "agency", "change", "count", "degree", "effect", "keeping", "length", "level", "order", "presence"}
    | {"quality", "size", "time", "weight", "width"}
)
"""Axes that almost anything has."""
_ENOUGH_SAME = 0.5
"""The same where claim and source have one word that only one of them denies; with 0.3 one true claim more is lost."""
_GRADUAL = frozenset({"change", "cost", "count", "ease", "length", "level", "quality", "size", "speed"})
"""Axes on which there is a state before a change: see :func:`_comparable`."""
_CLEARLY = 1.25
"""How much better the opposite word of the source must fit than any that agrees."""
_SAME_WORD = 0.3
"""Head start of the very word of the claim among possible counterparts."""


def check_direction(
    clauses: Sequence[Clause], near: Sequence[Reading], source: Sequence[Reading], own: frozenset[str]
) -> Iterator[Problem]:
    """Problems where a clause and the sentences it was taken from point different ways.

    Args:
        clauses: the clauses of the sentence to check, each with its evidence.
        near: the sentences nearest to the whole sentence.
        source: all sentences of the source.
        own: stems of what the paper calls its system, meant where it says *it* or *we*.
    """
    said = pointers(clauses[0].reading)
    words = {(one.stem, one.sign) for one in said if one.axis not in _BROAD}
    everywhere = itertools.chain.from_iterable(map(pointers, source))
    agreeing = [one for one in everywhere if (one.stem, one.sign) in words]
    for clause in clauses:
        given = [pointer for reading in clause.evidence for pointer in pointers(reading)]
        yield from _opposed(clause, said, [*given, *agreeing])
        yield from _denied_here(clause, source)
        yield from _denied_there(clause)
    evidence = dict.fromkeys([*near, *(reading for clause in clauses for reading in clause.evidence)])
    if turned_round(clauses[0].reading, tuple(evidence), own):
        yield Problem("the paper compares these the other way round")
    elif own_loses(clauses[0].reading, source, own):
        yield Problem("the paper puts nothing above its own")


def _opposed(clause: Clause, claim: Sequence[Pointer], evidence: Sequence[Pointer]) -> Iterator[Problem]:
    """The first word of the clause whose counterpart in the evidence points the other way.

    Each word of the claim has one counterpart at most, the best fits first: in "larger models are less reliable" the
    *larger* of the claim is that of the paper, which leaves its *less* for the claim's *more*.
    """
    partners = _partners(claim, evidence)
    taken = {id(given) for given, _ in partners.values()}
    for said in claim:
        given, fit = partners.get(id(said), (None, 0.0))
        if given is None or given.sign == said.sign or said.place not in clause.places:
            continue
        least = _ENOUGH_SAME if given.stem == said.stem else _ENOUGH if said.axis in _BROAD else _ENOUGH_NARROW
        agreeing = [one for one in evidence if (one.axis, one.sign) == (said.axis, said.sign) and id(one) not in taken]
        same = max((likeness(said.about, one.about) for one in agreeing), default=0.0)
        if fit >= least and fit > _CLEARLY * same and _comparable(said, given):
            if given.word == said.word:
                yield Problem(f"of {said.word!r} the paper says the opposite")
            else:
                yield Problem(f"the paper says {given.word!r} where the sentence says {said.word!r}")
            return


def _partners(claim: Sequence[Pointer], evidence: Sequence[Pointer]) -> dict[int, tuple[Pointer, float]]:
    """For each word of the claim, by identity, its counterpart of the evidence and how well it fits."""
    pairs = []
    for said in claim:
        for given in evidence:
            if given.axis == said.axis:
                fit = likeness(said.about, given.about)
                pairs.append((fit + _SAME_WORD * (given.stem == said.stem), fit, said, given))
    pairs.sort(key=lambda pair: -pair[0])
    found: dict[int, tuple[Pointer, float]] = {}
    taken: set[int] = set()
    for _, fit, said, given in pairs:
        if id(said) not in found and id(given) not in taken:
            found[id(said)] = (given, fit)
            taken.add(id(given))
    return found


def _comparable(said: Pointer, given: Pointer) -> bool:
    """Whether two words of opposite directions contradict one another when they are said of the same thing.

    A state may be what a change begins with ("reduces high costs", "improves poor recall").
    """
    if said.weak != given.weak and any(key in given.about for key in said.about if key.startswith("#")):
        return False  # "loses less than 4%" and "a minimal loss of 4%"
    if said.axis not in _GRADUAL:
        return True
    for one, other in ((said, given), (given, said)):
        if one.kind is Kind.STATE and other.kind is Kind.CHANGE:
            return other.axis == "change" and other.sign > 0
    return True


def _denied_here(clause: Clause, source: Sequence[Reading]) -> Iterator[Problem]:
    """What the clause denies and its evidence asserts without denying anything; or a denial that comes from nowhere."""
    claim = clause.reading
    denied = [place for place in denials(claim) if place in clause.places]
    for place in denied:
        if _asserted(claim, place, clause.evidence) and not _denied_in(source, claim.words[place].stem):
            yield Problem(f"the sentence denies {claim.words[place].text!r}, the paper does not")
            return
    if denied and not any(map(admits_doubt, clause.evidence)):
        yield Problem("the sentence denies something, the paper does not")


def _denied_in(source: Sequence[Reading], root: str) -> bool:
    """Whether any sentence denies the word."""
    return any(same_root(reading.words[place].stem, root) for reading in source for place in denials(reading))


def _denied_there(clause: Clause) -> Iterator[Problem]:
    """The first word that the clause asserts and its evidence only denies."""
    claim = clause.reading
    if any(claim.words[place].text in DOUBTING | NEGATING for place in clause.places):
        return
    for number, reading in enumerate(clause.evidence):
        others = [*clause.evidence[:number], *clause.evidence[number + 1 :]]
        for place in denials(reading):
            if _asserted(reading, place, [claim], clause.places) and not _asserted(reading, place, others):
                yield Problem(f"the paper denies {reading.words[place].text!r}, the sentence does not")
                return


def _asserted(reading: Reading, place: int, others: Sequence[Reading], within: range | None = None) -> bool:
    """Whether ``others`` have the word at ``place`` said of the same thing, and nowhere denied.

    Args:
        reading: the sentence with the word.
        place: the number of the word.
        others: the sentences it is looked for in.
        within: the places looked at; None: all.
    """
    word = reading.words[place]
    if any(prefix + word.text in other.texts for prefix in PREFIXES for other in others):
        return False
    near = about(reading, place)
    met = False
    for other in others:
        denied = negated(other)
        for at, candidate in enumerate(other.words):
            if same_root(candidate.stem, word.stem):
                if at in denied:
                    return False
                met = met or (within is None or at in within) and likeness(near, about(other, at)) >= _ENOUGH
    return met

"""Whether the figures and years of a sentence stand in its sources, or follow from figures that do."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from rag.grounding.belonging import Place, alike, misplaced, places_of
from rag.grounding.contexts import contexts, fit
from rag.grounding.problems import Problem
from rag.grounding.reading import Profile, Reading
from rag.text.numbers import Quantity, years

__all__ = ["check_figures"]

_OWN_COUNT = re.compile(r"\s*(?:stud|paper|work|survey|review|article)\w*")
_DIFFERENCE = re.compile(r"\b(?:advantage|gap|difference|margin|lead|ahead|behind|points?|increase|drop|gain)\b")
_LEFT_OUT = re.compile(
    r"\b(?:without|dropp?\w*|discard\w*|sav\w+|fewer|less|skip\w*|omit\w*|remov\w+|unused|rest"
    r"|remain\w*|other|spar\w+|prun\w+|cut\w*|reduc\w+|leav\w+|wrong\w*|err\w*|incorrect\w*|fail\w*|miss\w*"
    r"|mistak\w*|lost|loses?|overlook\w*)\b"
)
"""Words that turn a percentage into what is left of the whole."""
_WHOLES = {"%": 100.0, "ratio": 1.0}
"""What the whole is, by the unit of a share."""
_HALF_UNIT = 0.5
_DERIVED_TOLERANCE = 0.05
"""A summary's "a fifth" or "about 40%" may be this far from what the source's figures give."""


def check_figures(claim: Reading, source: Profile) -> Iterator[Problem]:
    """Problems with the figures of ``claim``: not in the source at all, or there for something else."""
    for quantity, context in zip(claim.quantities, contexts(claim), strict=True):
        places = places_of(quantity, source)
        if places:
            yield from _bounded(claim, quantity, places, source)
            yield from misplaced(claim, quantity, places, source)
        elif not _accounted_for(claim, quantity, source):
            written = claim.text[quantity.start : quantity.end]
            instead = _instead(quantity, context, source)
            text = f"{written} is not in the cited paper" + (f", which says {instead}" if instead else "")
            yield Problem(text, absent=True)
    yield from _years(claim, source)


def _bounded(claim: Reading, quantity: Quantity, places: Sequence[Place], source: Profile) -> Iterator[Problem]:
    """A problem when the figure is a bound from below here and everywhere in the source one from above, or reversed."""
    given = [source.readings[sentence].quantities[place].bound for sentence, place in places]
    if quantity.bound and all(bound == -quantity.bound for bound in given):
        written = claim.text[quantity.start : quantity.end]
        bounds = {1: f"from {written} upwards", -1: f"up to {written}"}
        yield Problem(
            f"the cited paper speaks of what is {bounds[given[0]]}, the sentence of what is {bounds[quantity.bound]}"
        )


def _years(claim: Reading, source: Profile) -> Iterator[Problem]:
    said = years(claim.text)
    if said:
        known = {year for reading in source.readings for year in years(reading.text)}
        known |= {paper.published.year for paper in source.papers if paper.published}
        yield from (
            Problem(f"the year {year} is not in the cited paper", absent=True) for year in said if year not in known
        )


def _accounted_for(claim: Reading, quantity: Quantity, source: Profile) -> bool:
    """Whether a figure that stands nowhere follows from others, or counts the cited papers themselves."""
    if quantity.value == len(source.papers) and _OWN_COUNT.match(claim.text, quantity.end):
        return True
    if quantity.approximate or quantity.unit in {"ratio", "x"}:
        tolerance = 1e-6 if quantity.unit == "x" and not quantity.approximate else _DERIVED_TOLERANCE
        if any(_ratio_of(quantity, reading.quantities, tolerance) for reading in source.readings):
            return True
    if _DIFFERENCE.search(claim.text) and any(
        _difference_of(quantity, reading.quantities) for reading in source.readings
    ):
        return True
    return quantity.unit in _WHOLES and bool(_LEFT_OUT.search(claim.text)) and _rest_of(quantity, source)


def _rest_of(said: Quantity, source: Profile) -> bool:
    """Whether the source has the share that is left of the whole when ``said`` is taken from it.

    Within what rounding allows; "over 40%" may be of 0.587 too, which leaves 0.413.
    """
    share = said.value / _WHOLES[said.unit]
    near = _DERIVED_TOLERANCE * share if said.approximate or said.unit == "ratio" else 1e-6
    above = _DERIVED_TOLERANCE * share if said.bound > 0 else near
    below = _DERIVED_TOLERANCE * share if said.bound < 0 else near
    shares = (
        given.value / 100.0 if given.unit == "%" else given.value
        for reading in source.readings
        for given in reading.quantities
        if given.unit == "%" or (given.unit in {"", "ratio"} and 0 < given.value < 1)
    )
    return any(-below <= 1.0 - given - share <= above for given in shares)


def _ratio_of(said: Quantity, given: Sequence[Quantity], tolerance: float) -> bool:
    """Whether two figures of one sentence give ``said`` as their ratio, saving or growth."""
    for first, second in itertools.permutations(given, 2):
        if first.unit != second.unit or not first.value:
            continue
        ratio = second.value / first.value
        results = {"%": (100 * ratio, 100 * (1 - ratio), 100 * (ratio - 1))}.get(said.unit, (ratio,))
        if any(abs(result - said.value) <= tolerance * said.value for result in results):
            return True
    return False


def _difference_of(said: Quantity, given: Sequence[Quantity]) -> bool:
    """Whether two figures of one sentence differ by ``said``: exactly, about or by a little less, as it says."""
    near = _DERIVED_TOLERANCE * said.value
    if said.approximate:
        near = max(near, _HALF_UNIT * 10.0**-said.decimals)
    below = near if said.approximate or said.bound < 0 else 0.0
    above = near if said.approximate or said.bound > 0 else 0.0
    return any(
        said.unit in {first.unit, "", "%"}
        and first.unit == second.unit
        and -below <= round(first.value - second.value - said.value, 6) <= above
        for first, second in itertools.permutations(given, 2)
    )


def _instead(quantity: Quantity, context: dict[str, float], source: Profile) -> str:
    """What the source has where the figure was looked for; empty where nothing fits."""
    best, found = 1.0, ""
    for reading in source.readings:
        for other, around in zip(reading.quantities, contexts(reading), strict=True):
            likeness = fit(context, around) if alike(other, quantity) else 0.0
            if likeness > best:
                best, found = likeness, reading.text[other.start : other.end]
    return found

"""What a paper says of the work before it told of its own system."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence

from rag.grounding.clauses import Clause
from rag.grounding.polarity import denies
from rag.grounding.problems import Problem
from rag.grounding.reading import Profile, Reading
from rag.grounding.support import cover
from rag.text.naming import own_names
from rag.text.terms import fold, stem
from rag.types import Paper

__all__ = ["check_others"]

_OF_OTHERS = re.compile(
    r"\b(?:existing|current|previous|prior|traditional|conventional|earlier|recent|these|such|most|many|other)\b"
    r"(?:\W+[\w-]+){0,4}?\W+(?:methods?|approach(?:es)?|systems?|techniques?|works?|models?|solutions?|frameworks?|tools?"
    r"|benchmarks?|resources|efforts|studies|algorithms?|strategies|schemes?|data ?sets?)\b",
    re.IGNORECASE,
)
_COMPLAINT = frozenset(
    map(
        stem,
        "cannot costly drawback expensive fail fall hamper hinder ignore impractical inefficient insufficient lack "
        "limit limitation neglect often overlook poor prohibitive rarely rely restrict scarce shortcoming struggle "
        "suffer unable underperform".split(),
    )
)
"""Words by which papers say what the work before theirs does not do."""
_OWN = re.compile(
    r"\b(?:we|our|ours)\b|\bthis (?:paper|work|study|survey|article|tutorial)\b|\bin this (?:paper|work)\b",
    re.IGNORECASE,
)
_COUNTERED = frozenset(
    map(
        stem,
        "address against alleviate avoid beyond bridge compared counter cut despite eliminate fill fix handle improve "
        "instead lower mitigate motivated overcome prevent rather reduce relieve remedy remove replace resolve solve "
        "tackle than unlike whereas while without".split(),
    )
)
"""Words by which a sentence says that a system does something about what others suffer from."""
_SUBJECT_WORDS = 3
_CLEARLY = 0.75
"""Share of a clause's wording in the complaint that the paper's other sentences must have for it to be of them too."""
_WORDED = 0.5
"""Share of a clause's wording that the complaint must have."""


def check_others(clauses: Sequence[Clause], source: Profile) -> Iterator[Problem]:
    """A problem where a sentence says of the paper's own system what the paper says of other work alone.

    Args:
        clauses: of the sentence to check.
        source: the papers that it cites.
    """
    claim = clauses[0].reading
    if not _of_own_system(claim, source) or denies(claim):
        return
    complaints = frozenset(number for number, reading in enumerate(source.readings) if _complains(reading))
    for clause in clauses:
        if not complaints or any(claim.words[place].stem in _COUNTERED for place in clause.places):
            continue
        shares = cover(clause.words, source).shares
        of_others = max(shares[number] for number in complaints)
        of_own = max((share for number, share in enumerate(shares) if number not in complaints), default=0.0)
        if of_others >= _WORDED and of_own < _CLEARLY * of_others:
            yield Problem("the paper says this of other work")
            return


def _of_own_system(claim: Reading, source: Profile) -> bool:
    """Whether the first words of the claim name what one of the papers brings, and no other work is spoken of."""
    if _OF_OTHERS.search(claim.text):
        return False
    first = {word.text for word in claim.words[:_SUBJECT_WORDS]}
    return any(first & _names(paper) for paper in source.papers)


@functools.lru_cache(maxsize=4096)
def _names(paper: Paper) -> frozenset[str]:
    return frozenset(fold(name) for name in own_names(paper))


@functools.lru_cache(maxsize=4096)
def _complains(reading: Reading) -> bool:
    """Whether a sentence speaks of other work, and ill of it."""
    if _OWN.search(reading.text) or not _OF_OTHERS.search(reading.text):
        return False
    return any(word.stem in _COMPLAINT for word in reading.words)

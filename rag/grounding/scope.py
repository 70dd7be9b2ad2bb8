"""Words that claim more than the source says: all, never, only, proves, or outperforms where the source says comparable."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.grounding.problems import Problem
from rag.grounding.reading import Reading
from rag.grounding.vocabulary import MATCHING, WINNING, scope_words

__all__ = ["check_scope"]

_SMALL_GAP = len(" about ")


def check_scope(claim: Reading, best: Reading, evidence: Sequence[Reading]) -> Iterator[Problem]:
    """Problems where ``claim`` goes further than the evidence, of which ``best`` is the sentence nearest to it."""
    stems = {word.stem for reading in evidence for word in reading.words}
    known = scope_words()
    for word in claim.words:
        carrying = known.get(word.text)
        if carrying is not None and not carrying & stems and not _only_a_few(claim, word.text, word.end):
            yield Problem(f"{word.text!r} is not in the cited paper", fatal=False)
            break
    winner = next((word.text for word in claim.words if word.stem in WINNING), None)
    matching = [word.text for word in best.words if word.stem in MATCHING]
    if winner and matching and not stems & WINNING:
        yield Problem(f"the paper says {matching[0]!r} where the sentence says {winner!r}")


def _only_a_few(claim: Reading, word: str, end: int) -> bool:
    """Whether *only* merely calls a figure small."""
    return word == "only" and any(0 < quantity.start - end <= _SMALL_GAP for quantity in claim.quantities)

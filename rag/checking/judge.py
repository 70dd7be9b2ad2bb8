"""The verdict on one sentence: what the papers it cites have of it."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Sequence
from pathlib import Path

from rag.checking.signs import Claimed, Signs, claimed, signs_of
from rag.learned.entailment import Calibration, Entailment
from rag.types import Paper, Passage, Verdict

__all__ = ["NO_SOURCE", "NO_STATEMENT", "Checker", "Judgement", "absent", "checker_for"]

NO_SOURCE = "no source is cited"
NO_STATEMENT = "there is no statement to check"
SAYS_OTHERWISE = "the cited paper says otherwise"
SAYS_NOT = "the cited paper does not say this"
_MARKER = re.compile(r"\s*\[\d+(?:\s*[,;–-]\s*\d+)*\]")


@dataclasses.dataclass(frozen=True)
class Judgement:
    """What the check found out about one sentence."""

    verdict: Verdict
    score: float
    """How likely it is borne out, 0 to 1: 1 for a sentence of the paper, 0 where a figure or a name is missing."""
    problems: tuple[str, ...]
    """Why it is not supported, each a sentence a person understands; empty when it is."""
    evidence: tuple[Passage, ...]
    """The sentences of the cited papers nearest to it, best first; empty when nothing is cited."""


class Checker:
    """Holds sentences against papers; safe to use from several threads.

    A sentence of the paper itself is supported. A figure, a year or a name that the papers do not have makes a sentence
    unsupported. Everything else the small model reads: the sentence, and each clause of a long one, with the nearest
    sentences and the titles.
    """

    def __init__(self, home: Path) -> None:
        """Loads nothing yet.

        Args:
            home: the folder in which the built model is kept.
        """
        self._model = Entailment(home)

    def judge(self, claim: str, papers: Sequence[Paper]) -> Judgement:
        """One sentence against the papers it cites, which are read together.

        Args:
            claim: the sentence; markers in it are ignored.
            papers: none gives unsupported.

        Raises:
            ModelUnavailableError: the weights of the small model are not installed.
        """
        return self.judge_each([(claim, papers)])[0]

    def judge_each(self, claims: Sequence[tuple[str, Sequence[Paper]]]) -> list[Judgement]:
        """Several sentences, each against its own papers; quicker than one after the other. As :meth:`judge`."""
        found: list[Judgement | Claimed] = [_seen(_MARKER.sub("", text).strip(), papers) for text, papers in claims]
        asked = [one for one in found if isinstance(one, Claimed)]
        signs = iter(signs_of(asked, self._model) if asked else ())
        return [
            _weighed(one, next(signs), self._model.calibration) if isinstance(one, Claimed) else one for one in found
        ]


@functools.lru_cache(maxsize=4)
def checker_for(home: Path) -> Checker:
    """The checker whose model is kept in ``home``; one for all that use it."""
    return Checker(home)


def absent(claim: str, papers: Sequence[Paper]) -> tuple[str, ...]:
    """A sentence for each figure and each name of ``claim`` that ``papers``, read together, do not have.

    A figure that follows from figures of the papers ("a fifth") is not absent; a word that merely has a capital letter
    is no name.
    """
    return claimed(claim, papers).absent if papers else ()


def _seen(text: str, papers: Sequence[Paper]) -> Judgement | Claimed:
    """The verdict, where it can be seen without the small model; else what that is to read."""
    if not papers:
        return Judgement(Verdict.UNSUPPORTED, 0.0, (NO_SOURCE,), ())
    if not any(map(str.isalnum, text)):
        return Judgement(Verdict.UNSUPPORTED, 0.0, (NO_STATEMENT,), ())
    claim = claimed(text, papers)
    if claim.verbatim:
        return Judgement(Verdict.SUPPORTED, 1.0, (), claim.near)
    if claim.absent:
        return Judgement(Verdict.UNSUPPORTED, 0.0, claim.absent, claim.near)
    return claim


def _weighed(claim: Claimed, signs: Signs, calibration: Calibration) -> Judgement:
    probability = calibration.probability(signs.values(claim.share))
    score = round(probability, 3)
    if probability >= calibration.supported:
        return Judgement(Verdict.SUPPORTED, score, (), claim.near)
    verdict = Verdict.PARTIAL if probability >= calibration.partial else Verdict.UNSUPPORTED
    return Judgement(verdict, score, (_reason(claim, signs),), claim.near)


def _reason(claim: Claimed, signs: Signs) -> str:
    """What is not borne out: the weakest clause where there are several, else the whole."""
    if signs.contradicted:
        return SAYS_OTHERWISE
    if signs.clauses and max(signs.clauses) > 0 > min(signs.clauses):
        weakest = claim.clauses[signs.clauses.index(min(signs.clauses))]
        return f"the cited paper does not say that “{weakest}”"
    return SAYS_NOT

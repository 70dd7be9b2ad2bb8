"""The layers of a check, the rules and a model that judges, and the one rule by which their verdicts are combined."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Protocol

from rag.errors import ModelError, ModelMissingError, ModelTimeoutError, ModelUnavailableError
from rag.grounding import absent, judge_claim
from rag.types import Paper, Passage, Verdict

__all__ = ["Examined", "Examiner", "Judge", "Layer", "by_rules"]

SAYS_NO = "the judge does not find this in the papers"
_SHARE = {Verdict.SUPPORTED: 1.0, Verdict.PARTIAL: 0.5, Verdict.UNSUPPORTED: 0.25}
"""What a verdict leaves of the share of the wording, as in :func:`rag.grounding.judge`."""
_TIMEOUTS = 2
"""After so many in a row a judge is not asked again: each may have taken minutes."""


class Judge(Protocol):
    """Says whether papers bear a sentence out; raises ModelError where it cannot."""

    @property
    def name(self) -> str:
        """What it is called in results."""

    def __call__(self, claim: str, papers: Sequence[Paper]) -> bool:
        """Whether the papers, read together, bear the claim out."""


@dataclasses.dataclass(frozen=True)
class Layer:
    """What one layer says of a sentence."""

    name: str
    """``rules``, or the model: ``ollama/bespoke-minicheck``."""
    verdict: Verdict | None
    """A judge knows ``supported`` and ``unsupported``; None: it failed."""
    problems: tuple[str, ...] = ()
    error: str | None = None
    """Why it failed; None: it did not."""


@dataclasses.dataclass(frozen=True)
class Examined:
    """One sentence held against papers by every layer there is."""

    verdict: Verdict
    """That of all layers together."""
    score: float
    """Share of the wording that the papers have, 0 to 1; half of it when partly supported, a quarter when not."""
    problems: tuple[str, ...]
    evidence: tuple[Passage, ...]
    """The nearest sentences of the papers, best first."""
    layers: tuple[Layer, ...]
    """The rules, then the judge if there is one."""


class Examiner:
    """Holds sentences against papers.

    With a judge its word decides: its no makes a sentence unsupported and its yes supported. Its yes counts for nothing
    only where the sentence has a figure or a name that the papers do not have: that can be seen, so the verdict is
    then unsupported. Where the judge fails, the rules' verdict stands and the failure is said.
    """

    def __init__(self, judge: Judge | None = None) -> None:
        """No server is asked yet.

        Args:
            judge: None: the rules alone.
        """
        self._judge = judge
        self._gave_up: str | None = None
        self._timeouts = 0

    @property
    def judge_name(self) -> str | None:
        """The judge; None: there is none."""
        return self._judge.name if self._judge else None

    def examine(self, claim: str, papers: Sequence[Paper], *, also: Sequence[Paper] = ()) -> Examined:
        """One sentence against the papers it cites, read together.

        Args:
            claim: the sentence.
            papers: at least one.
            also: other papers, see :func:`rag.grounding.judge`.
        """
        found = by_rules(claim, papers, also=also)
        if self._judge is None:
            return found
        (rules,) = found.layers
        said = self._asked(self._judge, claim, papers)
        verdict, problems = _combined(rules, said, lambda: absent(claim, papers))
        score = round(found.score / _SHARE[found.verdict] * _SHARE[verdict], 3)
        return Examined(verdict, score, problems, found.evidence, (rules, said))

    def _asked(self, judge: Judge, claim: str, papers: Sequence[Paper]) -> Layer:
        if self._gave_up is not None:
            return Layer(judge.name, None, error=self._gave_up)
        try:
            says = judge(claim, papers)
        except ModelError as error:
            self._timeouts += isinstance(error, ModelTimeoutError)
            if isinstance(error, ModelUnavailableError | ModelMissingError) or self._timeouts >= _TIMEOUTS:
                self._gave_up = str(error)
            return Layer(judge.name, None, error=str(error))
        self._timeouts = 0
        return Layer(judge.name, Verdict.SUPPORTED if says else Verdict.UNSUPPORTED)


def by_rules(claim: str, papers: Sequence[Paper], *, also: Sequence[Paper] = ()) -> Examined:
    """As :meth:`Examiner.examine` without a judge."""
    found = judge_claim(claim, papers, also=also)
    rules = Layer("rules", found.verdict, found.problems)
    return Examined(found.verdict, found.score, found.problems, found.evidence, (rules,))


def _combined(rules: Layer, judge: Layer, missing: Callable[[], tuple[str, ...]]) -> tuple[Verdict, tuple[str, ...]]:
    """The verdict of both and the reasons for it; the rule is in the docstring of :class:`Examiner`."""
    if judge.verdict is None:
        assert rules.verdict is not None  # noqa: S101 -- rules never fail; tells the type checker
        return rules.verdict, rules.problems
    if judge.verdict is Verdict.UNSUPPORTED:
        return Verdict.UNSUPPORTED, (SAYS_NO, *rules.problems)
    problems = missing() if rules.verdict is not Verdict.SUPPORTED else ()
    return (Verdict.UNSUPPORTED if problems else Verdict.SUPPORTED), problems

"""The layers of a check, the checker and a model that judges, and the one rule by which their verdicts are combined."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Protocol

from rag.checking.judge import Checker, absent
from rag.errors import ModelError, ModelMissingError, ModelTimeoutError, ModelUnavailableError
from rag.types import Paper, Passage, Verdict

__all__ = ["NO_JUDGE", "Examined", "Examiner", "Judge", "Layer"]

SAYS_NO = "the judge does not find this in the papers"
NO_JUDGE = "none"
"""What is given for a judge where the checker alone is to judge."""
_SURE = {Verdict.SUPPORTED: 1.0, Verdict.UNSUPPORTED: 0.0}
"""The score where a judge has decided; it gives no probability."""
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
    """``checker``, or the model: ``ollama/bespoke-minicheck``."""
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
    """How likely it is borne out, 0 to 1; where a judge decided otherwise than the checker, its yes or no."""
    problems: tuple[str, ...]
    evidence: tuple[Passage, ...]
    """The nearest sentences of the papers, best first."""
    layers: tuple[Layer, ...]
    """The checker, then the judge if there is one."""


class Examiner:
    """Holds sentences against papers.

    With a judge its word decides: its no makes a sentence unsupported and its yes supported. Its yes counts for nothing
    only where the sentence has a figure or a name that the papers do not have: that can be seen, so the verdict is
    then unsupported. Where the judge fails, the checker's verdict stands and the failure is said.
    """

    def __init__(self, checker: Checker, judge: Judge | None = None) -> None:
        """No server is asked yet, and no model is loaded.

        Args:
            checker: what needs no language model.
            judge: None: the checker alone.
        """
        self._checker = checker
        self._judge = judge
        self._gave_up: str | None = None
        self._timeouts = 0

    @property
    def judge_name(self) -> str | None:
        """The judge; None: there is none."""
        return self._judge.name if self._judge else None

    def check(self, claim: str, papers: Sequence[Paper], also: Sequence[Paper] = ()) -> Examined:
        """As :meth:`examine` without a judge."""
        found = self._checker.judge(claim, papers, also)
        layer = Layer("checker", found.verdict, found.problems)
        return Examined(found.verdict, found.score, found.problems, found.evidence, (layer,))

    def examine(self, claim: str, papers: Sequence[Paper], also: Sequence[Paper] = ()) -> Examined:
        """One sentence against the papers it cites, read together.

        Args:
            claim: the sentence.
            papers: at least one.
            also: other papers, one of which may be the one that was meant.
        """
        found = self.check(claim, papers, also)
        if self._judge is None:
            return found
        (own,) = found.layers
        said = self._asked(self._judge, claim, papers)
        verdict, problems = _combined(own, said, lambda: absent(claim, papers))
        score = found.score if verdict is found.verdict else _SURE[verdict]
        return Examined(verdict, score, problems, found.evidence, (own, said))

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


def _combined(own: Layer, judge: Layer, missing: Callable[[], tuple[str, ...]]) -> tuple[Verdict, tuple[str, ...]]:
    """The verdict of both and the reasons for it; the rule is in the docstring of :class:`Examiner`."""
    if judge.verdict is None:
        assert own.verdict is not None  # noqa: S101 -- the checker never fails; tells the type checker
        return own.verdict, own.problems
    if judge.verdict is Verdict.UNSUPPORTED:
        return Verdict.UNSUPPORTED, (SAYS_NO, *own.problems)
    problems = missing() if own.verdict is not Verdict.SUPPORTED else ()
    return (Verdict.UNSUPPORTED if problems else Verdict.SUPPORTED), problems

"""A small run made by hand: right, wrong and crashed turns, and text that would be HTML."""

from __future__ import annotations

from evals.header import Header
from evals.result import Result
from evals.stages import Stage
from evals.suite import Measured
from rag import Claim, Verdict
from tests.evals.answers import answer_citing
from tests.papers import SOIL, SPARSE

__all__ = ["DEFAULT", "HOSTILE", "measured", "run"]

HOSTILE = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'


def measured(key: str, right: float | None, *, group: str = "named", question: str = "How much?") -> Measured:
    """A turn that is right (1), wrong (0) or crashed (None)."""
    if right is None:
        return Measured(key, 0, group, question, (SPARSE.title,), None, f"it broke {HOSTILE}")
    claims = (Claim(f"Said {HOSTILE}.", (1,), Verdict.PARTIAL, ("3 is not in the cited paper",)),)
    cited = SPARSE if right else SOIL
    parts = {"found": ("sparse",), "timings_ms": {"retrieve": 2.0}}
    answer = answer_citing(cited, text=f"Said {HOSTILE} [1].", claims=claims, **parts)
    values = dict.fromkeys(("first", "f1", "right", "facts"), right) | {"refused": 0.0, "invented": 0.0, "words": 5.0}
    return Measured(key, 0, group, question, (SPARSE.title,), answer, None, values, None if right else Stage.MISCITED)


def run(*turns: Measured, date: str = "2025-01-01T00:00:00+00:00", **others: tuple[Measured, ...]) -> Result:
    """A run of these turns with the retriever ``hybrid``, and of others with theirs."""
    made = ("questions", 3, "abc", "papers", 6, "def", "0123", "4567", "extractive")
    header = Header(*made, ("hybrid", *others), "checker", date, {"python": "3"})
    return Result(header, {"hybrid": turns, **others})


DEFAULT = (
    measured("a", 1.0),
    measured("b", 0.0, group="riddle", question=f"What of {HOSTILE}?"),
    measured("c", None, group="list"),
    measured("d", 0.0, question="What is Firefly?"),
)

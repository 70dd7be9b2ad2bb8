"""What the check of a sentence or of a whole draft found."""

from __future__ import annotations

import dataclasses
import enum
from collections import Counter
from collections.abc import Sequence
from typing import Any

from rag.checking.layers import Layer
from rag.types import Paper, Verdict

__all__ = ["ORDER", "Checked", "CheckedDraft", "Status", "Suggestion", "Supporter", "best_of"]

ORDER = (None, Verdict.UNSUPPORTED, Verdict.PARTIAL, Verdict.SUPPORTED)
"""Verdicts from none to the best."""


class Status(enum.StrEnum):
    """What is to be said of one sentence of a draft."""

    SUPPORTED = "supported"
    """By the papers that it cites or names."""
    PARTIAL = "partial"
    UNSUPPORTED = "unsupported"
    UNCITED = "uncited"
    """It states something, and neither cites nor names a paper of the collection."""
    UNKNOWN = "unknown"
    """It cites a paper that is not in the collection: neither supported nor wrong."""
    SKIPPED = "skipped"
    """It was not checked."""


@dataclasses.dataclass(frozen=True)
class Suggestion:
    """A paper of the collection that says what a sentence says."""

    paper: Paper
    evidence: str
    """Its sentence, to the letter."""
    told_of: tuple[str, str] | None = None
    """The name in the sentence and the one of which the paper says this instead; None: the sentence stands as it is."""

    @property
    def text(self) -> str:
        """What it comes to, as a sentence without its paper."""
        if self.told_of is None:
            return "this paper supports it"
        return f"this is said of {self.told_of[1]}, not of {self.told_of[0]}"

    def to_json(self) -> dict[str, Any]:
        """The record as JSON values."""
        return {
            "paper_id": self.paper.paper_id,
            "title": self.paper.title,
            "evidence": self.evidence,
            "told_of": None if self.told_of is None else {"draft": self.told_of[0], "paper": self.told_of[1]},
        }


@dataclasses.dataclass(frozen=True)
class Supporter:
    """A paper that bears a sentence out by itself."""

    paper: Paper
    evidence: str
    """Its nearest sentence, to the letter."""
    score: float
    """How likely it is that it does, 0 to 1."""

    def to_json(self) -> dict[str, Any]:
        """The record as JSON values."""
        return {
            "paper_id": self.paper.paper_id,
            "title": self.paper.title,
            "evidence": self.evidence,
            "score": self.score,
        }


@dataclasses.dataclass(frozen=True)
class Checked:
    """One sentence, and what the collection has to say to it."""

    claim: str
    """As it stands in the draft, on one line."""
    status: Status
    verdict: Verdict | None = None
    """What it gets from the papers it was held against, for an uncited one the nearest; None: it was held against
    none, or some that it cites are missing."""
    score: float = 0.0
    """How likely it is that they bear it out, 0 to 1."""
    problems: tuple[str, ...] = ()
    """Why it is not supported; also what it cites that is not in the collection, and why it was not checked."""
    paper: Paper | None = None
    """The paper that the evidence is from."""
    evidence: str = ""
    """The sentence of that paper nearest to it, to the letter; empty without a paper."""
    basis: str | None = None
    """Why it was held against these papers: ``cited``, ``continued`` (it speaks of what the sentence before it speaks
    of, which cites them), ``named`` or ``nearest``; None: against none."""
    papers: tuple[Paper, ...] = ()
    """All that it was held against."""
    unknown: tuple[str, ...] = ()
    """What it cites that is not in the collection, in words."""
    suggestion: Suggestion | None = None
    supporters: tuple[Supporter, ...] = ()
    """All papers that bear it out by themselves: of those that it was held against, else of those near it."""
    layers: tuple[Layer, ...] = ()
    line: int | None = None
    """Where it begins in the draft, from 1; None: it is not from a draft."""
    last_line: int | None = None
    column: int | None = None
    """The character of its line with which it begins, from 1."""
    last_column: int | None = None
    """The character of its last line after its last one, from 1."""
    file: str | None = None
    """The file of the draft that it stands in, where that is one that the draft reads in; None: the draft itself."""

    @property
    def judge_error(self) -> str | None:
        """Why the judge has no verdict on it; None: it has, or there is none."""
        return next((layer.error for layer in self.layers if layer.error), None)

    def layers_json(self) -> dict[str, Any]:
        """The verdict of each layer: ``checker``, and ``judge`` where there was one."""
        found: dict[str, Any] = {}
        for layer in self.layers:
            if layer.name == "checker":
                found["checker"] = {"verdict": layer.verdict, "problems": list(layer.problems)}
            else:
                found["judge"] = {"name": layer.name, "verdict": layer.verdict, "error": layer.error}
        return found

    def to_json(self) -> dict[str, Any]:
        """The record as JSON values."""
        return {
            "claim": self.claim,
            "file": self.file,
            "line": self.line,
            "last_line": self.last_line,
            "column": self.column,
            "last_column": self.last_column,
            "status": self.status,
            "verdict": self.verdict,
            "score": self.score,
            "reason": "; ".join(self.problems),
            "evidence": self.evidence,
            "paper_id": self.paper.paper_id if self.paper else None,
            "title": self.paper.title if self.paper else None,
            "basis": self.basis,
            "papers": [{"paper_id": paper.paper_id, "title": paper.title} for paper in self.papers],
            "unknown": list(self.unknown),
            "suggestion": self.suggestion.to_json() if self.suggestion else None,
            "supporters": [one.to_json() for one in self.supporters],
            "layers": self.layers_json(),
        }


@dataclasses.dataclass(frozen=True)
class CheckedDraft:
    """A draft, sentence by sentence."""

    format: str
    sentences: tuple[Checked, ...]
    """In the order of the draft, those that were not checked among them."""
    notes: tuple[str, ...] = ()
    """What the reader should know of the whole."""
    judge: str | None = None
    """The model that judged; None: the checker alone."""

    def counts(self) -> dict[Status, int]:
        """How many sentences there are of each kind; they add up to all."""
        counted = Counter(one.status for one in self.sentences)
        return {status: counted[status] for status in Status}

    def to_json(self) -> dict[str, Any]:
        """The record as JSON values."""
        return {
            "format": self.format,
            "judge": self.judge,
            "summary": {"sentences": len(self.sentences), **self.counts()},
            "notes": list(self.notes),
            "sentences": [one.to_json() for one in self.sentences],
        }


def best_of(found: Sequence[Checked]) -> Checked:
    """The one with the best verdict and, of those, the highest score; the first of equals."""
    return max(found, key=lambda one: (ORDER.index(one.verdict), one.score))

"""Claim sets: how well the checker tells supported claims from spoiled ones."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from evals.statistics import mean_of
from rag import Assistant, Verdict
from rag.errors import SourceError

__all__ = ["CLAIMS", "Claimed", "check_claims", "claims_table", "holds_claims", "load_claims", "read_claim"]

CLAIMS = Path(__file__).with_name("claims.jsonl")
"""The set over the seed collection."""
_NAME, _CELL, _COUNT = 24, 16, 6
"""Widths of the columns: a table with three verdicts fits a terminal of 80."""


@dataclasses.dataclass(frozen=True)
class Claimed:
    """One claim of a set; ``verdict`` is None until it has been checked."""

    id: str
    claim: str
    cites: tuple[str, ...]
    supported: bool
    """What is true of it."""
    error: str
    """What was done to it (``number``, ``entity`` ...), or how a true one was written (``paraphrase`` ...)."""
    verdict: Verdict | None = None
    """That of all layers together."""
    evidence: str = ""
    """The words of a paper that decide; may be empty."""
    checker: Verdict | None = None
    """That of the checker alone."""
    judge: Verdict | None = None
    """That of the model; None: none was asked, or it failed."""
    judge_error: str | None = None
    """Why the model failed; None: it did not."""


def holds_claims(path: Path) -> bool:
    """Whether the first line of a file is a claim rather than a question; False where there is nothing to read."""
    try:
        with path.open(encoding="utf-8") as lines:
            record = json.loads(next((line for line in lines if line.strip()), "null"))
    except (OSError, ValueError):
        return False
    return isinstance(record, dict) and "claim" in record


def load_claims(path: Path = CLAIMS) -> list[Claimed]:
    """Reads a set, one JSON object a line.

    Raises:
        SourceError: the file cannot be read, or a line is not a claim; the message names the line.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise SourceError(f"{path} cannot be read ({error.strerror}); name a claim set") from error
    return [read_claim(line, f"{path.name}:{number}") for number, line in enumerate(lines, start=1) if line.strip()]


def read_claim(line: str, place: str) -> Claimed:
    """One claim.

    Args:
        line: a JSON object.
        place: what the message calls the line.

    Raises:
        SourceError: it is not a claim.
    """
    try:
        record = json.loads(line)
        supported = {"supported": True, "unsupported": False}[record["label"]]
        return Claimed(
            record["id"],
            record["claim"],
            tuple(record["cites"]),
            supported,
            record["error"],
            evidence=record.get("evidence", ""),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise SourceError(f"{place} is not a claim ({error}); see evals/README.md") from error


def check_claims(assistant: Assistant, claims: Iterable[Claimed], judge: str = "none") -> Iterator[Claimed]:
    """Each claim with the verdicts on it.

    Args:
        assistant: the collection.
        claims: what is to be checked.
        judge: a model that judges beside the checker; ``none``: the checker alone.

    Raises:
        SettingsError: ``judge`` names no model.
    """
    examiner = assistant.examiner(judge)
    for claim in claims:
        found = assistant.verify(claim.claim, claim.cites, judge=examiner)[0]
        by_layer = {layer.name == "checker": layer.verdict for layer in found.layers}
        yield dataclasses.replace(
            claim,
            verdict=found.verdict,
            checker=by_layer.get(True, found.verdict),
            judge=by_layer.get(False),
            judge_error=found.judge_error,
        )


def claims_table(claims: Sequence[Claimed]) -> str:
    """Accuracy, true claims kept, false claims called supported, and the share called supported for each kind.

    Every share stands with its 95 % interval (percentile bootstrap). Where a model judged, its verdicts and those of
    the checker alone stand beside those of both; claims on which it failed are counted, and are in no share of its own.
    """
    verdicts: dict[str, Callable[[Claimed], Verdict | None]] = {"verdict": lambda claim: claim.verdict}
    if any(claim.judge or claim.judge_error for claim in claims):
        verdicts = {
            "checker": lambda claim: claim.checker,
            "judge": lambda claim: claim.judge,
            "both": verdicts["verdict"],
        }
    lines = [f"{'':{_NAME}}" + "".join(f"{name:>{_CELL}}" for name in verdicts) + f"{'n':>{_COUNT}}"]
    for name, group, right in _groups(claims):
        cells = [_cell([right(claim, said(claim)) for claim in group if said(claim)]) for said in verdicts.values()]
        lines.append(f"{name:{_NAME}}" + "".join(f"{cell:>{_CELL}}" for cell in cells) + f"{len(group):{_COUNT}}")
    failed = sum(claim.judge_error is not None for claim in claims)
    return "\n".join([*lines, *([f"the judge failed on {failed} claim{'s' * (failed != 1)}"] if failed else [])])


_Right = Callable[[Claimed, Verdict | None], bool]


def _groups(claims: Sequence[Claimed]) -> Iterator[tuple[str, list[Claimed], _Right]]:
    """Each row: its name, its claims, and what is counted of them."""

    def called_supported(claim: Claimed, verdict: Verdict | None) -> bool:
        return verdict is Verdict.SUPPORTED

    yield "accuracy", list(claims), lambda claim, verdict: (verdict is Verdict.SUPPORTED) is claim.supported
    for name, supported in (("true claims kept", True), ("false claims supported", False)):
        yield name, [claim for claim in claims if claim.supported is supported], called_supported
    for truth, kind in dict.fromkeys((claim.supported, claim.error) for claim in claims):
        name = f"  {'true' if truth else 'false'}: {kind}"
        yield name, [claim for claim in claims if (claim.supported, claim.error) == (truth, kind)], called_supported


def _cell(values: Sequence[bool]) -> str:
    """A share and its interval; a dash where there is nothing to share out."""
    if not values:
        return "-"
    mean = mean_of([float(value) for value in values])
    return f"{mean.value:.2f} {mean.low:.2f}-{mean.high:.2f}"

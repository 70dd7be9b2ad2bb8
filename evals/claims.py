"""Claim sets: how well the checker tells supported claims from spoiled ones."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from rag import Assistant, Verdict
from rag.errors import SourceError

__all__ = ["CLAIMS", "Claimed", "check_claims", "claims_table", "holds_claims", "load_claims", "read_claim"]

CLAIMS = Path(__file__).with_name("claims.jsonl")
"""The set over the seed collection."""


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
    evidence: str = ""
    """The words of a paper that decide; may be empty."""


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


def check_claims(assistant: Assistant, claims: Iterable[Claimed]) -> Iterator[Claimed]:
    """Each claim with the checker's verdict on it."""
    for claim in claims:
        yield dataclasses.replace(claim, verdict=assistant.verify(claim.claim, claim.cites)[0].verdict)


def claims_table(claims: Sequence[Claimed]) -> str:
    """Accuracy, true claims kept, false claims called supported, and the share called supported for each kind."""
    right = sum((claim.verdict is Verdict.SUPPORTED) is claim.supported for claim in claims)
    lines = [f"{'accuracy':24}{right / len(claims):8.2f}{len(claims):6}"]
    for name, supported in (("true claims kept", True), ("false claims supported", False)):
        lines.append(_row(name, [claim for claim in claims if claim.supported is supported]))
    for kind in dict.fromkeys((claim.supported, claim.error) for claim in claims):
        name = f"  {'true' if kind[0] else 'false'}: {kind[1]}"
        lines.append(_row(name, [claim for claim in claims if (claim.supported, claim.error) == kind]))
    return "\n".join([f"{'':24}{'share':>8}{'n':>6}", *lines])


def _row(name: str, claims: Sequence[Claimed]) -> str:
    share = sum(claim.verdict is Verdict.SUPPORTED for claim in claims) / len(claims) if claims else 0.0
    return f"{name:24}{share:8.2f}{len(claims):6}"

"""An answer as its writer left it, and as it stands after the check."""

from __future__ import annotations

import dataclasses
import enum
from collections.abc import Mapping
from typing import Any

from rag.trace import Step
from rag.types.claims import Citation, Claim
from rag.types.comparison import Comparison
from rag.types.papers import Passage

__all__ = ["Answer", "Answered", "Draft", "Usage"]


class Answered(enum.StrEnum):
    """Whether an answer answers its question, however well its sentences are borne out."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


@dataclasses.dataclass(frozen=True)
class Usage:
    """Tokens as the model server counted them; 0 when no model was called or it did not say."""

    prompt_tokens: int = 0
    completion_tokens: int = 0

    def __add__(self, other: Usage) -> Usage:
        """Both together, for an answer that took several calls."""
        return Usage(self.prompt_tokens + other.prompt_tokens, self.completion_tokens + other.completion_tokens)


@dataclasses.dataclass(frozen=True)
class Draft:
    """An answer as its writer left it, before the check."""

    text: str
    """Sentences with ``[n]`` markers; n counts from 1 by first use and indexes ``cited``."""
    cited: tuple[Passage, ...]
    """The sentence behind each marker: marker n is ``cited[n - 1]``."""
    refused: bool = False
    """The writer found that the passages do not answer the question."""
    unknown_keys: tuple[str, ...] = ()
    """Citation keys the model used without having been given them; they were taken out of the text."""
    usage: Usage = Usage()
    notes: tuple[str, ...] = ()
    """What a reader should know about how it was written (evidence left out, cut by length)."""
    not_found: tuple[str, ...] = ()
    """Of several things asked for those that the writer says the papers do not answer, in the words of the message."""
    claims: tuple[Claim, ...] | None = None
    """The claims, where they come from the papers' records and need no check; None: they are to be checked."""


@dataclasses.dataclass(frozen=True)
class Answer:
    """A checked answer; :meth:`to_json` is the format of the command line."""

    question: str
    text: str
    refused: bool
    reason: str | None
    """Why it was refused, in one sentence; ``None`` when it was not."""
    citations: tuple[Citation, ...]
    claims: tuple[Claim, ...]
    nearest: tuple[tuple[str, str], ...]
    """Paper id and title of papers worth a look; filled when refused."""
    model: str
    """Who wrote it, e.g. ``extractive`` or ``ollama/llama3.2``."""
    retriever: str
    settings_hash: str
    usage: Usage = Usage()
    timings_ms: Mapping[str, float] = dataclasses.field(default_factory=dict)
    """``retrieve``, ``write``, ``check`` and ``total``, in milliseconds."""
    removed_keys: int = 0
    """How many citation keys were removed because the model had not been given them."""
    dropped_citations: int = 0
    """How many citations were taken out because their papers bear nothing of their sentence out."""
    cached: bool = False
    """A model wrote it earlier, to the same question and evidence; it was checked anew."""
    cost: float | None = None
    """What the model's tokens cost at the prices of the settings; None where none are set."""
    notes: tuple[str, ...] = ()
    """Remarks for the reader, e.g. that the configured model did not answer."""
    not_found: tuple[str, ...] = ()
    """Of several things asked for those that the papers do not answer, in the words of the question; the text ends
    with them."""
    answered: Answered | None = None
    """Whether the question was answered, by the small model that reads sentences beside it; None: nothing was asked
    that papers could answer."""
    searched: str | None = None
    """What was searched: the question made understandable without the conversation; None when nothing was."""
    found: tuple[str, ...] = ()
    """Ids of the papers that the retriever found for it, best first."""
    comparison: Comparison | None = None
    """The papers side by side, where the question asks how they differ; its markers are its own."""
    trace: tuple[Step, ...] = ()
    """What happened on the way, where that was asked for."""
    readings: tuple[str, ...] = ()
    """How the question was read (``reading flexora as “Flexora”``, ``only papers since 2025``), piece by piece: asked
    again ``without`` one of them, it is read otherwise."""

    @property
    def remarks(self) -> tuple[str, ...]:
        """How the question was read, in a sentence, and the notes."""
        return (f"How it was read: {'; '.join(self.readings)}.", *self.notes) if self.readings else self.notes

    def to_json(self) -> dict[str, Any]:
        """The answer as JSON values, in the order of the documented format; ``trace`` only where there is one."""
        trace = {"trace": [step.to_json() for step in self.trace]} if self.trace else {}
        return {
            "question": self.question,
            "answer": self.text,
            "refused": self.refused,
            "reason": self.reason,
            "citations": [dataclasses.asdict(citation) for citation in self.citations],
            "claims": [dataclasses.asdict(claim) for claim in self.claims],
            "nearest": [{"paper_id": paper_id, "title": title} for paper_id, title in self.nearest],
            "model": self.model,
            "retriever": self.retriever,
            "settings_hash": self.settings_hash,
            "usage": dataclasses.asdict(self.usage),
            "timings_ms": dict(self.timings_ms),
            "removed_keys": self.removed_keys,
            "dropped_citations": self.dropped_citations,
            "cached": self.cached,
            "cost": self.cost,
            "notes": list(self.notes),
            "not_found": list(self.not_found),
            "answered": self.answered,
            "searched": self.searched,
            "readings": list(self.readings),
            "found": list(self.found),
            "comparison": self.comparison.to_json() if self.comparison else None,
            **trace,
        }

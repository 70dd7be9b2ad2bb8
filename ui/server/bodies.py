"""What requests hold."""

from __future__ import annotations

from typing import Any, Literal

import pydantic
from pydantic import Field

from rag.filters import PaperFilter

__all__ = ["MOST_FOUND", "Ask", "Compare", "Search", "Verify"]

MOST_FOUND = 100
"""Papers that one search may ask for: as ``papertrail search --batch`` takes them."""
_FILTER: Any = Field(
    default=[],
    description="conditions that a paper must meet together: year>=2024, from=2024-03, to=2024-06, org=NAME, "
    "authors>=10, id=A,B",
)
_RETRIEVER: Any = Field(default=None, description="who finds; null: the default of the server")


class _Body(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid")


class _Filtered(_Body):
    filter: list[str] = _FILTER
    retriever: str | None = _RETRIEVER

    def papers(self) -> PaperFilter | None:
        """The papers that count; None: all.

        Raises:
            UserError: a condition cannot be read.
        """
        return PaperFilter.parse(self.filter) if self.filter else None


class Ask(_Filtered):
    """A question, and how it is to be answered."""

    question: str
    history: list[dict[str, Any]] = Field(
        default=[], description="the answers given so far in this conversation, oldest first, as they were returned"
    )
    stream: bool = Field(default=False, description="as server-sent events: `piece`s of text, then the `answer`")
    model: str | None = Field(
        default=None, description="who writes: auto, extractive, ollama/NAME, openai/NAME; null: the default"
    )
    unsupported: str | None = Field(
        default=None, description="what becomes of sentences that are not borne out: mark, rewrite or drop"
    )
    trace: bool = Field(default=False, description="the answer says how it came about")
    fresh: bool = Field(default=False, description="ask the model even if its answer is kept")
    without: list[str] = Field(
        default=[], description="how the question is not to be read: some of the `readings` of an answer to it"
    )


class Search(_Filtered):
    """A search for papers."""

    query: str
    k: int = Field(default=10, ge=1, le=MOST_FOUND, description="papers wanted")


class Compare(_Body):
    """Papers to set side by side."""

    names: list[str] = Field(description="2 to 6: system, title or its beginning, id, or a description")
    format: Literal["json", "markdown", "csv"] = "json"


class Verify(_Body):
    """A text whose sentences are held against the papers."""

    text: str
    cites: list[str] | None = Field(
        default=None, description="the text is one claim, and these papers are what it cites: titles, systems or ids"
    )
    format: Literal["text", "markdown", "latex"] | None = Field(default=None, description="null: told by its content")
    bibliography: str | None = Field(default=None, description="BibTeX, for the citations of a draft")
    judge: str | None = Field(default=None, description="a model that checks too: ollama/NAME, openai/NAME or none")

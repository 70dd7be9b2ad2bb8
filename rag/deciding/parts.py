"""A question of several parts: whether each is answered from papers of its own, and which the papers do not answer."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

from rag.deciding.decision import Decision, decide
from rag.retrieval.gathering import Evidence
from rag.types import Hit
from rag.understanding.query import Kind, Query

__all__ = ["Part", "parts_of"]


@dataclasses.dataclass(frozen=True)
class Part:
    """One of several things asked for, with what was decided for it."""

    text: str
    decision: Decision

    @property
    def answered(self) -> bool:
        """Whether the papers answer it."""
        return self.decision.refusal is None

    @property
    def hits(self) -> tuple[Hit, ...]:
        """The papers that answer it."""
        return self.decision.hits[: self.decision.papers]


def parts_of(query: Query, gathered: Callable[[Query], Evidence], whole: Decision) -> Sequence[Part]:
    """The parts of a question that are to be answered each by itself; none: it is taken as a whole.

    They are where some are answered and others not while the whole would be refused, or where they are answered from
    different papers and the message names none.

    Args:
        query: of the kind ``paper``, else it is taken as a whole.
        gathered: the evidence for a query.
        whole: what was decided for the whole question.
    """
    if query.kind is not Kind.PAPER or len(query.parts) < 2:
        return ()
    single = [dataclasses.replace(query, text=text, topic=text, parts=()) for text in query.parts]
    parts = [Part(one.text, decide(gathered(one))) for one in single]
    answered = [part for part in parts if part.answered]
    if not answered:
        return ()
    if whole.refusal is not None:
        return parts
    first = {part.hits[0].paper.paper_id for part in answered}
    return parts if len(first) > 1 and not query.papers else ()

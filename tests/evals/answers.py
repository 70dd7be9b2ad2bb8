"""Answers made by hand, for measuring them."""

from __future__ import annotations

from typing import Any

from rag import Answer, Citation, Verdict
from rag.text.sentences import passages_of
from rag.types import Paper

__all__ = ["answer_citing", "cite"]


def cite(paper: Paper, number: int = 1, marker: int = 1) -> Citation:
    """A citation of one sentence of the paper."""
    passage = passages_of(paper)[number]
    return Citation(
        marker, paper.paper_id, paper.title, None, passage.text, passage.start, passage.end, Verdict.SUPPORTED, 1.0
    )


def answer_citing(*papers: Paper, text: str | None = None, **parts: Any) -> Answer:
    """An answer with a citation of each paper."""
    citations = tuple(cite(paper, marker=marker) for marker, paper in enumerate(papers, start=1))
    said = " ".join(f"Said [{marker}]." for marker in range(1, len(papers) + 1)) if text is None else text
    values: dict[str, Any] = {
        "question": "q",
        "text": said,
        "refused": False,
        "reason": None,
        "citations": citations,
        "claims": (),
        "nearest": (),
        "model": "extractive",
        "retriever": "hybrid",
        "settings_hash": "0",
    }
    return Answer(**values | parts)

"""What is measured of one answer: pure functions of the answer and what was asked for."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from rag.types import Answer, Paper

__all__ = ["citation_scores", "facts_found", "first_citation_right", "invented_citations", "verbatim_quotes"]

_MARKER = re.compile(r"\[(\d+)\]")


def facts_found(text: str, facts: Sequence[Sequence[str]], words: int) -> list[bool]:
    """For each fact whether one of its spellings stands in the first ``words`` words, without regard to case."""
    head = " ".join(_MARKER.sub("", text).split()[:words]).lower()
    return [any(spelling in head for spelling in fact) for fact in facts]


def first_citation_right(answer: Answer, gold: Collection[str]) -> bool:
    """Whether the first citation is of a paper that must be cited; ``gold`` holds titles."""
    return bool(answer.citations) and answer.citations[0].title in gold


def citation_scores(answer: Answer, gold: Collection[str]) -> tuple[float, float, float]:
    """Precision, recall and F1 of the cited papers against those that must be cited, 0 to 1.

    All three are 1 when nothing is cited and nothing may be.
    """
    cited = {citation.title for citation in answer.citations}
    wanted = set(gold)
    if not cited and not wanted:
        return 1.0, 1.0, 1.0
    right = len(cited & wanted)
    precision = right / len(cited) if cited else 0.0
    recall = right / len(wanted) if wanted else 0.0
    return precision, recall, 2 * precision * recall / (precision + recall) if right else 0.0


def verbatim_quotes(answer: Answer, papers: Mapping[str, Paper]) -> list[bool]:
    """For each citation whether its quote stands in the paper's text exactly at its offsets."""
    return [
        citation.paper_id in papers
        and bool(citation.quote)
        and papers[citation.paper_id].text[citation.start : citation.end] == citation.quote
        for citation in answer.citations
    ]


def invented_citations(answer: Answer, papers: Mapping[str, Paper]) -> int:
    """Citations of papers that are not there, and markers in the text that lead nowhere."""
    markers = {citation.marker for citation in answer.citations}
    dangling = sum(int(marker) not in markers for marker in _MARKER.findall(answer.text))
    return dangling + sum(citation.paper_id not in papers for citation in answer.citations)

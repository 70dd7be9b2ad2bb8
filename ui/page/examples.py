"""Questions to start with, made from the papers that are in the collection."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Sequence

from rag.index import Head
from rag.types import Paper

__all__ = ["name_of", "questions"]

NAME_WORDS = 3
"""A title's part before the colon is taken for the name of a system when it has at most so many words."""


def questions(papers: Sequence[Head | Paper]) -> list[str]:
    """Up to four questions of different kinds that the collection can answer; none for an empty one."""
    newest = sorted(papers, key=lambda paper: (paper.published or datetime.date.min, paper.title), reverse=True)
    names = [name for paper in newest if (name := name_of(paper.title))]
    asked = []
    if names:
        asked.append(f"What is {names[0]} about?")
    elif newest:
        asked.append(f"What is “{newest[0].title}” about?")
    if len(names) > 2:
        asked.append(f"How does {names[1]} differ from {names[2]}?")
    if len({paper.published for paper in papers if paper.published}) > 1:
        asked.append("Which papers are the newest?")
    organisation = _commonest([paper.organisation for paper in papers if paper.organisation])
    if organisation:
        asked.append(f"Which papers come from {organisation}?")
    return asked


def name_of(title: str) -> str | None:
    """What a title calls its system: the words before the colon, when they are few."""
    name, colon, _ = title.partition(":")
    return name.strip() if colon and 0 < len(name.split()) <= NAME_WORDS else None


def _commonest(values: Sequence[str]) -> str | None:
    """The value that occurs most often; ``None`` when none occurs twice."""
    best = Counter(values).most_common(1)
    return best[0][0] if best and best[0][1] > 1 else None

"""Which sentence of a paper speaks of which aspect: each rule scores every sentence, the best one is taken."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from typing import Final

from rag.comparing import evidence, story
from rag.comparing.reading import Found, Reader, result_figures
from rag.types import Paper, Passage

__all__ = ["Finding", "findings", "own_results"]


@dataclasses.dataclass(frozen=True)
class Finding:
    """A sentence that speaks of an aspect, and the words by which it was known."""

    passage: Passage
    start: int
    """First character of those words in ``passage.text``."""
    end: int
    """One past the last one."""


_Rule = Callable[[Reader, int, str], Found | None]
_RULES: Final[dict[str, _Rule]] = {
    "code": story.find_code,
    "idea": story.find_idea,
    "problem": story.find_problem,
    "results": evidence.find_results,
    "novelty": story.find_novelty,
    "hardware": evidence.find_hardware,
    "data": evidence.find_data,
    "cost": evidence.find_cost,
    "compared": evidence.find_baselines,
}
"""In the order in which they choose."""
_REPEATED: Final = 0.6
"""Taken off a sentence for each aspect that it serves already: a column that repeats itself says less."""


@functools.lru_cache(maxsize=1024)
def findings(paper: Paper) -> dict[str, Finding]:
    """The sentence for each aspect that the abstract speaks of, by aspect; those it does not speak of are left out."""
    reader = Reader(paper)
    uses = [0] * len(reader.sentences)
    chosen: dict[str, Finding] = {}
    for aspect, rule in _RULES.items():
        found = [
            (result.score - _REPEATED * uses[index], -index, result)
            for index, passage in enumerate(reader.sentences)
            if not (aspect == "novelty" and uses[index]) and (result := rule(reader, index, passage.text)) is not None
        ]
        if found:
            _, place, best = max(found, key=lambda item: item[:2])
            uses[-place] += 1
            chosen[aspect] = Finding(reader.sentences[-place], best.start, best.end)
    return chosen


def own_results(paper: Paper) -> list[Passage]:
    """The sentences in which the paper gives figures of its own outcome."""
    reader = Reader(paper)
    return [p for index, p in enumerate(reader.sentences) if index >= reader.turn and result_figures(p.text)]

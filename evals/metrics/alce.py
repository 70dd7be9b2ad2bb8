"""Citation recall and precision as ALCE defines them, with any judge of whether papers bear a sentence out."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Protocol

from rag.errors import PapertrailError
from rag.types import Answer, Claim, Paper

__all__ = ["AlceScore", "Judge", "alce"]


class Judge(Protocol):
    """Whoever says whether papers bear a sentence out."""

    @property
    def name(self) -> str:
        """As the report shows it."""

    def __call__(self, claim: str, papers: Sequence[Paper]) -> bool:
        """Whether the sentence follows from the papers, read together.

        Raises:
            PapertrailError: it cannot say.
        """


@dataclasses.dataclass(frozen=True)
class AlceScore:
    """One answer as a judge sees its citations."""

    supported: tuple[bool, ...]
    """For each sentence that was judged whether the papers it cites bear it out: their mean is the citation recall."""
    needed: tuple[bool, ...]
    """For each citation that was judged whether it is needed: their mean is the citation precision."""
    failures: int = 0
    """Sentences that the judge could not judge; they count in neither."""


MOST_JOINED = 10
"""Of a sentence with more citations each must bear something out by itself: a count may cite sixty papers."""


def alce(answer: Answer, papers: Mapping[str, Paper], judge: Judge) -> AlceScore:
    """Judges each sentence of an answer by the papers it cites.

    The formulas are those of https://doi.org/10.18653/v1/2023.emnlp-main.398, section 4.2. A sentence counts as
    recalled when its papers together bear it out; one without a citation does not. A citation is precise when its
    sentence is recalled, and either the paper alone bears the sentence out or the others without it do not. A passage
    here is a paper's title and abstract.

    Args:
        answer: its claims are judged; a paper cited twice by one sentence counts once.
        papers: by id; a citation of a paper that is not there bears nothing out.
        judge: asked once a sentence, and up to twice a citation where there are several.
    """
    cited = {citation.marker: citation.paper_id for citation in answer.citations}
    supported: list[bool] = []
    needed: list[bool] = []
    failures = 0
    for claim in answer.claims:
        ids = list(dict.fromkeys(cited[marker] for marker in claim.markers if marker in cited))
        try:
            recalled, precise = _judged(claim, [papers.get(paper_id) for paper_id in ids], judge)
        except PapertrailError:  # the report counts it; neither a right nor a wrong answer
            failures += 1
            continue
        supported.append(recalled)
        needed += precise
    return AlceScore(tuple(supported), tuple(needed), failures)


def _judged(claim: Claim, cited: Sequence[Paper | None], judge: Judge) -> tuple[bool, list[bool]]:
    """Whether the papers bear the sentence out, and for each whether it is needed for that."""
    there = [paper for paper in cited if paper is not None]
    if not there or not judge(claim.text, there):
        return False, [False] * len(cited)
    if len(cited) == 1:
        return True, [True]
    return True, [paper is not None and _needed(claim, paper, there, judge) for paper in cited]


def _needed(claim: Claim, paper: Paper, there: Sequence[Paper], judge: Judge) -> bool:
    if judge(claim.text, [paper]):
        return True
    others = [other for other in there if other is not paper]
    return len(others) < MOST_JOINED and (not others or not judge(claim.text, others))

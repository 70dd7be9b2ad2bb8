"""Checking somebody else's text: each sentence against the paper it cites, or against the one that supports it best."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

from rag.grounding import Judgement, judge_claim
from rag.text.naming import names_paper, own_names
from rag.text.sentences import split_sentences
from rag.text.terms import words
from rag.types import Hit, Paper, Verdict

__all__ = ["Checked", "check_claim", "check_text"]

CANDIDATES = 3
"""Papers tried for a sentence that cites none; also those that may support a cited claim better."""
_ORDER = (Verdict.UNSUPPORTED, Verdict.PARTIAL, Verdict.SUPPORTED)

Find = Callable[[str, int], list[Hit]]
"""The best papers for a text, at most so many."""


@dataclasses.dataclass(frozen=True)
class Checked:
    """One sentence, and what the collection has to say to it."""

    claim: str
    verdict: Verdict
    score: float
    """Share of the wording that the evidence has, 0 to 1, less when it is not supported."""
    problems: tuple[str, ...]
    paper: Paper | None
    """The paper held against it: the one cited, else the one that supports it best; None where there is none."""
    evidence: str
    """The sentence of that paper nearest to it, to the letter; empty without a paper."""

    def to_json(self) -> dict[str, Any]:
        """The record as JSON values."""
        return {
            "claim": self.claim,
            "verdict": self.verdict,
            "score": self.score,
            "reason": "; ".join(self.problems),
            "evidence": self.evidence,
            "paper_id": self.paper.paper_id if self.paper else None,
            "title": self.paper.title if self.paper else None,
        }


def check_claim(claim: str, cites: Sequence[str], find: Find, get: Callable[[str], Paper | None]) -> Checked:
    """One claim against the papers it cites.

    Args:
        claim: one sentence.
        cites: titles, system names or ids of papers; none is the same as :func:`check_text` with one sentence.
        find: searches the collection.
        get: the paper of an id; None where there is none.
    """
    papers = [(cite, _cited(cite, find, get)) for cite in cites]
    missing = [cite for cite, paper in papers if paper is None]
    if missing:
        return Checked(claim, Verdict.UNSUPPORTED, 0.0, (f"“{missing[0]}” is not in the collection",), None, "")
    if not papers:
        return _best(claim, find)
    cited = [paper for _, paper in papers if paper is not None]
    rivals = [hit.paper for hit in find(claim, CANDIDATES) if hit.paper not in cited]
    return _checked(claim, judge_claim(claim, cited, also=rivals), cited)


def check_text(text: str, find: Find) -> list[Checked]:
    """Each sentence of a draft against the paper of the collection that supports it best."""
    lines = (line.strip() for line in text.splitlines())
    return [_best(line[start:end], find) for line in lines for start, end in split_sentences(line)]


def _cited(name: str, find: Find, get: Callable[[str], Paper | None]) -> Paper | None:
    """The paper of that id, title or system name."""
    if (paper := get(name)) is not None:
        return paper
    found = [hit.paper for hit in find(name, CANDIDATES)]
    same = [paper for paper in found if words(name) in map(words, (paper.title, *own_names(paper)))]
    return next(iter(same or [paper for paper in found if names_paper(name, paper)]), None)


def _best(claim: str, find: Find) -> Checked:
    """The claim against the paper that supports it best; unsupported without one."""
    papers = [hit.paper for hit in find(claim, CANDIDATES)]
    checked = [_checked(claim, _uncited(judge_claim(claim, [paper])), [paper]) for paper in papers]
    nothing = Checked(claim, Verdict.UNSUPPORTED, 0.0, ("nothing in the collection speaks of this",), None, "")
    return max(checked, key=lambda one: (_ORDER.index(one.verdict), one.score), default=nothing)


def _uncited(judgement: Judgement) -> Judgement:
    """The same, in words for a sentence that cites nothing."""
    problems = tuple(problem.replace("the cited paper", "the nearest paper") for problem in judgement.problems)
    return dataclasses.replace(judgement, problems=problems)


def _checked(claim: str, judgement: Judgement, papers: Sequence[Paper]) -> Checked:
    evidence = judgement.evidence[0] if judgement.evidence else None
    paper = next((paper for paper in papers if evidence and paper.paper_id == evidence.paper_id), papers[0])
    text = evidence.text if evidence else ""
    return Checked(claim, judgement.verdict, judgement.score, judgement.problems, paper, text)

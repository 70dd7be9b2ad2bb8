"""One sentence: held against given papers, against those it names, or against the nearest; and who says it instead."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence

from rag.checking.checked import ORDER, Checked, Status, Suggestion, Supporter, best_of
from rag.checking.layers import Examined, Examiner
from rag.checking.shelf import Shelf
from rag.text.mentions import find_mentions
from rag.text.naming import names_paper, own_names, papers_meant, short_name, speaks_of
from rag.text.terms import words
from rag.types import Paper, Verdict

__all__ = ["check_against", "check_claim", "check_uncited", "suggestions"]

CANDIDATES = 5
"""Papers tried for a sentence that cites none; also those that may support a cited one better."""
NOTHING = "nothing in the collection speaks of this"


def check_claim(claim: str, cites: Sequence[str], shelf: Shelf, examiner: Examiner) -> Checked:
    """One claim against the papers it cites.

    Args:
        claim: one sentence.
        cites: titles, system names or ids of papers; none: the papers it names, else the nearest.
        shelf: the collection.
        examiner: who judges.
    """
    papers = [(cite, _cited(cite, shelf)) for cite in cites]
    missing = [cite for cite, paper in papers if paper is None]
    if missing:
        problem = f"“{missing[0]}” is not in the collection"
        return Checked(claim, Status.UNSUPPORTED, Verdict.UNSUPPORTED, problems=(problem,), unknown=tuple(missing))
    if not papers:
        return check_uncited(claim, shelf.near(claim, CANDIDATES), examiner)
    cited = [paper for _, paper in papers if paper is not None]
    return check_against(claim, cited, shelf.near(claim, CANDIDATES), examiner, basis="cited")


def check_against(
    claim: str, papers: Sequence[Paper], near: Sequence[Paper], examiner: Examiner, *, basis: str
) -> Checked:
    """One sentence against papers read together; one of those that are near it may be the one that was meant."""
    found = examiner.examine(claim, papers, near)
    passage = found.evidence[0] if found.evidence else None
    paper = next((paper for paper in papers if passage and paper.paper_id == passage.paper_id), papers[0])
    supporters: tuple[Supporter, ...] = ()
    if found.verdict is Verdict.SUPPORTED:
        alone = [(paper, found if len(papers) == 1 else examiner.examine(claim, [paper])) for paper in papers]
        supporters = tuple(Supporter(one, _first(held), held.score) for one, held in alone if _bears_out(held))
    return Checked(
        claim,
        Status(found.verdict),
        found.verdict,
        found.score,
        found.problems,
        paper,
        passage.text if passage else "",
        basis=basis,
        papers=tuple(papers),
        supporters=supporters,
        layers=found.layers,
    )


def _bears_out(found: Examined) -> bool:
    return found.verdict is Verdict.SUPPORTED and bool(found.evidence)


def _first(found: Examined) -> str:
    """The nearest sentence; empty where there is none."""
    return found.evidence[0].text if found.evidence else ""


def check_uncited(claim: str, near: Sequence[Paper], examiner: Examiner) -> Checked:
    """One sentence without citations: against the papers it names, else the nearest one, which makes it uncited."""
    named = papers_meant(claim, near)
    if named:
        found = [check_against(claim, [paper], near, examiner, basis="named") for paper in named]
        if len(named) > 1 and best_of(found).verdict is not Verdict.SUPPORTED:
            found.append(check_against(claim, named, near, examiner, basis="named"))
        return _in_words(best_of(found), "the paper of that name")
    if not near:
        return Checked(claim, Status.UNCITED, Verdict.UNSUPPORTED, problems=(NOTHING,))
    by_paper = {paper: examiner.check(claim, [paper]) for paper in near}  # a judge is asked about the best alone
    nearest = max(near, key=lambda paper: (ORDER.index(by_paper[paper].verdict), by_paper[paper].score))
    checked = check_against(claim, [nearest], (), examiner, basis="nearest")
    return dataclasses.replace(_in_words(checked, "the nearest paper"), status=Status.UNCITED)


def suggestions(
    claim: str, near: Sequence[Paper], held: Sequence[Paper], shelf: Shelf, examiner: Examiner
) -> Iterator[tuple[Suggestion, Supporter]]:
    """The papers that say what a sentence says, word for word its own claim or with their own name in it.

    Args:
        claim: the sentence.
        near: papers that may say it, best first.
        held: those that it was already held against; they may still say it of another name.
        shelf: knows which words are rare: a sentence that is too general is traced to no paper.
        examiner: who judges; only what the checker supports is shown to a model, and only what both support counts.
    """
    for paper in near:
        if not shelf.telling(claim, paper):
            continue
        strange = _strange_name(claim, paper, held)
        said, told_of = claim, None
        if strange is not None:
            if not own_names(paper) or names_paper(claim, paper):
                continue
            told_of = strange, short_name(paper)
            said = short_name(paper).join(_in_place_of(strange).split(claim))
        elif paper in held:
            continue
        found = _supporting(said, paper, examiner)
        if found is not None:
            yield Suggestion(paper, found.evidence, told_of), found


def _supporting(claim: str, paper: Paper, examiner: Examiner) -> Supporter | None:
    """The paper with its sentence, where it supports the claim by every layer; None: it does not."""
    found = examiner.check(claim, [paper])
    if found.verdict is Verdict.SUPPORTED and examiner.judge_name:
        found = examiner.examine(claim, [paper])
    return Supporter(paper, _first(found), found.score) if _bears_out(found) else None


def _strange_name(claim: str, paper: Paper, held: Sequence[Paper]) -> str | None:
    """The first name in the claim that the paper does not have: of a system of ``held``, or written as names are."""
    systems = [name for other in held if other != paper for name in own_names(other)]
    places = [(match.start(), name) for name in systems for match in _in_place_of(name).finditer(claim)]
    written = [mention for mention in find_mentions(claim) if mention.written]
    places += [(mention.start, claim[mention.start : mention.end]) for mention in written]
    strange = [(start, name) for start, name in places if not speaks_of(paper, name)]
    return min(strange)[1] if strange else None


def _in_place_of(name: str) -> re.Pattern[str]:
    """Finds the name as it is written, not as a part of another one."""
    return re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])")


def _cited(name: str, shelf: Shelf) -> Paper | None:
    """The paper of that id, title or system name."""
    if (paper := shelf.look_up(name)) is not None:
        return paper
    found = shelf.near(name, CANDIDATES)
    same = [paper for paper in found if words(name) in map(words, (paper.title, *own_names(paper)))]
    return next(iter(same or [paper for paper in found if names_paper(name, paper)]), None)


def _in_words(checked: Checked, paper: str) -> Checked:
    """The same, its reasons in words for a sentence that cites nothing."""
    problems = tuple(problem.replace("the cited paper", paper) for problem in checked.problems)
    return dataclasses.replace(checked, problems=problems)

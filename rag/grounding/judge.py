"""The verdict on one sentence: what the papers it cites have of it, and what they contradict or do not say."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Iterator, Sequence

from rag.grounding.belonging import places_of
from rag.grounding.clauses import clauses_of
from rag.grounding.counterparts import check_counterparts
from rag.grounding.direction import check_direction
from rag.grounding.figures import check_figures
from rag.grounding.lists import check_lists
from rag.grounding.names import check_names
from rag.grounding.others import check_others
from rag.grounding.parts import check_parts
from rag.grounding.problems import Problem
from rag.grounding.reading import Profile, Reading, profile, read
from rag.grounding.scope import check_scope
from rag.grounding.support import Coverage, cover, reach
from rag.types import Paper, Passage, Verdict

__all__ = ["ENOUGH_WORDING", "NO_SOURCE", "NO_STATEMENT", "Judgement", "judge", "judge_claim"]

NO_SOURCE = "no source is cited"
NO_STATEMENT = "there is no statement to check"
ENOUGH_WORDING = 0.55
"""Share of a sentence's wording that two sentences of the cited papers must have between them. Of 87 summaries of the
seed papers in other words 86 have it in their paper, of 9,987 pairs of a summary with another of these papers 4 in 100;
verdicts change little between 0.45 and 0.6."""
ENOUGH_BESIDE_RIVALS = 0.45
"""The same when other papers were looked at and none has clearly more of it."""
LITTLE_WORDING = 0.42
"""Below it are 80 of 100 pairs with another paper of the same field."""
RIVAL_MARGIN = 0.1
"""By how much another paper must have more of the wording for the citation to count as mistaken; of 865 sentences of
the seed papers cited to another of them none passes for supported then."""
_NEAR = 0.6
"""Share of the best sentence's wording from which on another one may be what a sentence was taken from."""
_ADDS = 0.04
"""Share of the wording that a second sentence must add to be shown as evidence."""
_SHARE = {Verdict.SUPPORTED: 1.0, Verdict.PARTIAL: 0.5, Verdict.UNSUPPORTED: 0.25}
_MARKER = re.compile(r"\s*\[\d+(?:\s*[,;–-]\s*\d+)*\]")


@dataclasses.dataclass(frozen=True)
class Judgement:
    """What the check found out about one sentence."""

    verdict: Verdict
    score: float
    """0 to 1, higher is better: share of the wording found, halved when partial, a quarter when unsupported."""
    problems: tuple[str, ...]
    """Why it is not supported, each a sentence a person understands; empty when it is."""
    evidence: tuple[Passage, ...]
    """The sentences of the cited papers nearest to it, best first; empty when nothing is cited."""


def judge(claim: str, cited: Sequence[tuple[Paper, Passage]], *, also: Sequence[Paper] = ()) -> Judgement:
    """One sentence against what it cites.

    The papers behind the passages are the source, not only the passages: a figure or word that stands in another
    sentence of a cited paper counts, and that sentence joins the evidence.

    Args:
        claim: the sentence; markers in it are ignored.
        cited: the passages it cites, each with its paper; none gives unsupported.
        also: other papers; one that has clearly more of the wording makes the citation mistaken.
    """
    return _judge(claim, [paper for paper, _ in cited], [passage for _, passage in cited], also)


def judge_claim(claim: str, papers: Sequence[Paper], *, also: Sequence[Paper] = ()) -> Judgement:
    """One sentence against papers it cites as a whole; several are read together. Otherwise as :func:`judge`."""
    return _judge(claim, papers, (), also)


def _judge(claim: str, papers: Sequence[Paper], cited: Sequence[Passage], also: Sequence[Paper]) -> Judgement:
    reading = read(_MARKER.sub("", claim).strip())
    if not papers:
        return Judgement(Verdict.UNSUPPORTED, 0.0, (NO_SOURCE,), ())
    if not reading.content and not reading.quantities:
        return Judgement(Verdict.UNSUPPORTED, 0.0, (NO_STATEMENT,), ())
    source = profile(*dict.fromkeys(papers))
    coverage = cover(reading.content, source)
    near = _near(coverage, source, cited)
    if any(_same(reading, source.readings[number], source.title_of(number)) for number in near):
        problems: list[Problem] = []
    else:
        problems = list(_problems(reading, source, coverage, near, also))
    verdict = Verdict.SUPPORTED
    if problems:
        verdict = Verdict.UNSUPPORTED if any(problem.fatal for problem in problems) else Verdict.PARTIAL
    texts = tuple(dict.fromkeys(problem.text for problem in problems))
    evidence = tuple(source.passages[number] for number in _evidence(reading, coverage, cited, source))
    return Judgement(verdict, round(coverage.joint * _SHARE[verdict], 3), texts, evidence)


def _problems(
    reading: Reading, source: Profile, coverage: Coverage, near: Sequence[int], also: Sequence[Paper]
) -> Iterator[Problem]:
    """Everything wrong with a sentence, the most telling first."""
    clauses = clauses_of(reading, source, coverage.shares)
    yield from check_figures(reading, source)
    yield from check_names(reading, source)
    yield from check_direction(
        clauses,
        [source.readings[number] for number in near],
        source.readings,
        frozenset().union(*map(_own_name, source.papers)),
    )
    yield from check_counterparts(reading, source)
    yield from check_others(clauses, source)
    yield from check_scope(reading, source, near, coverage.best)
    yield from check_lists(clauses)
    rival = _rival(reading, coverage, source, also)
    if rival is not None:
        yield Problem(f"“{rival.title}” says this rather than the cited paper")
    if coverage.joint < LITTLE_WORDING:
        yield Problem("little of this is in the cited paper")
        return
    bare = list(check_parts(reading, source))
    yield from bare
    if not bare and coverage.joint < (ENOUGH_BESIDE_RIVALS if also else ENOUGH_WORDING):
        yield Problem("only some of this is in the words of the cited paper", fatal=False)


@functools.lru_cache(maxsize=4096)
def _own_name(paper: Paper) -> frozenset[str]:
    """Stems of what stands before the colon of the title, where systems are named."""
    head, colon, _ = paper.title.partition(":")
    return frozenset(word.stem for word in read(head).content) if colon else frozenset()


def _near(coverage: Coverage, source: Profile, cited: Sequence[Passage]) -> list[int]:
    """The sentences that the claim may have been taken from."""
    least = _NEAR * coverage.alone
    return [
        number
        for number, share in enumerate(coverage.shares)
        if share >= least or number in (coverage.best, coverage.second) or source.passages[number] in cited
    ]


def _same(claim: Reading, sentence: Reading, title: Reading) -> bool:
    """Whether the claim is the sentence itself, perhaps led in by words of the title ("Hyper-RAG: ...")."""
    lead = len(claim.words) - len(sentence.words)
    if lead < 0 or any(said.text != given.text for said, given in zip(claim.words[lead:], sentence.words, strict=True)):
        return False
    return all(word.text in title.texts or not word.weight for word in claim.words[:lead])


def _rival(reading: Reading, coverage: Coverage, source: Profile, also: Sequence[Paper]) -> Paper | None:
    """The other paper that has most of the wording, when that is clearly more than the cited ones have."""
    best, found = coverage.joint + RIVAL_MARGIN, None
    if best > 1:
        return None
    for paper in also:
        if paper in source.papers or reach(reading.content, profile(paper)) <= best:
            continue
        joint = cover(reading.content, profile(paper)).joint
        if joint > best:
            best, found = joint, paper
    return found


def _evidence(reading: Reading, coverage: Coverage, cited: Sequence[Passage], source: Profile) -> list[int]:
    """The best sentence, the one that adds to it, cited ones that have some of it, and those that have its figures."""
    found = [coverage.best]
    if coverage.second != coverage.best and coverage.joint - coverage.alone > _ADDS:
        found.append(coverage.second)
    least = _NEAR * coverage.alone
    found += [n for n, passage in enumerate(source.passages) if passage in cited and coverage.shares[n] >= least]
    for quantity in reading.quantities:
        having = [number for number, _ in places_of(quantity, source)]
        if having and not set(having).intersection(found):
            found.append(having[0])
    return list(dict.fromkeys(found))

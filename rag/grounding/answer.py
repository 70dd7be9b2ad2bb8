"""A whole answer held against what it cites: its sentences become claims, its markers citations, each with a verdict."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from rag.grounding.judge import Judgement, judge
from rag.text.sentences import split_sentences
from rag.types import Citation, Claim, Paper, Passage, Verdict

__all__ = ["check"]

_MARKERS = re.compile(r"\s*\[(\d+(?:\s*,\s*\d+)*)\]")
_LEAD_IN = re.compile(r"[^.!?]*:\s*$|\s*#+\s.*")
"""``Here is what the papers say:`` and headings announce; they state nothing that could be cited."""
_RANK = {Verdict.SUPPORTED: 2, Verdict.PARTIAL: 1, Verdict.UNSUPPORTED: 0}


def check(
    text: str, cited: Sequence[Passage], papers: Mapping[str, Paper]
) -> tuple[tuple[Claim, ...], tuple[Citation, ...]]:
    """Judges every sentence of an answer.

    Args:
        text: sentences with ``[n]`` markers; a marker belongs to the sentence it stands in or follows.
        cited: the passage behind each marker, ``cited[n - 1]`` behind ``[n]``.
        papers: the papers of those passages, by id.

    Returns:
        The claims in their order, without headings and lead-ins; and one citation for each marker in use, with the
        verdict and score of the sentence it supports best.

    Raises:
        ValueError: a marker has no passage behind it.
    """
    claims: list[Claim] = []
    best: dict[int, Judgement] = {}
    for sentence in _sentences(text):
        markers = _numbers(sentence)
        if unknown := [marker for marker in markers if not 1 <= marker <= len(cited)]:
            raise ValueError(f"marker {unknown[0]} has no passage: {len(cited)} are cited")
        plain = _MARKERS.sub("", sentence).strip()
        if not markers and _LEAD_IN.fullmatch(sentence):
            continue
        passages = [cited[marker - 1] for marker in markers]
        judgement = judge(plain, [(papers[passage.paper_id], passage) for passage in passages])
        claims.append(Claim(plain, markers, judgement.verdict, judgement.problems))
        for marker in markers:
            if marker not in best or _order(judgement) > _order(best[marker]):
                best[marker] = judgement
    citations = [_citation(marker, cited[marker - 1], papers, best[marker]) for marker in sorted(best)]
    return tuple(claims), tuple(citations)


def _sentences(text: str) -> Iterator[str]:
    """Sentences with the markers that follow them; a marker never begins one."""
    for line in text.splitlines():
        pending = ""
        for start, end in split_sentences(line):
            piece = line[start:end]
            leading = _MARKERS.match(piece)
            if pending and leading:
                pending += leading[0]
                piece = piece[leading.end() :].lstrip()
            if pending:
                yield pending
            pending = piece
        if pending:
            yield pending


def _numbers(sentence: str) -> tuple[int, ...]:
    found = (number for group in _MARKERS.findall(sentence) for number in group.split(","))
    return tuple(dict.fromkeys(int(number) for number in found))


def _order(judgement: Judgement) -> tuple[int, float]:
    return _RANK[judgement.verdict], judgement.score


def _citation(marker: int, passage: Passage, papers: Mapping[str, Paper], judgement: Judgement) -> Citation:
    paper = papers[passage.paper_id]
    return Citation(
        marker=marker,
        paper_id=paper.paper_id,
        title=paper.title,
        url=paper.url,
        quote=passage.text,
        start=passage.start,
        end=passage.end,
        verdict=judgement.verdict,
        score=round(judgement.score, 3),
    )

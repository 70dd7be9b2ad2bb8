"""Citations that bear nothing of their sentence out are taken out of an answer: who cites everything cites nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rag.grounding.judge import judge_claim
from rag.text.sentences import split_sentences
from rag.types import Paper, Passage, Verdict

__all__ = ["without_needless"]

_MARKER = re.compile(r"\[(\d+)\]")
_RUN = re.compile(r"\[\d+\](?:[ \t]*\[\d+\])+")
"""Markers side by side: they stand for the same sentence."""
_RANK = {Verdict.UNSUPPORTED: 0, Verdict.PARTIAL: 1, Verdict.SUPPORTED: 2}


def without_needless(text: str, cited: Sequence[Passage], papers: Mapping[str, Paper]) -> tuple[str, int]:
    """Takes out the citations that are not needed, where several papers are cited side by side.

    As the citation precision of ALCE has it (https://doi.org/10.18653/v1/2023.emnlp-main.398, section 4.2), a paper is
    needless when it alone does not bear its sentence out at all, and the others bear it out no less without it. The
    last one to leave is kept, and a sentence that its papers together do not bear out keeps them all: it is marked as
    a whole.

    Args:
        text: the answer with markers ``[n]``.
        cited: the passage behind each marker: marker n is ``cited[n - 1]``.
        papers: by id at least those of ``cited``.

    Returns:
        The answer, whose markers mean what they meant, and how many of them were taken out.
    """
    kept: list[str] = []
    end = dropped = 0
    for run in _RUN.finditer(text):
        numbers = [number for number in map(int, _MARKER.findall(run[0])) if 0 < number <= len(cited)]
        needed = _needed(_sentence(text, run.start()), numbers, cited, papers)
        kept += [text[end : run.start()], "".join(f"[{number}]" for number in needed)]
        end, dropped = run.end(), dropped + len(numbers) - len(needed)
    return ("".join([*kept, text[end:]]), dropped) if dropped else (text, 0)


def _needed(
    sentence: str, numbers: Sequence[int], cited: Sequence[Passage], papers: Mapping[str, Paper]
) -> Sequence[int]:
    """Those of the markers whose papers are needed."""
    ids = list(dict.fromkeys(cited[number - 1].paper_id for number in numbers))
    whole = _verdict(sentence, ids, papers)
    if len(ids) < 2 or whole is Verdict.UNSUPPORTED:
        return numbers
    for paper_id in reversed(tuple(ids)):
        others = [other for other in ids if other != paper_id]
        if not others or _verdict(sentence, [paper_id], papers) is not Verdict.UNSUPPORTED:
            continue
        if _RANK[_verdict(sentence, others, papers)] >= _RANK[whole]:
            ids = others
    return [number for number in numbers if cited[number - 1].paper_id in ids]


def _verdict(sentence: str, ids: Sequence[str], papers: Mapping[str, Paper]) -> Verdict:
    return judge_claim(sentence, [papers[paper_id] for paper_id in ids]).verdict


def _sentence(text: str, place: int) -> str:
    """The sentence that the markers at ``place`` stand in or behind, without markers."""
    start = text.rfind("\n", 0, place) + 1
    line = text[start:].partition("\n")[0]
    before = len(_MARKER.sub("", text[start:place]).rstrip())
    plain = _MARKER.sub("", line)
    spans = [span for span in split_sentences(plain) if span[0] < before]
    return plain[slice(*spans[-1])] if spans else plain

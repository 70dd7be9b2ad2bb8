"""Citations that bear nothing of their sentence out are taken out of an answer: who cites everything cites nothing."""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence

from rag.checking.judge import Checker
from rag.text.sentences import split_sentences
from rag.types import Paper, Passage, Verdict

__all__ = ["without_needless"]

_MARKER = re.compile(r"\[(\d+)\]")
_RUN = re.compile(r"(?P<gap>[ \t]*)\[\d+\](?:[ \t]*\[\d+\])*")
"""Markers side by side, or one alone: they stand for the same words."""
_RANK = {Verdict.UNSUPPORTED: 0, Verdict.PARTIAL: 1, Verdict.SUPPORTED: 2}


@dataclasses.dataclass(frozen=True)
class _Run:
    """Markers that stand together."""

    match: re.Match[str]
    numbers: tuple[int, ...]
    place: tuple[int, int]
    """Where its sentence begins: the first character of the line in the text, and that of the sentence in the line
    without markers."""
    sentence: str
    """Without markers."""
    words: str
    """What of its sentence stands between the markers before it and itself."""


def without_needless(
    text: str, cited: Sequence[Passage], papers: Mapping[str, Paper], checker: Checker
) -> tuple[str, int]:
    """Takes out the citations that are not needed, where a sentence cites several papers.

    As the citation precision of ALCE has it (https://doi.org/10.18653/v1/2023.emnlp-main.398, section 4.2), a paper is
    needless when it alone does not bear its sentence out at all, and the others bear it out no less without it. The
    last one to leave is kept, and a sentence that its papers together do not bear out keeps them all: it is marked as
    a whole. Where markers stand apart in a sentence, each may stand for its own words: there one goes only if the
    others bear the whole sentence out, and its paper bears out neither that nor the words before it.

    Args:
        text: the answer with markers ``[n]``.
        cited: the passage behind each marker: marker n is ``cited[n - 1]``.
        papers: by id at least those of ``cited``.
        checker: who judges.

    Returns:
        The answer, whose markers mean what they meant, and how many of them were taken out.
    """
    bearing = _Bearing(papers, checker)
    kept: list[str] = []
    end = dropped = 0
    runs = list(_runs(text, len(cited)))
    for _, together in itertools.groupby(runs, key=lambda run: run.place):
        group = list(together)
        needed = [_needed(run.sentence, run.numbers, cited, bearing) for run in group]
        for run, numbers in zip(group, _needed_apart(group, needed, cited, bearing), strict=True):
            kept.append(text[end : run.match.start()])
            if numbers or not run.numbers:
                markers = "".join(f"[{number}]" for number in numbers)
                kept.append(f"{run.match['gap']}{markers}" if len(numbers) < len(run.numbers) else run.match[0])
            end, dropped = run.match.end(), dropped + len(run.numbers) - len(numbers)
    return ("".join([*kept, text[end:]]), dropped) if dropped else (text, 0)


class _Bearing:
    """Says whether papers bear a sentence out; asks once for each sentence and set of papers."""

    def __init__(self, papers: Mapping[str, Paper], checker: Checker) -> None:
        self._papers, self._checker = papers, checker
        self._known: dict[tuple[str, tuple[str, ...]], Verdict] = {}

    def __call__(self, sentence: str, ids: Sequence[str]) -> Verdict:
        """The verdict on the sentence by the papers of these ids, read together."""
        asked = sentence, tuple(ids)
        if asked not in self._known:
            self._known[asked] = self._checker.judge(
                sentence, [self._papers[one] for one in ids], tuple(self._papers.values())
            ).verdict
        return self._known[asked]


def _runs(text: str, cited: int) -> Iterator[_Run]:
    before = 0
    for match in _RUN.finditer(text):
        numbers = tuple(number for number in map(int, _MARKER.findall(match[0])) if 0 < number <= cited)
        place, sentence = _sentence(text, match.start() + len(match["gap"]))
        begins = max(before, place[0])
        yield _Run(match, numbers, place, sentence, _last_sentence(text[begins : match.start()]))
        before = match.end()


def _needed_apart(
    runs: Sequence[_Run], needed: Sequence[Sequence[int]], cited: Sequence[Passage], bearing: _Bearing
) -> list[Sequence[int]]:
    """What is left of the markers of one sentence, those side by side settled, once they are seen together."""
    left = [list(numbers) for numbers in needed]
    if len(runs) < 2:
        return [*left]
    sentence = runs[0].sentence
    for place in reversed(range(len(runs))):
        own = {cited[number - 1].paper_id for number in left[place]}
        others = {cited[number - 1].paper_id for each in left[:place] + left[place + 1 :] for number in each} - own
        bears = any(
            bearing(said, [paper_id]) is not Verdict.UNSUPPORTED
            for paper_id in own
            for said in (sentence, runs[place].words)
        )
        if own and others and not bears and bearing(sentence, sorted(others)) is Verdict.SUPPORTED:
            left[place] = []
    return [*left]


def _needed(sentence: str, numbers: Sequence[int], cited: Sequence[Passage], bearing: _Bearing) -> Sequence[int]:
    """Those of the markers whose papers are needed."""
    ids = list(dict.fromkeys(cited[number - 1].paper_id for number in numbers))
    if len(ids) < 2:
        return numbers
    whole = bearing(sentence, ids)
    if whole is Verdict.UNSUPPORTED:
        return numbers
    for paper_id in reversed(tuple(ids)):
        others = [other for other in ids if other != paper_id]
        if not others or bearing(sentence, [paper_id]) is not Verdict.UNSUPPORTED:
            continue
        if _RANK[bearing(sentence, others)] >= _RANK[whole]:
            ids = others
    return [number for number in numbers if cited[number - 1].paper_id in ids]


def _sentence(text: str, place: int) -> tuple[tuple[int, int], str]:
    """Where the sentence that the marker at ``place`` stands in or behind begins, and the sentence without markers."""
    start = text.rfind("\n", 0, place) + 1
    line = text[start:].partition("\n")[0]
    before = len(_MARKER.sub("", text[start:place]).rstrip())
    plain = _MARKER.sub("", line)
    spans = [span for span in split_sentences(plain) if span[0] < before]
    return ((start, spans[-1][0]), plain[slice(*spans[-1])]) if spans else ((start, 0), plain)


def _last_sentence(text: str) -> str:
    """The last sentence, whole or not, of a text without markers."""
    spans = split_sentences(text)
    return text[slice(*spans[-1])] if spans else text

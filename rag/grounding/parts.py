"""The parts of a sentence that nothing in its sources bears out although the rest is well supported."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from rag.grounding.problems import Problem
from rag.grounding.reading import Profile, Reading, Word
from rag.grounding.support import match

__all__ = ["check_parts"]

_PART_WEIGHT = 1.5
_BARE = 0.2


def check_parts(claim: Reading, source: Profile) -> Iterator[Problem]:
    found = {word.start: match(word, source) for word in claim.content}
    for _, group in itertools.groupby(claim.content, key=lambda word: word.segment):
        words = list(group)
        total = sum(word.weight for word in words)
        have = sum(w.weight * (1 if found[w.start][0] else 0.8 if found[w.start][1] else 0) for w in words)
        if total >= _PART_WEIGHT and have <= _BARE * total:
            yield _problem(claim, words)
            return
    run: list[Word] = []
    for word in claim.words:
        if word.weight == 1 and not any(found[word.start]):
            if run and (run[-1].segment != word.segment):
                run = []
            run.append(word)
            if len(run) == 2:
                yield _problem(claim, run)
                return
        else:
            run = []


def _problem(claim: Reading, words: list[Word]) -> Problem:
    return Problem(f"nothing in the paper supports {claim.text[words[0].start : words[-1].end]!r}", fatal=False)

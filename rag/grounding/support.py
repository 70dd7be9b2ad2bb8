"""How much of a sentence's wording papers have: by their best sentence, by the best two, anywhere."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

from rag.grounding.reading import Profile, Word, beginning, profile, read
from rag.grounding.synonyms import synonyms
from rag.types import Paper, Passage

__all__ = ["Coverage", "Support", "best_support", "cover", "match", "reach"]

_SYNONYM = 0.8
"""What a near-synonym counts for; between 0.5 and 0.8 verdicts on the development claims differ by 0.015."""
_TITLE = 0.9
"""What a word of the title counts for: it names what all sentences of the paper speak of."""
_ELSEWHERE = 0.5
"""What a word of a third sentence counts for."""


@dataclasses.dataclass(frozen=True)
class Support:
    """The sentence of a paper that has most of a text's wording."""

    passage: Passage
    score: float
    """Share of the text's wording that the sentence has, 0 to 1; says nothing of truth."""


@dataclasses.dataclass(frozen=True)
class Coverage:
    """What papers have of a sentence's wording; all shares are weighted by word and lie between 0 and 1."""

    best: int
    """Number of the sentence with the largest share."""
    second: int
    """Number of the sentence that adds most to it; the same number where none adds anything."""
    alone: float
    """Share that the best sentence has."""
    joint: float
    """Share that the two have, with something for words that only the titles or other sentences have."""
    shares: tuple[float, ...]
    """Share that each sentence has."""


def best_support(claim: str, paper: Paper) -> Support:
    """The sentence of ``paper`` that has most of the wording of ``claim``, the first of equals.

    Text without content words gives the title with score 0.
    """
    source = profile(paper)
    shares = _shares([(word.weight, *match(word, source)) for word in read(claim).content], len(source.passages))
    best = max(range(len(shares)), key=lambda number: (shares[number], -number))
    return Support(source.passages[best], min(1.0, shares[best]))


def match(word: Word, source: Profile) -> tuple[int, int]:
    """The sentences that have the word or a form of it, and those with only a near-synonym, as bit masks."""
    stems = source.stems
    same = stems.get(word.stem, 0) | stems.get(beginning(word.stem), 0) | source.spellings.get(word.text, 0)
    near = 0
    for group in synonyms().get(word.stem, ()):
        near |= source.groups.get(group, 0)
    return same, near & ~same


def cover(words: Sequence[Word], source: Profile) -> Coverage:
    """Looks for ``words``, all of which have weight, in all sentences of ``source``."""
    masks = [(word.weight, *match(word, source)) for word in words]
    shares = _shares(masks, len(source.passages))
    best = max(range(len(shares)), key=lambda number: (shares[number], -number))
    total = sum(word.weight for word in words) or 1.0
    joint, second = -1.0, best
    for number in range(len(shares)):
        share = sum(_joint_share(masks, 1 << best | 1 << number, source.titles)) / total
        if share > joint + 1e-9 or share > joint - 1e-9 and number == best:
            joint, second = share, number
    return Coverage(best, second, shares[best], joint, tuple(shares))


def reach(words: Sequence[Word], source: Profile) -> float:
    """The most that :func:`cover` could find: the share of ``words`` that stands anywhere in ``source``."""
    total = sum(word.weight for word in words) or 1.0
    return sum(word.weight for word in words if any(match(word, source))) / total


def _shares(masks: Sequence[tuple[float, int, int]], count: int) -> list[float]:
    total = sum(weight for weight, _, _ in masks) or 1.0
    shares = [0.0] * count
    for weight, same, near in masks:
        for number in range(count):
            if same >> number & 1:
                shares[number] += weight
            elif near >> number & 1:
                shares[number] += _SYNONYM * weight
    return [share / total for share in shares]


def _joint_share(masks: Sequence[tuple[float, int, int]], pair: int, titles: int) -> Iterator[float]:
    for weight, same, near in masks:
        if same & pair:
            yield weight
        elif same & titles:
            yield weight * _TITLE
        elif near & pair:
            yield weight * _SYNONYM
        elif same or near:
            yield weight * _ELSEWHERE

"""What the verdict on a sentence rests on, gathered for one sentence and the papers it cites."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from rag.checking.clauses import clauses_of
from rag.checking.evidence import evidence_text, nearest
from rag.checking.figures import strange_figures
from rag.checking.names import strange_names
from rag.checking.reading import Profile, profile, read
from rag.learned.entailment import Entailment
from rag.types import Paper, Passage

__all__ = ["Claimed", "Signs", "claimed", "signs_of"]


@dataclasses.dataclass(frozen=True)
class Claimed:
    """A sentence and the sentences of its papers that it may rest on."""

    text: str
    source: Profile
    near: tuple[Passage, ...]
    """The nearest sentences, best first."""
    clauses: tuple[str, ...]
    absent: tuple[str, ...]
    """A sentence for each figure and name that the papers do not have."""
    share: float
    """How much of its words the papers have, 0 to 1."""
    verbatim: bool
    """It is one of the sentences, perhaps led in by words of the title."""

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """What the small model reads: the whole, then each clause."""
        sentences = [passage for passage in self.source.passages if passage.number]
        return [(said, self._evidence(said, sentences)) for said in (self.text, *self.clauses)]

    def _evidence(self, said: str, sentences: Sequence[Passage]) -> str:
        chosen = [sentences[number] for number in nearest(said, [passage.text for passage in sentences])]
        cited = {passage.paper_id for passage in chosen}
        titles = [paper.title for paper in self.source.papers if paper.paper_id in cited or not cited]
        return evidence_text(". ".join(titles), [passage.text for passage in chosen])


@dataclasses.dataclass(frozen=True)
class Signs:
    """What the small model makes of a sentence."""

    whole: float
    """Log odds of *borne out*."""
    contradicted: bool
    """It takes the evidence to say the opposite rather than nothing."""
    clauses: tuple[float, ...] = ()
    """Log odds of each clause."""

    def values(self, share: float) -> dict[str, float]:
        """By the names that :class:`rag.learned.entailment.Calibration` has for them."""
        return {"whole": self.whole, "least": min((self.whole, *self.clauses)), "share": share}


def claimed(text: str, papers: Sequence[Paper]) -> Claimed:
    """Everything that can be seen without the small model; ``papers``: at least one, read together."""
    source, reading = profile(*dict.fromkeys(papers)), read(text)
    sentences = [passage for passage in source.passages if passage.number] or list(source.passages)
    near = tuple(sentences[number] for number in nearest(text, [passage.text for passage in sentences]))
    absent = [*strange_figures(reading, source)]
    absent += [f"{name!r} is not in the cited paper" for name in strange_names(reading, source)]
    share = len(reading.stems & source.stems) / max(1, len(reading.stems))
    return Claimed(
        text, source, near, clauses_of(text), tuple(dict.fromkeys(absent)), share, _verbatim(reading.words, source)
    )


def signs_of(claims: Sequence[Claimed], model: Entailment) -> list[Signs]:
    """What the small model makes of sentences, all read in one go.

    Raises:
        ModelUnavailableError: the weights of the trunk are not installed.
    """
    pairs = [claim.pairs for claim in claims]
    logs = model.log_probabilities([pair for each in pairs for pair in each])
    found, start = [], 0
    for each in pairs:
        rows = logs[start : start + len(each)].astype(float)
        start += len(each)
        odds = rows[:, 0] - _log_sum(rows[:, 1], rows[:, 2])
        found.append(Signs(float(odds[0]), bool(rows[0, 1] > max(rows[0, 0], rows[0, 2])), tuple(map(float, odds[1:]))))
    return found


def _log_sum(first: Any, second: Any) -> Any:
    import numpy as np

    return np.logaddexp(first, second)


def _verbatim(words: tuple[str, ...], source: Profile) -> bool:
    titles = {
        passage.paper_id: reading.words
        for passage, reading in zip(source.passages, source.readings, strict=True)
        if not passage.number
    }
    for passage, reading in zip(source.passages, source.readings, strict=True):
        lead = len(words) - len(reading.words)
        if lead >= 0 and words[lead:] == reading.words and set(words[:lead]) <= set(titles[passage.paper_id]):
            return True
    return False

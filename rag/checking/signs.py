"""One sentence and the papers it cites, made ready for a verdict: what can be seen, and what the small model says."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from rag.checking.evidence import evidence_text, nearest
from rag.checking.figures import strange_figures
from rag.checking.names import strange_names
from rag.checking.reading import Profile, profile, read
from rag.learned.entailment import Entailment
from rag.text.naming import own_names
from rag.types import Paper, Passage

__all__ = ["Claimed", "Sign", "claimed", "share_of", "signs_of"]


RUN = 6
"""Words from which on a run of a sentence counts as quoted from it; none of 2,520 false claims that people wrote over
abstracts is such a run. No claim of the left-out sets is judged otherwise without this; the small model alone supports
0.975 of 120 sentences of the papers themselves, of which answers are made."""


@dataclasses.dataclass(frozen=True)
class Claimed:
    """A sentence and the papers that it is held against."""

    text: str
    source: Profile
    near: tuple[Passage, ...]
    """Their nearest sentences, best first."""
    absent: tuple[str, ...]
    """A sentence for each figure and name that the papers do not have."""
    verbatim: bool
    """It is one of the sentences, perhaps led in by words of the title, or a run of one."""
    share: float
    """How many of its words the papers have, 0 to 1; 1 where it has none but figures."""

    def pair(self, said: str | None = None) -> tuple[str, str]:
        """What the small model reads: the sentence, or a part of it that is given, and its evidence."""
        said = said or self.text
        sentences = [passage for passage in self.source.passages if passage.number]
        chosen = [sentences[number] for number in nearest(said, [passage.text for passage in sentences])]
        cited = {passage.paper_id for passage in chosen}
        titles = [paper.title for paper in self.source.papers if paper.paper_id in cited or not cited]
        return said, evidence_text(". ".join(titles), [passage.text for passage in chosen])


@dataclasses.dataclass(frozen=True)
class Sign:
    """What the small model makes of a pair."""

    odds: float
    """Log odds of *borne out*."""
    contradicted: bool
    """It takes the evidence to say the opposite rather than nothing."""


def claimed(text: str, papers: Sequence[Paper]) -> Claimed:
    """Everything that can be seen without the small model; ``papers``: at least one, read together."""
    source, reading = profile(*dict.fromkeys(papers)), read(text)
    sentences = [passage for passage in source.passages if passage.number] or list(source.passages)
    near = tuple(sentences[number] for number in nearest(text, [passage.text for passage in sentences]))
    absent = [*strange_figures(reading, source, [read(passage.text) for passage in near])]
    absent += [f"{name!r} is not in the cited paper" for name in strange_names(reading, source)]
    return Claimed(
        text, source, near, tuple(dict.fromkeys(absent)), _verbatim(reading.words, source), share_of(text, papers)
    )


def share_of(text: str, papers: Sequence[Paper]) -> float:
    """How many of the words of ``text`` the papers have between them, 0 to 1; 1 where it has none but figures."""
    said, there = read(text).stems, profile(*dict.fromkeys(papers)).stems
    return len(said & there) / len(said) if said else 1.0


def signs_of(pairs: Sequence[tuple[str, str]], model: Entailment) -> list[Sign]:
    """What the small model makes of pairs of a sentence and evidence, all read in one go.

    Raises:
        ModelUnavailableError: the weights of the trunk are not installed.
    """
    rows = model.log_probabilities(pairs).astype(float)
    odds = rows[:, 0] - np.logaddexp(rows[:, 1], rows[:, 2])
    opposite = rows[:, 1] > np.maximum(rows[:, 0], rows[:, 2])
    return [Sign(float(one), bool(other)) for one, other in zip(odds, opposite, strict=True)]


def _verbatim(words: tuple[str, ...], source: Profile) -> bool:
    """Whether the words are a sentence of the source, perhaps led in by its name or title, or a run of one."""
    read_passages = list(zip(source.passages, source.readings, strict=True))
    titles = {passage.paper_id: set(reading.words) for passage, reading in read_passages if not passage.number}
    for paper in source.papers:
        titles.setdefault(paper.paper_id, set()).update(*(read(name).words for name in own_names(paper)))
    said = f" {' '.join(words)} "
    for passage, reading in read_passages:
        lead = len(words) - len(reading.words)
        if lead >= 0 and words[lead:] == reading.words and set(words[:lead]) <= titles[passage.paper_id]:
            return True
        if len(words) >= RUN and said in f" {' '.join(reading.words)} ":
            return True
    return False

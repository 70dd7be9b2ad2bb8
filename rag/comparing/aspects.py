"""Which sentence of a paper speaks of which aspect: cue words, figures with units, names and place decide."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Callable
from typing import Final

from rag.comparing import cues
from rag.comparing.spelling import name_key
from rag.text.mentions import find_mentions
from rag.text.naming import own_names
from rag.text.numbers import Quantity, numbers
from rag.text.sentences import passages_of
from rag.types import Paper, Passage

__all__ = ["ASPECTS", "Finding", "findings", "own_results"]


@dataclasses.dataclass(frozen=True)
class Finding:
    """A sentence that speaks of an aspect, and the words by which it was known."""

    passage: Passage
    start: int
    """First character of those words in ``passage.text``."""
    end: int
    """One past the last one."""


@dataclasses.dataclass(frozen=True)
class _Found:
    """What one rule makes of one sentence."""

    score: float
    start: int
    end: int


class _Reader:
    """One abstract and what all rules need to know of it."""

    def __init__(self, paper: Paper) -> None:
        self.sentences = passages_of(paper)[1:]
        self.own = frozenset(name_key(name) for name in own_names(paper))
        self.turn = self._turn()

    def _turn(self) -> int:
        """Index of the first sentence about what the paper itself does; those before it tell of the field."""
        for index, passage in enumerate(self.sentences):
            if cues.CONTRIBUTION.search(passage.text) or (index and self.names_itself(passage.text)):
                return index
        return 0

    def names_itself(self, text: str) -> bool:
        return any(name_key(text[m.start : m.end]) in self.own for m in find_mentions(text))

    def foreign_names(self, text: str) -> list[tuple[int, int]]:
        """Names of others in the text: systems, models, data sets; not those of whole kinds such as LLMs."""
        found = []
        for mention in find_mentions(text):
            name = text[mention.start : mention.end]
            general = _GENERAL.fullmatch(name) or not mention.written and mention.opening
            if not general and not any(own and name_key(name).startswith(own) for own in self.own):
                found.append((mention.start, mention.end))
        return found


_GENERAL: Final = re.compile(
    r"(?:[A-Z]{0,3}-?L?L[MV]Ms?|LMs|[SM]LLMs?|MoE|GPUs?|CPUs?|NPUs?|NLP|AI|KV|API|APIs|RAG|SFT|RL|FLOPS?|FLOPs|MSE|SoTA|SOTA|"
    r"Transformers?|FFNs?|TAGs?|ML|VRAM|F1|MFU|TFLOPS|LLM-based|QA|Our|We|Empirical|English)"
)
_RESULT_UNITS: Final = frozenset({"%", "x", "ratio"})


def _result_figures(text: str) -> list[Quantity]:
    """Figures that tell an outcome: percentages, factors, and plain ones with decimals."""
    return [
        quantity
        for quantity in numbers(text)
        if quantity.unit in _RESULT_UNITS or (quantity.decimals and not quantity.unit and quantity.value < 1000)
    ]


def _match(found: re.Match[str] | None, score: float) -> _Found | None:
    return _Found(score, found.start(), found.end()) if found else None


def _idea(reader: _Reader, index: int, text: str) -> _Found | None:
    if cues.PROMISING.search(text) and not cues.CONTRIBUTION.search(text):
        return None
    best: _Found | None = None
    for match in cues.CONTRIBUTION.finditer(text):
        strength = 3.0 if match["strong"] else 2.0 if match["medium"] else 1.0
        strength -= 1.5 * bool(cues.ADDED.search(match["between"]) or cues.ADDED.match(text))
        strength += 1.5 * reader.names_itself(text) - 0.4 * abs(index - reader.turn)
        strength -= 1.0 * bool(cues.ANNOUNCED.search(text[: match.end()]))
        if best is None or strength > best.score:
            best = _Found(strength, match.start(), match.end())
    return best


def _problem(reader: _Reader, index: int, text: str) -> _Found | None:
    before = index < reader.turn
    found = list(cues.PROBLEM.finditer(text))
    if not found or (not before and (reader.turn > 1 or cues.CONTRIBUTION.search(text) or reader.names_itself(text))):
        return None
    if re.match(r"(?:To|By|In response)\b", text) and not before:
        return None
    score = min(4, len(found)) + 1.5 * bool(re.match(r"(?:However|Yet|But|Existing|Current|Despite)\b", text))
    score += 0.5 * index / max(1, reader.turn) if before else 0.0
    return _Found(score, found[0].start(), found[-1].end())


def _novelty(reader: _Reader, index: int, text: str) -> _Found | None:
    if index < reader.turn or _result_figures(text) or cues.PROMISING.search(text) or cues.AVAILABLE.search(text):
        return None
    novel, made = cues.NOVEL.search(text), cues.CONTRIBUTION.search(text)
    works = cues.MECHANISM.search(text) if reader.names_itself(text) or _SPEAKS_OF_ITSELF.match(text) else None
    made_score = 0.0 if made is None or made["weak"] else 2.0 if made["strong"] else 1.5
    score = 2.0 * bool(novel) + made_score + 1.0 * bool(works) - 0.15 * (index - reader.turn)
    score -= 1.0 * bool(cues.ANNOUNCED.search(text))
    place = novel or (made if made_score else None) or works
    return _match(place, score) if score >= 0.8 else None


_SPEAKS_OF_ITSELF: Final = re.compile(
    r"(?:Its?|The (?:core|proposed|system|framework|method|model)|Our (?:\w+ )?(?:method|approach|framework|system|model)|"
    r"This (?:method|framework|approach))\b",
)


def _results(reader: _Reader, index: int, text: str) -> _Found | None:
    cue, said = cues.RESULT.search(text), cues.ANNOUNCED.search(text)
    if index < reader.turn or not cue or cues.PROMISING.search(text):
        return None
    figures = _result_figures(text)
    if not figures and not said:
        return None
    if index == reader.turn and not figures:
        return None
    score = 2.0 * min(2, len(figures)) + 1.0 * bool(said) + 0.5 * reader.names_itself(text)
    score += 0.5 * bool(cues.COMPARING.search(text))
    place = min(figures, key=lambda figure: abs(figure.start - cue.start())) if figures else cue
    start, end = (place.start, place.end) if isinstance(place, Quantity) else place.span()
    return _Found(score, min(start, cue.start()) if abs(start - cue.start()) < 80 else start, end)


def _compared(reader: _Reader, index: int, text: str) -> _Found | None:
    if index < reader.turn:
        return None
    best: _Found | None = None
    names = reader.foreign_names(text)
    for cue in cues.COMPARING.finditer(text):
        after = [place for place in names if 0 <= place[0] - cue.end() < 60]
        general = cues.BASELINE.search(text, cue.end(), min(len(text), cue.end() + 60))
        score = min(3, len(after)) + 1.5 * bool(general)
        if cue[0].lower().startswith(("over", "than", "against")) and not after and not general:
            continue
        if score and (best is None or score > best.score):
            end = max([place[1] for place in after[:3]] + ([general.end()] if general else []))
            best = _Found(score + 0.5 * reader.names_itself(text), cue.start(), end)
    return best


def _cost(reader: _Reader, index: int, text: str) -> _Found | None:
    if index < reader.turn or cues.PROMISING.search(text):
        return None
    best: _Found | None = None
    figures = [q for q in numbers(text) if q.unit]
    for cue in cues.COST.finditer(text):
        near = [q for q in figures if q.start - cue.end() < 40 and cue.start() - q.end < 40]
        outcome = cues.RESULT.search(text)
        score = 2.0 + 0.3 * min(3, len(near)) if near else 1.0 if outcome and index > reader.turn else 0.0
        if score and (best is None or score > best.score):
            start = min([cue.start()] + [q.start for q in near[:1]])
            best = _Found(score, start, max([cue.end()] + [q.end for q in near[:1]]))
    return best


def _data(reader: _Reader, index: int, text: str) -> _Found | None:
    if index < reader.turn or cues.PROMISING.search(text) or cues.AVAILABLE.search(text):
        return None
    done = cues.EVALUATED.search(text)
    if done is None:
        return None
    names = reader.foreign_names(text)
    best: _Found | None = None
    for thing in cues.DATA.finditer(text):
        near = [place for place in names if -40 < place[0] - thing.end() < 40]
        counted = _COUNTED.search(text[max(0, thing.start() - 45) : thing.start()])
        score = 0.7 * min(3, len(near)) + 1.2 * bool(counted) + 0.5 * bool(_DATA_PROPER.match(thing[0]))
        if (near or counted) and (best is None or score > best.score):
            begin = min([thing.start()] + [place[0] for place in near])
            best = _Found(score + 0.5 * bool(cues.ANNOUNCED.search(text)), begin, thing.end())
    return best


_COUNTED: Final = re.compile(
    r"\b(?:\d[\d,]*\+?|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|several|multiple)\s+(?:[\w-]+\s+){0,3}$",
    re.IGNORECASE,
)
_DATA_PROPER: Final = re.compile(r"(?i)data|benchmark|corp|sample|question|record|publication|conversation")


def _hardware(reader: _Reader, index: int, text: str) -> _Found | None:
    if index < reader.turn:
        return None
    best: _Found | None = None
    for cue in cues.HARDWARE.finditer(text):
        around = text[max(0, cue.start() - 30) : cue.end() + 12]
        strength = 3.0 if re.search(r"\d", cue[0]) else 2.0 if re.search(r"\d[\d,]*\s*\+?\s*[\w ]{0,18}$", text[max(0, cue.start() - 30) : cue.start()]) else 0.0
        strength = strength or (1.5 if re.fullmatch(r"NVIDIA|AMD|Ascend", cue[0]) else 0.0)
        if strength and around and (best is None or strength > best.score):
            best = _Found(strength, cue.start(), cue.end())
    if best is None and (scale := cues.SCALE.search(text)):
        best = _Found(1.0 + 0.3 * reader.names_itself(text), scale.start(), scale.end())
    return best


def _code(reader: _Reader, index: int, text: str) -> _Found | None:
    return _match(cues.AVAILABLE.search(text), 1.0 + bool("http" in text) + 0.1 * index)


_Rule = Callable[[_Reader, int, str], _Found | None]
ASPECTS: Final[dict[str, _Rule]] = {
    "problem": _problem,
    "idea": _idea,
    "novelty": _novelty,
    "data": _data,
    "hardware": _hardware,
    "results": _results,
    "compared": _compared,
    "cost": _cost,
    "code": _code,
}
"""The aspects found in abstracts, in the order of the table, each with its rule."""

_CHOSEN_FIRST: Final = ("code", "idea", "problem", "novelty", "hardware", "results", "cost", "compared", "data")
_REPEATED: Final = 1.5
"""Taken off the score of a sentence for each aspect that it serves already: a table that says a thing once is read."""


@functools.lru_cache(maxsize=1024)
def findings(paper: Paper) -> dict[str, Finding]:
    """The sentence for each aspect that the abstract speaks of, by aspect; what it does not speak of is left out."""
    reader = _Reader(paper)
    taken: dict[int, int] = {}
    chosen: dict[str, Finding] = {}
    for aspect in _CHOSEN_FIRST:
        found = [
            (rule.score - _REPEATED * taken.get(index, 0), -index, rule)
            for index, passage in enumerate(reader.sentences)
            if (rule := ASPECTS[aspect](reader, index, passage.text)) is not None
        ]
        if aspect == "novelty":
            found = [item for item in found if not taken.get(-item[1])]
        if found:
            _, place, best = max(found, key=lambda item: item[:2])
            taken[-place] = taken.get(-place, 0) + 1
            chosen[aspect] = Finding(reader.sentences[-place], best.start, best.end)
    return chosen


def own_results(paper: Paper) -> list[Passage]:
    """The sentences in which the paper gives figures of its own outcome."""
    reader = _Reader(paper)
    return [p for i, p in enumerate(reader.sentences) if i >= reader.turn and _result_figures(p.text)]

"""Rules for what a paper has shown: on which data and machines, how well, against whom and at what cost."""

from __future__ import annotations

import re
from typing import Final

from rag.comparing import cues
from rag.comparing.reading import Found, Reader, result_figures
from rag.text.numbers import numbers

__all__ = ["find_baselines", "find_cost", "find_data", "find_hardware", "find_results"]

_REACH: Final = 60
"""Characters behind a word of comparing in which its object stands."""
_NEAR: Final = 40
"""Characters between a figure or a change and what it is of."""
_COUNTED: Final = re.compile(
    r"(?<![\w.])(?:\d[\d,]*\+?|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|several|multiple"
    r"|millions of|diverse)\s+"
    r"(?:(?!of\b|or\b|and\b)[\w-]+\s+){0,2}$",
    re.IGNORECASE,
)
_NUMBERED: Final = re.compile(r"\d[\d,]*\+?[\s-]+(?:[A-Za-z][\w-]*\s+){0,2}$")
_PROPER_DATA: Final = re.compile(
    r"data|benchmark|corp|sample|question|record|publication|conversation|disease", re.IGNORECASE
)
_RIVALS: Final = re.compile(
    r"\b(?:outperform|surpass|exceed|compar|relative to|superior to|than\b)\w*.*?(?=\s(?:on|in|across|over|when)\s"
    r"|[.;]\s|$)"
)
"""What something is compared to, which is not what it is tried on."""
_EVALUATION: Final = re.compile(r"\b(?:evaluat|experiment|assess)\w*", re.IGNORECASE)
_NAMED_PLACE: Final = re.compile(r"\b(?:on|across|from)\s+(?:the\s+)?(?:\d-shot\s+)?$")


def find_results(reader: Reader, index: int, text: str) -> Found | None:
    """An outcome: figures first, else what experiments are said to show."""
    cue, said = cues.RESULT.search(text), cues.ANNOUNCED.search(text)
    figures = result_figures(text)
    if index < reader.turn or not cue or cues.PROMISING.search(text) or not (figures or said):
        return None
    if text.endswith("?") or (index == reader.turn and not figures):
        return None
    strong = cues.STRONG_RESULT.search(text)
    score = 2.0 * min(2, len(figures)) + 1.0 * bool(said) + 1.5 * bool(strong) + 0.5 * reader.names_itself(text)
    score += 0.5 * bool(cues.COMPARING.search(text))
    start, end = (strong or cue).span()
    if figures:
        nearest = min(figures, key=lambda figure: abs(figure.start - start))
        close = abs(nearest.start - start) < 2 * _NEAR
        start, end = (min(start, nearest.start), max(end, nearest.end)) if close else (nearest.start, nearest.end)
    return Found(score, start, end)


def find_baselines(reader: Reader, index: int, text: str) -> Found | None:
    """A word of comparing with what it compares to: names of others, or "baselines", "existing methods"."""
    if index < reader.turn or cues.PROMISING.search(text):
        return None
    best: Found | None = None
    names = reader.foreign_names(text)
    found = list(cues.COMPARING.finditer(text))
    for cue, following in zip(found, [*found[1:], None], strict=False):
        reach = min(cue.end() + _REACH, following.start() if following else len(text))
        after = [place for place in names if cue.end() <= place[0] < reach]
        general = cues.BASELINE.search(text, cue.end(), reach)
        score = 0.75 * min(2, len(after)) + 0.75 * bool(after) + (0.25 if after else 1.0) * bool(general)
        score += 0.5 * reader.names_itself(text) + 0.5 * bool(result_figures(text))
        if (after or general) and (best is None or score > best.score):
            end = max([place[1] for place in after[:2]] + ([general.end()] if general else []))
            best = Found(score, cue.start(), end)
    return best


def find_cost(reader: Reader, index: int, text: str) -> Found | None:
    """Time, memory, money or work, with a figure or a change beside it."""
    if index < reader.turn or cues.PROMISING.search(text) or cues.AVAILABLE.search(text):
        return None
    best: Found | None = None
    figures = [quantity for quantity in numbers(text) if quantity.unit]
    changes = list(cues.CHEAPER.finditer(text))
    for cue in cues.COST.finditer(text):
        near = [q for q in figures if -_NEAR < q.start - cue.end() < _NEAR // 2 or -_NEAR < cue.start() - q.end < _NEAR]
        changed = [m for m in changes if m.span() != cue.span() and -_NEAR < m.start() - cue.end() < _NEAR // 2]
        score = 2.0 * bool(near) + 1.0 * bool(changed)
        if index == reader.turn and not near:
            continue
        if score and (best is None or score > best.score):
            spans = [cue.span(), *((q.start, q.end) for q in near[:1]), *(m.span() for m in changed[-1:])]
            best = Found(score, min(span[0] for span in spans), max(span[1] for span in spans))
    return best


def find_data(reader: Reader, index: int, text: str) -> Found | None:
    """Named or counted data sets, benchmarks, tasks or models that something is tried on."""
    skipped = cues.PROMISING.search(text) or cues.AVAILABLE.search(text)
    contribution = cues.CONTRIBUTION.search(text)
    brought = contribution and contribution["strong"] and not re.search(r"dataset|benchmark|evidence|results", text)
    if index < reader.turn or skipped or brought or not cues.EVALUATED.search(text):
        return None
    spans: list[tuple[float, int, int]] = [(1.0, *match.span()) for match in cues.MODEL.finditer(text)]
    spans += [(1.2, *p) for p in reader.foreign_names(text) if _NAMED_PLACE.search(text[: p[0]])]
    if _EVALUATION.search(text):
        spans += [(1.0, *match.span()) for match in cues.SCALE.finditer(text)]
    for thing in cues.DATA.finditer(text):
        proper = 0.5 * bool(_PROPER_DATA.match(thing[0]))
        counted = _COUNTED.search(text[: thing.start()][-45:])
        named = [p for p in reader.foreign_names(text) if 0 <= thing.start() - p[1] < 3 or 0 < p[0] - thing.end() < 20]
        if counted or (named and proper):
            begin = thing.start() - len(counted[0]) if counted else min(named[0][0], thing.start())
            spans.append((1.3 + proper, begin, thing.end()))
    rivals = [match.span() for match in _RIVALS.finditer(text)]
    spans = [span for span in spans if not any(start <= span[1] < end for start, end in rivals)]
    if not spans:
        return None
    _, start, end = max(spans, key=lambda span: span[0])
    score = sum(sorted((span[0] for span in spans), reverse=True)[:3]) + bool(cues.ANNOUNCED.search(text))
    return Found(score, start, end)


def find_hardware(reader: Reader, index: int, text: str) -> Found | None:
    """Machines with their product name or number; without any, sizes of models, data or contexts."""
    if index < reader.turn or cues.PROMISING.search(text):
        return None
    best: Found | None = None
    for cue in cues.HARDWARE.finditer(text):
        counted = _NUMBERED.search(text[: cue.start()][-30:])
        product = re.search(r"\d{3}|NVIDIA|AMD|Ascend|Tensor|super", cue[0])
        score = 2.5 * bool(counted) + 2.0 * bool(product)
        if score and (best is None or score > best.score):
            best = Found(score, cue.start() - (len(counted[0]) if counted else 0), cue.end())
    if best is None and (scale := cues.SCALE.search(text)):
        best = Found(1.0 + 0.3 * reader.names_itself(text) - 0.05 * index, *scale.span())
    return best

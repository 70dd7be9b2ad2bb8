"""Rules for what a paper is about: its problem, its idea, what is new in it, where its code is."""

from __future__ import annotations

import re
from typing import Final

from rag.comparing import cues
from rag.comparing.reading import Found, Reader, result_figures

__all__ = ["find_code", "find_idea", "find_novelty", "find_problem"]

_TAKEN_UP: Final = re.compile(r"\b(?:tackl|address|overcom)\w*\b", re.IGNORECASE)
_AGAINST: Final = re.compile(r"(?:However|Yet|But|Existing|Current|Despite|Nevertheless)\b")
_TURNS: Final = re.compile(r"however|yet|but|nevertheless|critical|substantial|crucial", re.IGNORECASE)
"""Words that lead to a difficulty without naming it."""
_SPEAKS_OF_ITSELF: Final = re.compile(
    r"(?:Its?|The (?:core|proposed|system|framework|method|model)|Our (?:\w+ )?(?:method|approach|framework|system"
    r"|model)|"
    r"This (?:method|framework|approach))\b"
)
_LEAST_NOVELTY: Final = 0.8
"""Below it a sentence only goes on telling."""


def find_problem(reader: Reader, index: int, text: str) -> Found | None:
    """A sentence before the paper's own work that names a difficulty; any when it begins with its own work."""
    if index > reader.turn and reader.turn:
        return None
    if index >= reader.turn:
        contribution = cues.CONTRIBUTION.search(text)
        if cues.ANNOUNCED.search(text) or (contribution and not _TAKEN_UP.search(text)) or reader.names_itself(text):
            return None
    found = list(cues.PROBLEM.finditer(text))
    if not found:
        return None
    score = 0.7 * min(4, len(found)) + 1.5 * bool(_AGAINST.match(text))
    score += index / reader.turn if index < reader.turn else -0.2 * index
    told = next((cue for cue in found if not _TURNS.fullmatch(cue[0])), found[0])
    return Found(score, told.start(), told.end())


def find_idea(reader: Reader, index: int, text: str) -> Found | None:
    """A sentence that says what the paper brings; "we propose" before "we study", its own name before neither."""
    best: Found | None = None
    for match in cues.CONTRIBUTION.finditer(text):
        score = 3.0 if match["strong"] else 2.0 if match["medium"] else 1.0
        score -= 2.0 * bool(cues.ADDED.search(match["between"]) or cues.ADDED.match(text))
        score += 1.5 * reader.names_itself(text) - 0.4 * abs(index - reader.turn)
        score -= 1.0 * bool(cues.ANNOUNCED.search(text[: match.end()]))
        if best is None or score > best.score:
            best = Found(score, match.start(), match.end())
    return best


def find_novelty(reader: Reader, index: int, text: str) -> Found | None:
    """A further sentence that says what is new or how it works."""
    skipped = result_figures(text) or cues.PROMISING.search(text) or cues.AVAILABLE.search(text)
    if index < reader.turn or skipped:
        return None
    novel, made = cues.NOVEL.search(text), cues.CONTRIBUTION.search(text)
    if novel and novel[0].lower().startswith(("unlike", "in contrast")) and cues.RESULT.search(text):
        novel = None
    of_itself = reader.names_itself(text) or _SPEAKS_OF_ITSELF.match(text)
    works = cues.MECHANISM.search(text) if of_itself else None
    told = 0.0 if made is None or made["weak"] else 2.0 if made["strong"] else 1.5
    score = 2.0 * bool(novel) + told + 1.0 * bool(works) - 0.15 * (index - reader.turn)
    score -= 1.0 * bool(cues.ANNOUNCED.search(text))
    place = (made if told else None) or novel or works
    return Found(score, *place.span()) if place and score >= _LEAST_NOVELTY else None


def find_code(reader: Reader, index: int, text: str) -> Found | None:
    """A sentence that says where code, models or data are to be had."""
    found = cues.AVAILABLE.search(text)
    if found is None or index < reader.turn:
        return None
    return Found(1.0 + ("http" in text) + 0.1 * index, *found.span())

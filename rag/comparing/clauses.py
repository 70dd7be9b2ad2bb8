"""Cutting a sentence to the piece that a table cell has room for, in the sentence's own words."""

from __future__ import annotations

import functools
import re
from typing import Final

from rag.answering.trim import trim

__all__ = ["CELL_WORDS", "piece_around"]

CELL_WORDS: Final = 25
"""Most words of a cell."""
_CUT: Final = "…"

_JOINT: Final = re.compile(
    r"(?P<that>(?:demonstrat|show|reveal|indicat|suggest|confirm|verif|observ|find|found|validat|ensur)\w*\s+"
    r"(?:\w+\s+){0,2}?that\s+)"
    r"|(?P<strong>[;:]\s+|\s--?\s|\s*—\s*|,\s+(?=(?:and|but|while|where|which|when|whereas|with|by|using|thus|thereby|yet|"
    r"achiev|outperform|surpass|enabl|reduc|improv|result|lead|mak|yield|deliver|preserv|spann|demonstrat|compar|"
    r"significant|including|such as|we|it|our)\w*\b))"
    r"|(?P<weak>,\s+(?![\d]))"
    r"|(?P<word>\s+(?=(?:while|whereas|but|by (?:an? )?\w+ing|compared (?:to|with)|by leveraging|thereby|when|and (?:is|"
    r"achiev|outperform|surpass|enabl|reduc|improv|result|lead|yield|deliver|significant|supported|provid)\w*)\b))"
)
_STARTS: Final = {"begin": 1.0, "that": 1.2, "strong": 0.5, "weak": -0.2, "word": 0.1}
"""How well a piece begins at a joint, next to how much of the room it fills (0 to 1)."""
_ENDS: Final = {"end": 0.6, "strong": 0.35, "weak": 0.0, "word": 0.2, "that": -1.0}
_BROKEN: Final = 1.5
"""Taken off for a bracket or quotation mark without its partner."""
_DENIAL: Final = re.compile(r"\b(?:not|no|never|nor|fail\w*|unclear|whether|if|hardly|rarely|without)\b", re.IGNORECASE)


@functools.lru_cache(maxsize=4096)
def piece_around(sentence: str, start: int, end: int, most_words: int = CELL_WORDS) -> str:
    """The piece of ``sentence`` that holds the characters from ``start`` to ``end`` and reads best.

    Args:
        sentence: one sentence of a paper.
        start: first character that the piece should hold.
        end: one past the last one.
        most_words: room for the piece.

    Returns:
        The sentence without needless openings where that fits; else a stretch of it between two joints (clauses, list
        items), with an ellipsis wherever words of the sentence are missing at its end or in front of its first clause.
    """
    whole = trim(sentence, frozenset())
    if len(whole.split()) <= most_words:
        return _without_full_stop(whole)
    joints = [(0, 0, "begin"), (len(sentence), len(sentence), "end")]
    joints += [(m.start(), m.end(), m.lastgroup or "") for m in _JOINT.finditer(sentence) if not _denied(m, sentence)]
    opening = len(sentence) - len(whole) if sentence.endswith(whole[1:]) else 0
    joints.append((opening, opening, "begin"))
    best = max(
        (
            (_worth(sentence[after:before], first, last, most_words), -after, before)
            for _, after, first in joints
            for before, _, last in joints
            if first != "end" and last != "begin" and after <= start and end <= before
        ),
        default=None,
    )
    if best is None or best[0] < -_BROKEN * 2:
        return _shown(sentence, *_cut_by_words(sentence, max(opening, 0) if opening <= start else start, most_words))
    return _shown(sentence, -best[1], best[2])


def _denied(joint: re.Match[str], sentence: str) -> bool:
    """Whether it is "do not show that": what follows must not be told as shown."""
    return joint.lastgroup == "that" and bool(_DENIAL.search(sentence, max(0, joint.start() - 25), joint.start()))


def _worth(piece: str, first: str, last: str, room: int) -> float:
    words = len(piece.split())
    if not words or words > room:
        return -100.0
    broken = piece.count("(") != piece.count(")") or piece.count('"') % 2 or piece.count("“") != piece.count("”")
    return min(1.0, words / room) + _STARTS[first] + _ENDS[last] - _BROKEN * broken


def _cut_by_words(sentence: str, start: int, room: int) -> tuple[int, int]:
    words = [match.end() for match in re.finditer(r"\S+", sentence[start:])]
    return start, start + words[min(room, len(words)) - 1]


def _shown(sentence: str, start: int, end: int) -> str:
    """The stretch, with its first letter made a capital where that cannot change a name, and ellipses where cut."""
    piece = sentence[start:end].strip().rstrip(",;:")
    first = piece.split(maxsplit=1)[0]
    if first == first.lower():
        piece = piece[0].upper() + piece[1:]
    before, after = sentence[:start], sentence[end:].strip(" .;,")
    opened = before and not re.search(r"(?:that|,|[;:—])\s+$", before)
    return f"{_CUT + ' ' if opened else ''}{_without_full_stop(piece)}{' ' + _CUT if after else ''}"


def _without_full_stop(piece: str) -> str:
    return piece[:-1] if piece.endswith(".") and not piece.endswith("..") else piece

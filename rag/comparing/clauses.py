"""Cutting a sentence to the piece that a table cell has room for, in the sentence's own words."""

from __future__ import annotations

import functools
import re
from typing import Final

from rag.answering.trim import trim

__all__ = ["CELL_WORDS", "piece_around"]

CELL_WORDS: Final = 25
"""Most words of a cell."""
_SHORT_WORDS: Final = 14
"""A sentence of so few words is shown whole even where the shortest piece is wanted."""
_FEW_WORDS: Final = 4
"""Fewer say nothing."""
_FEW_WORDS_WHERE_LONG: Final = 8
"""Fewer say too little where a long piece is wanted; the first words of the sentence say more."""
_CUT: Final = "…"

_JOINT: Final = re.compile(
    r"(?P<that>\b(?:demonstrat|show|reveal|indicat|suggest|confirm|verif|observ|find|found|validat|ensur)\w*\s+"
    r"(?:\w+\s+){0,2}?that\s+)"
    r"|(?P<strong>[;:]\s+|\s--?\s|\s*—\s*|,\s+(?=(?:and|but|while|where|which|when|whereas|with|by|using|thus"
    r"|thereby|yet|"
    r"achiev|outperform|surpass|enabl|reduc|improv|result|lead|mak|yield|deliver|preserv|spann|demonstrat|compar|"
    r"significant|including|such as|we|it|our)\w*\b))"
    r"|(?P<weak>,\s+(?!\d))"
    r"|(?P<word>\s+(?=(?:while|whereas|but|by (?:an? )?\w+ing|compared (?:to|with)|by leveraging|thereby|when"
    r"|and (?:is|"
    r"achiev|outperform|surpass|enabl|reduc|improv|result|lead|yield|deliver|significant|supported|provid)\w*)\b))"
)
"""Places between clauses and between the items of a list."""
_STARTS: Final = {"begin": 1.0, "that": 1.2, "strong": 0.5, "weak": -0.2, "word": 0.1}
"""How well a piece begins at a joint, next to how much of the room it fills (0 to 1)."""
_ENDS: Final = {"end": 0.6, "that": 0.3, "strong": 0.35, "weak": 0.0, "word": 0.2}
_BROKEN: Final = 1.5
"""Taken off for a bracket or quotation mark without its partner."""
_WORST: Final = -1.0
"""A piece worth less is no better than the first words of the sentence."""
_DENIAL: Final = re.compile(r"\b(?:not|no|never|nor|fail\w*|unclear|whether|if|hardly|rarely)\b", re.IGNORECASE)
_DENIAL_CHARS: Final = 25
_SUBJECT: Final = re.compile(r"(?:we|our|it|its|this|these|the)\b", re.IGNORECASE)
_NAMED_SUBJECT: Final = re.compile(
    r"\w*[A-Z]\w*[A-Z-][\w-]*\s+(?:(?:\w+ly|also|not only)\s+)?(?:achiev|outperform|improv|surpass|reduc|deliver"
    r"|boost|enabl|"
    r"exhibit|maintain|can\b|is\b)"
)
_CONJUNCTION: Final = re.compile(r"^(?:and|but)\s+")


@functools.lru_cache(maxsize=4096)
def piece_around(sentence: str, start: int, end: int, *, filled: float = 1.0, most_words: int = CELL_WORDS) -> str:
    """The piece of ``sentence`` that holds the characters from ``start`` to ``end`` and reads best.

    Args:
        sentence: one sentence of a paper.
        start: first character that the piece should hold.
        end: one past the last one.
        filled: how much a long piece is liked: from 1 down to -3, which takes the shortest whatever it begins with.
        most_words: room for the piece.

    Returns:
        The sentence without needless openings where that fits; else a stretch of it between two joints, with an
        ellipsis where words are missing behind it, or before it when it does not begin a clause.
    """
    whole = trim(sentence, frozenset())
    if len(whole.split()) <= (most_words if filled > 0 else _SHORT_WORDS):
        return _without_full_stop(whole)
    opening = _opening(sentence)
    start, end = max(start, opening), max(end, opening)
    joints = [(opening, opening, "begin"), (len(sentence), len(sentence), "end")]
    joints += [(m.start(), m.end(), m.lastgroup or "") for m in _JOINT.finditer(sentence) if not _denied(m, sentence)]
    pieces = (
        (_worth(sentence[after:before], filled / most_words, first, last), -after, before)
        for _, after, first in joints
        for before, _, last in joints
        if first != "end" and last != "begin" and after <= start and end <= before
        if 0 < len(sentence[after:before].split()) <= most_words
    )
    worth, place, stop = max(pieces, default=(_WORST - 1, 0, 0))
    if worth > _WORST:
        return _shown(sentence, -place, stop)
    begin = max(
        (after for _, after, _ in joints if after <= start and len(sentence[after:end].split()) <= most_words),
        key=lambda place: (place == opening, place),
        default=start,
    )
    return _shown(sentence, begin, _after_words(sentence, begin, most_words))


def _opening(sentence: str) -> int:
    """Where the sentence begins when its needless opening is left out."""
    whole = trim(sentence, frozenset()).rstrip(".")
    return max(0, sentence.find(whole[1:]) - 1)


def _denied(joint: re.Match[str], sentence: str) -> bool:
    """Whether it is "do not show that": what follows must not be told as shown."""
    return joint.lastgroup == "that" and bool(
        _DENIAL.search(sentence, max(0, joint.start() - _DENIAL_CHARS), joint.start())
    )


def _worth(piece: str, a_word: float, first: str, last: str) -> float:
    words = len(piece.split())
    few = _FEW_WORDS_WHERE_LONG if a_word > 0 else _FEW_WORDS
    broken = piece.count("(") != piece.count(")") or piece.count('"') % 2 or piece.count("“") != piece.count("”")
    return a_word * words + _STARTS[first] + _ENDS[last] - _BROKEN * bool(broken) - 3 * (words < few)


def _after_words(sentence: str, start: int, words: int) -> int:
    """The end of the last of so many words from ``start`` on."""
    ends = [match.end() for match in re.finditer(r"\S+", sentence[start:])]
    return start + ends[min(words, len(ends)) - 1]


def _shown(sentence: str, start: int, end: int) -> str:
    """The stretch, its first letter a capital where that cannot change a name, with ellipses for what is cut away."""
    piece = _CONJUNCTION.sub("", sentence[start:end].strip().rstrip(",;:"), count=1)
    whole_clause = start == _opening(sentence) or re.search(r"(?:that|[;:—])\s+$", sentence[:start])
    after = sentence[end:].strip(" .;,")
    first = piece.split(maxsplit=1)[0]
    if not (whole_clause or _SUBJECT.match(piece) or _NAMED_SUBJECT.match(piece)):
        piece = f"{_CUT} {piece}"
    elif first == first.lower():  # a name such as vLLM stays
        piece = piece[0].upper() + piece[1:]
    return f"{_without_full_stop(piece)}{' ' + _CUT if after else ''}"


def _without_full_stop(piece: str) -> str:
    return piece[:-1] if piece.endswith(".") and not piece.endswith("..") else piece

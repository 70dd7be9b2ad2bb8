"""The commands that a draft in LaTeX defines for itself, and what they stand for."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator

from rag.drafts.blocks import blank

__all__ = ["Macros", "closing"]

_HEAD = re.compile(
    r"\\(?:(?:re)?newcommand|providecommand|DeclareRobustCommand|DeclareMathOperator)\*?\s*"
    r"(?:\{\s*\\(?P<braced>[A-Za-z]+)\s*\}|\\(?P<bare>[A-Za-z]+))\s*(?:\[(?P<count>\d)\]\s*(?:\[(?P<preset>[^\[\]]*)\]\s*)?)?"
    r"(?=\{)"
    r"|\\[gex]?def\s*\\(?P<defined>[A-Za-z]+)\s*(?P<places>(?:#\d)*)\s*(?=\{)"
)
"""What begins a definition, up to the brace that opens what the command stands for."""
_OTHER = re.compile(
    r"\\let\s*\\[A-Za-z]+\s*=?\s*\\[A-Za-z]+"
    r"|\\(?:(?:re)?newenvironment|(?:New|Renew|Provide|Declare)Document(?:Command|Environment)|newtheorem)\*?\s*(?=[{\\])"
)
_CALL = re.compile(r"\\([A-Za-z]+)(?:\{\})?")
_GROUP = re.compile(r"\s*(?=\{)")
_PRESET = re.compile(r"\s*\[([^\[\]]*)\]")
_TOKEN = re.compile(r"\s*(\\[A-Za-z]+|[^\s{}\\])")
_PLACE = re.compile(r"#([1-9])")
_BRACE = re.compile(r"(?<!\\)[{}]")
_LONGEST_GROUP = 5_000
"""Characters after which a group in braces that is not over is taken for one that was not closed."""
_MOST_UNCLOSED = 100
"""After so many definitions that are not over a text is not looked through for more: it is hardly LaTeX."""
_ROUNDS = 5
"""Macros may stand for macros so many times over."""
_MOST_CHARS = 20_000
"""What a sentence has grown to so long by its macros is not taken any further."""


@dataclasses.dataclass(frozen=True)
class _Macro:
    arguments: int
    preset: str | None
    """What the first argument is where it is left out; None: it has to be there."""
    body: str


class Macros:
    """The commands of one draft, whichever of its files defines them; the last definition counts."""

    def __init__(self) -> None:
        self._known: dict[str, _Macro] = {}

    def learn(self, text: str) -> str:
        """Takes in the definitions of ``text``; gives the text with blanks in their place."""
        spans: list[tuple[int, int]] = []
        unclosed = 0
        for match in _HEAD.finditer(text):
            end = closing(text, match.end())
            unclosed += end is None
            if unclosed > _MOST_UNCLOSED:
                break
            if end is None or spans and match.start() < spans[-1][1]:
                continue
            name = match["braced"] or match["bare"] or match["defined"]
            count = int(match["count"] or 0) or len(match["places"] or "") // 2
            self._known[name] = _Macro(count, match["preset"], text[match.end() + 1 : end - 1])
            spans.append((match.start(), end))
        text = blank(text, spans)
        return blank(text, [(match.start(), _after_groups(text, match.end())) for match in _OTHER.finditer(text)])

    def calls(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Where ``text`` uses one: its start, the end of its name and of what is in brackets, what it stands for."""
        values: dict[str, str] = {}
        for match in _CALL.finditer(text):
            macro = self._known.get(match[1])
            if macro is not None:
                end = match.start() + 1 + len(match[1])
                preset = _PRESET.match(text, end) if macro.preset is not None else None
                end = preset.end() if preset else end
                call = text[match.start() : end]
                if call not in values:
                    values[call] = self.expanded(call)
                yield match.start(), end, values[call]

    def expanded(self, text: str) -> str:
        """``text`` with what its commands stand for; an argument that is missing is empty."""
        for _ in range(_ROUNDS):
            before, text = text, self._once(text)
            if text == before or len(text) > _MOST_CHARS:
                break
        return text

    def _once(self, text: str) -> str:
        pieces: list[str] = []
        place = 0
        while match := _CALL.search(text, place):
            macro = self._known.get(match[1])
            if macro is None:
                end, value = match.end(), match[0]
            else:
                end = match.end() if not macro.arguments else match.start() + 1 + len(match[1])
                end, given = _arguments(text, end, macro)
                value = re.sub(r"\\xspace(?![A-Za-z])", "", _filled(macro.body, given)).strip()
                value += " " * text[end : end + 1].isalnum()
            pieces += text[place : match.start()], value
            place = end
        return "".join([*pieces, text[place:]])


def closing(text: str, brace: int) -> int | None:
    """One past the brace that closes the one at ``brace``; None where it is not closed."""
    depth = 0
    for match in _BRACE.finditer(text, brace, brace + _LONGEST_GROUP):
        depth += 1 if match[0] == "{" else -1
        if not depth:
            return match.end()
    return None


def _arguments(text: str, place: int, macro: _Macro) -> tuple[int, list[str]]:
    """One past the arguments that begin at ``place``, and what they are."""
    given: list[str] = []
    if macro.preset is not None:
        found = _PRESET.match(text, place)
        given.append(found[1] if found else macro.preset)
        place = found.end() if found else place
    while len(given) < macro.arguments:
        if group := _GROUP.match(text, place):
            end = closing(text, group.end())
            given.append(text[group.end() + 1 : end - 1 if end else None])
            place = end or len(text)
        elif token := _TOKEN.match(text, place):
            given.append(token[1])
            place = token.end()
        else:
            break
    return place, given


def _filled(body: str, given: list[str]) -> str:
    return _PLACE.sub(lambda place: given[int(place[1]) - 1] if int(place[1]) <= len(given) else "", body)


def _after_groups(text: str, place: int) -> int:
    """One past the groups in braces and brackets that follow one another from ``place`` on."""
    while True:
        if group := _GROUP.match(text, place):
            end = closing(text, group.end())
            if end is None:
                return place
            place = end
        elif found := re.compile(r"\s*(?:\[[^\[\]]*\]|\\[A-Za-z]+(?=\s*\{))").match(text, place):
            place = found.end()
        else:
            return place

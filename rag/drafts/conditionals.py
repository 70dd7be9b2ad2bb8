r"""What of a draft in LaTeX is printed: ``\ifdraft`` and the other switches that it declares and sets for itself."""

from __future__ import annotations

import dataclasses
import re

from rag.drafts.macros import closing

__all__ = ["Switches"]

Span = tuple[int, int]
"""First character and one past the last."""

_TOKEN = re.compile(
    r"\\newif\s*\\if(?P<new>[A-Za-z]+)"
    r"|\\(?:new(?:toggle|bool)|(?:toggle|bool)(?P<way>true|false))\s*\{(?P<switch>[^{}]*)\}"
    r"|\\if(?:toggle|bool)\s*\{(?P<asked>[^{}]*)\}"
    r"|\\if(?P<name>[A-Za-z]*)"
    r"|\\(?P<turn>else|fi)(?![A-Za-z])"
    r"|\\(?P<set>[A-Za-z]+?)(?P<value>true|false)(?![A-Za-z])"
)
r"""TeX's ``\newif`` with ``\drafttrue``; the toggles of the package etoolbox, whose branches stand in braces."""
_OPTIONS = re.compile(r"\\documentclass\s*\[([^\[\]]*)\]")
_OF_CLASS = ("draft", "final")
r"""Options of the class by which the package ifdraft chooses: ``\ifdraft{..}{..}``."""
_ARROW = "f"
_ALWAYS = {"true": True, "false": False}


@dataclasses.dataclass
class _Open:
    """A condition that is not over."""

    value: bool | None
    """None: it cannot be told, and both branches are read."""
    start: int
    left_out: int | None
    """Where the branch that is not printed begins, while it lasts."""


class Switches:
    """The switches of one draft, shared by its files; what was set last before a condition counts."""

    def __init__(self) -> None:
        self._known: dict[str, bool] = {}
        self._options: set[str] = set()

    def left_out(self, text: str) -> tuple[list[Span], list[Span]]:
        r"""The pieces that are not printed, and the commands that say so; takes in what the text declares and sets.

        A condition that is about no switch of the draft (``\ifnum``), or is not closed, leaves nothing out.

        Args:
            text: LaTeX without comments.
        """
        if (options := _OPTIONS.search(text)) is not None:
            self._options = {option.strip() for option in options[1].split(",")}
        pieces: list[Span] = []
        commands: list[Span] = []
        stack: list[_Open] = []
        for match in _TOKEN.finditer(text):
            if match["turn"]:
                commands.append(match.span())
                _turn(match, stack, pieces)
            elif match["name"] is not None or match["asked"] is not None:
                commands += self._condition(text, match, stack, pieces)
            elif any(one.left_out is not None for one in stack) or self._set(match):
                commands.append(match.span())
        return pieces, commands

    def _set(self, match: re.Match[str]) -> bool:
        """Takes in a declaration or a setting; whether it is one."""
        name = match["new"] or match["switch"] or match["set"]
        if match["set"] and name not in self._known:
            return False
        self._known[name] = (match["way"] or match["value"]) == "true"
        return True

    def _condition(self, text: str, match: re.Match[str], stack: list[_Open], pieces: list[Span]) -> list[Span]:
        """Opens a condition, or leaves out one of two branches in braces; gives what is no prose of it."""
        name = match["asked"] if match["asked"] is not None else match["name"]
        braces = _braces(text, match.end())
        if match["asked"] is not None or name not in self._known and name in _OF_CLASS and braces:
            value = self._known.get(name, False) if match["asked"] is not None else name in self._options
            pieces += braces[1:] if value else braces[:1]
            return [match.span()]
        if name == _ARROW or name not in self._known and braces:  # a command of some package, whose branches are read
            return []
        hidden = any(one.left_out is not None for one in stack)
        known = _ALWAYS.get(name, self._known.get(name))
        stack.append(_Open(known, match.start(), match.start() if known is False and not hidden else None))
        return [match.span()]


def _braces(text: str, place: int) -> list[Span]:
    """Two groups in braces that follow; none where there are not two."""
    found: list[Span] = []
    for _ in range(2):
        start = place + len(text[place : place + 80]) - len(text[place : place + 80].lstrip())
        end = closing(text, start) if text[start : start + 1] == "{" else None
        if end is None:
            return []
        found.append((start, end))
        place = end
    return found


def _turn(match: re.Match[str], stack: list[_Open], pieces: list[Span]) -> None:
    """The other branch, or the end of a condition."""
    if not stack:
        return
    one = stack[-1]
    hidden = any(outer.left_out is not None for outer in stack[:-1])
    if one.left_out is not None:
        pieces.append((one.left_out, match.end()))
        one.left_out = None
    elif match["turn"] == "else" and one.value is True and not hidden:
        one.left_out = match.start()
    if match["turn"] == "fi":
        stack.pop()

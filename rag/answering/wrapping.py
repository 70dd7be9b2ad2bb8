"""Takes an answer out of what a model wraps it in: a code fence, or a JSON object of its own making."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from rag.models.filters import LineFilter

__all__ = ["Unwrapper"]

_FENCE = re.compile(r"[ \t]*(?:`{3,}|~{3,})[ \t]*(?P<kind>[\w+-]*)[ \t]*")
_PROSE = frozenset({"markdown", "md", "text", "txt", "plaintext", "plain"})
"""Kinds of fences in which an answer stands as it is; one without a kind counts at the very beginning only."""
_SAYS = ("answer", "final_answer", "response", "reply", "text", "content", "result", "output", "sentence", "message")
_CITES = ("citations", "citation", "keys", "key", "sources", "source", "references", "cites")
_LISTS = ("answers", "sentences", "claims", "statements", "paragraphs", "items")
_KEY = re.compile(r"(?<!\d)\d{1,2}(?!\d)")
_CITED = re.compile(r"[\[【［]\s*\d{1,2}\s*[\]】］]")
_STRING = re.compile(rf'"(?:{"|".join(_SAYS)})"\s*:\s*"(?P<text>(?:[^"\\]|\\.)*)', re.DOTALL)
"""The answer in an object that was cut off before its end."""
_STOP = re.compile(r"\s*([.!?]?)\s*\Z")
_MAY_BE_FENCE = re.compile(r"[ \t]*(?:`{0,2}|~{0,2})\Z")


class Unwrapper(LineFilter):
    """A stage of the parser, behind the one that takes out tags, that gives what is not wrapping.

    JSON is held until it is whole, and comes out as it is when it holds no answer; all else flows on as it arrives, but
    for the beginning of a line that may yet be a fence.
    """

    def __init__(self) -> None:
        super().__init__()
        self._json = ""
        self._fence: str | None = None
        """Kind of the fence that is open; None: none is."""
        self._started = False

    def finish(self) -> str:
        """The rest, once nothing more will come."""
        return super().finish() + self._end_of_json()

    def _begin(self, *, final: bool) -> str | None:
        line, newline, _ = self._buffer.partition("\n")
        if not newline and not final and _undecided(line, started=self._started, in_json=self._fence == "json"):
            return None
        return "".join(self._line(line, newline))

    def _line(self, line: str, newline: str) -> Iterator[str]:
        """Takes the beginning of a line, or the whole of one that wraps or is wrapped."""
        fence = _FENCE.fullmatch(line)
        if self._fence is not None and fence and not fence["kind"]:
            self._buffer = self._buffer[len(line + newline) :]
            self._fence = None
            yield self._end_of_json()
        elif self._fence == "json":
            self._json += line + newline
            self._buffer = self._buffer[len(line + newline) :]
        elif fence and self._fence is None and self._opens(fence["kind"].casefold()):
            self._buffer = self._buffer[len(line + newline) :]
        elif not self._started and line.lstrip()[:1] == "{":
            self._fence = "json"
        else:
            self._started = self._started or bool(line.strip())
            self._in_line = True

    def _opens(self, kind: str) -> bool:
        """Whether a fence of this kind wraps an answer."""
        if kind == "json":
            self._fence = "json"
        elif kind in _PROSE or (not kind and not self._started):
            self._fence = "prose"
        return self._fence is not None

    def _end_of_json(self) -> str:
        """The answer that the JSON so far holds, else the JSON itself."""
        held, self._json = self._json, ""
        if not held.strip():
            return ""
        self._started = True
        said = _answer_in(held)
        return held if said is None else said


def _undecided(line: str, *, started: bool, in_json: bool) -> bool:
    """Whether the unfinished line may still turn out to open or close a wrapping."""
    if in_json or _MAY_BE_FENCE.match(line) or _FENCE.fullmatch(line):
        return True
    return not started and not line.strip()


def _answer_in(text: str) -> str | None:
    """The answer in JSON that may be followed by other text or cut off; None when there is none."""
    try:
        value, end = json.JSONDecoder().raw_decode(text.lstrip())
    except (ValueError, RecursionError):
        cut = _STRING.search(text)
        return _decoded(cut["text"]) if cut else None
    said = _said(value)
    return None if said is None else said + text.lstrip()[end:]


def _decoded(text: str) -> str:
    """The characters of a JSON string whose end may be missing."""
    try:
        return str(json.loads(f'"{text}"', strict=False))
    except ValueError:  # cut in the middle of an escape
        return text.rpartition("\\")[0].replace('\\"', '"').replace("\\n", "\n")


def _said(value: Any) -> str | None:
    """What a JSON value says, with the keys it cites behind it; None when it holds no answer."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        parts = [part for each in value if (part := _said(each))]
        return " ".join(parts) or None
    if not isinstance(value, dict):
        return None
    folded = {str(name).casefold(): each for name, each in value.items()}
    said = next((part for name in (*_SAYS, *_LISTS) if (part := _said(folded.get(name)))), None)
    if said is None:
        return None
    missing = list(dict.fromkeys(key for name in _CITES for key in _keys_in(folded.get(name))))
    if _CITED.search(said) or not missing:  # it cites on its own: a list beside it repeats
        return said
    return _STOP.sub(lambda end: f" {''.join(f'[{key}]' for key in missing)}{end[1]}", said, count=1)


def _keys_in(value: Any) -> list[str]:
    """The citation keys in a value that lists what is cited."""
    if isinstance(value, int) and not isinstance(value, bool):
        return [str(value)]
    if isinstance(value, str):
        return _KEY.findall(value)
    if isinstance(value, dict):
        value = list(value.values())
    return [key for each in value for key in _keys_in(each)] if isinstance(value, list) else []

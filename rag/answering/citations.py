"""Turns the keys in a model's stream into numbered citations that lead to a sentence, and takes out invented ones."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from rag.answering.author_year import AuthorYears
from rag.answering.copies import CopyFilter
from rag.answering.framing import Framing
from rag.answering.markers import (
    OPENING_BRACKETS,
    WAIT,
    Marker,
    Waiting,
    may_be_keys,
    read_bracket,
    read_destination,
    read_marker,
)
from rag.answering.numbering import NumberedText
from rag.answering.wrapping import Unwrapper
from rag.answering.writer import Locate
from rag.models.filters import TagFilter
from rag.types import Paper, Passage

__all__ = ["CitationParser"]

_PLAIN = re.compile(r"[^\s\[【［`*(\\^.!?。！？…]+")
_LEAD = re.compile(r"(?P<stop>(?:[.!?。！？…]+[\"”’»')]*)?)(?P<gap>\s*)(?P<wrap>[`*(\\^]*)")
"""What may stand before a bracket and depends on what the bracket turns out to be."""
_SEPARATOR = re.compile(r"[ \t]*[,;]?[ \t]*(?P<wrap>[`*(\\^]*)")
_CLOSED_BY = {"(": ")", "`": "`", "*": "*", "\\": "", "^": ""}
_BARE_NUMBER = re.compile(r"\s*\d+\s*")
_ABBREVIATION = re.compile(r"\b(?:et al|e\.g|i\.e|cf|vs|etc|Fig|Eq|Sec|Tab)$")
_HALF = re.compile(r"[`*(\\!]*[\[【［]{1,2}[^\]】］]*(?:\]\([^)]*)?$")
"""A marker or link that is not finished."""
_TIGHT_SCRIPT = "\u2e80"
"""Chinese and Japanese begin here; they put no space before a marker."""
_UNCLOSED = re.compile(r"[\[【［][^\[\]【】［］\n]{1,40}$")
"""A bracket that the model forgot to close at its very end."""


@dataclass
class _Group:
    """Neighbouring markers that are shown together, and what stood before them."""

    stop: str
    gap: str
    keys: list[str] = field(default_factory=list)


class CitationParser:
    """Reads a model's text in chunks and hands out text for the reader, in which ``[n]`` is the n-th passage cited.

    Nothing is handed out before it is known what it is: a marker, a link, a tag or a thinking block that arrives in
    pieces is held back. Thinking blocks, tags and addresses of links are taken out. A marker after the full stop of
    its sentence is put before it. A reference by author and year, or by a system's name and year, that can mean only
    one of the papers counts as its key. How the text is cut into chunks makes no difference.
    """

    def __init__(self, keys: Mapping[str, Paper], locate: Locate, copies: CopyFilter | None = None) -> None:
        """Makes a parser for one answer.

        Args:
            keys: the papers by the key given to the model.
            locate: finds the sentence of a paper for a text.
            copies: takes out what the model repeats of its prompt; None takes nothing out.
        """
        self.unknown_keys: list[str] = []
        """Keys the model made up, in order, each time it did."""
        self._keys = keys
        self._out = NumberedText(keys, locate)
        self._tags = TagFilter()
        self._wrapping = Unwrapper()
        self._copies = copies
        self._framing = Framing()
        self._years = AuthorYears(keys)
        self._raw = ""
        self._group: _Group | None = None

    @property
    def text(self) -> str:
        """All text so far; once finished, all that was handed out."""
        return self._out.text

    @property
    def cited(self) -> tuple[Passage, ...]:
        """The passages cited so far; marker n is the n-th."""
        return self._out.cited

    @property
    def may_show_reasoning(self) -> bool:
        """A thinking block ended without having begun, so that the text before may be the model's reasoning."""
        return self._tags.thought_ended_unopened

    def feed(self, chunk: str) -> str:
        """The text that is finished after ``chunk``; often empty."""
        text = self._wrapping.feed(self._tags.feed(chunk))
        self._raw += self._framing.feed(self._copies.feed(text) if self._copies else text)
        return self._advance(final=False)

    def finish(self, *, cut: bool = False) -> str:
        """The rest, without white space at the end, once nothing more will come.

        With ``cut`` the text was broken off, and half a marker, link or tag at its end is dropped.
        """
        rest = self._wrapping.feed("" if cut else self._tags.finish()) + self._wrapping.finish()
        if self._copies:
            rest = self._copies.feed(rest) + self._copies.finish()
        self._raw += self._framing.feed(rest) + self._framing.finish()
        self._raw = _HALF.sub("", self._raw) if cut else _UNCLOSED.sub(r"\g<0>]", self._raw)
        return self._advance(final=True)

    def _advance(self, *, final: bool) -> str:
        while self._raw and self._step(final):
            pass
        if final and self._group:
            self._close_group("")
        return self._out.take(final=final)

    def _step(self, final: bool) -> bool:
        """Takes one thing off the raw text; false when more text is needed to say what it is."""
        if self._group:
            return self._extend_group(self._group, final)
        plain = _PLAIN.match(self._raw)
        if plain:
            return self._emit(plain.end())
        lead = _LEAD.match(self._raw)
        assert lead is not None  # every part of the pattern may be empty
        end = lead.end()
        if end == len(self._raw):
            return self._emit(end) if final else False
        if self._raw[end] in OPENING_BRACKETS:
            return self._take_bracket(lead, final)
        if lead["wrap"] == "(":
            return self._take_parenthesis(lead, final)
        return self._emit(end)

    def _take_parenthesis(self, lead: re.Match[str], final: bool) -> bool:
        """A reference by author and year becomes its key; behind the author's name the year stays."""
        content, closing, _ = self._raw[lead.end() :].partition(")")
        if not closing:
            waits = not final and (self._years.may_begin(content) or may_be_keys(content, self._keys))
            return False if waits else self._emit(lead.end())
        marker = read_marker(content, self._keys, "")
        if marker and marker.known and may_be_keys(content, self._keys):
            self._raw = self._raw[lead.end() + len(content) + 1 :]
            self._group = _Group(lead["stop"], lead["gap"])
            self._add(self._group, marker)
            return True
        keys, end = self._years.keys_of(content), lead.end() + len(content) + 1
        behind_name = self._years.key_of_year(content, self._out.text + lead["stop"] + lead["gap"])
        if not keys and not behind_name:
            return self._emit(lead.end())
        if behind_name:
            self._emit(end)
            self._group = _Group("", " ", list(behind_name))
        else:
            self._raw = self._raw[end:]
            self._group = _Group(lead["stop"], lead["gap"], list(keys))
        return True

    def _take_bracket(self, lead: re.Match[str], final: bool) -> bool:
        bracket = read_bracket(self._raw, lead.end(), final=final)
        if isinstance(bracket, Waiting):
            return False
        if bracket is None:
            return self._emit(lead.end() + 1)
        content, end = bracket
        marker = read_marker(content, self._keys, self._out.text + lead["stop"] + lead["gap"])
        if marker is None and (meant := self._years.keys_of(content)):
            marker = Marker(meant, ())
        if marker is None:
            return self._take_prose(lead, content, end, final)
        after = self._end_of_marker(lead["wrap"], end, final)
        if isinstance(after, Waiting):
            return False
        wrapped, end = after
        if not wrapped and lead["wrap"].strip("\\^"):
            self._emit(lead.end(), then=end)
            self._group = _Group("", "")
        else:
            self._raw = self._raw[end:]
            self._group = _Group(lead["stop"], lead["gap"])
        self._add(self._group, marker)
        return True

    def _end_of_marker(self, wrap: str, end: int, final: bool) -> tuple[bool, int] | Waiting:
        """Whether the marker is wrapped on both sides, and where it ends with its wrapping and an address."""
        closing = "".join(_CLOSED_BY[char] for char in reversed(wrap))
        follows = self._raw[end : end + len(closing)]
        if closing and follows == closing:
            return True, end + len(closing)
        if closing.startswith(follows) and len(follows) < len(closing) and not final:
            return WAIT
        destination = read_destination(self._raw, end, final=final)
        if isinstance(destination, Waiting):
            return WAIT
        return False, destination or end

    def _take_prose(self, lead: re.Match[str], content: str, end: int, final: bool) -> bool:
        """A bracket that cites nothing: a link becomes its text, a bare number must not pass for a marker."""
        destination = read_destination(self._raw, end, final=final)
        if isinstance(destination, Waiting):
            return False
        opening, closing = self._raw[lead.end()], self._raw[end - 1]
        text = lead[0]
        if destination:
            text = text.removesuffix("!")
            opening = closing = ""
        elif _BARE_NUMBER.fullmatch(content):
            opening, closing = "(", ")"
        else:
            content = self._raw[lead.end() + 1 : end - 1]
        self._raw = text + opening + content + closing + self._raw[destination or end :]
        return self._emit(len(text + opening + content + closing))

    def _extend_group(self, group: _Group, final: bool) -> bool:
        separator = _SEPARATOR.match(self._raw)
        assert separator is not None  # every part of the pattern may be empty
        end = separator.end()
        if end == len(self._raw):
            if not final:
                return False
        elif self._raw[end] in OPENING_BRACKETS:
            taken = self._extend_with(group, separator, final)
            if taken is not None:
                return taken
        self._close_group(self._raw.lstrip(" \t")[:1])
        return True

    def _extend_with(self, group: _Group, separator: re.Match[str], final: bool) -> bool | None:
        """Adds the bracket behind ``separator``; ``None`` if it is no marker, false if that is not yet known."""
        bracket = read_bracket(self._raw, separator.end(), final=final)
        if isinstance(bracket, Waiting):
            return False
        marker = read_marker(bracket[0], self._keys, self._out.text) if bracket else None
        if bracket is None or marker is None:
            return None
        after = self._end_of_marker(separator["wrap"], bracket[1], final)
        if isinstance(after, Waiting):
            return False
        wrapped, end = after
        if not wrapped and separator["wrap"].strip("\\^"):
            return None
        self._raw = self._raw[end:]
        self._add(group, marker)
        return True

    def _add(self, group: _Group, marker: Marker) -> None:
        group.keys += marker.known
        self.unknown_keys += marker.unknown

    def _close_group(self, follows: str) -> None:
        """Shows the markers of the group; ``follows`` is the first character after them that is no blank."""
        assert self._group is not None
        group, self._group = self._group, None
        gap = group.gap if "\n" in group.gap else ""
        if group.stop and not gap and self._raw[:1] == group.stop[0]:
            self._raw = self._raw[1:]
        if not group.keys:
            if gap or not self._out.text + group.stop or self._out.text.endswith("\n"):
                self._raw = self._raw.lstrip(" \t")
            self._out.write(group.stop + gap)
        elif gap:
            self._out.cite(group.stop + gap, group.keys, "")
        elif group.stop and self._ends_sentence(follows):
            self._out.cite(self._space("", group.gap), group.keys, group.stop)
        else:
            self._out.cite(group.stop + self._space(group.stop, group.gap), group.keys, "")

    def _ends_sentence(self, follows: str) -> bool:
        if _ABBREVIATION.search(self._out.text[-8:]):
            return False
        return not follows or follows in ".\n" or not (follows.islower() or follows in ",;:!?)]}")

    def _space(self, stop: str, gap: str) -> str:
        last = (self._out.text + stop)[-1:]
        if not last or last.isspace():
            return ""
        return " " if gap or (last < _TIGHT_SCRIPT and last not in "([{") else ""

    def _emit(self, end: int, *, then: int | None = None) -> bool:
        """Hands out the raw text up to ``end`` and goes on at ``then``."""
        text, self._raw = self._raw[:end], self._raw[end if then is None else then :]
        self._out.write(text)
        return True

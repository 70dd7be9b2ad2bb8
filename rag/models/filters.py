"""Stages that a model's text passes, however it is cut into chunks; first the one that takes out thoughts and tags."""

from __future__ import annotations

import abc
import re
from collections.abc import Iterator

__all__ = ["LineFilter", "StreamFilter", "TagFilter", "without_thoughts"]

_THOUGHT = r"\s*(?:think|thinking|thought|reasoning)\s*>"
_THOUGHT_BEGINS = re.compile("<" + _THOUGHT, re.IGNORECASE)
_THOUGHT_ENDS = re.compile("</" + _THOUGHT, re.IGNORECASE)
_LONGEST_END = 32
"""Characters kept back inside a thinking block, so that its end is seen when it is cut in two."""

_ATTRIBUTE = r"""\s+[A-Za-z:@_-]+\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+)"""
_TAG = re.compile(rf"<(?:/?[A-Za-z][A-Za-z0-9:-]*(?:{_ATTRIBUTE})*\s*/?|[|｜][^<>]*[|｜])>")
"""A tag needs a value for each attribute, so that ``x <y and z> w`` stays as it is."""
_AUTOLINK = re.compile(r"<((?:https?|ftp|mailto):[^\s<>]*)>")
_KEY = re.compile(r"<(\d{1,2})>")
"""A citation key in pointed brackets, which no tag is called."""
_MAY_OPEN = re.compile(r"<(?:[A-Za-z/!|｜ \d]|$)")
_ENDS = re.compile(r"[<>\n]")
_LONGEST = 2000
"""Characters after which an opened tag or comment is taken for prose; a tag with one long address is shorter."""


def without_thoughts(text: str) -> str:
    """A whole reply as plain text, without what the model thought aloud, also where it did not mark the beginning."""
    stage = TagFilter()
    plain = stage.feed(text) + stage.finish()
    return without_thoughts(_THOUGHT_ENDS.split(text)[-1]) if stage.thought_ended_unopened else plain


class StreamFilter(abc.ABC):
    """A stage: :meth:`feed` gives what is finished so far, and the rest is kept until it is known what it is."""

    def __init__(self) -> None:
        self._buffer = ""

    def feed(self, text: str) -> str:
        """What is finished after ``text``."""
        self._buffer += text
        return "".join(self._advance(final=False))

    def finish(self) -> str:
        """The rest, once nothing more will come."""
        return "".join(self._advance(final=True))

    @abc.abstractmethod
    def _advance(self, *, final: bool) -> Iterator[str]:
        """Takes off the buffer what can be told, and gives what of it is to be shown."""


class LineFilter(StreamFilter):
    """A stage that looks at how lines begin; the rest of a line flows on as it arrives."""

    def __init__(self) -> None:
        super().__init__()
        self._in_line = False

    def _advance(self, *, final: bool) -> Iterator[str]:
        while self._buffer:
            if self._in_line:
                line, newline, self._buffer = self._buffer.partition("\n")
                self._in_line = not newline
                yield line + newline
            else:
                begun = self._begin(final=final)
                if begun is None:
                    return
                yield begun

    @abc.abstractmethod
    def _begin(self, *, final: bool) -> str | None:
        """What the beginning of a line gives, which is then off the buffer or in a line; None to wait for more."""


class TagFilter(StreamFilter):
    """Takes out thinking blocks, HTML tags and control tokens; an unfinished thinking block is dropped.

    A ``<`` that opens nothing known is let through; the last stage sees to it that it opens nothing in a browser.
    """

    def __init__(self) -> None:
        super().__init__()
        self.thought_ended_unopened = False
        """A thinking block ended that had not begun: the text before was the model's reasoning."""
        self._thinking = False

    def _advance(self, *, final: bool) -> Iterator[str]:
        while self._buffer:
            if self._thinking:
                if not self._skip_thought(final):
                    return
                continue
            plain, opener, rest = self._buffer.partition("<")
            yield plain
            self._buffer = opener + rest
            taken = self._take_tag(final) if opener else None
            if taken is None:
                return
            yield taken

    def _skip_thought(self, final: bool) -> bool:
        """Drops up to the end of the thinking block; false when that has not come yet."""
        end = _THOUGHT_ENDS.search(self._buffer)
        if end:
            self._thinking = False
            self._buffer = self._buffer[end.end() :]
            return True
        self._buffer = "" if final else self._buffer[-_LONGEST_END:]
        return False

    def _take_tag(self, final: bool) -> str | None:
        """Takes what the ``<`` at the start of the buffer opens and returns its text; ``None`` to wait for more."""
        may_wait = not final and len(self._buffer) < _LONGEST
        if self._buffer[:4] == "<!--":
            end = self._buffer.find("-->")
            if end >= 0:
                self._buffer = self._buffer[end + 3 :]
                return ""
            return None if may_wait else self._take_opener()
        end_of_tag = _ENDS.search(self._buffer, 1)
        if end_of_tag is None:
            return None if may_wait and _MAY_OPEN.match(self._buffer) else self._take_opener()
        tag = self._buffer[: end_of_tag.end()]
        text = self._text_of(tag)
        if text is None:
            return self._take_opener()
        self._buffer = self._buffer[len(tag) :]
        return text

    def _text_of(self, tag: str) -> str | None:
        """What remains of ``tag``; ``None`` if it is none."""
        if _THOUGHT_BEGINS.fullmatch(tag):
            self._thinking = True
            return ""
        if _THOUGHT_ENDS.fullmatch(tag):
            self.thought_ended_unopened = True
            return ""
        if key := _KEY.fullmatch(tag):
            return f"[{key[1]}]"
        link = _AUTOLINK.fullmatch(tag)
        if link:
            return link[1]
        return "" if _TAG.fullmatch(tag) else None

    def _take_opener(self) -> str:
        self._buffer = self._buffer[1:]
        return "<"

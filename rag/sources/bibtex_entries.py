"""BibTeX taken apart: entries and their fields, of files that keep to its rules and of those that do not.

Neither bibtexparser 2.1 nor pybtex 0.26 keeps an entry with a comma too few, a repeated field, no key or an open brace.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping

__all__ = ["BLOCK_START", "Block", "Entry", "blocks_of", "entry_of", "strings_of"]

BLOCK_START = re.compile(r"@\s*([A-Za-z]+)\s*[{(]")
"""What begins an entry, wherever it stands between entries."""
_NEXT_ENTRY = re.compile(r"^\s*@\s*[A-Za-z]+\s*[{(]\s*(?:[^\s,{}()=\"#]+\s*,\s*(?:$|[\w-]+\s*=)|[\w-]+\s*=)")
"""A line that begins an entry even where the one before it is still open."""
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_NAME = re.compile(r"([A-Za-z_][\w.:+/-]*)\s*=(?!=)\s*")
_NEXT_FIELD = re.compile(r"\n\s*[A-Za-z][\w-]*\s*=\s*[{\"\w]|\n\s*@\s*[A-Za-z]+\s*[{(]")
_BARE = re.compile(r"[^\s,#{}\"()]+(?:[ \t]+(?![\w-]+\s*=)[^\s,#{}\"()]+)*")
_JOINT = re.compile(r"\s*#\s*")
_QUOTE = re.compile(r"\\.|[{}\"]", re.DOTALL)
_RESUMED = re.compile(r"[,\n]|(?<=\s)(?=[A-Za-z][\w-]*\s*=\s*[{\"])")
_LINE_WITH_FIELD = re.compile(r",\s*\n\s*[A-Za-z][\w-]*\s*=\s*[{\"\w]|,\s*[A-Za-z][\w-]*\s*=\s*[{\"]")
_SKIPPED = re.compile(r"(?:[\s,;]+|%[^\n]*(?:\n|$))+")
_AFTER_QUOTE = re.compile(r"\s*(?:[,#})]|$|[A-Za-z][\w-]*\s*=)")
ENTRY_CHARS = 4 * 2**20
"""An entry that is not over after so much text is not one of a paper."""


@dataclasses.dataclass(frozen=True)
class Block:
    """The text from the sign that begins an entry to its end."""

    line: int
    kind: str
    """In small letters: ``article``, ``string``, ``comment`` ..."""
    body: str
    """What stands between its braces."""
    problem: str | None = None
    """Why it may not be whole."""


@dataclasses.dataclass(frozen=True)
class Entry:
    """One entry."""

    kind: str
    key: str
    """Empty where there is none."""
    fields: tuple[tuple[str, str], ...]
    """Names in small letters and values without their braces or quotes, in the order of the file, repeats included."""


def blocks_of(lines: Iterable[tuple[int, str]]) -> Iterator[Block]:
    """The blocks in numbered lines; text between them is passed over, wherever in a line they begin and end."""
    opened: tuple[int, str, str] | None = None  # line, kind, the closing sign
    held: list[str] = []
    depth = size = 0
    for number, line in lines:
        if opened and depth and _NEXT_ENTRY.match(line):
            yield _block(opened, held, size, closed=False)
            opened, held, depth, size = None, [], 0, 0
        place = 0
        while True:
            if opened is None:
                start = BLOCK_START.search(line, place)
                if start is None:
                    break
                opened = (number, start[1].lower(), ")" if start[0][-1] == "(" else "}")
                held, depth, size, place = [], 1, 0, start.end()
            end, depth = _end_of(line, place, depth, opened[2])
            piece = line[place:end]
            size += len(piece) + 1
            if size <= ENTRY_CHARS:
                held.append(piece)
            if depth:
                break
            yield _block(opened, held, size, closed=True)
            opened, place = None, end + 1
    if opened:
        yield _block(opened, held, size, closed=False)


def _end_of(line: str, place: int, depth: int, closing: str) -> tuple[int, int]:
    """Where the block ends in ``line``, or its length; and how many braces are open then."""
    pattern = _BRACE if closing == "}" else re.compile(r"\\.|[{})]", re.DOTALL)
    for match in pattern.finditer(line, place):
        if match[0] == "{":
            depth += 1
        elif match[0] == "}":
            depth -= 1 if closing == "}" or depth > 1 else 0
        elif match[0] == ")" and depth == 1:
            depth = 0
        if not depth:
            return match.start(), 0
    return len(line), depth


def _block(opened: tuple[int, str, str], held: list[str], size: int, *, closed: bool) -> Block:
    problem = None if closed else "the entry is not closed"
    if size > ENTRY_CHARS:
        problem = f"the entry has more than {ENTRY_CHARS // 2**20} million characters; is a brace not closed?"
        held = []
    return Block(opened[0], opened[1], "\n".join(held), problem)


def strings_of(block: Block, known: Mapping[str, str]) -> dict[str, str]:
    """What a ``@string`` block defines, by name in small letters."""
    return dict(_Body(block, known).fields(0))


def entry_of(block: Block, known: Mapping[str, str]) -> Entry:
    """The entry in a block; what cannot be read as a field is passed over.

    Args:
        block: of a kind that is an entry.
        known: what ``@string`` has defined, and the months.
    """
    body = block.body
    head = re.match(r"\s*([^,={}\"#]*)(,|=|$|(?=[{}\"#]))", body)
    assert head is not None  # it matches nothing at all, too
    key, start = head[1].strip(), head.end()
    if head[2] == "=":  # no key, or no comma after it
        *words, field = key.split() or [""]
        key, start = " ".join(words), body.rindex(field, 0, head.end()) if field else head.end()
    return Entry(block.kind, " ".join(key.split()), tuple(_Body(block, known).fields(start)))


class _Body:
    """The fields of one block, read from left to right."""

    def __init__(self, block: Block, known: Mapping[str, str]) -> None:
        self._text = block.body
        self._known = known
        self._broken = block.problem is not None

    def fields(self, place: int) -> Iterator[tuple[str, str]]:
        """Names in small letters and values; text that belongs to no field is passed over."""
        while place < len(self._text):
            if skipped := _SKIPPED.match(self._text, place):
                place = skipped.end()
            elif name := _NAME.match(self._text, place):
                value, place = self._value(name.end())
                yield name[1].lower(), value
            else:
                following = _RESUMED.search(self._text, place + 1)
                place = following.start() if following else len(self._text)

    def _value(self, place: int) -> tuple[str, int]:
        """A value and one past its end; pieces joined by ``#`` are one."""
        pieces: list[str] = []
        while place < len(self._text):
            first = self._text[place]
            if first in '{"':
                end = self._braced(place) if first == "{" else self._quoted(place)
                pieces.append(self._text[place + 1 : end])
                place = end + 1
            elif bare := _BARE.match(self._text, place):
                pieces.append(self._known.get(bare[0].lower(), bare[0]))
                place = bare.end()
            else:
                break
            joint = _JOINT.match(self._text, place)
            if joint is None:
                break
            place = joint.end()
        return "".join(pieces), place

    def _braced(self, start: int) -> int:
        """Where the brace at ``start`` is closed; if never, where the next field begins, or the end."""
        depth = 0
        for match in _BRACE.finditer(self._text, start):
            depth += {"{": 1, "}": -1}.get(match[0], 0)
            if not depth:
                inner = _LINE_WITH_FIELD.search(self._text, start, match.start()) if self._broken else None
                return inner.start() if inner else match.start()
        return self._cut(start)

    def _quoted(self, start: int) -> int:
        """Where the quotation mark at ``start`` is closed: at one outside of braces that a comma or the end follows."""
        depth = 0
        last = None
        for match in _QUOTE.finditer(self._text, start + 1):
            if match[0] == '"' and depth <= 0:
                last = match.start()
                if _AFTER_QUOTE.match(self._text, match.end()):
                    return last
            depth += {"{": 1, "}": -1}.get(match[0], 0)
        return self._cut(start) if last is None else last

    def _cut(self, start: int) -> int:
        following = _NEXT_FIELD.search(self._text, start) or _LINE_WITH_FIELD.search(self._text, start)
        end = following.start() if following else len(self._text)
        return start + len(self._text[start:end].rstrip().rstrip(",").rstrip().rstrip("}"))

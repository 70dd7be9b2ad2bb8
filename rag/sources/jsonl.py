"""JSON: one object a line, one list, or the answer of a service; one object a paper."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from rag.sources.fields import paper_from_fields, plain_name, unused_names
from rag.sources.files import Line, read_lines
from rag.sources.notes import BadRecord, Note, unused
from rag.sources.shapes import ATTACHED, KNOWN, flat, records_in
from rag.types import Paper

__all__ = ["papers_of", "read_jsonl", "read_objects"]

_BETWEEN = re.compile(r"[\s,\[\]]*")
"""What stands before and between the items of a list."""
_SMALL_CHARS = 2**16
"""So much is read at once at least."""

_VALUE_CHARS = 64 * 2**20
"""A JSON value that is not over after so many characters is not one of a paper, nor a page of them."""


def read_jsonl(path: Path, label: str) -> Iterator[Paper | BadRecord | Note]:
    """A paper for each object with a title; for the names of the other fields see ``fields.ALIASES`` and ``shapes``.

    Args:
        path: The file, plain or gzip: an object a line, lists, objects over many lines, answers that wrap a list.
        label: What to call it in ``source``.

    Raises:
        SourceError: The file cannot be read.
    """
    return papers_of(read_objects(path, label), label)


def papers_of(
    objects: Iterable[tuple[str, dict[str, Any] | BadRecord | Note]], label: str
) -> Iterator[Paper | BadRecord | Note]:
    """A paper for each of ``objects``, which stand beside their places; the fields not used are told once."""
    ignored: set[str] = set()
    attached = 0
    for source, value in objects:
        if not isinstance(value, dict):
            yield value
            continue
        if _kind(value) in ATTACHED and not value.get("abstract"):
            attached += 1
            continue
        record = flat(value)
        told = unused_names(name for name, one in record.items() if one not in (None, "", [], {}))
        ignored.update(name for name in told if plain_name(name) not in KNOWN)
        yield paper_from_fields(record, source)
    if attached:
        yield Note(label, f"{attached} attachments and notes of Zotero are no papers and were left out")
    yield from unused(label, ignored)


def _kind(value: Mapping[str, Any]) -> Any:
    inner = value.get("data")
    return (inner if isinstance(inner, Mapping) else value).get("itemType")


def read_objects(path: Path, label: str) -> Iterator[tuple[str, dict[str, Any] | BadRecord | Note]]:
    """Place and object of each record; a bad record for a line that is no JSON object."""
    lines = (line for line in read_lines(path))
    first: list[Line] = []
    for line in lines:
        first.append(line)
        if sum(bool(one.text.strip()) for one in first) == 2:
            break
    every = itertools.chain(first, lines)
    yield from _by_value(every, label) if _over_lines(first) else _by_line(every, label)


def _over_lines(first: list[Line]) -> bool:
    """Whether values go over many lines: the first is a list, or breaks off where no other begins."""
    texts = [line.text.strip() for line in first if line.text.strip()]
    if not texts:
        return False
    if texts[0].startswith("["):
        return True
    try:
        json.loads(texts[0])
    except (ValueError, RecursionError):
        return texts[0].startswith("{") and len(texts) > 1 and not texts[1].startswith("{")
    return False


def _by_line(lines: Iterator[Line], label: str) -> Iterator[tuple[str, dict[str, Any] | BadRecord | Note]]:
    for line in lines:
        source = f"{label}:{line.number}"
        if line.note:
            yield label, Note(label, line.note)
        if line.problem:
            yield source, BadRecord(source, line.problem)
        elif line.text.strip():
            try:
                value = json.loads(line.text)
            except (ValueError, RecursionError) as error:
                yield source, BadRecord(source, _why(error))
            else:
                yield from _records(value, source)


def _by_value(lines: Iterator[Line], label: str) -> Iterator[tuple[str, dict[str, Any] | BadRecord | Note]]:
    """Values one after the other; the items of a list as if they stood alone, so that it is never held whole."""
    values = _Values(label)
    for line in lines:
        if line.note:
            yield label, Note(label, line.note)
        if line.problem:
            yield f"{label}:{line.number}", BadRecord(f"{label}:{line.number}", line.problem)
        yield from values.take(f"{line.text}\n", last=False)
    yield from values.take("", last=True)


class _Values:
    """Takes text in by the line and gives the values that are complete."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._decode = json.JSONDecoder().raw_decode
        self._held = ""
        self._line = 1
        """Where ``_held`` begins."""
        self._wanted = _SMALL_CHARS
        """Characters that are waited for before the next attempt; doubled, so that a long value costs little."""
        self._broken = False

    def take(self, text: str, *, last: bool) -> Iterator[tuple[str, dict[str, Any] | BadRecord | Note]]:
        """The records that end in ``text``, the next piece of the file."""
        self._held += "" if self._broken else text
        if self._broken or (len(self._held) < self._wanted and not last):
            return
        place = 0
        while (start := _BETWEEN.match(self._held, place).end()) < len(self._held):  # type: ignore[union-attr]
            self._line += self._held.count("\n", place, start)
            source = f"{self._label}:{self._line}"
            try:
                value, place = self._decode(self._held, start)
            except (ValueError, RecursionError) as error:
                self._held = self._held[start:]
                if last or not _breaks_off(error, start + len(self._held)) or len(self._held) > _VALUE_CHARS:
                    self._broken = True
                    yield source, BadRecord(source, f"{_why(error)}; nothing after it is read")
                self._wanted = max(2 * len(self._held), _SMALL_CHARS)
                return
            self._line += self._held.count("\n", start, place)
            yield from _records(value, source)
        self._line += self._held.count("\n", place)
        self._held, self._wanted = "", _SMALL_CHARS


def _breaks_off(error: Exception, length: int) -> bool:
    """Whether a value of ``length`` characters only lacks what comes after them."""
    if not isinstance(error, json.JSONDecodeError):
        return False
    return error.pos >= length - 2 or error.msg.startswith("Unterminated string")


def _records(value: Any, source: str) -> Iterator[tuple[str, dict[str, Any] | BadRecord | Note]]:
    found = list(records_in(value))
    for position, record in enumerate(found, start=1):
        place = source if len(found) == 1 else f"{source}#{position}"
        if isinstance(record, Mapping):
            yield place, dict(record)
        else:
            yield place, BadRecord(place, "it is JSON, but no object with a title")


def _why(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"it is no JSON: {error.msg} at column {error.colno}"
    return f"it is no JSON that can be read: {error}"  # a number of thousands of digits, thousands of brackets

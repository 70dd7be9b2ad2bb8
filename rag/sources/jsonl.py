"""JSON: one object a line, one list, or the answer of a service; one object a paper."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rag.sources.fields import paper_from_fields, unused_names
from rag.sources.files import Line, read_lines
from rag.sources.notes import BadRecord, Note, unused
from rag.sources.shapes import KNOWN, flat, records_in
from rag.types import Paper

__all__ = ["read_jsonl", "read_objects"]

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
    ignored: set[str] = set()
    for source, value in read_objects(path, label):
        if not isinstance(value, dict):
            yield value
            continue
        record = flat(value)
        ignored.update(unused_names(name for name, one in record.items() if one not in (None, "", [], {})) - KNOWN)
        yield paper_from_fields(record, source)
    yield from unused(label, ignored)


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
    decoder = json.JSONDecoder()
    held, wanted, start = "", 1, 1
    number = 0
    for line in itertools.chain(lines, [None]):
        if line is not None:
            number = line.number
            if line.note:
                yield label, Note(label, line.note)
            if line.problem:
                yield f"{label}:{number}", BadRecord(f"{label}:{number}", line.problem)
            held = f"{held}{line.text}\n" if held else f"{line.text}\n"
            if len(held) < wanted and len(held) < _VALUE_CHARS:
                continue
        while True:
            stripped = held.lstrip(" \t\r\n,")
            if stripped[:1] in ("[", "]"):
                held, wanted = stripped[1:], 1
                continue
            held, start = stripped, number - stripped.count("\n") + 1 if line is not None else start
            if not held:
                wanted = 1
                break
            source = f"{label}:{max(start, 1)}"
            try:
                value, end = decoder.raw_decode(held)
            except (ValueError, RecursionError) as error:
                cut = isinstance(error, json.JSONDecodeError) and error.pos >= len(held.rstrip()) - 1
                unclosed = isinstance(error, json.JSONDecodeError) and error.msg.startswith("Unterminated string")
                if line is not None and (cut or unclosed) and len(held) < _VALUE_CHARS:
                    wanted = 2 * len(held) if len(held) > 2**16 else 1
                    break
                yield source, BadRecord(source, f"{_why(error)}; nothing after it is read")
                return
            held, wanted = held[end:], 1
            yield from _records(value, source)


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

"""JSON lines: one object a line, one object a paper."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rag.sources.fields import paper_from_fields
from rag.sources.files import read_lines
from rag.sources.record import BadRecord
from rag.types import Paper

__all__ = ["read_jsonl", "read_objects"]


def read_jsonl(path: Path, label: str) -> Iterator[Paper | BadRecord]:
    """A paper for each object with a ``title``; for the names of the other fields see ``fields.ALIASES``.

    Args:
        path: The file, plain or gzip.
        label: What to call it in ``source``.

    Raises:
        SourceError: The file cannot be read.
    """
    for source, value in read_objects(path, label):
        yield value if isinstance(value, BadRecord) else paper_from_fields(value, source)


def read_objects(path: Path, label: str) -> Iterator[tuple[str, dict[str, Any] | BadRecord]]:
    """Place and object of each line that is not blank; a bad record for a line that is no JSON object."""
    for line in read_lines(path):
        source = f"{label}:{line.number}"
        if line.problem:
            yield source, BadRecord(source, line.problem)
        elif line.text.strip():
            yield source, _parsed(line.text, source)


def _parsed(text: str, source: str) -> dict[str, Any] | BadRecord:
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        return BadRecord(source, f"it is no JSON: {error.msg} at column {error.colno}")
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, thousands of brackets
        return BadRecord(source, f"it is no JSON that can be read: {error}")
    return value if isinstance(value, dict) else BadRecord(source, "it is JSON, but no object with a title")

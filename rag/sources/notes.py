"""What readers tell beside papers: records that could not be read, and what a user should know of a file."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection

__all__ = ["BadRecord", "Note", "unused"]

_MOST_NAMES = 30
"""Names of fields that one note lists."""


@dataclasses.dataclass(frozen=True)
class BadRecord:
    """A record that could not be read; the ones around it were."""

    source: str
    """File name and line, e.g. ``papers.jsonl:17``."""
    reason: str
    """What is wrong with it, for the user."""


@dataclasses.dataclass(frozen=True)
class Note:
    """Something that a user should know of a file, or of a record that was read all the same."""

    source: str
    """File name, with the line where it is about a record."""
    text: str
    """One clause, e.g. ``was read as cp1252, it is not UTF-8``."""


def unused(label: str, names: Collection[str]) -> list[Note]:
    """The note of fields or columns that no part of a paper is made of; none where there are none."""
    if not names:
        return []
    shown = sorted(names, key=str.lower)
    more = f" and {len(shown) - _MOST_NAMES} more" if len(shown) > _MOST_NAMES else ""
    return [Note(label, f"fields not used: {', '.join(shown[:_MOST_NAMES])}{more}")]

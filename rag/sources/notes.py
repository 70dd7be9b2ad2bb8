"""What readers tell beside papers: records that could not be read, and what a user should know of a file."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection

__all__ = ["BadRecord", "Note", "left_out", "unused"]

_MOST_NAMES = 30
"""Names that one note lists."""


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
    return [Note(label, f"fields not used: {_listed(names)}")] if names else []


def left_out(label: str, names: Collection[str]) -> list[Note]:
    """The note of files of a folder or archive in which no papers are found; none where there are none."""
    return [Note(label, f"files left out, no papers are found in them: {_listed(names)}")] if names else []


def _listed(names: Collection[str]) -> str:
    shown = sorted(names, key=str.lower)
    more = f" and {len(shown) - _MOST_NAMES} more" if len(shown) > _MOST_NAMES else ""
    return f"{', '.join(shown[:_MOST_NAMES])}{more}"

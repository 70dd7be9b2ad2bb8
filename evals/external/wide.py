"""Wide sets: questions and claims over collections of about 100 papers each, by writers who never saw the program.

A folder has, for each NAME, ``NAME.jsonl`` (the papers), ``NAME.questions.jsonl`` and perhaps ``NAME.claims.jsonl``.
"""

from __future__ import annotations

import dataclasses
import functools
import re
from pathlib import Path
from typing import TypeVar

import pydantic

from evals.external.places import opened
from rag.errors import SourceError
from rag.sources import read_papers
from rag.types import Paper

__all__ = ["WideClaim", "WideQuestion", "WideSet", "same_title", "wide_sets"]

T = TypeVar("T")


@dataclasses.dataclass(frozen=True)
class WideQuestion:
    """One item; ``gold``, ``facts`` and ``also`` have one entry a turn."""

    id: str
    kind: str
    """``list``, ``compare``, ``meta``, ``dialog``, ``paper``, ``unanswerable``, ``injection``, ``smalltalk`` or
    ``collection``."""
    turns: tuple[str, ...]
    gold: tuple[tuple[str, ...], ...]
    """Titles of the papers that must be cited; empty where none may be."""
    facts: tuple[tuple[tuple[str, ...], ...], ...]
    """Each fact as its alternative spellings, one of which must stand in the answer."""
    style: str = ""
    also: tuple[tuple[str, ...], ...] = ()
    """Titles that are neither right nor wrong; empty, or fewer entries than turns: none."""


@dataclasses.dataclass(frozen=True)
class WideClaim:
    """A claim and the papers that it cites, by title."""

    id: str
    claim: str
    cites: tuple[str, ...]
    label: str
    """``supported``, or why it is not."""
    error: str | None = None


@dataclasses.dataclass(frozen=True)
class WideSet:
    """One collection with what is asked of it."""

    name: str
    papers: tuple[Paper, ...]
    questions: tuple[WideQuestion, ...]
    claims: tuple[WideClaim, ...]


def wide_sets(data: Path) -> list[WideSet]:
    """The sets of a folder, by name.

    Raises:
        SourceError: there is none, or a file cannot be read or is not in its format.
    """
    folder = data / "wide" if (data / "wide").is_dir() else data
    files = sorted(folder.glob("*.questions.jsonl"))
    if not files:
        raise SourceError(
            f"there is no NAME.questions.jsonl in {str(data)!r}: name the folder of the sets with --data DIR"
        )
    found = []
    for file in files:
        name = file.name.removesuffix(".questions.jsonl")
        items = list(read_papers(folder / f"{name}.jsonl"))
        papers = tuple(item for item in items if isinstance(item, Paper))
        if len(papers) < len(items):
            raise SourceError(f"{name}.jsonl in {str(folder)!r} has lines that are no papers: see `papertrail ingest`")
        claims = folder / f"{name}.claims.jsonl"
        questions = _items(file, _questions())
        checked = _items(claims, _claims()) if claims.exists() else ()
        found.append(WideSet(name, papers, questions, checked))
    return found


def same_title(title: str) -> str:
    """What titles are compared by: small letters and digits of ASCII, anything else one space."""
    return re.sub(r"[^a-z0-9]+", " ", title.lower()).strip()


def _items(file: Path, reader: pydantic.TypeAdapter[T]) -> tuple[T, ...]:
    with opened(file) as text:  # which says so of a line that is no item: pydantic's error is a ValueError
        return tuple(reader.validate_json(line) for line in text if line.strip())


@functools.cache
def _questions() -> pydantic.TypeAdapter[WideQuestion]:
    return pydantic.TypeAdapter(WideQuestion)


@functools.cache
def _claims() -> pydantic.TypeAdapter[WideClaim]:
    return pydantic.TypeAdapter(WideClaim)

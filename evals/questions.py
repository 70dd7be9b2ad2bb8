"""Question sets: what is asked, which papers must be cited, which facts must be said."""

from __future__ import annotations

import dataclasses
import functools
from pathlib import Path

import pydantic

from rag.errors import SourceError

__all__ = ["COMPLEXITY", "IN_THE_BOX", "LINKED", "QUESTIONS", "Question", "load_questions", "read_question"]

QUESTIONS = Path(__file__).with_name("questions.jsonl")
"""The set over the seed collection."""
LINKED = Path(__file__).with_name("linked.jsonl")
"""The set over the seed collection by how many facts must be put together."""
IN_THE_BOX = {"questions": QUESTIONS, "linked": LINKED}
"""The sets that are called by a word rather than by their file."""
COMPLEXITY = {1: "one fact", 2: "two linked facts", 3: "three linked facts"}
"""Rows of the report by how many facts, of one paper or of several, a question links."""


@dataclasses.dataclass(frozen=True)
class Question:
    """One item of a set; ``gold`` and ``facts`` have one entry a turn."""

    id: str
    kind: str
    """``factual``, ``compare``, ``list``, ``dialog``, ``meta``, ``unanswerable``, ``injection`` or ``smalltalk``."""
    turns: tuple[str, ...]
    gold: tuple[tuple[str, ...], ...]
    """Titles of the papers that must be cited; empty where none may be."""
    facts: tuple[tuple[tuple[str, ...], ...], ...] = ()
    """Each fact as its alternative spellings, in small letters; one of them must stand in the answer."""
    style: str | None = None
    """Of factual ones: ``named``, ``keywords``, ``described`` or ``riddle``; else empty or None."""
    linked: int | None = None
    """How many facts must be put together, a key of :data:`COMPLEXITY`; None in sets that are not about that."""

    @property
    def group(self) -> str:
        """The row of the report it belongs to."""
        return self.style or self.kind if self.linked is None else COMPLEXITY.get(self.linked, f"{self.linked} facts")


def load_questions(path: Path = QUESTIONS) -> list[Question]:
    """Reads a set, one JSON object a line.

    Raises:
        SourceError: the file cannot be read, or a line is not an item; the message names the line.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except OSError as error:
        raise SourceError(f"{path} cannot be read ({error.strerror}); name a question set") from error
    except UnicodeDecodeError as error:
        raise SourceError(f"{path} is not a text in UTF-8; name a question set") from error
    return [read_question(line, f"{path.name}:{number}") for number, line in enumerate(lines, start=1) if line.strip()]


def read_question(line: str, place: str) -> Question:
    """One item.

    Args:
        line: a JSON object.
        place: what the message calls the line.

    Raises:
        SourceError: it is not an item.
    """
    try:
        item = _reader().validate_json(line)
    except pydantic.ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise SourceError(
            f"{place} is not an item of a question set ({where or 'line'}: {first['msg']}); see evals/README.md"
        ) from error
    item = dataclasses.replace(item, facts=item.facts or ((),) * len(item.turns))
    if not len(item.turns) == len(item.gold) == len(item.facts) > 0:
        raise SourceError(f"{place}: turns, gold and facts must have one entry a turn; see evals/README.md")
    return item


@functools.cache
def _reader() -> pydantic.TypeAdapter[Question]:
    return pydantic.TypeAdapter(Question)

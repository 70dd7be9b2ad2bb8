"""A draft as it is checked: its sentences with their places and citations, and what its list of references says."""

from __future__ import annotations

import bisect
import dataclasses
import re
from collections.abc import Mapping

__all__ = ["Cite", "DraftSentence", "DraftText", "Lines", "Reference"]


@dataclasses.dataclass(frozen=True)
class Cite:
    """One paper that a sentence points to."""

    kind: str
    """``key`` (of a bibliography), ``number`` (of a list of references), ``author`` (surname and year), ``note``
    (a footnote that is a reference), ``arxiv``, ``doi``, ``url``, ``title`` (quoted) or ``id`` (in brackets)."""
    key: str
    """What stands there: ``guo2024``, ``3``, ``Guo 2024``, ``2410.05779``."""
    certain: bool
    """Whether it is a citation in any case; others count only where they lead to a paper."""


@dataclasses.dataclass(frozen=True)
class DraftSentence:
    """One sentence, or a piece of the draft that is not checked."""

    text: str
    """What is held against papers: plain characters, without markup and citations; empty when it is not checked."""
    original: str
    """As it stands in the file, line breaks included."""
    line: int
    """The line of its file in which it begins, from 1."""
    last_line: int
    """The line in which it ends."""
    column: int = 1
    """The character of ``line`` with which it begins, from 1, as editors count."""
    last_column: int = 1
    """The character of ``last_line`` after its last one, from 1."""
    cites: tuple[Cite, ...] = ()
    skipped: str | None = None
    """Why it is not checked (``a heading``, ``code`` ...); None: it is to be checked."""
    file: str | None = None
    """The file that it stands in, by its path from the folder of the draft; None: the draft itself."""
    paragraph: int = 0
    """Number of the paragraph, item or cell of its file, from 0."""
    item: bool = False
    """Whether it stands in an item of a list."""
    note: str | None = None
    """The footnote that it stands in, by its key in ``DraftText.remarks``; None: in none."""


@dataclasses.dataclass(frozen=True)
class Reference:
    """What a bibliography or a list of references says of one paper."""

    text: str
    """All of it in one line; ids and addresses are looked for here."""
    title: str = ""
    """Empty where it is not marked as such, so that it has to be found in ``text``."""
    names: str = ""
    """The part in which its authors stand."""


@dataclasses.dataclass(frozen=True)
class DraftText:
    """A draft that has been read."""

    format: str
    """``text``, ``markdown`` or ``latex``."""
    sentences: tuple[DraftSentence, ...]
    """In the order of the draft, those that are not checked among them."""
    references: Mapping[str, Reference]
    """By key or number, those of footnotes with a ``^`` before it; without any by ``#1``, ``#2`` ..."""
    remarks: Mapping[str, Reference] = dataclasses.field(default_factory=dict)
    """Footnotes that neither a year nor an address marks as references, by key: one may be the title of a paper."""
    notes: tuple[str, ...] = ()
    """What the reader of the result should know: files not found, broken entries, environments not closed."""


class Lines:
    """Finds the line of a place in a text."""

    def __init__(self, text: str) -> None:
        self._ends = [match.start() for match in re.finditer("\n", text)]

    def at(self, place: int) -> int:
        """The line of the character ``place``, from 1."""
        return bisect.bisect_left(self._ends, place) + 1

    def column(self, place: int) -> int:
        """The character of its line that stands at ``place``, from 1."""
        number = self.at(place) - 1
        return place - (self._ends[number - 1] if number else -1)

"""NPL: 11,426 short abstracts of electronics, 93 queries in capitals, and which abstracts answer them.

Sparck Jones and Webster, Research on relevance weighting, British Library report 5553, 1980.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from evals.external.places import file_of, opened
from evals.external.retrieval import RetrievalSet
from rag.types import Paper

__all__ = ["read_papers", "retrieval_set"]

NAME = "npl"
_SLASH = re.compile(r"^[ \t]*/[ \t]*$", re.MULTILINE)
TITLE_WORDS = 12
"""The set has no titles: the first words become one."""


def read_papers(data: Path) -> Iterator[Paper]:
    """The abstracts.

    Raises:
        SourceError: the file is missing or not in its format.
    """
    for number, text in _blocks(data, "doc-text"):
        words = text.split()
        if words:
            yield Paper(number, " ".join(words[:TITLE_WORDS]), " ".join(words[TITLE_WORDS:]))


def retrieval_set(data: Path) -> RetrievalSet:
    """Each query with the abstracts that answer it.

    Raises:
        SourceError: a file is missing or not in its format.
    """
    queries = {number: text.lower() for number, text in _blocks(data, "query-text")}
    relevant = {number: dict.fromkeys(text.split(), 1) for number, text in _blocks(data, "rlv-ass")}
    return RetrievalSet(NAME, lambda: read_papers(data), queries, relevant, {})


def _blocks(data: Path, name: str) -> Iterator[tuple[str, str]]:
    """Number and text of each block: a line with its number, then its text up to a slash alone on a line."""
    with opened(file_of(data, NAME, name)) as text:
        for block in _SLASH.split(text.read()):
            number, _, words = block.strip().partition("\n")
            if number:
                yield str(int(number)), words.strip()

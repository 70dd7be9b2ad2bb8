"""Figures and names of a sentence that its papers do not have: what a reader can see without understanding either."""

from __future__ import annotations

from collections.abc import Sequence

from rag.grounding.figures import check_figures
from rag.grounding.names import check_names
from rag.grounding.reading import profile, read
from rag.types import Paper

__all__ = ["absent"]


def absent(claim: str, papers: Sequence[Paper]) -> tuple[str, ...]:
    """A sentence for each figure and each name of ``claim`` that ``papers``, read together, do not have.

    A figure that follows from figures of the papers ("a fifth") is not absent; a word that merely has a capital letter
    is no name.
    """
    if not papers:
        return ()
    reading, source = read(claim), profile(*dict.fromkeys(papers))
    found = [*check_figures(reading, source), *check_names(reading, source)]
    return tuple(dict.fromkeys(problem.text for problem in found if problem.fatal and problem.absent))

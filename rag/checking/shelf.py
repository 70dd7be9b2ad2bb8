"""What the check of a draft looks up in a collection."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable

from rag import index
from rag.drafts import Library
from rag.text.sentences import passages_of
from rag.text.terms import document_terms
from rag.types import Hit, Paper

__all__ = ["TELLING", "Find", "Shelf"]

TELLING = 2.3
"""A paper is named for a sentence only when they share as much as 2.3 words that no other paper has. Below lie all 11
wrong suggestions for the claims of the development sets and all 22 for 25 sentences that say something general ("GPUs
are expensive and scarce"), above it 61 of 64 right ones."""
_MACHINE_NAME = re.compile(r"\d{4}\.\d{4}|10\.\d{4}|://")
"""What arXiv ids, DOIs and addresses have and titles have not."""

Find = Callable[[str, int], list[Hit]]
"""The best papers for a text, at most so many."""


class Shelf:
    """The papers of one collection, found by what is said of them; safe to use from several threads."""

    def __init__(self, collection: index.Collection, find: Find) -> None:
        """Looks nothing up yet.

        Args:
            collection: open for reading.
            find: searches it.
        """
        self._collection = collection
        self._find = find
        self._known: tuple[int, Library] | None = None

    def near(self, text: str, k: int) -> list[Paper]:
        """The best papers for a text, best first."""
        return [hit.paper for hit in self._find(text, k)]

    def get(self, paper_id: str) -> Paper | None:
        """The paper of an id; None: there is none."""
        return self._collection.get(paper_id)

    def library(self) -> Library:
        """The papers as they are now, by everything that a citation may say of them; made at the first call."""
        generation = self._collection.generation
        if self._known is None or self._known[0] != generation:
            self._known = generation, Library(self._collection.papers(None))
        return self._known[1]

    def look_up(self, name: str) -> Paper | None:
        """The paper of an id; or that an arXiv id, a DOI or an address means."""
        if (paper := self.get(name)) is not None or not _MACHINE_NAME.search(name):
            return paper
        ident = self.library().named(name)
        return self.get(ident) if ident else None

    def telling(self, claim: str, paper: Paper) -> bool:
        """Whether some sentence of the paper shares so many rare words with the claim that it may be its source.

        Words count by inverse document frequency, ln(1 + N / (1 + df)) with N papers of which df have the word, in
        units of that of a word which one paper has; at least :data:`TELLING` is asked for.
        """
        terms = frozenset(document_terms(claim))
        frequency = self._collection.document_frequency(terms)
        papers = len(self._collection)
        unit = _weight(papers, 1)
        weights = {term: _weight(papers, frequency.get(term, 0)) / unit for term in terms}
        return max(sum(weights[term] for term in terms & said) for said in _terms_of(paper)) >= TELLING


def _weight(papers: int, having: int) -> float:
    return math.log(1 + papers / (1 + having))


@functools.lru_cache(maxsize=4096)
def _terms_of(paper: Paper) -> tuple[frozenset[str], ...]:
    """The terms of each of its sentences."""
    return tuple(frozenset(document_terms(passage.text)) for passage in passages_of(paper))

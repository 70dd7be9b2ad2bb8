"""Which papers the names given to a comparison mean, and what is said of names that have no paper."""

from __future__ import annotations

import dataclasses
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Protocol

from rag.comparing.aspects import has_figures
from rag.comparing.spelling import brought_names, mentioning, name_key, owns, presents
from rag.errors import UserError
from rag.text.naming import names_paper, own_names
from rag.text.terms import STOP_WORDS, query_terms, words
from rag.types import Hit, Paper, Passage

__all__ = ["Library", "Meaning", "NameReader", "readable_names"]

MOST_NAMES: Final = 6
"""More columns cannot be read."""
LONGEST_NAME: Final = 400
"""Characters; the longest titles of arXiv have about 300."""
CANDIDATES: Final = 200
"""Papers of the word index among which a name is looked for."""
CLEARLY_BEST: Final = 0.2
"""By so much the best paper of a search must lead for a description to mean it: on 20 made for the seed collection, 10
of 12 descriptions of one paper lead by 0.32 to 0.60, subjects that several papers share by 0.04 to 0.18."""
FAR: Final = 0.2
"""A description whose nearest paper is less close than this is of none here; see :attr:`rag.types.Hit.closeness`."""
DESCRIBING_WORDS: Final = 3
"""Fewer words of content are a name or a subject, no description."""
MENTIONS: Final = 3
"""Sentences quoted for a name without a paper."""


class Library(Protocol):
    """What is needed of a collection; see ``rag.index.Collection``."""

    def __len__(self) -> int: ...
    def get(self, paper_id: str) -> Paper | None:
        """The paper of that id."""

    def get_many(self, ids: Sequence[str]) -> Mapping[str, Paper]:
        """The papers of those ids; ids that are gone are left out."""

    def lexical(self, terms: Sequence[str], k: int) -> list[tuple[str, float]]:
        """Paper and BM25 score of the ``k`` best papers."""

    def document_frequency(self, terms: Sequence[str]) -> Mapping[str, int]:
        """In how many papers each term stands."""


@dataclasses.dataclass(frozen=True)
class Meaning:
    """What one name means in a collection; all empty: it is unknown there."""

    name: str
    papers: tuple[Paper, ...] = ()
    mentions: tuple[tuple[Paper, Passage], ...] = ()
    """Sentences that speak of it, where no paper is its own: the best one of each paper first."""
    note: str | None = None
    """What the reader should know about the choice."""


def readable_names(names: Sequence[str]) -> list[str]:
    """The names without needless space and control characters, each once.

    Raises:
        UserError: fewer than two, more than six, or one that is empty or too long.
    """
    clean = [" ".join("".join(c if c.isprintable() else " " for c in name).split()) for name in names]
    for name in clean:
        if not any(c.isalnum() for c in name):
            raise UserError(f"{name!r} is no name; give systems, titles or ids of papers")
        if len(name) > LONGEST_NAME:
            raise UserError(f"a name has {len(name):,} characters and may have {LONGEST_NAME}; give a shorter one")
    if not 2 <= len(clean) <= MOST_NAMES:
        raise UserError(f"a comparison takes 2 to {MOST_NAMES} names, not {len(clean)}; give systems, titles or ids")
    return list(dict.fromkeys(clean))


class NameReader:
    """Reads names against one collection."""

    def __init__(self, library: Library, find: Callable[[str], Sequence[Hit]]) -> None:
        """Remembers where to look.

        Args:
            library: the collection.
            find: the best papers for a text, best first, two at least where there are two.
        """
        self._library = library
        self._find = find

    def read(self, name: str) -> Meaning:
        """What a name means: an id, a paper's own name, its title or the beginning of it, or a description.

        A name that several papers bear means them all. Without a paper of its own it means the sentences that speak of
        it.
        """
        if (paper := self._library.get(name)) is not None:
            return Meaning(name, (paper,))
        candidates = self._candidates(name)
        for bears in (owns, presents, _begins_title, _is_in):
            found = tuple(paper for paper in candidates if bears(name, paper))
            if len(found) == 1 or (found and bears is not _begins_title and len(found) <= MOST_NAMES):
                return Meaning(name, found)
            if found:
                return Meaning(name, note=_ambiguous(name, found))
        if mentions := _mentions(name, candidates):
            return Meaning(name, mentions=mentions)
        return self._described(name)

    def _candidates(self, name: str) -> list[Paper]:
        terms = query_terms(unicodedata.normalize("NFC", name))
        ids = [paper_id for paper_id, _ in self._library.lexical(terms, CANDIDATES)] if terms else []
        papers = self._library.get_many(ids)
        return [papers[paper_id] for paper_id in ids if paper_id in papers]

    def _described(self, name: str) -> Meaning:
        if len([word for word in words(name) if word not in STOP_WORDS]) < DESCRIBING_WORDS:
            return Meaning(name)
        hits = self._find(name)
        if not hits or (hits[0].closeness or 0.0) < FAR:
            return Meaning(name)
        if len(hits) > 1 and hits[0].score - hits[1].score < CLEARLY_BEST:
            nearest = "” and “".join(hit.paper.title for hit in hits[:2])
            return Meaning(name, note=f"“{name}” fits several papers, such as “{nearest}”; give the title of one.")
        best = hits[0].paper
        return Meaning(name, (best,), note=f"“{name}” was read as a description of “{best.title}”.")


def _is_in(name: str, paper: Paper) -> bool:
    """Whether the name is more than the paper's own, as in "the Firefly paper"."""
    brought = [name_key(own) for own in brought_names(paper)]
    return names_paper(name, paper) and (any(own in name_key(name) for own in brought) or not own_names(paper))


def _begins_title(name: str, paper: Paper) -> bool:
    """Whether the title begins with the name, which has two words or more."""
    begin = words(name)
    return len(begin) > 1 and words(paper.title)[: len(begin)] == begin


def _ambiguous(name: str, papers: Sequence[Paper]) -> str:
    return f"“{name}” fits {len(papers)} papers, such as “{papers[0].title}”; give more of the title."


def _mentions(name: str, papers: Sequence[Paper]) -> tuple[tuple[Paper, Passage], ...]:
    found = [(paper, passage) for paper in papers for passage in mentioning(name, paper)]
    places = {passage: place for paper in papers for place, passage in enumerate(_figures_first(name, paper))}
    return tuple(sorted(found, key=lambda pair: places[pair[1]]))


def _figures_first(name: str, paper: Paper) -> list[Passage]:
    """The sentences of the paper that speak of ``name``, those with figures in front."""
    return sorted(mentioning(name, paper), key=lambda passage: not has_figures(passage.text))

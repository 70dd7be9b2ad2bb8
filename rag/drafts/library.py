"""Which paper of a collection a citation means: by id, arXiv id, DOI, address or title."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import unquote, urlsplit

from rag.drafts.cites import arxiv_ids, dois
from rag.drafts.draft import Cite, Reference
from rag.text.terms import stem, words
from rag.types import Paper

__all__ = ["Library", "reference_of"]

_TITLE_WORDS = 3
"""A title of fewer words is not looked for inside a reference: it could be anything there."""
_PART_WORDS = 4
"""A part of a title before or after its colon stands for the whole from so many words on."""
_LONGEST_TITLE_WORDS = 40
_ARXIV_ID = re.compile(r"(\d{4}\.\d{4,5})(?:v\d+)?")
_WORDS_READ = 150
"""Words of a reference that are read; the title stands among them."""


class Library:
    """The papers of a collection by everything that a reference may say of them."""

    def __init__(self, papers: Iterable[Paper]) -> None:
        self._ids: dict[str, str] = {}
        self._arxiv: dict[str, str] = {}
        self._dois: dict[str, str] = {}
        self._urls: dict[str, str] = {}
        self._titles: dict[str, str] = {}
        self._parts: dict[str, str | None] = {}
        self._authors: dict[str, str | None] = {}
        for paper in papers:
            self._add(paper)

    def _add(self, paper: Paper) -> None:
        ident = paper.paper_id
        self._ids[ident] = ident
        places = [f"arxiv:{ident}" if _ARXIV_ID.fullmatch(ident) else "", paper.url or "", paper.doi or ""]
        for place in places:
            self._arxiv.update(dict.fromkeys(arxiv_ids(place), ident))
        if paper.doi:
            self._dois[paper.doi.lower()] = ident
        for url in (paper.url, *paper.code_urls, *paper.project_urls):
            if url:
                self._urls.setdefault(_address(url), ident)
        self._titles.setdefault(_title(paper.title), ident)
        before, colon, after = paper.title.partition(":")
        for part in (before, after) if colon else ():
            if len(words(part)) >= _PART_WORDS:
                key = _title(part)
                self._parts[key] = None if self._parts.get(key, ident) != ident else ident
        if paper.authors and paper.published:
            key = f"{_surname(paper.authors[0])} {paper.published.year}"
            self._authors[key] = None if self._authors.get(key, ident) != ident else ident

    def paper_of(self, cite: Cite, references: Mapping[str, Reference]) -> str | None:
        """The id of the paper that a citation means; None when it is not in the collection.

        Args:
            cite: the citation.
            references: what the draft says of its keys and numbers.
        """
        reference = reference_of(cite, references)
        if reference is not None:
            return self.referred(reference)
        return self._direct(cite)

    def named(self, text: str) -> str | None:
        """The id of the paper of this id, arXiv id, DOI, address or title; None: there is none."""
        return self._ids.get(text) or self._by_id(text) or self._by_title(text) or self._urls.get(_address(text))

    def referred(self, reference: Reference) -> str | None:
        """The id of the paper that a reference means; None when it is not in the collection."""
        by_title = self._by_title(reference.title) if reference.title else self._inside(reference.text)
        return self._by_id(reference.text) or by_title

    def _direct(self, cite: Cite) -> str | None:
        if cite.kind == "key":
            return self._ids.get(cite.key)
        if cite.kind == "author":
            name, _, year = cite.key.rpartition(" ")
            return self._authors.get(f"{_surname(name)} {year}")
        if cite.kind == "arxiv":
            return self._arxiv.get(cite.key)
        if cite.kind == "doi":
            return self._dois.get(cite.key)
        if cite.kind == "url":
            return self._urls.get(_address(cite.key))
        if cite.kind == "id":
            return self._ids.get(cite.key) or self._by_id(f"arxiv:{cite.key}")
        return self._by_title(cite.key) if cite.kind == "title" else None

    def _by_id(self, text: str) -> str | None:
        found = [self._arxiv.get(name) for name in arxiv_ids(text)] + [self._dois.get(name) for name in dois(text)]
        bare = _ARXIV_ID.fullmatch(text.strip())
        found += [self._arxiv.get(bare[1])] if bare else []
        found += [self._urls.get(_address(url)) for url in re.findall(r"https?://[^\s{}<>\"]+", text)]
        return next(filter(None, found), None)

    def _by_title(self, title: str) -> str | None:
        key = _title(title)
        return self._titles.get(key) or self._parts.get(key) if key else None

    def _inside(self, text: str) -> str | None:
        """The paper whose title stands in ``text``; of several the longest one."""
        stems = [stem(word) for word in words(text)[:_WORDS_READ]]
        for size in range(min(len(stems), _LONGEST_TITLE_WORDS), _TITLE_WORDS - 1, -1):
            for start in range(len(stems) - size + 1):
                key = "".join(stems[start : start + size])
                if found := self._titles.get(key) or (self._parts.get(key) if size >= _PART_WORDS else None):
                    return found
        return None


def reference_of(cite: Cite, references: Mapping[str, Reference]) -> Reference | None:
    """What the draft's bibliography or list of references says of a citation; None: nothing."""
    if cite.kind in ("key", "number"):
        return references.get(cite.key)
    if cite.kind == "note":
        return references.get(f"^{cite.key}")
    if cite.kind != "author":
        return None
    name, _, year = cite.key.rpartition(" ")
    surname = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    fitting = [one for one in references.values() if surname.search(one.names) and year in one.names + one.text]
    return fitting[0] if len(fitting) == 1 else None


def _title(text: str) -> str:
    """A title as it is compared: without case, punctuation, blanks, and endings of words."""
    return "".join(stem(word) for word in words(text))


def _surname(name: str) -> str:
    return "".join(words(name.split()[-1])) if name.split() else ""


def _address(url: str) -> str:
    """An address as it is compared: without scheme, ``www``, closing slash and anchors."""
    try:
        parts = urlsplit(url)
    except ValueError:  # brackets that make no sense
        return url
    host = (parts.netloc or "").lower().removeprefix("www.")
    return unquote(f"{host}{parts.path.rstrip('/')}" + (f"?{parts.query}" if parts.query else ""))

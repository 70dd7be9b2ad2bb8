"""Whether two records are of one paper, and what the paper is then."""

from __future__ import annotations

import dataclasses
import datetime
import re
import unicodedata
from collections.abc import Iterable

from rag.types import Paper

__all__ = ["is_own", "merged", "names_of", "same_paper", "sources_of", "title_key"]

_ARXIV = re.compile(r"(?:arxiv:)?(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?", re.IGNORECASE)
_ARXIV_PAGE = re.compile(
    r"arxiv\.org/(?:abs|pdf|html)/(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?", re.IGNORECASE
)
_ARXIV_DOI = re.compile(r"10\.48550/arxiv\.(.+?)(?:v\d+)?", re.IGNORECASE)
_TELLING_WORDS = 4
"""A title of so many words is hardly that of two papers; a shorter one (Editorial) needs an author or a year."""
_SIMILAR = 0.5
"""Share of words that two versions of a title or abstract have in common: a rewritten half still counts."""


def names_of(paper: Paper) -> tuple[str, ...]:
    """By what a paper is known: ``doi:``, ``arxiv:``, ``pmid:`` and ``title:``, each as it is compared."""
    found = [name for kind in ("doi", "arxiv", "pmid") for name in _ids(paper, kind)]
    key = title_key(paper.title)
    return tuple(dict.fromkeys([*found, *([f"title:{key}"] if key else [])]))


def title_key(title: str) -> str:
    """A title as it is compared: its letters and digits, without case and accents."""
    plain = unicodedata.normalize("NFKD", title.casefold())
    return "".join(char for char in plain if char.isalnum())


def same_paper(stored: Paper, found: Paper) -> str | None:
    """By what two records are of one paper, in words for the user; None: they are of two.

    One DOI, arXiv id (in any spelling and version) or PMID is one paper, unless nothing else agrees. Then a title with
    an author and a year, where no id says otherwise. One own id is one paper only where title or abstract agree.
    """
    shared = [kind for kind in ("arxiv", "doi", "pmid") if _ids(stored, kind) & _ids(found, kind)]
    alike = _overlap(stored.title, found.title) >= _SIMILAR
    if "arxiv" in shared:
        return "arXiv id"
    if shared and (alike or _authors_agree(stored, found) is not False):
        return {"doi": "DOI", "pmid": "PMID"}[shared[0]]
    if any(_ids(stored, kind) and _ids(found, kind) for kind in ("arxiv", "doi", "pmid")):
        return None  # an id says that they are two
    own = is_own(stored, found)
    if title_key(stored.title) == title_key(found.title) and title_key(stored.title):
        return _by_title(stored, found, own)
    texts = bool(stored.abstract and found.abstract) and _overlap(stored.abstract, found.abstract) >= _SIMILAR
    edited = bool(found.source) and found.source in sources_of(stored)
    if own and (alike or texts or edited) and _authors_agree(stored, found) is not False:
        return "id"
    return None


def is_own(stored: Paper, found: Paper) -> bool:
    """Whether a record has the id of a paper, or that without the number that made it another one's."""
    head, _, number = stored.paper_id.removeprefix(found.paper_id).partition("-")
    return stored.paper_id.startswith(found.paper_id) and not head and (not number or number.isdigit())


def _by_title(stored: Paper, found: Paper, own: bool) -> str | None:
    """Whether papers of one title are one."""
    authors, years = _authors_agree(stored, found), _years_agree(stored, found)
    if authors is False or years is False:
        return None
    known = [word for word, agrees in (("authors", authors), ("year", years)) if agrees]
    if known or own or len(stored.title.split()) >= _TELLING_WORDS:
        return " and ".join(filter(None, [", ".join(["title", *known[:-1]]), *known[-1:]]))
    return None


def _ids(paper: Paper, kind: str) -> set[str]:
    found: set[str] = set()
    if kind == "doi":
        if paper.doi and not _ARXIV_DOI.fullmatch(paper.doi):
            found.add(paper.doi.lower())
    elif kind == "arxiv":
        spelled = [_ARXIV.fullmatch(paper.paper_id), _ARXIV_DOI.fullmatch(paper.doi or "")]
        spelled.append(_ARXIV_PAGE.search(paper.url or ""))
        found.update(match[1].lower() for match in spelled if match)
    found.update(one.partition(":")[2].lower() for one in paper.identifiers if one.startswith(f"{kind}:"))
    return {f"{kind}:{one}" for one in found}


def _years_agree(first: Paper, second: Paper) -> bool | None:
    """None where one has no year."""
    if first.published is None or second.published is None:
        return None
    return first.published.year == second.published.year


def _authors_agree(first: Paper, second: Paper) -> bool | None:
    """Whether the first authors may be one person (``L. Okoye``, ``Lena Okoye``); None where one has none."""
    if not first.authors or not second.authors:
        return None
    one, other = _folded(first.authors[0]), _folded(second.authors[0])
    if not one or not other:
        return None
    family = {word for word in one if len(word) > 1} & {word for word in other if len(word) > 1}
    if not family:
        return False
    given = [{word for word in name if word not in family} for name in (one, other)]
    if not all(given):
        return True
    return bool({word[0] for word in given[0]} & {word[0] for word in given[1]})


def _folded(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return re.findall(r"\w+", "".join(char for char in plain if not unicodedata.combining(char)))


def _overlap(first: str, second: str) -> float:
    """Share of the words of both that are in both."""
    one, other = set(_folded(first)), set(_folded(second))
    return len(one & other) / len(one | other) if one | other else 0.0


def sources_of(paper: Paper) -> list[str]:
    """Where the records stood that a paper was made of."""
    return paper.source.split("; ") if paper.source else []


def merged(stored: Paper, found: Paper) -> Paper:
    """One paper of two records: the richer one, with what only the other says; the id is that of the stored one.

    Richer is who has an abstract, a DOI of a publisher, a venue, more authors, an exact date, in this order; of two
    that are alike the one that was there, or the later one where it has the same id: it may be a correction.
    """
    ranks = _richness(stored), _richness(found)
    newer = ranks[1] > ranks[0] or (ranks[1] == ranks[0] and is_own(stored, found))
    base, other = (found, stored) if newer else (stored, found)
    longer = len(other.abstract) > len(base.abstract) and other.abstract.startswith(base.abstract.rstrip(".… "))
    text = other if longer else base
    arxiv = sorted((_ids(stored, "arxiv") | _ids(found, "arxiv")) - {f"arxiv:{stored.paper_id}"})
    combined = dataclasses.replace(
        base,
        paper_id=stored.paper_id,
        abstract=text.abstract,
        original=text.original if text is base else f"{base.title}\n{text.abstract}",
        authors=base.authors or other.authors,
        author_count=base.author_count if base.author_count is not None else other.author_count,
        published=_exact(base, other),
        organisation=base.organisation or other.organisation,
        venue=base.venue or other.venue,
        categories=_union(base.categories, other.categories),
        comment_count=base.comment_count if base.comment_count is not None else other.comment_count,
        url=base.url or other.url,
        code_urls=_union(base.code_urls, other.code_urls),
        project_urls=_union(base.project_urls, other.project_urls),
        doi=base.doi if base.doi and not _ARXIV_DOI.fullmatch(base.doi) else other.doi or base.doi,
        source="; ".join(_union(sources_of(stored), sources_of(found))),
        identifiers=_union(base.identifiers, other.identifiers),
        pages=base.pages or other.pages,
    )
    missing = [name for name in arxiv if name not in _ids(combined, "arxiv")]
    return dataclasses.replace(combined, identifiers=(*combined.identifiers, *missing))


def _richness(paper: Paper) -> tuple[bool, bool, bool, int, bool]:
    exact = paper.published is not None and (paper.published.month, paper.published.day) != (1, 1)
    published = bool(paper.doi) and not _ARXIV_DOI.fullmatch(paper.doi or "")
    return bool(paper.abstract), published, bool(paper.venue), len(paper.authors), exact


def _exact(base: Paper, other: Paper) -> datetime.date | None:
    if base.published is None:
        return other.published
    vague = (base.published.month, base.published.day) == (1, 1)
    same_year = other.published is not None and other.published.year == base.published.year
    return other.published if vague and same_year else base.published


def _union(first: Iterable[str], second: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*first, *second]))

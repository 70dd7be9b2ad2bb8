"""From what a source says of one paper to a ``Paper``, or to a ``BadRecord`` that says why there is none."""

from __future__ import annotations

import dataclasses
import datetime
import html
import re
from collections.abc import Iterable
from urllib.parse import unquote

from rag.sources.cleaning import clean, system_name, tidy
from rag.sources.ids import title_id
from rag.sources.links import find_links, sort_links, web_address
from rag.sources.notes import BadRecord
from rag.types import Paper

__all__ = ["Record", "arxiv_id_in", "make_paper", "plain_doi"]

_TITLE_CHARS = 1_000
_ABSTRACT_CHARS = 100_000
"""More is no abstract but a whole text: the longest of 87,308 real titles has 217 characters, of abstracts 16,262."""
_ID_CHARS = 200
_ARXIV_ID = re.compile(r"(?:arxiv:)?(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?", re.IGNORECASE)
_ARXIV_PLACE = re.compile(
    r"(?:arxiv[\s:.]{0,3}(?:abs/)?|arxiv\.org/(?:abs|pdf|html|format)/|abs/)"
    r"(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?",
    re.IGNORECASE,
)
_LOST_BYTES = re.compile("[\udc80-\udcff]")
_NO_ABSTRACT = re.compile(
    r"\W*(?:no abstract(?: is)?(?: available)?|abstract (?:not|un)\s?available)\W*", re.IGNORECASE
)
"""What Scopus, PubMed and others put where there is no abstract."""
_HEADING = re.compile(r"\s*<(?:jats:)?title>\s*(?:abstract|summary)\s*</(?:jats:)?title>", re.IGNORECASE)


@dataclasses.dataclass(frozen=True)
class Record:
    """One paper as its source has it: nothing cleaned, nothing checked. ``None`` and empty mean not said."""

    source: str
    title: str
    abstract: str = ""
    own_id: str | None = None
    original: str | None = None
    """None: title, newline and abstract as given here."""
    authors: tuple[str, ...] = ()
    author_count: int | None = None
    """None: as many as there are ``authors``, unless ``more_authors``."""
    more_authors: bool = False
    """The source names only some of them ("and others"), their number is then not known."""
    published: datetime.date | None = None
    organisation: str | None = None
    venue: str | None = None
    categories: tuple[str, ...] = ()
    comment_count: int | None = None
    url: str | None = None
    links: tuple[str, ...] = ()
    """Addresses the record gives beside its abstract, code and other pages mixed."""
    doi: str | None = None
    identifiers: tuple[str, ...] = ()
    """Other ids that it goes by: ``arxiv:2105.00003``, ``pmid:123``."""
    pages: tuple[str, ...] = ()
    """Its full text by page, clean already; see ``Paper.pages``."""
    latex: bool = False
    """Title and abstract are LaTeX throughout, see ``clean``."""


def make_paper(record: Record) -> Paper | BadRecord:
    """The paper, cleaned; a bad record when it has no title or is too large to be title and abstract."""
    if problem := _problem(record):
        return BadRecord(record.source, problem)
    title = clean(record.title, latex=record.latex)
    if not title:
        return BadRecord(record.source, "it has no title")
    abstract = clean(_HEADING.sub("", record.abstract), system=system_name(title), latex=record.latex)
    abstract = "" if _NO_ABSTRACT.fullmatch(abstract) else abstract
    doi = plain_doi(record.doi)
    code_urls, project_urls = sort_links([*_addresses(record.links), *find_links(abstract)])
    authors = _people(record.authors)
    paper_id = _own_id(record.own_id) or title_id(title)
    return Paper(
        paper_id=paper_id,
        title=title,
        abstract=abstract,
        original=_storable(f"{record.title}\n{record.abstract}" if record.original is None else record.original),
        authors=authors,
        author_count=_author_count(record, len(authors)),
        published=record.published,
        organisation=clean(record.organisation or "", latex=record.latex) or None,
        venue=clean(record.venue or "", latex=record.latex) or None,
        categories=tuple(word for category in record.categories if (word := tidy(category))),
        comment_count=record.comment_count,
        url=web_address(record.url or "") or (f"https://doi.org/{doi}" if doi else None),
        code_urls=code_urls,
        project_urls=project_urls,
        doi=doi,
        identifiers=_others(record.identifiers, {paper_id, f"arxiv:{paper_id}"}),
        source=record.source,
        pages=record.pages,
    )


def _problem(record: Record) -> str | None:
    if _LOST_BYTES.search(record.title) or _LOST_BYTES.search(record.abstract):
        return "it is not UTF-8; save the file as UTF-8"
    if len(record.title) > _TITLE_CHARS:
        return f"its title has {len(record.title):,} characters, at most {_TITLE_CHARS:,} are read as a title"
    if len(record.abstract) > _ABSTRACT_CHARS:
        return (
            f"its abstract has {len(record.abstract):,} characters, at most {_ABSTRACT_CHARS:,} are read as an abstract"
        )
    if record.own_id and len(record.own_id) > _ID_CHARS:
        return f"its id has {len(record.own_id):,} characters, at most {_ID_CHARS} are allowed"
    return None


def _author_count(record: Record, named: int) -> int | None:
    if record.author_count is not None:
        return record.author_count
    return None if record.more_authors else named or None


def _storable(text: str) -> str:
    """``text`` without what no file or database takes: NUL, and halves of UTF-16 pairs."""
    return text.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _own_id(own_id: str | None) -> str:
    """The source's id on one line, an arXiv id without its prefix and version."""
    plain = tidy(own_id or "")
    match = _ARXIV_ID.fullmatch(plain)
    return match[1] if match else plain


def arxiv_id_in(text: str) -> str | None:
    """The arXiv id that ``text`` is, or names with its prefix or address; without the version."""
    match = _ARXIV_ID.fullmatch(text.strip()) or _ARXIV_PLACE.search(text)
    return match[1] if match else None


def _people(names: Iterable[str]) -> tuple[str, ...]:
    """Names as a reader expects them; what holds no letter is none."""
    cleaned = [clean(name).strip(" ,;") for name in names]
    return tuple(name for name in cleaned if any(char.isalpha() for char in name))


def _others(identifiers: Iterable[str], known: set[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for one in identifiers if one not in known))


def _addresses(links: Iterable[str]) -> list[str]:
    return [address for link in links if (address := web_address(link))]


def plain_doi(doi: str | None) -> str | None:
    """The DOI in ``doi``, however it is written: as an address, percent-encoded, with text and signs after it."""
    text = html.unescape(doi or "")
    text = unquote(text) if re.search(r"%[0-9A-Fa-f]{2}", text) else text
    match = re.search(r"10\.\d{4,9}(?:\.\d+)*/[^\s\"]+", text)
    found = match[0] if match else ""
    while found:
        shorter = found.rstrip(".,;:'’”")
        for opening, closing in ("()", "[]", "<>", "{}"):
            if shorter.endswith(closing) and shorter.count(closing) > shorter.count(opening):
                shorter = shorter[:-1]
        if shorter == found:
            break
        found = shorter
    return found or None

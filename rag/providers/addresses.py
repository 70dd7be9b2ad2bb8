"""What a user may write for papers that are somewhere else: ids, links, queries, libraries."""

from __future__ import annotations

import dataclasses
import re
from typing import Literal

from rag.errors import SourceError
from rag.sources.record import arxiv_id_in, plain_doi

__all__ = ["Address", "address_of", "addresses_in"]

Provider = Literal["arxiv", "doi", "zotero"]

_ARXIV_ID = r"(?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?"
_ARXIV_PAGE = re.compile(rf"(?:https?://)?(?:www\.|export\.)?arxiv\.org/[a-z]+/({_ARXIV_ID})(?:\.pdf)?/?(?:[?#].*)?")
_BARE_ARXIV = re.compile(_ARXIV_ID)
_DOI_PAGE = re.compile(r"(?:https?://)?(?:dx\.|www\.)?doi\.org/(10\..+)", re.IGNORECASE)
_ARXIV_DOI = re.compile(rf"10\.48550/arxiv\.({_ARXIV_ID})", re.IGNORECASE)
_BARE_DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/\S+")
_GROUP_PAGE = re.compile(r"(?:https?://)?(?:www\.)?zotero\.org/groups/(\d+)(?:/.*)?")
_LIBRARY = re.compile(r"(?:(?P<kind>users|groups)/)?(?P<number>\d+)?/?(?P<collection>collections/[A-Z0-9]{8})?/?")
_QUERY = re.compile(r"\b(?:ti|au|abs|co|jr|cat|rn|id|all|submittedDate|lastUpdatedDate):")
"""The fields of arXiv's search, https://info.arxiv.org/help/api/user-manual.html#query_details."""


@dataclasses.dataclass(frozen=True)
class Address:
    """Papers that one service has."""

    provider: Provider
    wanted: str
    """An arXiv id with or without its version, a query in arXiv's own language, a DOI, or the path of a library of
    Zotero (``users/0`` is the one of the Zotero that runs on this machine)."""

    @property
    def is_query(self) -> bool:
        """Whether it is a search of arXiv, which may find any number."""
        return self.provider == "arxiv" and not _BARE_ARXIV.fullmatch(self.wanted)


def address_of(text: str) -> list[Address]:
    """The papers that ``text`` names; empty where it names a file.

    Understood are ``arxiv:`` with ids (commas between) or with a query, ``doi:``, ``zotero:``, ids that stand alone and
    links to arxiv.org, doi.org and groups at zotero.org.

    Raises:
        SourceError: What stands behind the prefix makes no sense.
    """
    text = text.strip()
    prefix, colon, rest = text.partition(":")
    rest = rest.strip()
    match prefix.lower() if colon else "":
        case "arxiv":
            return _arxiv(rest)
        case "doi":
            return [_doi(rest, text)]
        case "zotero":
            return [_zotero(rest, text)]
    if page := _ARXIV_PAGE.fullmatch(text):
        return [Address("arxiv", page[1])]
    if _BARE_ARXIV.fullmatch(text):
        return [Address("arxiv", text)]
    if (page := _DOI_PAGE.fullmatch(text)) or _BARE_DOI.fullmatch(text):
        return [_doi(page[1] if page else text, text)]
    if page := _GROUP_PAGE.fullmatch(text):
        return [Address("zotero", f"groups/{page[1]}")]
    return []


def addresses_in(text: str) -> list[Address]:
    """The papers that a line names: one query, or any number of ids, links and libraries with blanks or commas between.

    Raises:
        SourceError: A part of it names no papers.
    """
    text = re.sub(r"(?<=[a-z]:) (?=\S)", "", " ".join(text.split())).strip(" ,;")
    first, *others = re.split(r"[\s,;]+", text)
    if re.match(r"arxiv:(?!\d|https?:)", first, re.IGNORECASE) and not arxiv_id_in(first):
        return address_of(text)
    found: list[Address] = []
    for part in (first, *others):
        named = address_of(part) if part else []
        if not named:
            raise SourceError(
                f"{part!r} names no papers: give arXiv ids, DOIs, links to them, arxiv: and a query, or zotero:"
            )
        found += named
    return found


def _arxiv(rest: str) -> list[Address]:
    parts = [part.strip() for part in rest.split(",") if part.strip()]
    ids = [part.removesuffix(".pdf") for part in parts]
    if ids and all(_BARE_ARXIV.fullmatch(one) for one in ids):
        return [Address("arxiv", one) for one in ids]
    if page := _ARXIV_PAGE.fullmatch(rest.removeprefix("//")):
        return [Address("arxiv", page[1])]
    if not rest or (not _QUERY.search(rest) and (re.match(r"[\d./v]+$", rest) or arxiv_id_in(rest))):
        raise SourceError(
            f'{rest!r} is neither an arXiv id nor a query: write arxiv:2504.08758 or arxiv:"cat:cs.IR AND ti:retrieval"'
        )
    return [Address("arxiv", rest)]


def _doi(rest: str, text: str) -> Address:
    doi = plain_doi(rest)
    if doi is None:
        raise SourceError(f"{text!r} names no DOI: write doi:10.18653/v1/2024.acl-long.1")
    arxiv = _ARXIV_DOI.fullmatch(doi)  # arXiv itself knows more of them
    return Address("arxiv", arxiv[1]) if arxiv else Address("doi", doi)


def _zotero(rest: str, text: str) -> Address:
    match = _LIBRARY.fullmatch(rest)
    page = _GROUP_PAGE.fullmatch(rest.removeprefix("//"))
    if page:
        return Address("zotero", f"groups/{page[1]}")
    if match is None or (match["kind"] == "groups" and not match["number"]):
        raise SourceError(
            f"{text!r} names no library: write zotero: for the Zotero on this machine, zotero:users/NUMBER or "
            "zotero:groups/NUMBER for one at zotero.org, with /collections/KEY for a part of it"
        )
    library = f"{match['kind'] or 'users'}/{match['number'] or '0'}"
    return Address("zotero", "/".join(filter(None, (library, match["collection"]))))

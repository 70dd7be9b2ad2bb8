"""Objects of services that keep papers, as flat records with the names of ``fields.ALIASES``: a function a service."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

__all__ = ["ATTACHED", "KNOWN", "flat", "records_in"]

_LISTS = (
    "items", "results", "data", "papers", "references", "records", "works", "entries", "articles", "documents", "hits",
    "hit", "result", "message", "response", "docs", "resultList", "notes", "publications", "collection",
    "search-results", "entry",
)  # fmt: skip
"""Names under which answers of services hold their records."""
_TITLES = ("title", "display_name", "titles", "paper_title", "Title", "TITLE", "dc:title")
KNOWN = frozenset(
    "type subtype item_type issn isbn volume issue page pages number publisher language license member prefix score "
    "version date_added date_modified access_date library_catalog collections relations".split()
)
"""Plain names of fields that say nothing that a paper is found by, and of which nobody needs to be told."""


ATTACHED = frozenset({"attachment", "note", "annotation"})
"""Kinds of Zotero's items that belong to a paper and are none."""


def records_in(value: Any) -> Iterator[Mapping[str, Any] | Any]:
    """The records in a JSON value: itself, the items of a list, or of the list that an answer wraps."""
    if isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
        for item in value:
            yield from records_in(item)
    elif isinstance(value, Mapping) and not _has_title(value) and (inner := _wrapped(value) or _rows(value)):
        for one in inner:
            yield from records_in(one)
    else:
        yield value


def _wrapped(value: Mapping[str, Any]) -> list[Any]:
    """What an object without a title holds, of which the records are made; empty: nothing."""
    for name in ("metadata", "paper"):  # of Zenodo and INSPIRE, and of daily papers
        inner = value.get(name)
        if isinstance(inner, Mapping) and (_has_title(inner) or name == "paper"):
            return [_with_outer(inner, value)]
    if _are_objects(value.values()) and all(map(_has_title, value.values())):  # by id
        return [one if key.isdigit() else {"id": key, **one} for key, one in value.items()]
    for name in _LISTS:
        inner = value.get(name)
        if isinstance(inner, list) and _are_objects(inner):
            return inner
        if isinstance(inner, Mapping) and _has_title(inner):
            return [_with_outer(inner, value)]
        if isinstance(inner, Mapping) and (_are_objects(inner.values()) or any(key in inner for key in _LISTS)):
            return [inner]
    return []


def _are_objects(values: Collection[Any]) -> bool:
    return bool(values) and all(isinstance(one, Mapping) for one in values)


def _rows(value: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of a table that is written by column, as pandas does; empty: it is none."""
    titles = next((value[name] for name in _TITLES if isinstance(value.get(name), Mapping)), None)
    if titles is None or not titles or not all(isinstance(one, Mapping) for one in value.values()):
        return []
    return [{name: column.get(row) for name, column in value.items()} for row in titles]


def _has_title(value: Mapping[str, Any]) -> bool:
    return any(isinstance(value.get(name), str | list) for name in _TITLES)


def _with_outer(inner: Mapping[str, Any], outer: Mapping[str, Any]) -> dict[str, Any]:
    own = {name: value for name, value in outer.items() if isinstance(value, str | int) and name not in inner}
    return {**own, **inner}


def flat(record: Mapping[str, Any]) -> dict[str, Any]:
    """``record`` with what its service nests or names in its own way put under common names."""
    record = {_PREFIX.sub("", name): _unwrapped(value) for name, value in record.items()}
    for fits, shaped in _SERVICES:
        if fits(record):
            return shaped(record)
    return dict(record)


_PREFIX = re.compile(r"^(?:dc|prism|dcterms|bibo|schema):")
"""Of the names of Dublin Core and PRISM, as Scopus and Springer give them."""


def _unwrapped(value: Any) -> Any:
    """What is in OpenReview's ``{"value": ...}``; anything else as it is."""
    return value["value"] if isinstance(value, Mapping) and set(value) == {"value"} else value


def _openalex(record: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(record)
    found["title"] = record.get("title") or record.get("display_name")
    if index := record.get("abstract_inverted_index"):
        found["abstract"] = _uninverted(index)
    found["authors"] = record.get("authorships")
    for name in ("primary_location", "host_venue", "best_oa_location"):
        place = record.get(name)
        if isinstance(place, Mapping):
            origin = _object(place.get("source")) or place
            found["venue"] = found.get("venue") or origin.get("display_name")
            found["url"] = found.get("url") or place.get("landing_page_url") or place.get("url")
    ids = _object(record.get("ids"))
    found["pmid"] = ids.get("pmid")
    found["id"] = str(record.get("id") or "").rsplit("/", 1)[-1]
    found["keywords"] = record.get("keywords") or record.get("concepts")
    return _without(found, *_OPENALEX)


_OPENALEX = (
    "abstract_inverted_index", "authorships", "primary_location", "host_venue", "best_oa_location", "ids",
    "display_name", "locations", "biblio", "open_access", "type_crossref", "created_date", "updated_date", "type",
    "concepts", "topics",
)  # fmt: skip


def _uninverted(index: Any) -> str:
    """The text of OpenAlex's abstracts: each word with the places where it stands."""
    if not isinstance(index, Mapping):
        return ""
    inner = index.get("InvertedIndex", index)
    places = [(place, word) for word, where in inner.items() if isinstance(where, list) for place in where]
    return " ".join(word for _, word in sorted(places, key=lambda pair: int(pair[0])))


def _semantic_scholar(record: Mapping[str, Any]) -> dict[str, Any]:
    record = {_BULK.get(name, name): value for name, value in record.items()}
    found = dict(record)
    ids = _object(record.get("externalIds"))
    found["doi"] = record.get("doi") or ids.get("DOI")
    found["arxiv"] = ids.get("ArXiv") or record.get("arxivId")
    found["pmid"] = ids.get("PubMed")
    for name in ("publicationVenue", "journal"):
        inner = record.get(name)
        if isinstance(inner, Mapping):
            found["venue"] = found.get("venue") or inner.get("name")
            found.pop(name, None)
    found["keywords"] = record.get("fieldsOfStudy") or record.get("s2FieldsOfStudy")
    return _without(found, "externalIds", "fieldsOfStudy", "s2FieldsOfStudy", "openAccessPdf", "tldr", "isOpenAccess")


_BULK = {
    "externalids": "externalIds", "s2fieldsofstudy": "s2FieldsOfStudy", "publicationdate": "publicationDate",
    "corpusid": "corpus_id",
}  # fmt: skip
"""How Semantic Scholar's data sets spell what its service spells otherwise."""


def _csl(record: Mapping[str, Any]) -> dict[str, Any]:
    """CSL-JSON, and Crossref's works, which are nearly that."""
    found = dict(record)
    dates = ("issued", "published-print", "published-online", "published", "created")
    said = [record[name] for name in dates if record.get(name)]
    found["published"] = next((one for one in said if "None" not in str(one)), None)
    found = _without(
        found, *(name for name in dates if name != "published"), "indexed", "deposited", "accessed", "type"
    )
    found["container-title"] = record.get("container-title") or record.get("event-title") or record.get("event")
    title = record.get("title")
    subtitle = record.get("subtitle")
    if isinstance(subtitle, list):
        found["subtitle"] = subtitle[0] if subtitle else None
    found["title"] = (title[0] if title else None) if isinstance(title, list) else title
    found["id"] = record.get("id") or record.get("citation-key") or record.get("DOI")
    if isinstance(record.get("editor"), list) and not record.get("author") and record.get("type") == "book":
        found["author"] = record["editor"]
    note = record.get("note")
    if isinstance(note, str) and (arxiv := re.search(r"arXiv:\s*(\S+)", note)):
        found["arxiv"] = arxiv[1]
    number = record.get("number")
    if isinstance(number, str) and number.lower().startswith("arxiv:"):
        found["arxiv"] = number
    return found


def _datacite(record: Mapping[str, Any]) -> dict[str, Any]:
    inner = record.get("attributes", record)
    found = dict(inner)
    found["id"] = record.get("id")
    titles = inner.get("titles") or []
    found["title"] = next((one.get("title") for one in titles if isinstance(one, Mapping)), None)
    descriptions = [one for one in inner.get("descriptions") or [] if isinstance(one, Mapping)]
    chosen = [one for one in descriptions if one.get("descriptionType") == "Abstract"] or descriptions
    found["abstract"] = chosen[0].get("description") if chosen else None
    dates = [one for one in inner.get("dates") or [] if isinstance(one, Mapping) and one.get("dateType") == "Issued"]
    found["published"] = dates[0].get("date") if dates else inner.get("publicationYear")
    found["venue"] = _name_of(inner.get("container"), "title") or _name_of(inner.get("publisher"), "name")
    return _without(found, "titles", "descriptions", "dates", "container", "publisher", "publicationYear", "types")


def _name_of(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, Mapping) else value


def _zotero(record: Mapping[str, Any]) -> dict[str, Any]:
    """An item of Zotero's API, of its export as JSON, or of Better BibTeX's."""
    inner = _object(record.get("data")) or record
    found = dict(inner)
    creators = [one for one in inner.get("creators") or [] if isinstance(one, Mapping)]
    authors = [one for one in creators if one.get("creatorType") in ("author", None)]
    found["authors"] = authors or creators
    found["abstract"] = inner.get("abstractNote")
    found["venue"] = next(
        (
            inner[name]
            for name in ("publicationTitle", "proceedingsTitle", "bookTitle", "conferenceName")
            if inner.get(name)
        ),
        None,
    )
    found["id"] = inner.get("citationKey") or inner.get("key") or record.get("key")
    found["keywords"] = inner.get("tags")
    if arxiv := re.search(
        r"arXiv:\s*(\S+)", f"{inner.get('extra') or ''} {inner.get('archiveID') or ''}", re.IGNORECASE
    ):
        found["arxiv"] = arxiv[1]
    extra = str(inner.get("extra") or "")
    if not inner.get("DOI") and (doi := re.search(r"^DOI:\s*(\S+)", extra, re.MULTILINE)):
        found["doi"] = doi[1]
    return _without(
        found, "creators", "abstractNote", "publicationTitle", "proceedingsTitle", "bookTitle", "tags", "extra"
    )


def _europe_pmc(record: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(record)
    people = record.get("authorList")
    if isinstance(people, Mapping):
        found["authors"] = [_europe_pmc_name(one) for one in people.get("author") or [] if isinstance(one, Mapping)]
    found["abstract"] = record.get("abstractText")
    info = _object(record.get("journalInfo"))
    found["venue"] = record.get("journalTitle") or _name_of(info.get("journal"), "title")
    found["title"] = str(record.get("title") or "").removesuffix(".")
    found["published"] = record.get("firstPublicationDate") or record.get("pubYear")
    words = record.get("keywordList")
    found["keywords"] = words.get("keyword") if isinstance(words, Mapping) else None
    return _without(
        found, "authorList", "abstractText", "journalTitle", "journalInfo", "pubYear", "keywordList",
        "firstPublicationDate", *(["authorString"] if people else []),
    )  # fmt: skip


def _europe_pmc_name(person: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "family": person.get("lastName"),
        "given": person.get("firstName"),
        "literal": person.get("collectiveName") or person.get("fullName"),
    }


def _dblp(record: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(record["info"])
    people = found.get("authors", {})
    named = people.get("author") if isinstance(people, Mapping) else people
    named = named if isinstance(named, list) else [named]
    found["authors"] = [re.sub(r"\s\d{4}$", "", str(_name_of(one, "text"))) for one in named if one]
    found["title"] = str(found.get("title", "")).removesuffix(".")
    found["url"] = found.get("ee") or found.get("url")
    return _without(found, "ee", "type", "access")


def _openreview(record: Mapping[str, Any]) -> dict[str, Any]:
    inner = {name: _unwrapped(value) for name, value in record["content"].items()}
    dates = [record.get(name) for name in ("pdate", "odate", "cdate", "tcdate")]
    page = f"https://openreview.net/forum?id={record.get('forum') or record.get('id')}"
    return {"id": record.get("id"), "published": next(filter(None, dates), None), "url": page, **inner}


def _inspire(record: Mapping[str, Any]) -> dict[str, Any]:
    def first(name: str, *inner: str) -> Any:
        items = record.get(name)
        one = items[0] if isinstance(items, list) and items and isinstance(items[0], Mapping) else {}
        return next((one[part] for part in inner if one.get(part)), None)

    found = dict(record)
    found["title"], found["subtitle"] = first("titles", "title"), first("titles", "subtitle")
    found["abstract"] = first("abstracts", "value")
    found["arxiv"], found["doi"] = first("arxiv_eprints", "value"), first("dois", "value")
    found["id"] = record.get("control_number") or record.get("id")
    found["venue"] = first("publication_info", "journal_title")
    found["published"] = record.get("preprint_date") or record.get("earliest_date") or first("publication_info", "year")
    return _without(found, "titles", "abstracts", "arxiv_eprints", "dois", "publication_info", "preprint_date")


def _first(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """The first of Zotero's creators."""
    creators = record.get("creators")
    return _object(creators[0]) if isinstance(creators, list) and creators else {}


def _object(value: Any) -> Mapping[str, Any]:
    """``value`` where it is an object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def _without(record: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name not in names}


_SERVICES: tuple[tuple[Callable[[Mapping[str, Any]], bool], Callable[[Mapping[str, Any]], dict[str, Any]]], ...] = (
    (lambda one: "arxiv_eprints" in one or isinstance(one.get("abstracts"), list) and "titles" in one, _inspire),
    (lambda one: "abstract_inverted_index" in one or "authorships" in one, _openalex),
    (
        lambda one: (
            "externalIds" in one or "externalids" in one or "s2FieldsOfStudy" in one or "publicationVenue" in one
        ),
        _semantic_scholar,
    ),
    (
        lambda one: (
            isinstance(one.get("attributes", one), Mapping)
            and isinstance(one.get("attributes", one).get("titles"), list)
        ),
        _datacite,
    ),
    (lambda one: "itemType" in _object(one.get("data")) or "itemType" in one or "creatorType" in _first(one), _zotero),
    (lambda one: "abstractText" in one or "authorString" in one or "journalInfo" in one, _europe_pmc),
    (lambda one: isinstance(one.get("info"), Mapping) and "title" in one["info"], _dblp),
    (lambda one: isinstance(one.get("content"), Mapping) and "title" in one["content"], _openreview),
    (lambda one: "container-title" in one or "issued" in one or "DOI" in one and "type" in one, _csl),
    (lambda one: isinstance(one.get("author"), list) and one["author"] and isinstance(one["author"][0], Mapping), _csl),
)

"""Records with named fields (JSON objects, table rows): which names mean what."""

from __future__ import annotations

import datetime
import functools
import re
from collections.abc import Iterable, Mapping
from typing import Any

from rag.sources.dates import parse_date
from rag.sources.names import listed, names_others, split_authors, split_list
from rag.sources.notes import BadRecord
from rag.sources.record import Record, arxiv_id_in, make_paper
from rag.types import Paper

__all__ = ["ALIASES", "is_title", "paper_from_fields", "plain_name", "unused_names"]

ALIASES: Mapping[str, tuple[str, ...]] = {
    "id": ("paper_id", "id", "_id", "arxiv_id", "doc_id", "corpus_id", "citation_key", "citekey", "key", "record_id",
           "publication_id", "ut_unique_wos_id", "ut_unique_id", "unique_id", "ut", "lens_id", "pmid", "eid",
           "accession_number", "identifier"),
    "title": ("title", "paper_title", "article_title", "document_title", "item_title", "primary_title", "titles",
              "display_name", "ti", "t1", "titel", "titre", "titulo"),
    "subtitle": ("subtitle",),
    "abstract": ("abstract", "abstract_note", "abstract_text", "summary", "summaries", "paper_abstract", "description",
                 "descriptions", "text", "ab", "n2", "zusammenfassung", "resume", "resumen", "abstracts"),
    "original": ("original",),
    "authors": ("author_full_names", "author_full_name", "af", "authors_full_names", "full_names", "authors", "author",
                "author_s", "author_names", "authors_names", "creators", "creator", "author_list", "author_string",
                "au", "autor", "autoren", "auteur", "auteurs", "autores", "book_authors", "group_authors", "be", "ba",
                "editor", "editors"),
    "author_count": ("author_count", "num_authors", "authors_count"),
    "published": ("published", "date", "publication_date", "published_date", "date_published", "published_at",
                  "submitted", "issued", "cover_date", "created", "online_date", "year", "publication_year",
                  "published_year", "pub_year", "pubyear", "py", "jahr", "annee", "ano", "early_access_date",
                  "pubdate", "pub_date", "update_date", "create_date"),
    "month": ("month", "pd", "monat", "mois", "mes"),
    "organisation": ("organisation", "organization", "affiliation", "affiliations", "author_affiliations",
                     "authors_with_affiliations", "institution", "institutions", "lab", "addresses"),
    "venue": ("venue", "journal", "journal_ref", "journal_title", "publication_title", "source_title", "journal_book",
              "container_title", "publication", "publication_name", "conference", "conference_name",
              "conference_title", "booktitle", "book_title", "meeting_title", "source", "so", "jo", "jf", "zeitschrift",
              "revue", "revista", "series_title", "pub"),
    "categories": ("categories", "keywords", "keyword", "tags", "subjects", "topics", "author_keywords",
                   "keywords_author", "index_keywords", "keywords_plus", "manual_tags", "automatic_tags", "mesh_terms",
                   "ieee_terms", "authkeywords", "fields_of_study", "subject", "terms", "de", "kw", "schlagworter",
                   "concepts"),
    "comment_count": ("comment_count", "num_comments"),
    "url": ("url", "link", "links", "paper_url", "html_url", "abs_url", "entry_id", "external_url", "article_url",
            "source_url", "pdf_url", "pdf_link", "pdf", "ee", "ur", "urls"),
    "code": ("code_urls", "code_url", "code", "github", "repo", "repository"),
    "project": ("project_urls", "project_url", "project_page", "project", "homepage"),
    "doi": ("doi", "item_doi", "di", "doi_url", "digital_object_identifier"),
    "identifiers": ("identifiers",),
    "arxiv": ("arxiv_id", "arxiv", "arxivid", "eprint", "eprint_id", "extra"),
    "pmid": ("pmid", "pubmed_id", "pubmedid", "pubmed"),
}  # fmt: skip
"""Names of fields by meaning, best first. Case, blanks, signs and camel case of a name do not count."""

_JOINED = frozenset({"categories"})
"""Meanings of which all fields count, one after the other."""
_EMPTY = frozenset({"nan", "none", "null", "na", "n/a", "<na>", "nat", "-", "[]", "{}", "#n/a", "undefined"})
"""What tables have in a cell that holds nothing, as pandas and Excel write it; a title may be called None."""
_PAPER_FIELDS = frozenset({"text", "source", "paper_id", "url", "original"})
"""Written by our own export beside fields that have a meaning above."""
_BARE_WORDS = frozenset({"source", "text", "so", "de", "link", "links", "terms", "created", "subject"})
"""Names that mean something else in many tables: used where they hold text and nothing better is there, never told."""


@functools.cache
def _meanings() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for meaning, names in ALIASES.items():
        for name in names:
            found[name] = (*found.get(name, ()), meaning)
    return found


def is_title(name: str) -> bool:
    """Whether a column of that name holds titles."""
    return plain_name(name) in ALIASES["title"]


def unused_names(names: Iterable[str]) -> set[str]:
    """Those of the names of fields that mean nothing here."""
    meanings = _meanings()
    plain = ((name, plain_name(name)) for name in names if name.strip())
    return {name for name, short in plain if short not in meanings and short not in _PAPER_FIELDS}


def paper_from_fields(fields: Mapping[str, Any], source: str, *, cells: bool = False) -> Paper | BadRecord:
    """The paper that ``fields`` describe; names that are not in ``ALIASES`` are ignored, see :func:`unused_names`.

    Only a title is needed. Lists may be lists or strings, see ``split_authors`` and ``split_list``; a year alone
    counts as its first day.

    Args:
        fields: names, as the source has them, and values.
        source: where it stands.
        cells: the values are cells of a table, where ``nan`` and its kin stand for nothing.
    """
    present = {plain_name(name): value for name, value in fields.items() if isinstance(name, str)}
    named = {
        name: value for name, value in present.items() if not _is_empty(value, cells and name not in ALIASES["title"])
    }

    if "paper_id" in named:  # our own export: where the paper was read before, not where it was published
        named.pop("source", None)

    def first(meaning: str) -> Any:
        return next((named[name] for name in ALIASES[meaning] if name in named), None)

    title, abstract = _single(first("title")), _single(first("abstract"))
    if "abstract" in present and "abstract" not in named:  # an empty one is not looked for
        abstract = None
    if title is not None and not isinstance(title, str):
        return BadRecord(source, f"its title is not text but {title!r:.60}")
    if abstract is not None and not isinstance(abstract, str):
        return BadRecord(source, f"its abstract is not text but {abstract!r:.60}")
    subtitle = _text(first("subtitle"))
    people = (split_authors(named[name]) for name in ALIASES["authors"] if name in named)
    authors = next(filter(None, people), ())
    return make_paper(
        Record(
            source=source,
            title=f"{title}: {subtitle}" if title and subtitle else title or "",
            abstract=abstract or "",
            own_id=_text(first("id")),
            original=_text(first("original")),
            authors=authors,
            author_count=_count(first("author_count")),
            more_authors=names_others(first("authors")),
            published=_published(named),
            organisation=_text(first("organisation")),
            venue=_text(first("venue")),
            categories=_categories(named),
            comment_count=_count(first("comment_count")),
            url=_first_link(first("url")),
            links=(*_links(first("code")), *_links(first("project"))),
            doi=_text(first("doi")) or next((link for link in _links(first("url")) if "doi.org/10." in link), None),
            identifiers=_identifiers(named),
            pages=_full_text(named),
        )
    )


@functools.lru_cache(maxsize=4096)
def plain_name(name: str) -> str:
    """``name`` as it stands in ``ALIASES``: ``Journal-Ref``, ``journalRef`` and ``Journal/Ref`` are ``journal_ref``."""
    snake = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name.strip().strip("\ufeff\"'"))
    return re.sub(r"[^\w]+", "_", snake.replace("é", "e").replace("ä", "a")).strip("_").lower() or "_"


def _is_empty(value: Any, cells: bool) -> bool:
    if value is None or value == "" or value == [] or value == {}:
        return True
    if isinstance(value, float) and value != value:
        return True
    if isinstance(value, str):
        text = value.strip()
        return not text or (cells and text.lower() in _EMPTY)
    return False


def _published(named: Mapping[str, Any]) -> datetime.date | None:
    """The most exact of the dates: a year alone counts where no field says more of the same year."""
    days = [day for name in ALIASES["published"] if name in named and (day := parse_date(_date_text(named[name])))]
    if not days:
        return None
    year = days[0].year
    exact = next((day for day in days if day.year == year and (day.month, day.day) != (1, 1)), None)
    if exact is None and (month := next((str(named[name]) for name in ALIASES["month"] if name in named), "")):
        spellings = (f"{year} {month}", f"{month} {year}", f"{year}-{month}")
        exact = next((day for text in spellings if (day := parse_date(text))), None)
    return exact or days[0]


def _date_text(value: Any) -> Any:
    """Dates of CSL and Crossref (``date-parts``) as text; anything else as it is."""
    if isinstance(value, Mapping):
        parts = value.get("date-parts") or value.get("date_parts")
        if isinstance(parts, list) and parts and isinstance(parts[0], list):
            return "-".join(str(part) for part in parts[0] if part not in (None, "")) or value.get("literal")
        if value.get("year"):
            return "-".join(str(value[name]) for name in ("year", "month", "day") if value.get(name))
        return value.get("literal") or value.get("raw") or value.get("value") or value.get("date-time")
    if isinstance(value, list) and len(value) == 1:
        return _date_text(value[0])
    return value


def _categories(named: Mapping[str, Any]) -> tuple[str, ...]:
    found = [word for name in ALIASES["categories"] if name in named for word in split_list(named[name])]
    return tuple(dict.fromkeys(found))


def _identifiers(named: Mapping[str, Any]) -> tuple[str, ...]:
    given = named.get("identifiers")
    found = list(split_list(given)) if isinstance(given, str | list | tuple) else []
    for name in filter(named.__contains__, ALIASES["arxiv"]):
        text = _text(named[name]) or ""
        if arxiv := arxiv_id_in(text):
            found.append(f"arxiv:{arxiv}")
    for name in filter(named.__contains__, ALIASES["pmid"]):
        number = re.fullmatch(r"(?:.*\D)?(\d{4,9})(?:\.0)?/?", (_text(named.get(name)) or "").strip())
        found += [f"pmid:{number[1]}"] if number else []
    return tuple(dict.fromkeys(found))


def _full_text(named: Mapping[str, Any]) -> tuple[str, ...]:
    """The pages of our own export; elsewhere ``pages`` are those of a journal."""
    pages = named.get("pages")
    own = "paper_id" in named and isinstance(pages, list)
    return tuple(page for page in pages if isinstance(page, str)) if own and pages else ()


def _single(value: Any) -> Any:
    """The text in a list that has one, as Crossref writes titles, or in ``{"value": ...}``, as OpenReview does."""
    value = listed(value)
    while isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        value = value[0] if len(value) == 1 else " ".join(value)
    return value


def _text(value: Any) -> str | None:
    value = _single(value)
    if isinstance(value, Mapping):
        value = next((value[name] for name in ("name", "display_name", "title", "value") if value.get(name)), None)
    if isinstance(value, list) and value:
        return _text(value[0])
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def _count(value: Any) -> int | None:
    text = str(value).strip().removesuffix(".0") if isinstance(value, str | float) else ""
    if text.isascii() and text.isdigit():
        value = int(text[:9])
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _links(value: Any) -> tuple[str, ...]:
    """Addresses from a list, or from a string that separates them by blanks, commas or semicolons."""
    value = listed(value)
    if isinstance(value, str):
        return tuple(re.split(r"[\s,;]+", value.strip()))
    if isinstance(value, Mapping):
        value = [value]
    found = value if isinstance(value, list | tuple) else ()
    texts = [
        item.get("url") or item.get("href") or item.get("URL") if isinstance(item, Mapping) else item for item in found
    ]
    return tuple(item for item in texts if isinstance(item, str))


def _first_link(value: Any) -> str | None:
    if isinstance(value, str) and not re.search(r"[\s;]", value.strip()):
        return value
    return next((link for link in _links(value) if link), None)

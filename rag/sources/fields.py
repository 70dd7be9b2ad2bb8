"""Records with named fields (JSON objects, table rows): which names mean what."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from rag.sources.dates import parse_date
from rag.sources.names import names_others, split_authors, split_list
from rag.sources.record import BadRecord, Record, make_paper
from rag.types import Paper

__all__ = ["ALIASES", "paper_from_fields", "plain_name"]

ALIASES: Mapping[str, tuple[str, ...]] = {
    "id": ("paper_id", "id", "_id", "arxiv_id", "doc_id", "corpus_id", "key"),
    "title": ("title", "paper_title"),
    "abstract": ("abstract", "summary", "paper_abstract", "description", "text"),
    "original": ("original",),
    "authors": ("authors", "author", "creators"),
    "author_count": ("author_count", "num_authors"),
    "published": ("published", "date", "publication_date", "published_date", "submitted", "year"),
    "organisation": ("organisation", "organization", "affiliation", "institution", "lab"),
    "venue": ("venue", "journal", "journal_ref", "conference", "booktitle"),
    "categories": ("categories", "keywords", "tags", "subjects", "topics"),
    "comment_count": ("comment_count", "num_comments"),
    "url": ("url", "link", "paper_url", "html_url", "abs_url"),
    "code": ("code_urls", "code_url", "code", "github", "repo", "repository"),
    "project": ("project_urls", "project_url", "project_page", "project", "homepage"),
    "doi": ("doi",),
}
"""Names of fields by meaning, best first. Case, blanks, hyphens and camel case of a name do not count."""


def paper_from_fields(fields: Mapping[str, Any], source: str) -> Paper | BadRecord:
    """The paper that ``fields`` describe; names that are not in ``ALIASES`` are ignored.

    Only a title is needed. Lists may be lists or strings, see ``split_authors`` and ``split_list``; a year alone
    counts as its first day.
    """
    present = {plain_name(name): value for name, value in fields.items() if isinstance(name, str)}
    named = {name: value for name, value in present.items() if value is not None and value != ""}

    def first(meaning: str) -> Any:
        return next((named[name] for name in ALIASES[meaning] if name in named), None)

    title = first("title")
    abstract = named.get("abstract") if "abstract" in present else first("abstract")  # an empty one is not looked for
    if title is not None and not isinstance(title, str):
        return BadRecord(source, f"its title is not text but {title!r:.60}")
    if abstract is not None and not isinstance(abstract, str):
        return BadRecord(source, f"its abstract is not text but {abstract!r:.60}")
    published = next((day for name in ALIASES["published"] if (day := parse_date(named.get(name)))), None)
    return make_paper(
        Record(
            source=source,
            title=title or "",
            abstract=abstract or "",
            own_id=_text(first("id")),
            original=_text(first("original")),
            authors=split_authors(first("authors")),
            author_count=_count(first("author_count")),
            more_authors=names_others(first("authors")),
            published=published,
            organisation=_text(first("organisation")),
            venue=_text(first("venue")),
            categories=split_list(first("categories")),
            comment_count=_count(first("comment_count")),
            url=_text(first("url")),
            links=(*_links(first("code")), *_links(first("project"))),
            doi=_text(first("doi")),
        )
    )


def plain_name(name: str) -> str:
    """``name`` as it stands in ``ALIASES``: ``Journal-Ref`` and ``journalRef`` are ``journal_ref``."""
    snake = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name.strip())
    return re.sub(r"[\s-]+", "_", snake).lower()


def _text(value: Any) -> str | None:
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def _count(value: Any) -> int | None:
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit():
        value = int(value.strip()[:9])
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _links(value: Any) -> tuple[str, ...]:
    """Addresses from a list, or from a string that separates them by blanks, commas or semicolons."""
    if isinstance(value, str):
        return tuple(re.split(r"[\s,;]+", value.strip()))
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list | tuple) else ()

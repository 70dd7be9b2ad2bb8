"""arXiv's feeds: its search interface and daily feeds (Atom), RSS 2.0 and 1.0, and its OAI-PMH records.

Their elements are described at https://info.arxiv.org/help/api, /help/rss.html and /help/oa.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from rag.sources.dates import parse_date
from rag.sources.links import find_links
from rag.sources.names import split_authors
from rag.sources.notes import BadRecord, Note
from rag.sources.record import Record, arxiv_id_in, make_paper
from rag.sources.xml_stream import Element, local, read_xml, text_of
from rag.types import Paper

__all__ = ["read_feed"]

_ANNOUNCED = re.compile(r"\s*arXiv:\S+\s+Announce Type:\s*\S+\s*(?:Abstract:\s*)?", re.IGNORECASE)
_TITLE_TAIL = re.compile(r"\s*\(arXiv:\S+(?:\s*\[[^\]]*\])?(?:\s+\w+)?\)\s*$")
_TAG = re.compile(r"<[^<>]+>")


def read_feed(path: Path, label: str) -> Iterator[Paper | BadRecord | Note]:
    """A paper for each entry, dated by its first version; the place of the third entry is called ``label#3``.

    Args:
        path: The file, plain or gzip.
        label: What to call it in ``source``.

    Raises:
        SourceError: The file cannot be read.
    """
    return read_xml(path, label, frozenset({"entry", "item", "record"}), _paper)


def _paper(entry: Element, source: str) -> Paper | BadRecord | None:
    kind = local(entry)
    if kind == "record":
        return _harvested(entry, source)
    return _entry(entry, source) if kind == "entry" else _item(entry, source)


def _entry(entry: Element, source: str) -> Paper | BadRecord:
    identity = _child(entry, "id")
    if "/api/errors" in identity:
        return BadRecord(source, f"arXiv answered with an error: {_child(entry, 'summary')}")
    pages = [one.get("href") for one in entry if local(one) == "link" and one.get("rel", "alternate") == "alternate"]
    names = [name for one in entry if local(one) == "author" if (name := text_of(one, "name"))]
    page = next((page for page in pages if page), identity)
    arxiv = arxiv_id_in(identity) or arxiv_id_in(identity.rpartition(":")[2]) or arxiv_id_in(page)
    return make_paper(
        Record(
            source=source,
            title=_child(entry, "title"),
            abstract=_ANNOUNCED.sub("", _child(entry, "summary") or _child(entry, "content"), count=1),
            own_id=arxiv or identity or None,
            authors=tuple(names) or _creators(entry),
            published=parse_date(_child(entry, "published") or _child(entry, "updated")),
            venue=_child(entry, "journal_ref", "journal_reference"),
            categories=tuple(one.get("term", "") for one in entry if local(one) == "category"),
            url=page,
            links=tuple(find_links(_child(entry, "comment"))),
            doi=_child(entry, "doi", "DOI"),
        )
    )


def _item(item: Element, source: str) -> Paper | BadRecord:
    page = _child(item, "link")
    arxiv = arxiv_id_in(page) or arxiv_id_in(_child(item, "guid").rpartition(":")[2])
    categories = [text for one in item if local(one) in ("category", "subject") and (text := "".join(one.itertext()))]
    return make_paper(
        Record(
            source=source,
            title=_TITLE_TAIL.sub("", _child(item, "title")),
            abstract=_ANNOUNCED.sub("", _child(item, "encoded") or _child(item, "description"), count=1),
            own_id=arxiv or _child(item, "guid") or None,
            authors=_creators(item),
            published=parse_date(_child(item, "pubDate", "date")),
            venue=_child(item, "journal_reference", "publicationName"),
            categories=tuple(categories),
            url=page or None,
            doi=_child(item, "doi", "DOI") or page,
        )
    )


def _harvested(record: Element, source: str) -> Paper | BadRecord | None:
    """A record of OAI-PMH in arXiv's format or in Dublin Core; None for one that was deleted."""
    if any(local(one) == "header" and one.get("status") == "deleted" for one in record):
        return None
    people = [one for one in record.iter() if local(one) == "author"]
    names = [
        " ".join(filter(None, (text_of(one, "forenames"), text_of(one, "keyname"), text_of(one, "suffix"))))
        for one in people
    ]
    arxiv = text_of(record, "id") or arxiv_id_in(text_of(record, "identifier").rpartition(":")[2]) or ""
    descriptions = [text for one in record.iter() if local(one) in ("abstract", "description") if (text := _all(one))]
    return make_paper(
        Record(
            source=source,
            title=text_of(record, "title"),
            abstract=descriptions[0] if descriptions else "",
            own_id=arxiv or None,
            authors=tuple(names) or split_authors([_all(one) for one in record.iter() if local(one) == "creator"]),
            published=parse_date(text_of(record, "created", "date", "datestamp")),
            venue=text_of(record, "journal-ref"),
            categories=tuple(text_of(record, "categories").split())
            or tuple(_all(one) for one in record.iter() if local(one) == "subject"),
            url=f"https://arxiv.org/abs/{arxiv}" if arxiv_id_in(arxiv) else None,
            links=tuple(find_links(text_of(record, "comments"))),
            doi=text_of(record, "doi"),
        )
    )


def _creators(element: Element) -> tuple[str, ...]:
    """Authors in ``dc:creator``: one a element, or all in one, where older feeds put links around them."""
    written = [_TAG.sub("", text) for one in element if local(one) in ("creator", "author") if (text := _all(one))]
    return split_authors(written[0]) if len(written) == 1 else split_authors(written)


def _child(element: Element, *names: str) -> str:
    """The text of the first child that is called one of ``names``; empty: there is none."""
    return next((text for name in names for one in element if local(one) == name if (text := _all(one))), "")


def _all(element: Element) -> str:
    return "".join(element.itertext()).strip()

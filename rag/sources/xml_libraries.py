"""XML of EndNote and of PubMed."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

from rag.sources.dates import parse_date
from rag.sources.names import split_authors
from rag.sources.notes import BadRecord, Note, unused
from rag.sources.record import Record, make_paper, plain_doi
from rag.sources.xml_stream import Element, local, marked_text, read_xml, text_of
from rag.types import Paper

__all__ = ["read_endnote_xml", "read_pubmed_xml"]


_ENDNOTE = frozenset(
    "database source-app rec-number foreign-keys ref-type contributors auth-address titles periodical alt-periodical "
    "pages volume number keywords dates isbn language urls electronic-resource-num abstract label "
    "remote-database-name remote-database-provider".split()
)
"""Elements of EndNote's records that are used, or by which no paper is found."""


def read_endnote_xml(path: Path, label: str) -> Iterator[Paper | BadRecord | Note]:
    """A paper for each ``record`` of an EndNote library; its id is its label, else made from the title.

    Args:
        path: The file, plain or gzip.
        label: What to call it in ``source``.

    Raises:
        SourceError: The file cannot be read.
    """
    ignored: set[str] = set()

    def paper(record: Element, source: str) -> Paper | BadRecord:
        ignored.update(name for one in record if one.text or len(one) if (name := local(one)) not in _ENDNOTE)
        return _of_endnote(record, source)

    yield from read_xml(path, label, frozenset({"record"}), paper)
    yield from unused(label, ignored)


def read_pubmed_xml(path: Path, label: str) -> Iterator[Paper | BadRecord | Note]:
    """A paper for each ``PubmedArticle``; its id is the PMID. See :func:`read_endnote_xml`."""
    return read_xml(path, label, frozenset({"PubmedArticle", "PubmedBookArticle"}), _of_pubmed)


def _of_endnote(record: Element, source: str) -> Paper | BadRecord:
    people = _inside(record, "authors", "author") or _inside(record, "secondary-authors", "author")
    titles = next((one for one in record if local(one) == "titles"), None)
    year = text_of(record, "year")
    day = _inside(record, "pub-dates", "date")
    venue = text_of(titles, "secondary-title") if titles is not None else ""
    return make_paper(
        Record(
            source=source,
            title=_first(titles, "title"),
            abstract=marked_text(next((one for one in record if local(one) == "abstract"), None)),
            own_id=text_of(record, "label") or None,
            authors=split_authors(people),
            published=_within_year(year, day[0] if day else ""),
            organisation=text_of(record, "auth-address") or None,
            venue=venue or text_of(record, "full-title", "abbr-1") or None,
            categories=tuple(_inside(record, "keywords", "keyword")),
            url=next((url for url in _inside(record, "urls", "url") if "://" in url), None),
            doi=text_of(record, "electronic-resource-num") or None,
        )
    )


def _first(parent: Element | None, name: str) -> str:
    return marked_text(next((one for one in parent if local(one) == name), None)) if parent is not None else ""


def _inside(record: Element, outer: str, inner: str) -> list[str]:
    """Texts of the elements called ``inner`` in the first one called ``outer``."""
    group = next((one for one in record.iter() if local(one) == outer), None)
    found = (
        ["".join(one.itertext()).strip() for one in group.iter() if local(one) == inner] if group is not None else []
    )
    return [text for text in found if text]


def _within_year(year: str, day: str) -> datetime.date | None:
    """A date that may lack its year, within ``year``."""
    whole = parse_date(day) or parse_date(f"{year} {day}") or parse_date(f"{day} {year}")
    return whole or parse_date(year)


def _of_pubmed(article: Element, source: str) -> Paper | BadRecord:
    pmid = text_of(article, "PMID")
    own = next((one for one in article.iter() if local(one) == "Abstract"), None)  # others are translations
    parts = [one for one in own.iter() if local(one) == "AbstractText"] if own is not None else []
    labelled = [_labelled(one) for one in parts]
    title = next(
        (one for one in article.iter() if local(one) in ("ArticleTitle", "BookTitle", "VernacularTitle")), None
    )
    dois = [doi for one in _own_ids(article) if (doi := plain_doi("".join(one.itertext())))]
    written = marked_text(title).strip()
    return make_paper(
        Record(
            source=source,
            title=written.removesuffix(".") if not written.endswith("..") else written,
            abstract=" ".join(filter(None, labelled)),
            own_id=pmid or None,
            authors=tuple(_people(article)),
            published=_date_of(article),
            organisation=text_of(article, "Affiliation") or None,
            venue=text_of(article, "Title", "ISOAbbreviation", "MedlineTA") or None,
            categories=tuple(
                "".join(one.itertext()) for one in article.iter() if local(one) in ("Keyword", "DescriptorName")
            ),
            url=f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/" if pmid else None,
            doi=dois[0] if dois else None,
            identifiers=(f"pmid:{pmid}",) if pmid else (),
        )
    )


def _own_ids(article: Element) -> Iterator[Element]:
    """The DOIs of an article itself; those of its references stand further down."""
    for outer in article.iter():
        if local(outer) == "ELocationID" and outer.get("EIdType") == "doi":
            yield outer
    for data in (one for one in article if local(one) in ("PubmedData", "PubmedBookData", "BookDocument")):
        for ids in (one for one in data if local(one) == "ArticleIdList"):
            yield from (one for one in ids if one.get("IdType") == "doi")


def _labelled(part: Element) -> str:
    heading, text = part.get("Label", ""), marked_text(part).strip()
    return f"{heading.capitalize()}: {text}" if heading and heading != "UNLABELLED" else text


def _people(article: Element) -> Iterator[str]:
    group = next((one for one in article.iter() if local(one) == "AuthorList"), None)
    for one in group if group is not None else ():
        given = text_of(one, "ForeName", "FirstName", "Initials")
        name = " ".join(filter(None, (given, text_of(one, "LastName"), text_of(one, "Suffix"))))
        if found := name or text_of(one, "CollectiveName"):
            yield found


def _date_of(article: Element) -> datetime.date | None:
    """The most exact date of the issue or of the article on line, if they fall into one year."""
    found: list[datetime.date] = []
    for name in ("PubDate", "ArticleDate"):
        for one in (one for one in article.iter() if local(one) == name):
            parts = [text_of(one, part) for part in ("Year", "Month", "Day")]
            text = " ".join(filter(None, parts)) or text_of(one, "MedlineDate")
            if day := parse_date(text) or parse_date(text.replace(" ", "-")) or parse_date(text[:4]):
                found.append(day)
    exact = (day for day in found if day.year == found[0].year and (day.month, day.day) != (1, 1))
    return next(exact, found[0]) if found else None

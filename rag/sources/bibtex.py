"""BibTeX and BibLaTeX files, with or without abstracts."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from rag.sources.bibtex_entries import Block, Entry, blocks_of, entry_of, strings_of
from rag.sources.bibtex_names import bibtex_authors
from rag.sources.cleaning import clean
from rag.sources.dates import MONTHS, parse_date, parse_month
from rag.sources.files import read_lines
from rag.sources.links import find_links
from rag.sources.names import split_list
from rag.sources.notes import BadRecord, Note, unused
from rag.sources.record import Record, arxiv_id_in, make_paper
from rag.types import Paper

__all__ = ["read_bibtex"]

_PARENTS = frozenset({"crossref", "xdata"})
"""Fields that name an entry from which others are taken, as BibTeX and BibLaTeX have them."""
_PARENT_KINDS = frozenset(
    "book collection conference inbook manual mvbook mvcollection mvproceedings periodical "
    "proceedings set xdata".split()
)
"""Entries that others may refer to, and whose editors stand for authors where there are none."""
_HANDED_ON = frozenset(
    "author booktitle date editor institution journal journaltitle month school title year publisher".split()
)
"""Fields that an entry takes from the one that it refers to; an abstract or an address is its own."""
_JOINED = {"author": " and ", "editor": " and ", "keywords": " ; ", "keyword": " ; ", "url": " ", "note": " "}
"""Fields that are one after the other where they are repeated; of others the first counts."""
_USED = (
    _HANDED_ON
    | _PARENTS
    | _JOINED.keys()
    | frozenset(
        "abstract annote archiveprefix arxivid author+an day doi eid eprint eprintclass eprinttype howpublished "
        "journalsubtitle mendeley-tags organization pmid primaryclass subtitle urldate".split()
    )
)
_MONTH_NAMES = {name: name for name in MONTHS}


def read_bibtex(path: Path, label: str) -> Iterator[Paper | BadRecord | Note]:
    """A paper for each entry with a title, under its key; ``@string``, ``@comment`` and ``@preamble`` are none.

    An entry that takes fields from another (``crossref``, ``xdata``), which may stand further down, comes after all
    others. A comma too few, a repeated field, a missing key and an open brace do not cost an entry.

    Args:
        path: The file, plain or gzip, in any encoding. It is parsed entry by entry.
        label: What to call it in ``source``.

    Raises:
        SourceError: The file cannot be read.
    """
    strings = dict(_MONTH_NAMES)
    known: dict[str, dict[str, str]] = {}
    waiting: list[tuple[Entry, dict[str, str], str]] = []
    ignored: set[str] = set()
    told: list[BadRecord | Note] = []
    for block in blocks_of(_lines(path, label, told)):
        yield from told
        told.clear()
        source = f"{label}:{block.line}"
        if block.kind == "string":
            strings.update(strings_of(block, strings))
        elif block.kind not in ("comment", "preamble"):
            entry = entry_of(block, strings)
            fields = _fields(entry)
            if not fields:
                yield BadRecord(source, f"it is no BibTeX that can be read: {block.problem or 'it has no fields'}")
                continue
            ignored.update(fields.keys() - _USED)
            if entry.kind in _PARENT_KINDS and entry.key:
                known[entry.key.lower()] = {name: value for name, value in fields.items() if name in _HANDED_ON}
            if fields.keys() & _PARENTS:
                waiting.append((entry, fields, source))
            elif entry.kind != "xdata":
                yield from _items(entry, fields, source, block)
    for entry, fields, source in waiting:
        yield _paper(entry, _completed(fields, known), source)
    yield from (*told, *unused(label, ignored))


def _lines(path: Path, label: str, told: list[BadRecord | Note]) -> Iterator[tuple[int, str]]:
    for line in read_lines(path):
        if line.problem:
            told.append(BadRecord(f"{label}:{line.number}", line.problem))
        if line.note:
            told.append(Note(label, line.note))
        yield line.number, line.text


def _items(entry: Entry, fields: dict[str, str], source: str, block: Block) -> Iterator[Paper | BadRecord | Note]:
    paper = _paper(entry, fields, source)
    if block.problem and isinstance(paper, Paper):
        yield Note(source, f"{block.problem}: what could be read of it is {paper.title[:60]!r}")
    yield (
        paper
        if isinstance(paper, Paper) or not block.problem
        else BadRecord(source, f"it is no BibTeX that can be read: {block.problem}")
    )


def _fields(entry: Entry) -> dict[str, str]:
    fields: dict[str, str] = {}
    for name, value in entry.fields:
        if name in fields and name in _JOINED and value.strip():
            fields[name] = f"{fields[name]}{_JOINED[name]}{value}"
        elif not fields.get(name, "").strip():
            fields[name] = value
    return fields


def _completed(fields: dict[str, str], known: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """``fields`` with what the entries that they refer to add: of a ``crossref`` the title is that of the volume."""
    found = dict(fields)
    volume = known.get(fields.get("crossref", "").strip().lower(), {})
    for name, value in volume.items():
        if name not in ("author", "editor"):
            found.setdefault("booktitle" if name == "title" else name, value)
    for key in split_list(fields.get("xdata", "")):
        for name, value in known.get(key.strip().lower(), {}).items():
            found.setdefault(name, value)
    return found


def _paper(entry: Entry, fields: dict[str, str], source: str) -> Paper | BadRecord:
    def first(*names: str) -> str:
        return next((fields[name] for name in names if fields.get(name, "").strip(" {}")), "")

    people = first("author") or (first("editor") if entry.kind in _PARENT_KINDS else "")
    authors, complete = bibtex_authors(people)
    arxiv = _arxiv(fields)
    addresses = [_address(fields[name]) for name in ("url", "howpublished", "note", "annote") if name in fields]
    links = [link for address in addresses for link in find_links(address)]
    return make_paper(
        Record(
            source=source,
            title=_with_subtitle(first("title"), first("subtitle")),
            abstract=first("abstract"),
            own_id=entry.key,
            authors=authors,
            more_authors=not complete,
            published=_published(fields),
            organisation=first("institution", "school", "organization"),
            venue=_with_subtitle(first("journal", "journaltitle", "booktitle"), first("journalsubtitle")),
            categories=tuple(clean(word, latex=True) for word in _keywords(fields)),
            url=_page(fields, links, arxiv),
            links=tuple(find_links(_address(f"{first('note')} {first('annote')} {first('howpublished')}"))),
            doi=_address(first("doi")) or next((link for link in links if "doi.org/" in link), None),
            identifiers=tuple([f"arxiv:{arxiv}"] if arxiv else [])
            + tuple(f"pmid:{number}" for number in re.findall(r"\d{4,9}", first("pmid"))[:1]),
            latex=True,
        )
    )


def _with_subtitle(title: str, subtitle: str) -> str:
    if not subtitle.strip() or not title.strip():
        return title
    return f"{title.rstrip()}{' ' if title.rstrip()[-1] in ':?!.' else ': '}{subtitle}"


def _keywords(fields: Mapping[str, str]) -> Iterable[str]:
    values = [fields[name] for name in ("keywords", "keyword", "mendeley-tags") if fields.get(name)]
    return dict.fromkeys(word for value in values for part in value.split(" ; ") for word in split_list(part))


def _published(fields: Mapping[str, str]) -> datetime.date | None:
    """The day in ``date`` (BibLaTeX), or that of ``year``, ``month`` and ``day``, what is missing counting as 1."""
    if day := parse_date(clean(fields.get("date", ""), latex=True)):
        return day
    year = parse_date(clean(fields.get("year", ""), latex=True))
    if year is None:
        return None
    number, written_day = parse_month(clean(fields.get("month", ""), latex=True))
    of_month = clean(fields.get("day", ""), latex=True) or written_day or 1
    if (year.month, year.day) != (1, 1) or number is None:
        return year
    return parse_date(f"{year.year}-{number}-{of_month}") or parse_date(f"{year.year}-{number}")


def _arxiv(fields: Mapping[str, str]) -> str | None:
    """The arXiv id that an entry names: BibLaTeX's and arXiv's fields, Mendeley's, Google Scholar's, dblp's."""
    kind = (fields.get("archiveprefix") or fields.get("eprinttype") or "").lower()
    eprint = _address(fields.get("eprint", ""))
    candidates = [eprint if "arxiv" in kind else "", _address(fields.get("arxivid", ""))]
    candidates += [eprint] if not kind and arxiv_id_in(eprint) == eprint.partition("v")[0] else []
    journal = f"{fields.get('journal', '')} {fields.get('volume', '')} {fields.get('note', '')}"
    candidates += [f"arxiv:{found[1]}" for found in [re.search(r"(?:arXiv:|\babs/)\s*(\S+\d)", journal)] if found]
    return next((found for text in candidates if text and (found := arxiv_id_in(text))), None)


def _address(value: str) -> str:
    r"""An address, DOI or other text that is taken as it is: without braces and without backslashes before signs."""
    text = re.sub(r"\\(?:url|href|path|nolinkurl)\s*(?=\{)", " ", value)
    text = re.sub(
        r"\\text(?:less|greater|underscore|asciitilde)(?:\{\})?", lambda sign: _SIGNS[sign[0].strip("{}")], text
    )
    text = re.sub(r"\$([<>_~])\$|\\([_%&#$~<>{}^-])(?:\{\})?|\{\\([_%&#$])\}", lambda m: m[1] or m[2] or m[3], text)
    text = re.sub(r"\\sim(?:\{\})?|\$\\sim\$", "~", text)
    return " ".join(re.sub(r"[{}]", " " if "://" in text and " " in text else "", text).split())


_SIGNS = {r"\textless": "<", r"\textgreater": ">", r"\textunderscore": "_", r"\textasciitilde": "~"}


def _page(fields: Mapping[str, str], links: list[str], arxiv: str | None) -> str | None:
    own = find_links(_address(fields.get("url", "")))
    if own:
        return own[0]
    if arxiv:
        return f"https://arxiv.org/abs/{arxiv}"
    published = find_links(_address(fields.get("howpublished", "")))
    return published[0] if published else None

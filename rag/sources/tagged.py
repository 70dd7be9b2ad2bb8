"""Records of lines that begin with a tag: RIS, PubMed's NBIB, EndNote's (refer) and Web of Science's plain text."""

from __future__ import annotations

import dataclasses
import datetime
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from rag.sources.dates import parse_date
from rag.sources.files import read_lines
from rag.sources.names import split_authors
from rag.sources.notes import BadRecord, Note, unused
from rag.sources.record import Record, arxiv_id_in, make_paper
from rag.types import Paper

__all__ = ["DIALECTS", "read_endnote_text", "read_nbib", "read_ris", "read_wos"]


@dataclasses.dataclass(frozen=True)
class _Dialect:
    """One way of writing tags."""

    line: re.Pattern[str]
    """A line with a tag and its value; any other goes on with the value before it."""
    start: frozenset[str]
    """Tags that begin a record."""
    end: frozenset[str]
    """Tags that end one."""
    head: re.Pattern[str]
    """What a file begins with."""
    meanings: Mapping[str, tuple[str, ...]]
    """Tags by meaning, best first."""
    silent: frozenset[str]
    """Tags of the file itself."""
    blank_ends: bool = False
    """An empty line ends a record."""


_RIS = _Dialect(
    line=re.compile(r"\s?([A-Z][A-Z0-9])\s{0,3}-(?:\s(.*))?$"),
    start=frozenset({"TY"}),
    end=frozenset({"ER"}),
    head=re.compile(r"^\s*TY\s{0,3}-\s", re.MULTILINE),
    meanings={
        "title": ("TI", "T1", "CT", "BT"),
        "abstract": ("AB", "N2"),
        "authors": ("AU", "A1", "A2", "A3", "ED"),
        "published": ("DA", "PY", "Y1", "Y2"),
        "venue": ("JF", "T2", "JO", "JA", "J2", "J1", "BT", "T3", "C3", "PB"),
        "categories": ("KW",),
        "url": ("UR", "L2", "LK", "L1"),
        "doi": ("DO", "DI", "M3", "L3", "UR", "N1"),
        "id": ("ID", "AN"),
        "organisation": ("AD", "C1"),
        "note": ("N1", "M1", "C7", "L1", "UR"),
    },
    silent=frozenset({"TY", "ER", "ST"}),
)
_NBIB = _Dialect(
    line=re.compile(r"([A-Z]{2,4})\s{0,2}-\s(.*)$"),
    start=frozenset({"PMID"}),
    end=frozenset(),
    head=re.compile(r"^\s*PMID\s{0,2}- \d", re.MULTILINE),
    meanings={
        "title": ("TI", "BTI", "TT"),
        "abstract": ("AB", "OAB"),
        "authors": ("FAU", "AU"),
        "groups": ("CN",),
        "published": ("DP", "DEP", "EDAT"),
        "venue": ("JT", "TA", "BTI"),
        "categories": ("OT", "MH"),
        "doi": ("LID", "AID"),
        "id": ("PMID",),
        "pmid": ("PMID",),
        "organisation": ("AD",),
        "note": (),
    },
    silent=frozenset({"OWN", "STAT", "DCOM", "LR"}),
)
_WOS = _Dialect(
    line=re.compile(r"([A-Z][A-Z0-9])(?: (.*))?$"),
    start=frozenset({"PT"}),
    end=frozenset({"ER"}),
    head=re.compile(r"^\ufeff?(?:FN .*\n(?:VR .*\n)?)?PT [A-Z]\s*$", re.MULTILINE),
    meanings={
        "title": ("TI",),
        "abstract": ("AB",),
        "authors": ("AF", "AU", "BA", "BE"),
        "groups": ("CA", "GP"),
        "published": ("PY", "EA"),
        "month": ("PD",),
        "venue": ("SO", "CT", "SE"),
        "categories": ("DE", "ID"),
        "doi": ("DI", "D2"),
        "id": ("UT",),
        "pmid": ("PM",),
        "organisation": ("C1",),
        "note": ("AR",),
    },
    silent=frozenset({"FN", "VR", "PT", "ER", "EF"}),
)
_REFER = _Dialect(
    line=re.compile(r"%([A-Z0-9@!$+*>&(){}?^~#\[\]=<|])(?:\s(.*))?$"),
    start=frozenset({"0"}),
    end=frozenset(),
    head=re.compile(r"^%[0AT] \S", re.MULTILINE),
    meanings={
        "title": ("T",),
        "abstract": ("X",),
        "authors": ("A", "E", "Y"),
        "published": ("8", "D"),
        "venue": ("J", "B", "S", "I"),
        "categories": ("K",),
        "url": ("U", ">"),
        "doi": ("R",),
        "id": ("F", "M", "L"),
        "organisation": ("+",),
        "note": ("Z",),
    },
    silent=frozenset({"0"}),
    blank_ends=True,
)
DIALECTS = {"ris": _RIS, "nbib": _NBIB, "wos": _WOS, "endnote": _REFER}
"""By the name of the format."""

_Fields = dict[str, list[str]]


def read_ris(path: Path, label: str) -> Iterator[Paper | BadRecord | Note]:
    """A paper for each record of a RIS file.

    Args:
        path: The file, plain or gzip, in any encoding.
        label: What to call it in ``source``.

    Raises:
        SourceError: The file cannot be read.
    """
    return _read(path, label, _RIS)


def read_nbib(path: Path, label: str) -> Iterator[Paper | BadRecord | Note]:
    """A paper for each record of PubMed's own format (NBIB, MEDLINE); its id is the PMID. See :func:`read_ris`."""
    return _read(path, label, _NBIB)


def read_wos(path: Path, label: str) -> Iterator[Paper | BadRecord | Note]:
    """A paper for each record of Web of Science's plain text. See :func:`read_ris`."""
    return _read(path, label, _WOS)


def read_endnote_text(path: Path, label: str) -> Iterator[Paper | BadRecord | Note]:
    """A paper for each record of EndNote's export (``%T``, ``%A``). See :func:`read_ris`."""
    return _read(path, label, _REFER)


def _read(path: Path, label: str, dialect: _Dialect) -> Iterator[Paper | BadRecord | Note]:
    ignored: set[str] = set()
    known = {tag for tags in dialect.meanings.values() for tag in tags} | dialect.silent
    fields: _Fields = {}
    start, last = 0, ""
    for line in read_lines(path):
        if line.note:
            yield Note(label, line.note)
        if line.problem:
            yield BadRecord(f"{label}:{line.number}", line.problem)
            continue
        match = dialect.line.match(line.text)
        tag = match[1] if match else ""
        blank = not line.text.strip()
        if fields and ((tag in dialect.start and tag != last) or tag in dialect.end or (blank and dialect.blank_ends)):
            ignored.update(fields.keys() - known)
            yield from _paper(fields, f"{label}:{start}", dialect)
            fields, last = {}, ""
        if match and tag not in dialect.end:
            start = start if fields else line.number
            fields.setdefault(tag, []).append((match[2] or "").strip())
            last = tag
        elif last and not blank and not match:
            _go_on(fields, last, line.text, dialect)
    if fields:
        ignored.update(fields.keys() - known)
        yield from _paper(fields, f"{label}:{start}", dialect)
    yield from unused(label, ignored)


def _go_on(fields: _Fields, tag: str, text: str, dialect: _Dialect) -> None:
    """Takes in a line without a tag: a further value of a list in Web of Science's format, else the same value."""
    listed = dialect is _WOS and tag in ("AU", "AF", "BA", "BE", "CA", "C1")
    if listed:
        fields[tag].append(text.strip())
    else:
        fields[tag][-1] = f"{fields[tag][-1]} {text.strip()}".strip()


def _paper(fields: _Fields, source: str, dialect: _Dialect) -> Iterator[Paper | BadRecord]:
    if not any(tag not in dialect.silent for tag in fields):  # the head of a file
        return

    def values(meaning: str) -> list[str]:
        tags = dialect.meanings.get(meaning, ())
        return next((found for tag in tags if (found := [value for value in fields.get(tag, ()) if value])), [])

    def every(meaning: str) -> list[str]:
        return [value for tag in dialect.meanings.get(meaning, ()) for value in fields.get(tag, ()) if value]

    title = " ".join(values("title"))
    if not title and fields.get("T2"):
        title = fields["T2"][0]
    doi = next((value for value in every("doi") if re.search(r"10\.\d{4,9}/\S", value)), None)
    arxiv = next((found for value in every("note") if "arxiv" in value.lower() and (found := arxiv_id_in(value))), None)
    pmid = next(iter(values("pmid")), "")
    venue = [value for value in every("venue") if value != title]
    yield make_paper(
        Record(
            source=source,
            title=title.removesuffix(".") if dialect is _NBIB and not title.endswith("..") else title,
            abstract="\n".join(values("abstract")),
            own_id=next(iter(values("id")), None),
            authors=(*_authors(values("authors"), turned=dialect is _NBIB), *values("groups")),
            more_authors=any(value.lower().rstrip(".") in ("et al", "others") for value in values("authors")),
            published=_published(every("published"), next(iter(values("month")), "")),
            organisation=next(iter(values("organisation")), None) if dialect is not _WOS else None,
            venue=next(iter(venue), None),
            categories=tuple(dict.fromkeys(_categories(every("categories"), dialect))),
            url=next((value for value in every("url") if "://" in value), None) or _page_of(pmid, doi),
            doi=doi,
            identifiers=tuple([f"arxiv:{arxiv}"] if arxiv else []) + tuple([f"pmid:{pmid}"] if pmid.isdigit() else []),
        )
    )


def _page_of(pmid: str, doi: str | None) -> str | None:
    return f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/" if pmid.isdigit() and not doi else None


def _authors(values: list[str], *, turned: bool) -> tuple[str, ...]:
    """Names; ``turned``: short ones have the family name first, which others tell from a list of them only."""
    if turned:
        values = [re.sub(r"^([^,]+?) ([A-Z]{1,3}(?: Jr| Sr| 2nd| 3rd)?)$", r"\1, \2", value) for value in values]
    if len(values) == 1:
        return split_authors(values[0])
    return split_authors(values)


def _categories(values: list[str], dialect: _Dialect) -> Iterator[str]:
    """Keywords, one a line or parted by semicolons; a MeSH term without its star and qualifiers."""
    for value in values:
        for part in value.split(";"):
            word = part.strip().lstrip("*").partition("/")[0] if dialect is _NBIB else part.strip()
            if word:
                yield word


def _published(values: list[str], month: str) -> datetime.date | None:
    """The most exact of the dates that fall into one year."""
    days = [day for value in values if (day := parse_date(value) or parse_date(value.split(" ")[0]))]
    if not days:
        return None
    partial = (value for value in values if value and not parse_date(value))  # "June 3" beside its year
    month = month or next(partial, "")
    if month and (exact := parse_date(f"{days[0].year} {month}") or parse_date(f"{month} {days[0].year}")):
        return exact
    year = days[0].year
    return next((day for day in days if day.year == year and (day.month, day.day) != (1, 1)), days[0])

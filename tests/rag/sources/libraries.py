"""One library of papers written by the programs that keep such: each format with the quirks of who writes it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import NamedTuple
from xml.sax.saxutils import escape

__all__ = ["LIBRARY", "WRITERS", "Work"]


class Work(NamedTuple):
    """What each writer writes, and what has to come back."""

    key: str
    title: str
    abstract: str
    people: tuple[tuple[str, str], ...]
    """Given and family name; a group has no given name."""
    year: int
    month: int
    day: int
    venue: str
    doi: str
    words: tuple[str, ...]

    @property
    def authors(self) -> tuple[str, ...]:
        return tuple(" ".join(filter(None, person)) for person in self.people)

    @property
    def date(self) -> str:
        return f"{self.year}-{self.month:02}-{self.day:02}"


_PEOPLE = (
    (("Lucía", "Marín"), ("Tim", "O'Hara"), ("Karl", "von Berg")),
    (("Jan", "Dvořák"),),
    (("Łukasz", "Węgrzyn"), ("Søren", "Ångström")),
    (("Seung-Ho", "Lee"), ("Wei", "Wang"), ("Mei", "Li"), ("Ji-Woo", "Kim")),
    (("John A.", "Smith"), ("", "The Reading Consortium")),
    (("Ana", "García Márquez"), ("Pia", "Erdős")),
)
_TITLES = (
    "Gated tiny readers: a study of {n} lamps",
    "Lamps & flames in collection {n}",
    "Does wax matter in {n} of 14 settings? A negative result",
    "Über die Straße Nr. {n} – ein Überblick",
    "p < 0.05 in {n} % of trials",
    "C++ and C# for beginners, part {n}",
)
_ABSTRACTS = (
    'We gate {n} tiny readers. They read 12% more; "quoted" words, and so on.',
    "Growth doubled (p < 0.05, n > {n}). A pipe | follows, as does a semicolon; then a comma, too.",
    "Its cost is $40 and {n} hours & one GPU_node, 50% less than Erdős' #1.",
    "Die Größe beträgt {n} µm; naïve façades and “curly” quotes – done.",
)
LIBRARY = tuple(
    Work(
        key=f"work{number}",
        title=_TITLES[number % 6].format(n=number),
        abstract=_ABSTRACTS[number % 4].format(n=number),
        people=_PEOPLE[(number * 5 + number // 6) % 6],
        year=1990 + number,
        month=1 + number % 12,
        day=2 + number % 27,
        venue=("Journal of Lamps", "Proc. of R&D", "Zeitschrift für Öl")[number % 3],
        doi=f"10.5555/lamp_{number}.{number % 7}",
        words=("reading", "lamps"),
    )
    for number in range(24)
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _table(header: str, row: Callable[[Work], list[object]], **dialect: str) -> Callable[[list[Work]], str]:
    def write(works: list[Work]) -> str:
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n", **dialect)  # type: ignore[arg-type]
        writer.writerow(header.split(","))
        writer.writerows(map(row, works))
        return out.getvalue()

    return write


def _last_first(work: Work) -> list[str]:
    return [f"{family}, {given}" if given else family for given, family in work.people]


def _latex(text: str) -> str:
    from pylatexenc.latexencode import unicode_to_latex

    return unicode_to_latex(text, unknown_char_policy="keep", unknown_char_warning=False)  # type: ignore[no-any-return]


def _bibtex(works: list[Work], latex: Callable[[str], str]) -> str:
    return "\n".join(
        f"@article{{{w.key},\n  title = {{{{{latex(w.title)}}}}},\n  author = {{"
        + " and ".join(latex(name) if ", " in name else f"{{{latex(name)}}}" for name in _last_first(w))
        + f"}},\n  journal = {{{latex(w.venue)}}},\n  year = {w.year},\n  month = {_MONTHS[w.month - 1].lower()},\n"
        f"  day = {w.day},\n  doi = {{{w.doi.replace('_', chr(92) + '_')}}},\n  keywords = {{{', '.join(w.words)}}},\n"
        f"  abstract = {{{latex(w.abstract)}}}\n}}"
        for w in works
    )


def _signs(text: str) -> str:
    for sign in "&%$#_":
        text = text.replace(sign, f"\\{sign}")
    return text


def _tagged(works: list[Work], line: str, lists: Callable[[Work], list[tuple[str, str]]], end: str) -> str:
    return "".join("".join(line.format(tag, value) for tag, value in lists(w)) + end for w in works)


def _ris(w: Work) -> list[tuple[str, str]]:
    people = [("AU", name) for name in _last_first(w)]
    return [("TY", "JOUR"), ("ID", w.key), *people, ("TI", w.title), ("T2", w.venue), ("PY", str(w.year)),
            ("DA", f"{w.year}/{w.month:02}/{w.day:02}/"), ("DO", w.doi), *(("KW", word) for word in w.words),
            ("AB", w.abstract)]  # fmt: skip


def _nbib(w: Work) -> list[tuple[str, str]]:
    named = [("FAU " if given else "CN  ", f"{family}, {given}" if given else family) for given, family in w.people]
    return [("PMID", str(31_000_000 + w.year)), *[one for one in named if one[0] == "FAU "], ("TI  ", w.title),
            ("AB  ", w.abstract), *[one for one in named if one[0] == "CN  "], ("JT  ", w.venue),
            ("DP  ", f"{w.year} {_MONTHS[w.month - 1]} {w.day}"), ("AID ", f"{w.doi} [doi]"),
            *(("OT  ", word) for word in w.words)]  # fmt: skip


def _wos(w: Work) -> list[tuple[str, str]]:
    first, *others = _last_first(w)
    return [("PT", "J"), ("AF", "\n   ".join([first, *others])), ("TI", w.title), ("SO", w.venue),
            ("DE", "; ".join(w.words)), ("AB", w.abstract), ("PD", f"{_MONTHS[w.month - 1].upper()} {w.day}"),
            ("PY", str(w.year)), ("DI", w.doi), ("UT", f"WOS:{w.key}")]  # fmt: skip


def _refer(w: Work) -> list[tuple[str, str]]:
    people = [("A", name) for name in _last_first(w)]
    return [("0", "Journal Article"), ("F", w.key), *people, ("T", w.title), ("J", w.venue), ("D", str(w.year)),
            ("8", w.date), ("R", w.doi), *(("K", word) for word in w.words), ("X", w.abstract)]  # fmt: skip


def _csl(w: Work) -> dict[str, object]:
    people = [{"family": family, "given": given} if given else {"literal": family} for given, family in w.people]
    return {"id": w.key, "type": "article-journal", "title": w.title, "author": people, "abstract": w.abstract,
            "issued": {"date-parts": [[w.year, w.month, w.day]]}, "container-title": w.venue, "DOI": w.doi,
            "keyword": "; ".join(w.words)}  # fmt: skip


def _crossref(w: Work) -> dict[str, object]:
    people = [{"family": family, "given": given} if given else {"name": family} for given, family in w.people]
    return {"DOI": w.doi, "type": "journal-article", "title": [w.title], "author": people, "subject": list(w.words),
            "abstract": f"<jats:title>Abstract</jats:title><jats:p>{escape(w.abstract)}</jats:p>",
            "issued": {"date-parts": [[w.year, w.month, w.day]]}, "container-title": [w.venue]}  # fmt: skip


def _openalex(w: Work) -> dict[str, object]:
    index: dict[str, list[int]] = {}
    for place, word in enumerate(w.abstract.split()):
        index.setdefault(word, []).append(place)
    return {"id": f"https://openalex.org/W{w.year}", "doi": f"https://doi.org/{w.doi}", "display_name": w.title,
            "publication_date": w.date, "publication_year": w.year, "abstract_inverted_index": index,
            "authorships": [{"author": {"display_name": name}} for name in w.authors],
            "primary_location": {"source": {"display_name": w.venue}},
            "keywords": [{"display_name": word} for word in w.words]}  # fmt: skip


def _semantic_scholar(w: Work) -> dict[str, object]:
    return {"paperId": f"{w.year:040x}", "externalIds": {"DOI": w.doi}, "title": w.title, "abstract": w.abstract,
            "year": w.year, "publicationDate": w.date, "authors": [{"authorId": "1", "name": n} for n in w.authors],
            "venue": w.venue, "fieldsOfStudy": list(w.words)}  # fmt: skip


def _endnote_xml(works: list[Work]) -> str:
    def style(text: str) -> str:
        return f'<style face="normal" font="default" size="100%">{escape(text)}</style>'

    records = "".join(
        f"<record><rec-number>{w.year}</rec-number><contributors><authors>"
        + "".join(f"<author>{style(name)}</author>" for name in _last_first(w))
        + f"</authors></contributors><titles><title>{style(w.title)}</title><secondary-title>{style(w.venue)}"
        f"</secondary-title></titles><keywords>"
        + "".join(f"<keyword>{style(one)}</keyword>" for one in w.words)
        + "</keywords>"
        f"<dates><year>{style(str(w.year))}</year><pub-dates><date>{style(f'{_MONTHS[w.month - 1]} {w.day}')}</date>"
        f"</pub-dates></dates><label>{w.key}</label><electronic-resource-num>{style(w.doi)}</electronic-resource-num>"
        f"<abstract>{style(w.abstract)}</abstract></record>"
        for w in works
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><xml><records>{records}</records></xml>'


def _pubmed_xml(works: list[Work]) -> str:
    def person(given: str, family: str) -> str:
        if not given:
            return f"<Author><CollectiveName>{escape(family)}</CollectiveName></Author>"
        return f"<Author><LastName>{escape(family)}</LastName><ForeName>{escape(given)}</ForeName></Author>"

    articles = "".join(
        f"<PubmedArticle><MedlineCitation><PMID>{31_000_000 + w.year}</PMID><Article><Journal><JournalIssue><PubDate>"
        f"<Year>{w.year}</Year><Month>{_MONTHS[w.month - 1]}</Month><Day>{w.day}</Day></PubDate></JournalIssue>"
        f"<Title>{escape(w.venue)}</Title></Journal><ArticleTitle>{escape(w.title)}</ArticleTitle>"
        f"<Abstract><AbstractText>{escape(w.abstract)}</AbstractText></Abstract>"
        f"<AuthorList>{''.join(person(*one) for one in w.people)}</AuthorList></Article>"
        f"<KeywordList>{''.join(f'<Keyword>{one}</Keyword>' for one in w.words)}</KeywordList></MedlineCitation>"
        f'<PubmedData><ArticleIdList><ArticleId IdType="doi">{w.doi}</ArticleId></ArticleIdList></PubmedData>'
        "</PubmedArticle>"
        for w in works
    )
    head = '<?xml version="1.0"?><!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle" "https://example.org/x.dtd">'
    return f"{head}<PubmedArticleSet>{articles}</PubmedArticleSet>"


def _zotero_row(w: Work) -> list[object]:
    return [w.key, "journalArticle", w.year, "; ".join(_last_first(w)) + (";" if len(w.people) == 1 else ""), w.title,
            w.venue, w.doi, w.abstract, w.date, "; ".join(w.words)]  # fmt: skip


WRITERS: dict[str, tuple[str, Callable[[list[Work]], str]]] = {
    "BibTeX": ("a.bib", lambda works: _bibtex(works, _latex)),
    "BibLaTeX in Unicode": ("b.bib", lambda works: _bibtex(works, _signs)),
    "RIS": ("c.ris", lambda works: _tagged(works, "{}  - {}\r\n", _ris, "ER  - \r\n\r\n")),
    "NBIB": ("d.nbib", lambda works: _tagged(works, "{}- {}\n", _nbib, "\n")),
    "Web of Science": (
        "e.txt",
        lambda works: (
            "FN Clarivate Analytics Web of Science\nVR 1.0\n" + _tagged(works, "{} {}\n", _wos, "ER\n\n") + "EF"
        ),
    ),
    "EndNote": ("f.enw", lambda works: _tagged(works, "%{} {}\n", _refer, "\n")),
    "EndNote XML": ("g.xml", _endnote_xml),
    "PubMed XML": ("h.xml", _pubmed_xml),
    "CSL-JSON": ("i.json", lambda works: json.dumps(list(map(_csl, works)), indent=2)),
    "Crossref": ("j.json", lambda works: json.dumps({"message": {"items": list(map(_crossref, works))}})),
    "OpenAlex": ("k.json", lambda works: json.dumps({"meta": {}, "results": list(map(_openalex, works))})),
    "Semantic Scholar": ("l.jsonl", lambda works: "".join(json.dumps(_semantic_scholar(w)) + "\n" for w in works)),
    "Zotero CSV": (
        "m.csv",
        _table(
            "Key,Item Type,Publication Year,Author,Title,Publication Title,DOI,Abstract Note,Date,Manual Tags",
            _zotero_row,
        ),
    ),
    "Excel, semicolons": (
        "n.csv",
        lambda works: "sep=;\r\n" + _table(
            "Title,Authors,Date,Abstract,Journal,DOI,Keywords",
            lambda w: [w.title, "; ".join(w.authors) + ";", w.date, w.abstract, w.venue, w.doi, "; ".join(w.words)],
            delimiter=";",
        )(works),
    ),
    "pandas, tabs": (
        "o.tsv",
        _table(
            "title,authors,published,abstract,venue,doi,keywords",
            lambda w: [w.title, str(list(w.authors)), w.date, w.abstract, w.venue, w.doi, str(list(w.words))],
            delimiter="\t",
        ),
    ),
}  # fmt: skip
"""A file name, and who writes the library into it."""

"""Records as single programs and services write them, each with what would be lost if it were read by the letter."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from rag.sources import Note, read_papers
from rag.types import Paper

_KINDS: dict[str, tuple[str, str | dict[str, Any] | list[Any], dict[str, Any]]] = {
    "an accent upon an accent": (
        "a.bib",
        r"@article{k, title={A}, author={Tr{\`\^a}n, V{\u a}n and Nguy{\~{\^e}}n, H\`\^{o}a}}",
        {"authors": ("Văn Trần", "Hồa Nguyễn")},
    ),
    "marks of affiliations": (
        "a.bib",
        r"@article{k, title={A}, author={Doe, Jane\textsuperscript{1} and Roe, Ann$^{2}$ and Ek, Bo et al.}}",
        {"authors": ("Jane Doe", "Ann Roe", "Bo Ek"), "author_count": None},
    ),
    "a letter after the year": ("a.bib", "@misc{k, title={A}, year={2011a}}", {"published": "2011-01-01"}),
    "a word after the year": ("a.bib", "@misc{k, title={A}, year={2018, in press}}", {"published": "2018-01-01"}),
    "Greek of the text": ("a.bib", r"@misc{k, title={\textbeta-carotene}}", {"title": "β-carotene"}),
    "an open brace in one line": (
        "a.bib",
        "@misc{k, title={Open brace, author={Ann Roe}, year={2001}\n@misc{l, title={B}}",
        {"title": "Open brace", "authors": ("Ann Roe",), "published": "2001-01-01"},
    ),
    "a suffix at the end": (
        "a.ris",
        "TY  - JOUR\nTI  - A\nAU  - Smith, John A., Jr.\nAU  - O'Hara, Tim III\nER  - \n",
        {"authors": ("John A. Smith Jr.", "Tim O'Hara III")},
    ),
    "a full and a short journal": (
        "a.ris",
        "TY  - JOUR\nTI  - A\nT2  - Journal of Lamps\nJO  - J. Lamps\nER  - \n",
        {"venue": "Journal of Lamps"},
    ),
    "a day beside its year": (
        "a.enw",
        "%0 Journal Article\n%T A\n%D 2019\n%8 June 3\n",
        {"published": "2019-06-03"},
    ),
    "short names of PubMed": (
        "a.nbib",
        "PMID- 31415\nTI  - A title.\nAU  - Doe J\nAU  - van Berg KA\n",
        {"authors": ("J Doe", "KA van Berg"), "url": "https://pubmed.ncbi.nlm.nih.gov/31415/"},
    ),
    "references and translations of PubMed": (
        "a.xml",
        "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>31415</PMID><Article><ArticleTitle>A.</ArticleTitle>"
        "<Abstract><AbstractText>Own.</AbstractText></Abstract></Article>"
        "<OtherAbstract><AbstractText>Otra.</AbstractText></OtherAbstract></MedlineCitation><PubmedData>"
        "<ReferenceList><Reference><ArticleIdList><ArticleId IdType='doi'>10.5555/other</ArticleId></ArticleIdList>"
        "</Reference></ReferenceList></PubmedData></PubmedArticle></PubmedArticleSet>",
        {"abstract": "Own.", "doi": None},
    ),
    "raised text of EndNote": (
        "a.xml",
        "<xml><records><record><titles><title><style>At 10</style><style face='superscript'>5</style></title></titles>"
        "</record></records></xml>",
        {"title": "At 10^5"},
    ),
    "full names of Web of Science": (
        "a.csv",
        "AU\tAF\tTI\tPD\tPY\nRoe, A; Ek, B\tRoe, Ann; Ek, Bo\tA\tJUN 3\t2019\n",
        {"authors": ("Ann Roe", "Bo Ek"), "published": "2019-06-03"},
    ),
    "a list of PubMed's table": (
        "a.csv",
        'PMID,Title,Authors\n31415,A,"Lee A, Ek B, O\'Hara TJ."\n',
        {"authors": ("A Lee", "B Ek", "TJ O'Hara")},
    ),
    "a list of PostgreSQL": ("a.csv", 'title,authors\nA,"{""Ann Roe"",Bo Ek}"\n', {"authors": ("Ann Roe", "Bo Ek")}),
    "an editor alone": ("a.csv", 'Title,Author,Editor\nA,,"Roe, Ann"\n', {"authors": ("Ann Roe",)}),
    "an id in a note of Zotero": (
        "a.csv",
        "Title,Extra\nA,arXiv:2101.00001 [cs]\n",
        {"identifiers": ("arxiv:2101.00001",)},
    ),
    "a date with points": ("a.csv", "title,date\nA,03.06.2019\n", {"published": "2019-06-03"}),
    "a clock's seconds": ("a.csv", "title,date\nA,1559520000\n", {"published": "2019-06-03"}),
    "one capital for a family": ("a.csv", 'title,authors\nA,"A B, C D"\n', {"authors": ("A B", "C D")}),
    "Semantic Scholar's data set": (
        "a.jsonl",
        {
            "corpusid": 5,
            "externalids": {"ArXiv": "2101.00002", "DOI": "10.5555/sb"},
            "title": "A",
            "publicationdate": "2019-06-03",
            "s2fieldsofstudy": [{"category": "Biology", "source": "x"}],
        },
        {"doi": "10.5555/sb", "identifiers": ("arxiv:2101.00002",), "published": "2019-06-03"},
    ),
    "a date that Crossref lacks": (
        "a.json",
        {
            "message": {
                "DOI": "10.5555/cr",
                "title": ["A"],
                "type": "posted-content",
                "issued": {"date-parts": [[None]]},
                "created": {"date-parts": [[2018, 1, 2]]},
            }
        },
        {"published": "2018-01-02"},
    ),
    "headings of Europe PMC": (
        "a.json",
        {"title": "A.", "abstractText": "<h4>Background</h4>Text.", "journalInfo": {"journal": {"title": "J"}}},
        {"title": "A", "abstract": "Background: Text.", "venue": "J"},
    ),
    "a date in parts": ("a.json", {"title": "A", "date": {"year": 2019, "month": 6}}, {"published": "2019-06-01"}),
    "records by id": ("a.json", {"k1": {"title": "A"}, "k2": {"title": "B"}}, {"paper_id": "k1", "title": "A"}),
    "records by column": ("a.json", {"title": {"0": "A", "1": "B"}, "year": {"0": 2019}}, {"published": "2019-01-01"}),
    "Zenodo": (
        "a.json",
        {
            "hits": {
                "hits": [
                    {
                        "id": 5,
                        "metadata": {
                            "title": "A",
                            "creators": [{"name": "Roe, Ann", "affiliation": "U"}],
                            "description": "<p>Text.</p>",
                            "publication_date": "2019-06-03",
                            "doi": "10.5555/ze",
                        },
                    }
                ]
            }
        },
        {"abstract": "Text.", "authors": ("Ann Roe",), "published": "2019-06-03", "doi": "10.5555/ze"},
    ),
    "INSPIRE": (
        "a.json",
        {
            "metadata": {
                "titles": [{"title": "A"}],
                "abstracts": [{"value": "Text."}],
                "authors": [{"full_name": "Roe, Ann"}],
                "arxiv_eprints": [{"value": "2101.00001"}],
                "publication_info": [{"journal_title": "J", "year": 2019}],
            }
        },
        {"abstract": "Text.", "authors": ("Ann Roe",), "identifiers": ("arxiv:2101.00001",), "venue": "J"},
    ),
    "Scopus's service": (
        "a.json",
        {
            "search-results": {
                "entry": [{"dc:title": "A", "dc:creator": "Roe A.", "prism:coverDate": "2019-06-03"}]
            }
        },
        {"authors": ("A. Roe",), "published": "2019-06-03"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", _KINDS)
def test_what_a_program_has_written_is_read_as_it_was_meant(tmp_path: Path, kind: str) -> None:
    file, content, wanted = _KINDS[kind]
    text = content if isinstance(content, str) else json.dumps(content)
    (tmp_path / file).write_text(text, encoding="utf-8")

    paper = next(record for record in read_papers(tmp_path / file) if not isinstance(record, Note))
    assert isinstance(paper, Paper), paper
    said = {name: getattr(paper, name) for name in wanted}
    if "published" in said:
        said["published"] = str(said["published"])
    assert said == wanted


def test_attachments_of_zotero_are_no_papers_and_told(tmp_path: Path) -> None:
    items = [
        {"key": "K1", "data": {"key": "K1", "itemType": "journalArticle", "title": "A"}},
        {"key": "K2", "data": {"key": "K2", "itemType": "attachment", "title": "a.pdf", "parentItem": "K1"}},
    ]
    (tmp_path / "items.json").write_text(json.dumps(items))
    paper, note = read_papers(tmp_path / "items.json")

    assert isinstance(paper, Paper)
    assert paper.title == "A"
    assert isinstance(note, Note)
    assert note.text.startswith("1 attachments")


def test_an_archive_within_an_archive_is_read_and_what_is_no_list_of_papers_told(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("b.bib", "@misc{b, title={B}}")
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("inner.zip", inner.getvalue())
        archive.writestr("notes.txt", "no papers either")

    paper, note = read_papers(tmp_path / "all.zip")
    assert isinstance(paper, Paper)
    assert paper.source == "all.zip/inner.zip/b.bib:1"
    assert isinstance(note, Note)
    assert note.text.endswith("notes.txt")


def test_elements_of_endnote_that_are_not_used_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(
        "<xml><records><record><titles><title>A</title></titles><custom1>x</custom1><notes>y</notes></record></records></xml>"
    )
    notes = [record.text for record in read_papers(tmp_path / "a.xml") if isinstance(record, Note)]

    assert notes == ["fields not used: custom1, notes"]

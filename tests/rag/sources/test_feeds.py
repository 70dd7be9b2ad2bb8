from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from rag.sources import BadRecord, Note, read_papers
from rag.types import Paper

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
    "<title>ArXiv Query</title><id>http://arxiv.org/api/x</id>\n"
)
_ENTRY = """<entry xmlns:arxiv="http://arxiv.org/schemas/atom">
  <id>http://arxiv.org/abs/2401.12345v2</id>
  <updated>2024-02-01T00:00:00Z</updated><published>2024-01-22T18:59:59Z</published>
  <title>Faster &lt;em&gt;and&lt;/em&gt;
  Better: 2.4$\\times$</title>
  <summary>  We lose &lt;0.5\\% &amp; win.
</summary>
  <author><name>Ada  Lovelace</name><arxiv:affiliation>X</arxiv:affiliation></author>
  <author><name>Alan Turing</name></author>
  <arxiv:doi>10.1000/xyz</arxiv:doi>
  <arxiv:comment>Code: https://github.com/a/b</arxiv:comment>
  <arxiv:journal_ref>Nature 1</arxiv:journal_ref>
  <link href="http://arxiv.org/abs/2401.12345v2" rel="alternate" type="text/html"/>
  <link title="pdf" href="http://arxiv.org/pdf/2401.12345v2" rel="related"/>
  <category term="cs.CL" scheme="http://arxiv.org/schemas/atom"/><category term="cs.IR"/>
</entry>
"""


def _read(tmp_path: Path, text: str | bytes) -> list[Paper | BadRecord | Note]:
    path = tmp_path / "feed.xml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return list(read_papers(path))


def test_an_entry_is_read_with_all_its_fields(tmp_path: Path) -> None:
    (paper,) = _read(tmp_path, f"{_HEAD}{_ENTRY}</feed>")

    assert isinstance(paper, Paper)
    assert paper.original.startswith("Faster <em>and</em>\n  Better")
    assert paper == Paper(
        paper_id="2401.12345",
        title="Faster and Better: 2.4x",
        abstract="We lose <0.5% & win.",
        original=paper.original,
        authors=("Ada Lovelace", "Alan Turing"),
        author_count=2,
        published=datetime.date(2024, 1, 22),
        venue="Nature 1",
        categories=("cs.CL", "cs.IR"),
        url="http://arxiv.org/abs/2401.12345v2",
        code_urls=("https://github.com/a/b",),
        doi="10.1000/xyz",
        source="feed.xml#1",
    )


def test_an_error_of_arxiv_and_an_entry_without_title_are_bad_records(tmp_path: Path) -> None:
    error = "<entry><id>http://arxiv.org/api/errors#x</id><title>Error</title><summary>incorrect id</summary></entry>"
    untitled = "<entry><id>http://arxiv.org/abs/2401.00001v1</id></entry>"

    records = _read(tmp_path, f"{_HEAD}{error}{untitled}{_ENTRY}</feed>")

    assert records[:2] == [
        BadRecord("feed.xml#1", "arXiv answered with an error: incorrect id"),
        BadRecord("feed.xml#2", "it has no title"),
    ]
    assert isinstance(records[2], Paper)


@pytest.mark.parametrize(
    ("tail", "reason"),
    [
        (b"<entry><title>cut", "XML is broken"),
        (b"<entry></wrong></feed>", "XML is broken"),
        (b"", "XML is broken"),
        (b"<entry><title>caf\xe9</title></entry></feed>", "not in the encoding that it names"),
        (b"<entry><title>" + b"x" * 5_000_000, "4 million characters without a record"),
    ],
)
def test_papers_before_a_broken_tail_are_read(tmp_path: Path, tail: bytes, reason: str) -> None:
    many = (_ENTRY * 100).encode()  # more than one chunk

    *papers, bad = _read(tmp_path, _HEAD.encode() + many + tail)

    assert isinstance(bad, BadRecord)
    assert reason in bad.reason
    if b"caf" not in tail:  # text is decoded by the chunk, the papers of the last one are lost with it
        assert len(papers) == 100
    assert all(isinstance(paper, Paper) for paper in papers)


def test_a_feed_that_declares_entities_is_refused(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE feed [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
    text = _HEAD.replace("<feed", f"{bomb}<feed") + _ENTRY + "</feed>"

    (bad,) = _read(tmp_path, text)

    assert isinstance(bad, BadRecord)
    assert "declares entities" in bad.reason


def test_the_first_paper_comes_before_the_broken_rest_is_read(tmp_path: Path) -> None:
    path = tmp_path / "feed.atom"
    path.write_text(f"{_HEAD}{_ENTRY * 200}<entry></wrong>")

    records = read_papers(path)

    assert isinstance(next(records), Paper)
    assert isinstance(list(records)[-1], BadRecord)

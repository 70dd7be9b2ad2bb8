"""Answers of arXiv's search interface: Atom feeds with arXiv's own elements (https://info.arxiv.org/help/api)."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast
from xml.etree import ElementTree

from rag.sources.dates import parse_date
from rag.sources.files import BROKEN_GZIP, open_bytes
from rag.sources.links import find_links
from rag.sources.record import BadRecord, Record, make_paper
from rag.types import Paper

__all__ = ["read_arxiv_atom"]

_ATOM = "{http://www.w3.org/2005/Atom}"
_ARXIV = "{http://arxiv.org/schemas/atom}"
_CHUNK_BYTES = 64 * 2**10
_ENTRY_CHARS = 4 * 2**20
"""An entry that is not over after so much text is not one of a paper."""


class _RefusedError(Exception):
    """The feed is not read any further; the message says why."""


def read_arxiv_atom(path: Path, label: str) -> Iterator[Paper | BadRecord]:
    """A paper for each entry, dated by its first version; the place of the third entry is called ``label#3``.

    Args:
        path: The file, plain or gzip. Document type declarations are refused: a feed has none, an attack may.
        label: What to call it in ``source``.

    Raises:
        SourceError: The file cannot be read.
    """
    number = 0
    try:
        for entry in _entries(path):
            number += 1
            yield _paper(entry, f"{label}#{number}")
    except ElementTree.ParseError as error:
        yield BadRecord(f"{label}:{error.position[0]}", f"the XML is broken here, nothing after it is read: {error}")
    except UnicodeDecodeError:
        yield BadRecord(f"{label}#{number + 1}", "it is not UTF-8, nothing after it is read; save the file as UTF-8")
    except (_RefusedError, *BROKEN_GZIP) as error:
        yield BadRecord(f"{label}#{number + 1}", f"nothing from here on is read: {error}")


def _entries(path: Path) -> Iterator[ElementTree.Element]:
    parser: ElementTree.XMLPullParser[Any] = ElementTree.XMLPullParser(("start", "end"))
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    root: ElementTree.Element | None = None
    prolog, waiting = "", 0
    with open_bytes(path) as file:
        while chunk := file.read(_CHUNK_BYTES):
            text = decoder.decode(chunk)
            waiting += len(text)
            if root is None:
                prolog += text
                if "<!DOCTYPE" in prolog:  # the only place where entities can be declared
                    raise _RefusedError("it declares a document type")
            if waiting > _ENTRY_CHARS:
                raise _RefusedError(f"more than {_ENTRY_CHARS // 2**20} million characters without an entry")
            parser.feed(text)
            for event, element in cast(Iterator[tuple[str, ElementTree.Element]], parser.read_events()):
                root = element if root is None else root
                if event == "end" and element.tag == f"{_ATOM}entry":
                    yield element
                    root.clear()
                    waiting = 0
    decoder.decode(b"", final=True)
    parser.close()


def _paper(entry: ElementTree.Element, source: str) -> Paper | BadRecord:
    identity = _text(entry, f"{_ATOM}id")
    if "/api/errors" in identity:
        return BadRecord(source, f"arXiv answered with an error: {_text(entry, f'{_ATOM}summary').strip()}")
    pages = [link.get("href") for link in entry.findall(f"{_ATOM}link") if link.get("rel", "alternate") == "alternate"]
    names = [" ".join(_text(author, f"{_ATOM}name").split()) for author in entry.findall(f"{_ATOM}author")]
    arxiv_id = identity.partition("/abs/")[2]
    return make_paper(
        Record(
            source=source,
            title=_text(entry, f"{_ATOM}title"),
            abstract=_text(entry, f"{_ATOM}summary"),
            own_id=arxiv_id or identity,
            authors=tuple(name for name in names if name),
            published=parse_date(_text(entry, f"{_ATOM}published")),
            venue=_text(entry, f"{_ARXIV}journal_ref"),
            categories=tuple(element.get("term", "") for element in entry.findall(f"{_ATOM}category")),
            url=next((page for page in pages if page), identity),
            links=tuple(find_links(_text(entry, f"{_ARXIV}comment"))),
            doi=_text(entry, f"{_ARXIV}doi"),
        )
    )


def _text(element: ElementTree.Element, tag: str) -> str:
    """All text within the first ``tag`` of ``element``; empty when there is none."""
    found = element.find(tag)
    return "" if found is None else "".join(found.itertext())

"""XML read record by record: never whole in memory, no entity expanded, faults reported where they are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast
from xml.etree import ElementTree

from rag.sources.files import BROKEN_GZIP, bom_encoding, open_bytes
from rag.sources.notes import BadRecord, Note
from rag.types import Paper

__all__ = ["Element", "local", "marked_text", "read_xml", "text_of"]

Element = ElementTree.Element
_CHUNK_BYTES = 64 * 2**10
_RECORD_BYTES = 4 * 2**20
"""A record that is not over after so much text is not one of a paper."""
_ILLEGAL = bytes([*range(9), 11, 12, *range(14, 32)])
"""Control characters that XML does not allow, and that abstracts copied from PDF files hold all the same."""
_KEPT_MARKS = {"sup": "sup", "sub": "sub", "superscript": "sup", "subscript": "sub"}


class _RefusedError(Exception):
    """The file is not read any further; the message says why."""


def read_xml(
    path: Path, label: str, tags: frozenset[str], paper: Callable[[Element, str], Paper | BadRecord | None]
) -> Iterator[Paper | BadRecord | Note]:
    """A paper for each element called one of ``tags``; the place of the third one is called ``label#3``.

    Args:
        path: The file, plain or gzip. Declarations of entities are refused: no such file has them, an attack may.
        label: What to call it in ``source``.
        tags: Names of the elements that hold a paper, without namespace.
        paper: Makes a paper of an element and its place; None: it is none.

    Raises:
        SourceError: The file cannot be read.
    """
    number = 0
    try:
        for element in _elements(path, tags):
            number += 1
            found = paper(element, f"{label}#{number}")
            if found is not None:
                yield found
    except ElementTree.ParseError as error:
        hint = "; it is not in the encoding that it names" if "not well-formed (invalid token)" in str(error) else ""
        reason = f"the XML is broken here, nothing after it is read: {error}{hint}"
        yield BadRecord(f"{label}:{error.position[0]}", reason)
    except (_RefusedError, LookupError, ValueError, *BROKEN_GZIP) as error:
        yield BadRecord(f"{label}#{number + 1}", f"nothing from here on is read: {error}")


def _elements(path: Path, tags: frozenset[str]) -> Iterator[Element]:
    parser: ElementTree.XMLPullParser[Any] = ElementTree.XMLPullParser(("start", "end"))
    opened: list[Element] = []
    prolog, waiting = b"", 0
    with open_bytes(path) as file:
        while chunk := file.read(_CHUNK_BYTES):
            waiting += len(chunk)
            if not opened and len(prolog) < _CHUNK_BYTES:
                prolog += chunk
                if re.search(rb"<!ENTITY|<!DOCTYPE[^>]*\[", prolog.replace(b"\0", b"")):
                    raise _RefusedError("it declares entities")
            if waiting > _RECORD_BYTES:
                raise _RefusedError(f"more than {_RECORD_BYTES // 2**20} million characters without a record")
            parser.feed(chunk if bom_encoding(prolog) else chunk.translate(None, _ILLEGAL))
            for event, element in cast(Iterator[tuple[str, Element]], parser.read_events()):
                if event == "start":
                    opened.append(element)
                    continue
                opened.pop()
                if local(element) in tags and not any(local(outer) in tags for outer in opened):
                    yield element
                    waiting = 0
                    element.clear()
                    if opened:
                        opened[-1].remove(element)
    parser.close()


def local(element: Element) -> str:
    """The name of an element without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def text_of(element: Element, *names: str) -> str:
    """All text within the first element below ``element`` that is called one of ``names``; empty: there is none."""
    found = next((one for name in names for one in element.iter() if local(one) == name and one is not element), None)
    return "" if found is None else "".join(found.itertext()).strip()


def marked_text(element: Element | None) -> str:
    """All text of ``element``, what is raised or lowered in it marked as in HTML; empty for None."""
    if element is None:
        return ""
    pieces = [element.text or ""]
    for child in element:
        inner, mark = marked_text(child), _KEPT_MARKS.get(child.get("face") or local(child))
        pieces += [f"<{mark}>{inner}</{mark}>" if mark else inner, child.tail or ""]
    return "".join(pieces)

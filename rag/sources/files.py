"""Files as lines and as bytes: compressed or not, in any encoding, never whole in memory, their faults told apart."""

from __future__ import annotations

import codecs
import contextlib
import gzip
import io
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from rag.errors import SourceError

__all__ = ["BROKEN_GZIP", "Line", "bom_encoding", "head_of", "open_bytes", "read_lines", "suffix_of"]

_LINE_CHARS = 16 * 2**20
"""Longest line that is read; the longest of 87,308 real records has 16 kB."""
_HEAD_BYTES = 64 * 2**10
_SAMPLE_BYTES = 64 * 2**10
"""So much of what is not UTF-8 is looked at to find its encoding."""
_FOREIGN_SHARE = 0.3
"""Where so many letters are not ASCII, the text is in no Western language: at most 0.25 there."""
_FEW = 8
"""So few letters say nothing of a language."""
_LOST = re.compile("[\udc80-\udcff]")
_ODD = re.compile(
    "[\x80-\x9f]|(?<=[a-zß-öø-ÿ])[À-ÖØ-Þ\u0160\u017d\u0178]"
    "|(?<=[^\\W\\d_])[\u00a1-\u00bf\u2013-\u2014\u201a-\u203a\u02c6-\u02dd\u2500-\u25ff×÷](?=[^\\W\\d_])"
    "|(?<=[a-z])[\u00a1-\u00b6\u00b8-\u00ba\u00bc-\u00bf](?=[^\\w])|(?<!\\w)[\u00a1-\u00a9\u00ac-\u00bb\u00bd-\u00be](?=[a-z])"
)
"""Signs inside of words, a capital after a small letter, control characters: text was read in a wrong encoding."""
BROKEN_GZIP = (EOFError, zlib.error, gzip.BadGzipFile)


class Line(NamedTuple):
    """One line of a file."""

    number: int
    """From 1."""
    text: str
    """Without its line end."""
    problem: str | None
    """Why the line cannot be used; ``text`` is then empty."""
    note: str | None = None
    """Said once of a file that is not UTF-8: as what it is read from here on."""


def suffix_of(path: Path) -> str:
    """The suffix in small letters, that of compression left out (``.jsonl`` for ``papers.jsonl.gz``)."""
    name = path.name.lower().removesuffix(".gz")
    return Path(name).suffix


@contextlib.contextmanager
def open_bytes(path: Path) -> Iterator[BinaryIO]:
    """The bytes of ``path``, decompressed when they are gzip, whatever the file is called.

    Raises:
        SourceError: The file cannot be opened or read.
    """
    try:
        with path.open("rb") as raw:
            compressed = raw.peek(2)[:2] == b"\x1f\x8b"
            yield cast(BinaryIO, gzip.GzipFile(fileobj=raw)) if compressed else raw
    except BROKEN_GZIP as error:
        raise SourceError(f"{path} is a broken gzip file ({error}): fetch or compress it anew") from error
    except OSError as error:
        raise SourceError(
            f"{path} cannot be read ({error.strerror or error}): check the path and its permissions"
        ) from error


def head_of(path: Path) -> str:
    """The first 64 kB of ``path`` as text, undecodable bytes replaced.

    Raises:
        SourceError: The file cannot be opened or read.
    """
    with open_bytes(path) as file:
        head = file.read(_HEAD_BYTES)
    return head.decode(bom_encoding(head) or "utf-8", errors="replace").removeprefix("\ufeff")


def bom_encoding(head: bytes) -> str | None:
    """UTF-16 or UTF-32 where ``head`` begins with its mark, or has every other byte zero; None where it does not."""
    for mark, name in (
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if head.startswith(mark):
            return name
    start = head[:64]
    if len(start) >= 8 and not any(start[1:16:2]) and all(start[0:16:2]):
        return "utf-16-le"
    if len(start) >= 8 and not any(start[0:16:2]) and all(start[1:16:2]):
        return "utf-16-be"
    return None


def read_lines(path: Path) -> Iterator[Line]:
    """The lines of ``path`` one by one; a line too long, or a compressed file that breaks off, is a problem line.

    Lines end as on any system. Text is UTF-8, or UTF-16 with its mark; a line that is neither is read in the
    encoding that the file seems to have, and the first such line says which.

    Raises:
        SourceError: The file cannot be opened or read.
    """
    with open_bytes(path) as file:
        unicode = bom_encoding(_peeked(file))
        text = io.TextIOWrapper(file, unicode or "utf-8", errors="replace" if unicode else "surrogateescape")
        number = 0
        other: str | None = None
        note = f"was read as {unicode.upper()}" if unicode else None
        while True:
            number += 1
            try:
                raw = text.readline(_LINE_CHARS)
                complete = len(raw) < _LINE_CHARS or raw.endswith("\n") or _skip_line(text)
            except BROKEN_GZIP as error:
                yield Line(number, "", f"the compressed file breaks off here ({error})")
                return
            if not raw:
                return
            if not complete:
                yield Line(number, "", f"the line is longer than {_LINE_CHARS // 2**20} MB")
                continue
            line = raw.removeprefix("\ufeff") if number == 1 else raw
            if _LOST.search(line):
                if other is None:
                    other = _encoding_of(path)
                    note = f"was read as {other}, it is not UTF-8"
                line = line.encode("utf-8", "surrogateescape").decode(other, "replace")
            yield Line(number, line.rstrip("\n"), None, note)
            note = None


def _peeked(file: BinaryIO) -> bytes:
    peek = getattr(file, "peek", None)
    try:
        return bytes(peek(64)[:64]) if peek else b""
    except BROKEN_GZIP:  # met again, and told, where the line is read
        return b""


def _skip_line(file: io.TextIOWrapper) -> bool:
    """Reads on to the end of the line; always False, the line is not complete."""
    while (rest := file.readline(_LINE_CHARS)) and not rest.endswith("\n"):
        pass
    return False


def _encoding_of(path: Path) -> str:
    """The encoding of the lines of ``path`` that are not UTF-8.

    The one that the file declares (as JabRef does in its first line); else the one of Europe's in which the text looks
    least odd; where many letters are not ASCII, the language is another one, and charset-normalizer guesses.
    """
    from charset_normalizer import from_bytes

    sample = b""
    with open_bytes(path) as file, contextlib.suppress(*BROKEN_GZIP):
        head = file.read(1000)
        declared = re.search(rb"encoding\s*[:=]\s*[\"']?([A-Za-z0-9_.-]+)", head, re.IGNORECASE)
        if declared and (name := _known_codec(declared[1].decode("ascii"))):
            return name
        rest = head + file.readline(_SAMPLE_BYTES)
        while rest and len(sample) < _SAMPLE_BYTES:
            try:
                rest.decode("utf-8")
            except UnicodeDecodeError:
                sample += rest
            rest = file.readline(_SAMPLE_BYTES)
    high = sum(byte >= 0x80 for byte in sample)
    letters = high + sum(chr(byte).isalpha() for byte in sample if byte < 0x80)
    western = high < max(_FOREIGN_SHARE * letters, _FEW)
    if western:
        guess = _western(sample)
        if guess:
            return guess
    found = from_bytes(sample).best()
    return found.encoding if found else "cp1252"


def _western(sample: bytes) -> str | None:
    """Which encoding of Western or Central Europe makes words of ``sample``; None where none does.

    A wrong one puts signs or capital letters inside words. Windows' comes first, whose letters are Latin-1's.
    """
    best: tuple[int, str] | None = None
    for name in ("cp1252", "mac_roman", "cp850", "cp1250", "iso8859-2"):
        try:
            odd = len(_ODD.findall(sample.decode(name)))
        except UnicodeDecodeError:
            continue
        if best is None or odd < best[0]:
            best = odd, name
    return best[1] if best else None


def _known_codec(name: str) -> str | None:
    aliases = {"ansi": "cp1252", "cp1252": "cp1252", "iso8859_1": "cp1252", "iso-8859-1": "cp1252", "latin1": "cp1252"}
    try:
        found = aliases.get(name.lower()) or codecs.lookup(name).name
    except LookupError:
        return None
    return None if found == "utf-8" else found

"""Files as lines and as bytes: compressed or not, never whole in memory, their faults told apart."""

from __future__ import annotations

import contextlib
import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from rag.errors import SourceError

__all__ = ["BROKEN_GZIP", "Line", "head_of", "open_bytes", "read_lines", "suffix_of"]

_LINE_BYTES = 16 * 2**20
"""Longest line that is read; the longest of 87,308 real records has 16 kB."""
_HEAD_BYTES = 64 * 2**10
BROKEN_GZIP = (EOFError, zlib.error, gzip.BadGzipFile)


class Line(NamedTuple):
    """One line of a file."""

    number: int
    """From 1."""
    text: str
    """Without its line end; bytes that are not UTF-8 are lone surrogates, as in ``surrogateescape``."""
    problem: str | None
    """Why the line cannot be used; ``text`` is then empty."""


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
        return file.read(_HEAD_BYTES).decode("utf-8-sig", errors="replace")


def read_lines(path: Path) -> Iterator[Line]:
    """The lines of ``path`` one by one; a line too long, or a compressed file that breaks off, is a problem line.

    Raises:
        SourceError: The file cannot be opened or read.
    """
    with open_bytes(path) as file:
        number = 0
        while True:
            number += 1
            try:
                raw = file.readline(_LINE_BYTES)
                complete = len(raw) < _LINE_BYTES or raw.endswith(b"\n") or _skip_line(file)
            except BROKEN_GZIP as error:
                yield Line(number, "", f"the compressed file breaks off here ({error})")
                return
            if not raw:
                return
            if not complete:
                yield Line(number, "", f"the line is longer than {_LINE_BYTES // 2**20} MB")
                continue
            text = raw.removeprefix(b"\xef\xbb\xbf") if number == 1 else raw
            yield Line(number, text.decode("utf-8", errors="surrogateescape").rstrip("\r\n"), None)


def _skip_line(file: BinaryIO) -> bool:
    """Reads on to the end of the line; always False, the line is not complete."""
    while (rest := file.readline(_LINE_BYTES)) and not rest.endswith(b"\n"):
        pass
    return False

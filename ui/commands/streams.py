"""Reading what the user names and writing results: JSON, JSON lines, text for a terminal."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any, Final

from rag.errors import SourceError

__all__ = ["Record", "opened_output", "plain", "print_json", "read_records", "report", "say"]

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Control characters but tab and newline, and the marks that turn the direction of writing: text from papers and
models must not steer the terminal."""


def plain(text: str) -> str:
    """The text with every character that would steer a terminal taken out."""
    return _CONTROL.sub("", text)


def say(sentence: str) -> None:
    """Talk: one line on stderr."""
    print(plain(sentence), file=sys.stderr)


def report(place: str, error: Exception) -> None:
    """Talk in the middle of a batch: what went wrong where, without spoiling the progress bar."""
    from tqdm import tqdm

    tqdm.write(plain(f"{place}: {error}"), file=sys.stderr)


def print_json(value: object) -> None:
    """Data: one JSON value on one line of stdout."""
    print(json.dumps(value, ensure_ascii=False), flush=True)


@dataclasses.dataclass(frozen=True)
class Record:
    """One line of a JSON lines file."""

    place: str
    """File and line number from 1, for messages."""
    values: Mapping[str, Any] | None
    """The object on the line; None when there is none."""
    problem: str = ""
    """Why there is no object."""

    def identity(self) -> str | int:
        """The value of ``id``.

        Raises:
            SourceError: the line has no object, or no id that is text or a whole number.
        """
        value = self._value("id")
        if isinstance(value, str | int) and not isinstance(value, bool) and value != "":
            return value
        raise SourceError('"id" is missing or neither text nor a whole number')

    def text(self, key: str) -> str:
        """The text under a key.

        Raises:
            SourceError: the line has no object, or no text there.
        """
        value = self._value(key)
        if isinstance(value, str):
            return value
        raise SourceError(f'"{key}" is missing or not text')

    def texts(self, key: str) -> list[str]:
        """The list of texts under a key.

        Raises:
            SourceError: the line has no object, or no list of at least one text there.
        """
        value = self._value(key)
        if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
            return value
        raise SourceError(f'"{key}" is missing or not a list of texts')

    def __contains__(self, key: str) -> bool:
        return self.values is not None and key in self.values

    def _value(self, key: str) -> object:
        if self.values is None:
            raise SourceError(self.problem)
        return self.values.get(key)


def read_records(path: str) -> list[Record]:
    """The lines of a JSON lines file (``-`` is stdin) but the empty ones; what is no object is marked, not left out.

    Raises:
        SourceError: there is no such file, it cannot be read, or it is not UTF-8.
    """
    try:
        data = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
        lines = data.decode("utf-8-sig").split("\n")
    except OSError as error:
        raise SourceError(f"cannot read {path!r}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SourceError(f"{path!r} is not UTF-8 (byte {error.start}); save it as UTF-8") from error
    numbered = enumerate(lines, start=1)
    return [Record(f"{path}:{number}", *_parsed(line)) for number, line in numbered if line.strip()]


def _parsed(line: str) -> tuple[dict[str, Any] | None, str]:
    """The object on a line, or None and why there is none."""
    try:
        value = json.loads(line)
        json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        return None, f"not JSON: {error.msg}"
    except UnicodeEncodeError:
        return None, "not valid text: an escape stands for half a character"
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, thousands of brackets
        return None, f"not JSON that can be read: {error}"
    if not isinstance(value, dict):
        return None, "not a JSON object"
    return value, ""


@contextlib.contextmanager
def opened_output(path: str | None, source: str | None = None) -> Iterator[IO[str]]:
    """The file to write results to, emptied; None or ``-`` is stdout.

    Args:
        path: where to write.
        source: the file that is being read, which must be another one.

    Raises:
        SourceError: the file cannot be written, or it is the one being read.
    """
    if path is None or path == "-":
        yield sys.stdout
        return
    target = Path(path)
    if source is not None and target.exists() and Path(source).exists() and target.samefile(source):
        raise SourceError(f"{path!r} is the file being read; name another one for the results")
    try:
        stream = target.open("w", encoding="utf-8", newline="\n")
    except OSError as error:
        raise SourceError(f"cannot write {path!r}: {error.strerror}") from error
    with stream:
        yield stream

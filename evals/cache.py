"""Answers kept between runs, so that a run that was broken off goes on where it stood."""

from __future__ import annotations

import functools
import hashlib
import json
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pydantic

import rag
from rag.errors import SourceError
from rag.types import Answer, Paper

__all__ = ["AnswerCache", "checksum_of_papers", "code_hash"]


class AnswerCache:
    """A file of answers by a key of everything they depend on: another key is another answer, never a stale one.

    The key holds a hash of the sources of ``rag`` itself: after a change of the code every question is asked anew.
    """

    def __init__(self, path: Path, *, fresh: bool = False, **scope: str) -> None:
        """Opens the file, which is made when it is not there.

        Args:
            path: an SQLite file.
            fresh: finds none of the answers kept by earlier runs; what this run keeps takes their places.
            scope: what all questions of the run share: collection, settings, model.

        Raises:
            SourceError: the file cannot be used.
        """
        self._scope = scope | {"code": code_hash()}
        self._fresh = fresh
        self._kept: set[str] = set()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(path, isolation_level=None)
            self._connection.execute("CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, answer TEXT) STRICT")
        except (OSError, sqlite3.Error) as error:
            raise SourceError(f"the answers kept in {str(path)!r} cannot be read ({error}); delete the file") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def get(self, turns: Sequence[str], retriever: str) -> Answer | None:
        """The answer to the last of these messages of one conversation; None when it is not kept."""
        key = self._key(turns, retriever)
        if self._fresh and key not in self._kept:
            return None
        row = self._connection.execute("SELECT answer FROM answers WHERE key = ?", (key,)).fetchone()
        return _answers().validate_json(row[0]) if row else None

    def put(self, turns: Sequence[str], retriever: str, answer: Answer) -> None:
        """Keeps an answer."""
        key = self._key(turns, retriever)
        text = _answers().dump_json(answer).decode()
        self._connection.execute("INSERT OR REPLACE INTO answers VALUES (?, ?)", (key, text))
        self._kept.add(key)

    def _key(self, turns: Sequence[str], retriever: str) -> str:
        return _digest([json.dumps(self._scope, sort_keys=True), retriever, *turns], 64)


@functools.cache
def code_hash() -> str:
    """First 12 hex digits of the SHA-256 of the sources of ``rag``."""
    root = Path(rag.__file__).parent
    return _digest(part for path in sorted(root.rglob("*.py")) for part in (str(path.relative_to(root)), _text(path)))


def checksum_of_papers(papers: Iterable[Paper]) -> str:
    """First 12 hex digits of the SHA-256 of the papers in the order of their ids; where they were read from is out."""
    records: list[dict[str, Any]] = [paper.to_json() | {"source": ""} for paper in papers]
    records.sort(key=lambda record: str(record["paper_id"]))
    return _digest(json.dumps(record, sort_keys=True) for record in records)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _digest(parts: Iterable[str], length: int = 12) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode())
        digest.update(b"\0")
    return digest.hexdigest()[:length]


@functools.cache
def _answers() -> pydantic.TypeAdapter[Answer]:
    return pydantic.TypeAdapter(Answer)

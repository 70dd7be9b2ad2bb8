"""Answers of models kept for the same question over the same evidence: a small file beside the collection."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import sqlite3
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pydantic

from rag.answering.prompts import EXAMPLE, RULES
from rag.answering.writer import WriteRequest
from rag.settings import Settings
from rag.types import Draft, Hit

__all__ = ["Lesson", "Remembered"]

_FORMAT = 2
"""Goes up when what is kept, or how an answer comes about, changes."""
_WAIT_S = 5.0
"""Seconds to wait for another process that writes; each write takes milliseconds."""
_DRAFT = pydantic.TypeAdapter(Draft)


@dataclasses.dataclass(frozen=True)
class Lesson:
    """An answer kept that may be shown as an example."""

    question: str
    vector: bytes
    """Of the question: float32, unit length."""
    draft: Draft


class Remembered:
    """The answers kept for one collection, at most ``settings.cache_answers`` of them, those used last.

    What is kept is the model's text with what it cites; the check is made anew each time. A file that cannot be read is
    no reason to fail: it holds copies only.
    """

    def __init__(self, settings: Settings, folder: Path) -> None:
        self._settings = settings
        self._file = folder / "answers.sqlite"

    @property
    def on(self) -> bool:
        """Whether answers are kept at all."""
        return self._settings.cache_answers > 0

    def key(self, model: str, request: WriteRequest, unsupported: str) -> str:
        """Of all that an answer depends on: question, evidence to the letter, settings, model and rules."""
        parts = [
            _FORMAT,
            RULES,
            EXAMPLE,
            self._settings.hash,
            model,
            unsupported,
            request.question,
            request.sentences,
            request.asks,
            [point.asked for point in request.points],
            _evidence(request.hits),
        ]
        return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()

    def get(self, key: str) -> Draft | None:
        """The answer kept under ``key``; None when there is none, or none that can be read."""
        if not self.on or not self._file.exists():
            return None
        try:
            with self._open() as store:
                row = store.execute("SELECT draft FROM answers WHERE key = ?", (key,)).fetchone()
                store.execute("UPDATE answers SET used = ? WHERE key = ?", (time.time(), key))
            return _DRAFT.validate_json(row[0]) if row else None
        except (sqlite3.Error, pydantic.ValidationError):
            return None

    def lessons(self) -> list[Lesson]:
        """The answers kept that may be shown as examples; those that cannot be read are left out."""
        found = []
        with contextlib.suppress(sqlite3.Error):
            if self._file.exists():
                with self._open() as store:
                    rows = store.execute("SELECT question, vector, draft FROM lessons JOIN answers USING (key)")
                    for question, vector, draft in rows:
                        with contextlib.suppress(pydantic.ValidationError):
                            found.append(Lesson(question, vector, _DRAFT.validate_json(draft)))
        return found

    def put(self, key: str, draft: Draft, lesson: Lesson | None = None) -> None:
        """Keeps an answer, and forgets those that have not been used for longest; ``lesson``: it may be an example."""
        if not self.on:
            return
        try:
            with self._open() as store:
                store.execute(
                    "INSERT OR REPLACE INTO answers VALUES (?, ?, ?)", (key, time.time(), _DRAFT.dump_json(draft))
                )
                store.execute(
                    "DELETE FROM answers WHERE key NOT IN (SELECT key FROM answers ORDER BY used DESC LIMIT ?)",
                    (self._settings.cache_answers,),
                )
                if lesson is not None:
                    row = (key, lesson.question, lesson.vector)
                    store.execute("INSERT OR REPLACE INTO lessons VALUES (?, ?, ?)", row)
                store.execute("DELETE FROM lessons WHERE key NOT IN (SELECT key FROM answers)")
        except sqlite3.DatabaseError:
            # Not a database, or damaged: it holds nothing that cannot be had again.
            with contextlib.suppress(OSError):
                self._file.unlink()

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with contextlib.closing(sqlite3.connect(self._file, timeout=_WAIT_S)) as store, store:
            store.execute("CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, used REAL, draft BLOB)")
            store.execute("CREATE TABLE IF NOT EXISTS lessons (key TEXT PRIMARY KEY, question TEXT, vector BLOB)")
            yield store


def _evidence(hits: Sequence[Hit]) -> list[list[str | None]]:
    """The papers as the model is shown them, in their order."""
    return [
        [
            hit.paper.paper_id,
            hit.paper.text,
            hit.paper.published.isoformat() if hit.paper.published else None,
            *hit.paper.authors,
            *(str(scored.passage.number) for scored in hit.passages),
        ]
        for hit in hits
    ]

"""What a run was made with: everything that must be the same for its numbers to come out again."""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import importlib.metadata
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evals.cache import checksum_of_papers, code_hash
from rag import Assistant

__all__ = ["Header", "header_of"]

_PACKAGES = ("papertrail", "chromadb", "tantivy", "onnxruntime", "numpy", "openai", "ollama")
"""Those that the numbers may depend on."""


@dataclasses.dataclass(frozen=True)
class Header:
    """The conditions of one run."""

    suite: str
    """Name of the question set."""
    questions: int
    questions_checksum: str
    """First 12 hex digits of the SHA-256 of the set's file."""
    collection: str
    papers: int
    collection_checksum: str
    """Of the papers, whatever order they came in."""
    settings_hash: str
    code_hash: str
    """Of the sources of ``rag``."""
    model: str
    retrievers: tuple[str, ...]
    judge: str
    date: str
    """Of the end of the run, UTC, to the second."""
    versions: dict[str, str]
    """Of Python and of the packages that the numbers may depend on."""

    def to_json(self) -> dict[str, Any]:
        """The header as JSON values."""
        return dataclasses.asdict(self)


def header_of(
    assistant: Assistant, path: Path, questions: int, *, model: str, retrievers: Sequence[str], judge: str
) -> Header:
    """The header of a run that ends now.

    Args:
        assistant: who was asked.
        path: the question set.
        questions: how many of it were asked.
        model: who wrote.
        retrievers: who found, in the order of the report.
        judge: who judged.
    """
    papers = assistant.papers()
    versions = {"python": platform.python_version()} | {name: importlib.metadata.version(name) for name in _PACKAGES}
    return Header(
        suite=path.stem,
        questions=questions,
        questions_checksum=hashlib.sha256(path.read_bytes()).hexdigest()[:12],
        collection=assistant.collection_name,
        papers=len(papers),
        collection_checksum=checksum_of_papers(papers),
        settings_hash=assistant.settings.hash,
        code_hash=code_hash(),
        model=model,
        retrievers=tuple(retrievers),
        judge=judge,
        date=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        versions=versions,
    )

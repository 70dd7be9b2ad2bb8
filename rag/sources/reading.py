"""The one way in: a file or a folder to a stream of papers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rag.errors import SourceError
from rag.sources.files import suffix_of
from rag.sources.formats import FORMATS, Format, detect, format_named
from rag.sources.record import BadRecord
from rag.types import Paper

__all__ = ["read_papers"]


def read_papers(path: Path, format: str = "auto") -> Iterator[Paper | BadRecord]:
    """The papers in ``path`` one by one; what cannot be read as a paper is a ``BadRecord`` in its place.

    Files are never held in memory whole and may be gzip. The same file gives the same ids each time.

    Args:
        path: A file, or a folder: then every file in it and below it whose name and content are of a known kind, in
            alphabetical order, hidden ones left out.
        format: One of ``FORMATS``, or ``auto``: recognised by content, else by suffix, for each file of a folder.

    Raises:
        SourceError: At once when ``path`` is missing, unreadable, empty or of an unknown format, or when ``format`` is
            unknown; while reading when a file cannot be read on. In a folder, a file that fails is a ``BadRecord``.
    """
    path = Path(path).expanduser()
    chosen = None if format == "auto" else format_named(format)
    if path.is_dir():
        return _read_folder(_plan(path, chosen), path)
    if not path.exists():
        raise SourceError(f"there is no file or folder {path}: check the path")
    if not path.is_file():
        raise SourceError(f"{path} is no file that can be read twice: save it to one first")
    reader = chosen or detect(path)
    if reader is None:
        raise SourceError(f"it is not clear what format {path} has: say which with --format ({', '.join(FORMATS)})")
    return reader.read(path, path.name)


def _plan(folder: Path, chosen: Format | None) -> list[tuple[Path, Format | SourceError]]:
    """Files in ``folder`` and below of the chosen kind, or of any, sorted by their path, and how to read each."""
    kinds = [chosen] if chosen else [format_named(name) for name in FORMATS]
    wanted = {suffix for kind in kinds for suffix in kind.suffixes}
    found = [file for file in folder.rglob("*") if suffix_of(file) in wanted and not _is_hidden(file, folder)]
    plan: list[tuple[Path, Format | SourceError]] = []
    for file in sorted(filter(Path.is_file, found), key=lambda file: file.relative_to(folder).as_posix()):
        try:
            reader = chosen or detect(file)
        except SourceError as error:
            plan.append((file, error))
        else:
            plan += [(file, reader)] if reader else []
    if not plan:
        raise SourceError(f"there is no file of papers in {folder}: their names end in {', '.join(sorted(wanted))}")
    return plan


def _is_hidden(file: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in file.relative_to(folder).parts)


def _read_folder(plan: list[tuple[Path, Format | SourceError]], folder: Path) -> Iterator[Paper | BadRecord]:
    for file, reader in plan:
        label = file.relative_to(folder).as_posix()
        if isinstance(reader, SourceError):
            yield BadRecord(label, str(reader))
            continue
        try:
            yield from reader.read(file, label)
        except SourceError as error:
            yield BadRecord(label, str(error))

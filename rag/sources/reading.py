"""The one way in: a file, a folder or an archive to a stream of papers."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from rag.errors import SourceError
from rag.sources.files import suffix_of
from rag.sources.formats import FORMATS, FULL_TEXT, Format, detect, format_named
from rag.sources.notes import BadRecord, Note, left_out
from rag.types import Paper

__all__ = ["read_papers"]

_ZIP = ".zip"
_DEPTH = 2
"""Archives within an archive that are opened, one within the other."""
_MEMBER_BYTES = 16 * 2**30
"""Size at which a file of an archive is taken for one that was made to fill the disk."""


def read_papers(path: Path, format: str = "auto", *, full_text: bool = False) -> Iterator[Paper | BadRecord | Note]:
    """The papers in ``path`` one by one; what cannot be read as a paper is a ``BadRecord`` in its place.

    Files are never held in memory whole and may be gzip or zip. The same file gives the same ids each time. A ``Note``
    tells what a user should know of a file: its encoding, fields that were not used.

    Args:
        path: A file, or a folder or zip archive: then every file in it and below it whose name and content are of a
            known kind, in alphabetical order, hidden ones left out.
        format: One of ``FORMATS``, or ``auto``: recognised by content, else by suffix, for each file of a folder.
        full_text: Of PDF files also the pages, see ``Paper.pages``.

    Raises:
        SourceError: At once when ``path`` is missing, unreadable, empty or of an unknown format, or when ``format`` is
            unknown; while reading when a file cannot be read on. In a folder, a file that fails is a ``BadRecord``.
    """
    path = Path(path).expanduser()
    chosen = None if format == "auto" else format_named(format)
    if path.is_dir():
        return _read_folder(*_plan(path, chosen), path, full_text)
    if not path.exists():
        raise SourceError(f"there is no file or folder {path}: check the path")
    if not path.is_file():
        raise SourceError(f"{path} is no file that can be read twice: save it to one first")
    if zipfile.is_zipfile(path):
        return _read_archive(path, chosen, full_text)
    reader = chosen or detect(path)
    if reader is None:
        raise SourceError(f"it is not clear what format {path} has: say which with --format ({', '.join(FORMATS)})")
    return _reading(reader, full_text)(path, path.name)


def _reading(reader: Format, full_text: bool) -> Callable[[Path, str], Iterator[Paper | BadRecord | Note]]:
    return FULL_TEXT.read if full_text and reader.name == FULL_TEXT.name else reader.read


def _plan(folder: Path, chosen: Format | None) -> tuple[list[tuple[Path, Format | SourceError | None]], list[str]]:
    """Files in ``folder`` and below of the chosen kind, or of any, sorted by their path, and how to read each.

    None stands for the reader of an archive. Then the names of files in which no papers are found.
    """
    wanted = _suffixes(chosen) | {_ZIP}
    found = [file for file in folder.rglob("*") if suffix_of(file) in wanted and not _is_hidden(file, folder)]
    plan: list[tuple[Path, Format | SourceError | None]] = []
    others: list[str] = []
    for file in sorted(filter(Path.is_file, found), key=lambda file: file.relative_to(folder).as_posix()):
        archive = zipfile.is_zipfile(file)
        try:
            reader = None if archive else chosen or detect(file)
        except SourceError as error:
            plan.append((file, error))
            continue
        if reader or archive:
            plan.append((file, reader))
        else:
            others.append(file.relative_to(folder).as_posix())
    if not plan:
        raise SourceError(f"there is no file of papers in {folder}: their names end in {', '.join(sorted(wanted))}")
    return plan, others


def _suffixes(chosen: Format | None) -> set[str]:
    kinds = [chosen] if chosen else [format_named(name) for name in FORMATS]
    return {suffix for kind in kinds for suffix in kind.suffixes}


def _is_hidden(file: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in file.relative_to(folder).parts)


def _read_folder(
    plan: list[tuple[Path, Format | SourceError | None]], others: list[str], folder: Path, full_text: bool
) -> Iterator[Paper | BadRecord | Note]:
    for file, reader in plan:
        label = file.relative_to(folder).as_posix()
        if isinstance(reader, SourceError):
            yield BadRecord(label, str(reader))
            continue
        try:
            yield from (
                _reading(reader, full_text)(file, label) if reader else _read_archive(file, None, full_text, label)
            )
        except SourceError as error:
            yield BadRecord(label, str(error))
    yield from left_out(folder.name, others)


def _read_archive(
    archive: Path, chosen: Format | None, full_text: bool, label: str = ""
) -> Iterator[Paper | BadRecord | Note]:
    """The papers of the files in a zip archive, each unpacked for as long as it is read."""
    label = label or archive.name
    wanted = _suffixes(chosen) | {_ZIP}
    with tempfile.TemporaryDirectory(prefix="papertrail-") as folder, zipfile.ZipFile(archive) as opened:
        members = sorted((one for one in opened.infolist() if not one.is_dir()), key=lambda one: one.filename)
        read, others = 0, list[str]()
        for member in members:
            name = PurePosixPath(member.filename.replace("\\", "/"))
            if suffix_of(Path(name)) not in wanted or any(part.startswith((".", "__MACOSX")) for part in name.parts):
                continue
            for item in _read_member(opened, member, Path(folder) / name.name, f"{label}/{name}", chosen, full_text):
                if item is None:
                    others.append(str(name))
                else:
                    read += 1
                    yield item
        if not read:
            yield BadRecord(label, f"there is no file of papers in it: their names end in {', '.join(sorted(wanted))}")
        yield from left_out(label, others)


def _read_member(
    opened: zipfile.ZipFile, member: zipfile.ZipInfo, file: Path, label: str, chosen: Format | None, full_text: bool
) -> Iterator[Paper | BadRecord | Note | None]:
    """What is in one file of an archive; None: it is of no known format."""
    if member.file_size > _MEMBER_BYTES:
        yield BadRecord(label, f"it has {member.file_size:,} bytes, more than a file of papers has")
        return
    try:
        with opened.open(member) as packed, file.open("wb") as unpacked:
            shutil.copyfileobj(packed, unpacked)
        if suffix_of(file) == _ZIP:
            inner = label.count(_ZIP) <= _DEPTH and zipfile.is_zipfile(file)
            yield from _read_archive(file, chosen, full_text, label) if inner else [None]
            return
        reader = chosen or detect(file)
        yield from _reading(reader, full_text)(file, label) if reader is not None else [None]
    except (SourceError, OSError, RuntimeError, zipfile.BadZipFile, NotImplementedError) as error:
        yield BadRecord(label, str(error).replace(str(file), label))
    finally:
        file.unlink(missing_ok=True)

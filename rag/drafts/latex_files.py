r"""A draft in LaTeX with the files that it reads in: ``\input``, ``\include`` and their kin, never above its folder."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

from rag.drafts.blocks import sentences_of
from rag.drafts.conditionals import Switches
from rag.drafts.draft import DraftSentence, Lines, Reference
from rag.drafts.latex import Input, LatexReading, preamble_inputs
from rag.drafts.macros import Macros

__all__ = ["LatexDraft"]

_SUFFIXES = (".tex", ".ltx", ".bbl")
_MOST_FILES = 200


@dataclasses.dataclass(frozen=True)
class _Part:
    """One file of a draft."""

    file: str | None
    """Its path from the folder of the draft; None: it is the draft itself."""
    text: str
    reading: LatexReading
    inner: list[tuple[int, _Part]]
    """The files that it reads in as prose, each with the line that names it."""


class LatexDraft:
    """The files of one draft, read together: a command that one defines is known in all of them."""

    def __init__(self, text: str, folder: Path | None, name: str, most_chars: int) -> None:
        """Reads all files; one that is missing, lies elsewhere or is no text costs a note.

        Args:
            text: the draft itself.
            folder: where files are looked for, at any depth; None: none is read.
            name: its own file in that folder, which is not read again.
            most_chars: characters after which no further file is read.
        """
        self._folder = folder.resolve() if folder else None
        self._left = most_chars - len(text)
        self._macros = Macros()
        self._switches = Switches()
        self._known = {self._folder / name} if self._folder else set[Path]()
        self._notes: list[str] = []
        self._parts: list[_Part] = []
        self._learn_switches(text)
        self._main = self._read(None, text, self._folder)

    @property
    def texts(self) -> list[str]:
        """What stands in the files, the draft itself first."""
        return [part.text for part in self._parts]

    @property
    def lists(self) -> list[str]:
        """The texts of the ``thebibliography`` environments."""
        return [listed for part in self._parts for listed in part.reading.lists]

    @property
    def remarks(self) -> dict[str, Reference]:
        """The footnotes, by the keys of what cites them; to be asked for after the sentences."""
        return {key: remark for part in self._parts for key, remark in part.reading.remarks.items()}

    @property
    def notes(self) -> list[str]:
        """What is broken or missing; to be asked for after the sentences."""
        own = [f"{part.file}: {note}" if part.file else note for part in self._parts for note in part.reading.notes]
        return [*own, *self._notes]

    def sentences(self) -> list[DraftSentence]:
        """The sentences in the order in which they are printed, those of other files where they are read in."""
        return list(_sentences(self._main))

    def _learn_switches(self, text: str) -> None:
        """Takes in what the files of the preamble set, which the draft itself is read with."""
        folder = self._folder
        for name in preamble_inputs(text):
            if folder is None:
                return
            path = next((path for path in _places(name, folder, folder) if self._is_part(path)), None)
            if path is not None:
                self._switches.left_out(path.read_text(encoding="utf-8", errors="replace"))

    def _is_part(self, path: Path) -> bool:
        """Whether a file may be one of the draft's."""
        if self._folder is None or not path.is_relative_to(self._folder) or path.suffix.lower() not in _SUFFIXES:
            return False
        return path.is_file() and path.stat().st_size <= self._left

    def _read(self, file: str | None, text: str, beside: Path | None) -> _Part:
        reading = LatexReading(text, self._macros, self._switches)
        part = _Part(file, text, reading, [])
        self._parts.append(part)
        lines = Lines(text)
        for one in reading.inputs:
            line = lines.at(one.place)
            found = self._loaded(one, f"{one.written} in line {line}{f' of {file}' if file else ''}", beside)
            if found is None:
                continue
            path, content = found
            read = self._read(path.relative_to(self._folder or path).as_posix(), content, path.parent)
            if one.printed:
                part.inner.append((line, read))
        return part

    def _loaded(self, one: Input, named: str, beside: Path | None) -> tuple[Path, str] | None:
        """A file that is read in, and its text; None: it is not read, which is noted unless it was read before."""
        if self._folder is None or beside is None:
            self._notes.append(f"{named} is another file and was not read")
            return None
        places = list(_places(one.name, self._folder, beside))
        inside = [path for path in places if path.is_relative_to(self._folder)]
        path = next((path for path in inside if path.is_file()), None)
        if path in self._known:
            return None
        why = ""
        if path is None:
            why = "is not there" if inside == places else "lies outside of the draft's folder"
        elif path.suffix.lower() not in _SUFFIXES:
            why = "is no .tex file"
        elif len(self._known) >= _MOST_FILES or path.stat().st_size > self._left:
            why = "makes the draft too long"
        if path is None or why:
            self._notes.append(f"{named} {why} and was not read")
            return None
        self._known.add(path)
        try:
            content = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
        except (OSError, UnicodeDecodeError):
            self._notes.append(f"{named} cannot be read as UTF-8 text and was left out")
            return None
        self._left -= len(content)
        return path, content.replace("\0", " ")


def _places(name: str, folder: Path, beside: Path) -> Iterator[Path]:
    """Where a file may lie: from the folder of the draft as LaTeX has it, else from the file that names it."""
    for base in dict.fromkeys((folder, beside)):
        for ending in ("", *_SUFFIXES[:1]) if name.lower().endswith(_SUFFIXES) else (*_SUFFIXES[:1], ""):
            try:
                yield (base / (name + ending)).resolve()
            except (OSError, ValueError, RuntimeError):  # a name that is too long, or links in a circle
                continue


def _sentences(part: _Part) -> Iterator[DraftSentence]:
    waiting = list(part.inner)
    for sentence in sentences_of(part.text, list(part.reading.blocks()), part.reading.plain):
        while waiting and waiting[0][0] < sentence.line:
            yield from _sentences(waiting.pop(0)[1])
        yield dataclasses.replace(sentence, file=part.file)
    for _, inner in waiting:
        yield from _sentences(inner)

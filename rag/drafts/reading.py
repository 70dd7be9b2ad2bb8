"""A draft from a file or a text: its format, its sentences, its references."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from rag.drafts.blocks import Block, blank, sentences_of
from rag.drafts.draft import DraftSentence, DraftText, Reference
from rag.drafts.latex_files import LatexDraft
from rag.drafts.markdown import markdown_blocks
from rag.drafts.plain import paragraphs
from rag.drafts.references import (
    FRONT_MATTER,
    find_list,
    find_notes,
    is_reference,
    latex_entries,
    list_entries,
    named_bibliographies,
    read_bibliographies,
)
from rag.errors import QuestionError, SourceError
from rag.sources.cleaning import clean

__all__ = ["A_REFERENCE", "FORMATS", "MOST_CHARS", "format_of", "load_draft", "read_draft"]

FORMATS = ("text", "markdown", "latex")
MOST_CHARS = 2_000_000
"""Longest draft, in characters: more than most books have."""
MOST_NOTES = 20
_SUFFIXES = {".md": "markdown", ".markdown": "markdown", ".tex": "latex", ".ltx": "latex", ".txt": "text"}
_LATEX = re.compile(r"\\(?:documentclass|begin\s*\{|(?:sub)*section\*?\{|[a-z]*cite[a-z]*\*?[\[{]|emph\{|textbf\{)")
_MARKDOWN = re.compile(
    r"^#{1,6}[ \t]+\S|^```|\*\*\S[^*\n]*\*\*|\[[^\[\]\n]+\]\([^()\s]+\)|^\|.*\|[ \t]*$|(?<!\w)\[[^\[\]]*@\w[^\[\]]*\]",
    re.MULTILINE,
)
_HALVES = re.compile("[\ud800-\udfff]")
"""What Python makes of bytes that are no UTF-8 where it is told to go on."""
_REFERENCES = "the list of references"
A_REFERENCE = "a footnote that is a reference"


def load_draft(
    path: Path,
    bibliographies: Sequence[Path] = (),
    format: str | None = None,
) -> DraftText:
    """Reads a file; BibTeX files that it names are looked for beside it, files that it reads in below its folder.

    Args:
        path: plain text, Markdown (``.md``) or LaTeX (``.tex``), in UTF-8; another suffix is told by its content.
        bibliographies: BibTeX files besides those.
        format: one of :data:`FORMATS`; None: told by the suffix.

    Raises:
        SourceError: a file cannot be read, is no text, or is too long.
        QuestionError: there is nothing in it.
    """
    try:
        if path.stat().st_size > 4 * MOST_CHARS:  # UTF-8 has four bytes a character at most
            raise _too_long(path.name, path.stat().st_size)
        data = path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path} cannot be read ({error.strerror}); name a text file, or - for stdin") from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(f"{path} is not UTF-8 text; convert it first") from error
    format = format or _SUFFIXES.get(path.suffix.lower())
    return read_draft(text, format, bibliographies, folder=path.parent, name=path.name)


def read_draft(
    text: str,
    format: str | None = None,
    bibliographies: Sequence[Path] = (),
    *,
    folder: Path | None = None,
    name: str = "the text",
) -> DraftText:
    """Reads a text.

    Args:
        text: the draft.
        format: one of :data:`FORMATS`; None: told by its content.
        bibliographies: BibTeX files.
        folder: where those that the draft names are looked for, and the files that a draft in LaTeX reads in; None:
            nowhere.
        name: what messages call it.

    Raises:
        SourceError: a bibliography cannot be read, or the text is no text or has more than 2,000,000 characters.
        QuestionError: there is no word in it.
    """
    if _HALVES.search(text):
        raise SourceError(f"{name} is not UTF-8 text; convert it first")
    if "\0" in text:
        raise SourceError(f"{name} is not text; name a draft in plain text, Markdown or LaTeX")
    if len(text) > MOST_CHARS:
        raise _too_long(name, len(text))
    if not any(map(str.isalnum, text)):
        raise QuestionError("there is no text to check; give a sentence or a file")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    format = format or format_of(text)
    if format == "latex":
        read, texts = _latex(text, folder, name)
    else:
        read, texts = _READERS[format](text), [text]
    found, more = _bibliographies(texts, bibliographies, folder)
    references = read.references | found
    return DraftText(format, tuple(read.sentences), references, read.remarks, _few([*more, *read.notes]))


def _few(notes: list[str]) -> tuple[str, ...]:
    """The first notes, and how many more there are."""
    rest = len(notes) - MOST_NOTES
    return tuple(notes) if rest <= 0 else (*notes[:MOST_NOTES], f"and {rest} more of this kind")


def format_of(text: str) -> str:
    """What a text seems to be written in: one of :data:`FORMATS`."""
    if _LATEX.search(text):
        return "latex"
    return "markdown" if _MARKDOWN.search(text) or text.startswith("---\n") else "text"


def _too_long(name: str, size: int) -> SourceError:
    return SourceError(f"{name} has {size:,} characters and at most {MOST_CHARS:,} are read; check a part of it")


@dataclasses.dataclass(frozen=True)
class _Read:
    """A draft without the bibliographies beside it; the fields are those of :class:`DraftText`."""

    sentences: list[DraftSentence]
    references: dict[str, Reference]
    remarks: dict[str, Reference]
    notes: list[str] = dataclasses.field(default_factory=list)


def _text(text: str) -> _Read:
    return _with_lists(text, lambda body: list(paragraphs(body)))


def _markdown(text: str) -> _Read:
    return _with_lists(text, lambda body: list(markdown_blocks(body)))


def _with_lists(text: str, blocks_of: Callable[[str], list[Block]]) -> _Read:
    """A text whose list of references and footnotes that are references are read apart from the rest."""
    front = FRONT_MATTER.match(text)
    listed = find_list(text, front.end() if front else 0)
    references = list_entries(text[slice(*listed)]) if listed else {}
    apart = [Block(listed[0], text[slice(*listed)], _REFERENCES)] if listed else []
    remarks: dict[str, tuple[int, int, Reference]] = {}
    for label, (start, end, reference) in find_notes(text).items():
        if listed and end > listed[0] and start < listed[1]:
            continue
        if is_reference(reference.text):
            references[label] = reference
            apart.append(Block(start, text[start:end], A_REFERENCE))
        else:
            remarks[label] = start, end, reference
    body = blank(text, ((block.start, block.end) for block in apart))
    blocks = [_of_note(block, remarks) for block in blocks_of(body)]
    said = {label: reference for label, (_, _, reference) in remarks.items()}
    return _Read(list(sentences_of(text, [*blocks, *apart], clean)), references, said)


def _of_note(block: Block, notes: Mapping[str, tuple[int, int, Reference]]) -> Block:
    """The block with the key of the footnote that it stands in."""
    label = next((label for label, (start, end, _) in notes.items() if start <= block.start < end), None)
    return dataclasses.replace(block, note=label)


def _latex(text: str, folder: Path | None, name: str) -> tuple[_Read, list[str]]:
    """A text with the files that it reads in, and what stands in all of them."""
    draft = LatexDraft(text, folder, name, MOST_CHARS)
    sentences = draft.sentences()
    references: dict[str, Reference] = {}
    for listed in draft.lists:
        references |= latex_entries(listed)
    return _Read(sentences, references, draft.remarks, draft.notes), draft.texts


_READERS = {"text": _text, "markdown": _markdown}


def _bibliographies(
    texts: Sequence[str], given: Sequence[Path], folder: Path | None
) -> tuple[dict[str, Reference], list[str]]:
    """The entries of all BibTeX files, and what is wrong with them."""
    missing: list[str] = []
    paths = list(given)
    for name in dict.fromkeys(name for text in texts for name in named_bibliographies(text)):
        if folder is None:
            break
        path = folder / (name if name.lower().endswith((".bib", ".bibtex")) else f"{name}.bib")
        if path.is_file():
            paths.append(path)
        elif not given:
            missing.append(f"{path.name}, which the draft names, is not beside it; give it with --bib")
    found, notes = read_bibliographies(paths)
    return found, [*missing, *notes]

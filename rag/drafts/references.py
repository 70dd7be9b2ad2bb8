"""Lists of references: at the end of a draft, or in a BibTeX file beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from rag.drafts.draft import Reference
from rag.errors import SourceError
from rag.sources.bibtex import read_bibtex
from rag.sources.cleaning import clean
from rag.sources.notes import BadRecord, Note

__all__ = [
    "FRONT_MATTER",
    "find_list",
    "find_notes",
    "is_reference",
    "latex_entries",
    "list_entries",
    "named_bibliographies",
    "read_bibliographies",
]

FRONT_MATTER = re.compile(r"---[ \t]*\n.*?\n(?:---|\.\.\.)[ \t]*(?:\n|$)", re.DOTALL)
"""What Pandoc and others keep at the head of a Markdown file."""
_HEADING = re.compile(
    r"^[ \t]*(?:#{1,6}[ \t]*)?(?:\*\*|__)?(?:\d{1,2}\.?[ \t]+)?"
    r"(?:references|bibliography|works cited|literature(?: cited)?)(?:\*\*|__)?[ \t]*:?[ \t]*#*[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_NEXT_HEADING = re.compile(r"^[ \t]*#{1,6}[ \t]+\S", re.MULTILINE)
_NUMBERED = re.compile(r"^[ \t]*(?:[-*+][ \t]+)?(?:\[(\d{1,3})\]:?|(\d{1,3})[.)])[ \t]+(?=\S)", re.MULTILINE)
_BARE_LIST = re.compile(r"^[ \t]*\[(\d{1,3})\]:?[ \t]+(?=[A-Z\"“‘'*_<h])", re.MULTILINE)
_ENTRY_BREAK = re.compile(r"\n[ \t]*(?:\n|(?=[-*+•][ \t]))")
_BULLET = re.compile(r"^[-*+•][ \t]+")
_NOTE = re.compile(r"^\[\^([^\[\]\s]{1,40})\]:[ \t]+((?:[^\n]+(?:\n(?![ \t]*(?:\n|\[\^)))?)+)", re.MULTILINE)
_LOOKS_CITED = re.compile(r"(?i:arxiv|https?://|\b10\.\d{4,9}/)|\b(?:19|20)\d\d\b")
_MOST_ENTRY_CHARS = 2_000
"""What is longer is no entry of a list of references but something that follows it."""
_NAMES_CHARS = 120
"""How far into an entry its authors may stand."""


def find_list(text: str, start: int = 0) -> tuple[int, int] | None:
    """Start and end of the list of references of a plain or Markdown text: under its heading, or numbered at the end.

    None where there is no list.

    Args:
        text: the draft.
        start: where it is looked for from.
    """
    if headings := list(_HEADING.finditer(text, start)):
        following = _NEXT_HEADING.search(text, headings[-1].end())
        return headings[-1].start(), following.start() if following else len(text)
    entries = list(_BARE_LIST.finditer(text, start))
    begin = next((number for number in range(len(entries) - 1, -1, -1) if entries[number][1] == "1"), None)
    if begin is None or [int(entry[1]) for entry in entries[begin:]] != list(range(1, len(entries) - begin + 1)):
        return None
    return entries[begin].start(), len(text)


def list_entries(text: str) -> dict[str, Reference]:
    """The entries of a list of references by number, by ``#1``, ``#2`` ... where they have none."""
    heading = _HEADING.match(text.lstrip("\n"))
    body = text.lstrip("\n")[heading.end() :] if heading else text
    numbered = list(_NUMBERED.finditer(body))
    if numbered:
        ends = [*(match.start() for match in numbered[1:]), len(body)]
        found = {match[1] or match[2]: body[match.end() : end] for match, end in zip(numbered, ends, strict=True)}
    else:
        parts = [part.strip() for part in _ENTRY_BREAK.split(body)]
        found = {f"#{number}": part for number, part in enumerate(filter(None, parts), start=1)}
    return {key: _reference(entry) for key, entry in found.items()}


def _reference(entry: str) -> Reference:
    text = " ".join(_BULLET.sub("", entry[:_MOST_ENTRY_CHARS].strip()).split())
    return Reference(text=text, names=text[:_NAMES_CHARS])


def find_notes(text: str) -> dict[str, tuple[int, int, Reference]]:
    """The footnotes of a Markdown text, by ``^`` and label: start, end, and what they say."""
    found: dict[str, tuple[int, int, Reference]] = {}
    for match in _NOTE.finditer(text):
        found.setdefault(f"^{match[1]}", (*match.span(), _reference(match[2])))
    return found


def is_reference(note: str) -> bool:
    """Whether a footnote is a reference in any case: it names an address or a year. Another may be a remark."""
    return bool(_LOOKS_CITED.search(note))


def latex_entries(text: str) -> dict[str, Reference]:
    r"""The entries of a ``thebibliography`` by the keys of their ``\bibitem``."""
    parts = re.split(r"\\bibitem(?:\[[^\[\]]*\])?\s*\{([^{}]*)\}", text)
    pairs = zip(parts[1::2], parts[2::2], strict=False)
    plain = {
        key.strip(): clean(entry.replace(r"\newblock", " ")[:_MOST_ENTRY_CHARS], latex=True) for key, entry in pairs
    }
    return {key: Reference(text=entry, names=entry[:_NAMES_CHARS]) for key, entry in plain.items()}


def read_bibliographies(paths: list[Path]) -> tuple[dict[str, Reference], list[str]]:
    """The entries of BibTeX files by key, and a sentence for each that cannot be read.

    Raises:
        SourceError: a file cannot be read at all, or nothing in it is an entry.
    """
    found: dict[str, Reference] = {}
    notes: list[str] = []
    for path in paths:
        before = len(found)
        broken = []
        for item in read_bibtex(path, path.name):
            if isinstance(item, Note):
                continue
            if isinstance(item, BadRecord):
                broken.append(f"{item.source}: {item.reason}")
                continue
            parts = (item.title, item.venue, item.url, item.doi, *item.code_urls, *item.project_urls)
            names = f"{', '.join(item.authors)} {item.published.year if item.published else ''}"
            found.setdefault(item.paper_id, Reference(" ".join(filter(None, parts)), item.title, names))
        if len(found) == before and not broken:
            raise SourceError(f"{path} has no BibTeX entry; name a .bib file")
        notes += broken
    return found, notes


def named_bibliographies(text: str) -> Iterator[str]:
    r"""The BibTeX files that a draft names: ``\bibliography``, ``\addbibresource``, ``bibliography:`` at its head."""
    for match in re.finditer(r"\\(?:bibliography|addbibresource)\s*(?:\[[^\[\]]*\])?\{([^{}]+)\}", text):
        yield from (part.strip() for part in match[1].split(",") if part.strip())
    head = FRONT_MATTER.match(text)
    if head and (field := re.search(r"^bibliography:(.*(?:\n[ \t]*-.*)*)", head[0], re.MULTILINE)):
        yield from (name.strip("\"'") for name in re.findall(r"[^\s,\[\]]+\.(?:bib|bibtex)\b[\"']?", field[1]))

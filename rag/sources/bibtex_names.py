"""Authors as BibTeX and BibLaTeX write them, and as people write them there all the same."""

from __future__ import annotations

import re

from rag.sources.cleaning import clean
from rag.sources.names import split_authors

__all__ = ["bibtex_authors"]

_EXTENDED = re.compile(r"(?:^|,)\s*(family|given|prefix|suffix|useprefix|[a-z]+-i|id|nameoptions)\s*=", re.IGNORECASE)
_OTHERS = re.compile(r"(?:others|et\.?\s*al\.?)", re.IGNORECASE)
_NOTE_MARK = re.compile(
    r"\$\s*\^\s*(?:\{[^{}]*\}|[^\s{}])\s*\$|\\textsuperscript\s*\{[^{}]*\}|\\(?:thanks|footnotemark)\s*\{[^{}]*\}"
)
"""What leads from a name to an affiliation or a footnote."""
_SUFFIX = re.compile(r"(?:jr|sr)\.?|[ivx]+", re.IGNORECASE)


def bibtex_authors(value: str) -> tuple[tuple[str, ...], bool]:
    """Names, given name first and in plain characters, and whether they are all: not when "and others" ends them."""
    people = _split(" ".join(value.split()))
    named = [person for person in people if not _OTHERS.fullmatch(person.strip(" {}."))]
    names: list[str] = []
    complete = len(named) == len(people)
    if named and (cut := re.fullmatch(r"(.*?\S),?\s+et\.? al\.?", named[-1], re.IGNORECASE)):
        named[-1], complete = cut[1], False
    for person in named:
        names += _names_in(_NOTE_MARK.sub("", person), alone=len(people) == 1)
    return tuple(name for name in names if name), complete


def _split(value: str) -> list[str]:
    """``value`` at the word "and" outside of braces."""
    parts: list[str] = []
    start = depth = 0
    for match in re.finditer(r"\\.|[{}]|(?<![^\s}])\\?and(?![^\s{])", value, re.IGNORECASE | re.DOTALL):
        if match[0] in "{}":
            depth += 1 if match[0] == "{" else -1
        elif match[0].lower().endswith("and") and depth <= 0:
            parts.append(value[start : match.start()])
            start = match.end()
    return [stripped for part in [*parts, value[start:]] if (stripped := part.strip(" ,;"))]


def _names_in(person: str, *, alone: bool) -> list[str]:
    """One name; several where they are parted by other signs than the word."""
    if _EXTENDED.search(person) and "=" in person:
        return [_extended(person)]
    bare = person
    while _closes_last(bare):
        bare = bare[1:-1].strip()
    if bare != person:  # in braces of its own: a group, a name that must not be taken apart, or the whole list
        inner = _split(bare)
        if alone and len(inner) > 1 and all(len(_top(part, ",")) == 2 for part in inner):
            return [name for part in inner for name in _names_in(part, alone=False)]
        return [clean(bare, latex=True)]
    parts = [part.strip() for part in _top(person, ",")]
    if ";" in person and len(_top(person, ";")) > 1:
        return [name for part in _top(person, ";") for name in _names_in(part.strip(), alone=False) if part.strip()]
    if len(parts) > 3 or (len(parts) == 3 and not _SUFFIX.fullmatch(clean(parts[1], latex=True))):
        return list(split_authors(clean(person, latex=True)))
    if len(parts) == 1 and (pair := re.split(r"\s+\\?&\s+", person)) and len(pair) > 1:
        return [clean(part, latex=True) for part in pair]
    ordered = [*parts[2:3], parts[0], *parts[1:2]] if len(parts) == 3 else parts[::-1]
    return [clean(" ".join(filter(None, ordered)), latex=True)]


def _top(text: str, sign: str) -> list[str]:
    """``text`` at a sign outside of braces."""
    parts, start, depth = [], 0, 0
    for match in re.finditer(rf"\\.|[{{}}{sign}]", text, re.DOTALL):
        if match[0] == sign and depth <= 0:
            parts.append(text[start : match.start()])
            start = match.end()
        depth += {"{": 1, "}": -1}.get(match[0], 0)
    return [*parts, text[start:]]


def _closes_last(text: str) -> bool:
    """Whether the brace that opens ``text`` is closed by its last character."""
    if not (text.startswith("{") and text.endswith("}")):
        return False
    depth = 0
    for match in re.finditer(r"\\.|[{}]", text, re.DOTALL):
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if not depth:
            return match.end() == len(text)
    return False


def _extended(person: str) -> str:
    """BibLaTeX's ``family=..., given=..., prefix=...``."""
    parts: dict[str, str] = {}
    for part in _top(person, ","):
        name, _, value = part.partition("=")
        parts[name.strip().lower()] = clean(value.strip().strip('"'), latex=True)
    ordered = [parts.get(name, "") for name in ("given", "prefix", "family", "suffix")]
    return " ".join(filter(None, ordered))

"""Ids for papers whose source gives them none: readable, and a function of the title alone."""

from __future__ import annotations

import hashlib
import re
import unicodedata

__all__ = ["title_id"]

_ID_CHARS = 60
_HASH_CHARS = 6
"""24 bits: among 1,000 papers whose shortened titles are the same, two ids agree with a chance of 3 %."""

_PUNCTUATION = re.compile(r"[\s\-–—_:;,.!?\"“”()\[\]/]+")
_APOSTROPHE = re.compile("['‘’]")


def title_id(title: str) -> str:
    """The words of ``title`` in small letters, joined by hyphens: 60 characters at most, no word cut.

    When the words leave something of the title out (too long, or signs other than common punctuation), six hex digits
    of its SHA-256 follow, so that similar titles have different ids. Case, accents and common punctuation do not
    count: titles that differ in nothing else have one id.
    """
    key = _PUNCTUATION.sub(" ", _APOSTROPHE.sub("", unicodedata.normalize("NFKC", title).casefold())).strip()
    words = re.findall(r"[a-z0-9]+", _plain(key))
    slug = "-".join(words)
    if 0 < len(slug) <= _ID_CHARS and slug == _plain(key).replace(" ", "-"):
        return slug
    digest = hashlib.sha256(key.encode()).hexdigest()[:_HASH_CHARS]
    kept: list[str] = []
    for word in words:
        if len("-".join([*kept, word])) > _ID_CHARS - _HASH_CHARS - 1:
            break
        kept.append(word)
    return "-".join([*kept, digest]) if kept else f"paper-{digest}"


def _plain(text: str) -> str:
    """``text`` without accents, Greek letters spelled out; apart from the folding for search, which may change."""
    if text.isascii():
        return text
    letters = (char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return "".join(
        name.rsplit(" ", 1)[-1].lower()
        if (name := unicodedata.name(char, "")).startswith("GREEK SMALL LETTER ")
        else char
        for char in letters
    )

"""References by author and year, or by a system's name and year, that can mean only one of the papers shown."""

from __future__ import annotations

import re
from collections.abc import Mapping

from rag.text.naming import own_names
from rag.text.terms import fold
from rag.types import Paper

__all__ = ["AuthorYears"]

_NAME = r"[^\W\d_][\w'’-]*"
_OTHERS = rf"(?:\s+et\s+al\.?|\s+(?:and|&)\s+(?P<second>{_NAME}))"
_YEAR = r"(?P<year>(?:19|20)\d\d)[a-z]?"
_LEAD = r"(?:(?:see|cf\.?|e\.g\.,?)\s+)?"
_REFERENCE = re.compile(rf"{_LEAD}(?P<name>{_NAME}(?:\s{_NAME})?){_OTHERS}?,?\s+{_YEAR}")
_BEFORE = re.compile(rf"(?P<name>{_NAME}){_OTHERS}?\s*$")
_LEADS = ("see ", "cf. ", "e.g., ")
_LEAD_ALONE = re.compile(rf"{_LEAD}(?P<rest>.*)", re.DOTALL)
_LONGEST = 120
"""Characters between the brackets of a reference."""


class AuthorYears:
    """Reads references to the papers of one prompt; what could mean two of them, or none, is not read."""

    def __init__(self, keys: Mapping[str, Paper]) -> None:
        first = {paper.paper_id: key for key, paper in reversed(list(keys.items()))}  # a paper may have several keys
        self._papers = {key: keys[key] for key in sorted(first.values(), key=list(keys).index) if keys[key].published}
        self._authors = {key: [_surname(author) for author in paper.authors] for key, paper in self._papers.items()}
        self._names = {key: {fold(name) for name in own_names(paper)} for key, paper in self._papers.items()}
        self._beginnings = {name for names in self._authors.values() for name in names}
        self._beginnings |= {name for names in self._names.values() for name in names}

    def keys_of(self, content: str) -> tuple[str, ...]:
        """The keys meant by what stands between brackets, ``Frost et al., 2025; Lee 2024``; empty unless all are."""
        found = []
        for part in content.split(";"):
            match = _REFERENCE.fullmatch(part.strip())
            key = self._meant(match["name"], match["second"], int(match["year"])) if match else None
            if key is None:
                return ()
            found.append(key)
        return tuple(dict.fromkeys(found))

    def key_of_year(self, content: str, before: str) -> tuple[str, ...]:
        """The key meant by a year between brackets behind a name: ``Frost et al. (2025)``; else empty."""
        year = re.fullmatch(_YEAR, content.strip())
        name = _BEFORE.search(before[-_LONGEST:])
        key = self._meant(name["name"], name["second"], int(year["year"])) if year and name else None
        return (key,) if key else ()

    def may_begin(self, content: str) -> bool:
        """Whether ``content``, not yet whole, may become a reference."""
        if len(content) > _LONGEST or "\n" in content:
            return False
        if re.fullmatch(r"\d{0,4}[a-z]?", content):
            return True
        if any(lead.startswith(content.lower()) for lead in _LEADS):
            return True
        rest = fold(_LEAD_ALONE.match(content)["rest"])  # type: ignore[index] # the pattern matches any text
        return any(rest.startswith(name) or name.startswith(rest) for name in self._beginnings)

    def _meant(self, name: str, second: str | None, year: int) -> str | None:
        said, other = fold(name), fold(second) if second else None
        found = [
            key
            for key, paper in self._papers.items()
            if paper.published
            and paper.published.year == year
            and (said in self._names[key] or self._written_by(key, said, other))
        ]
        return found[0] if len(found) == 1 else None

    def _written_by(self, key: str, first: str, second: str | None) -> bool:
        authors = self._authors[key]
        return authors[:1] == [first] and (second is None or second in authors)


def _surname(author: str) -> str:
    """The family name of ``Ada Marin`` and of ``Marin, Ada``."""
    family = author.partition(",")[0] if "," in author else author.split()[-1] if author.split() else ""
    return fold(family)

"""Lists of people and of words as sources write them: one by one."""

from __future__ import annotations

import ast
import csv
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["listed", "names_others", "split_authors", "split_list"]

_OTHERS = ("others", "et al")
_INITIALS = re.compile(r"(?:[^\W\d_a-z](?:\.[\s-]?|-|(?=[^\W\d_a-z]))){0,4}[^\W\d_a-z]\.?")
"""``J.``, ``J. A.``, ``JA``, ``J.-P.``: no word that has small letters."""
_FAMILY_INITIALS = re.compile(rf"(\S.+?)\s+({_INITIALS.pattern})")
_MARKS = re.compile(r"\s*(?:\(\d{5,}\)|\([^()]*@[^()]*\)|[\d,\s]*[*†‡§¶]+|(?<=[^\W\d_])\d+(?:,\d+)*)\s*$")
"""Author ids of Scopus, e-mail addresses, and signs that lead to a footnote."""
_SUFFIX = re.compile(r"(?:[Jj]r|[Ss]r|JR|SR)\.?|I{2,3}|IV")
_EASTERN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Scripts in which no comma parts the two halves of a name."""
_PARTICLE = re.compile(r"[a-zà-ÿ'’]+")
"""A word of a family name that begins with a small letter: van, der, de, la, d'."""


def split_authors(value: object) -> tuple[str, ...]:
    """Names, given name first, from a list of them (also of objects with ``name``) or from one string.

    A string may separate names by semicolons, bars, line breaks, ``and`` or commas, or be a list of Python or JSON. A
    comma within a name (``Last, First``) is told from one between names: by the other separator where there is one, by
    initials, by pairs, and by the number of words on its two sides.
    """
    value = listed(value)
    if isinstance(value, list | tuple):
        names = [name for item in value for name in _people(item)]
    elif isinstance(value, str):
        names = _split_string(value)
    else:
        names = []
    return tuple(name for name in names if any(map(str.isalpha, name)) and name.lower().rstrip(" .") not in _OTHERS)


def names_others(value: object) -> bool:
    """Whether a name, or a string of names, ends with "and others" or "et al."."""
    text = value.lower().rstrip(" .") if isinstance(value, str) else ""
    return text in _OTHERS or text.endswith((" others", " et al"))


def split_list(value: object) -> tuple[str, ...]:
    """Words from a list of them, or from one string that separates them by semicolons, bars or else by commas."""
    value = listed(value)
    if isinstance(value, str):
        sign = next((sign for sign in (";", "；", "|", "\n") if sign in value), ",")
        parts: list[str] = value.split(sign)
    elif isinstance(value, list | tuple):
        parts = [word for item in value if (word := _word(item))]
    else:
        parts = []
    return tuple(dict.fromkeys(stripped for part in parts if (stripped := " ".join(part.split()))))


def listed(value: object) -> object:
    """A list that stands as text (``['a', 'b']``, as pandas writes it), as a list; anything else as it is."""
    if not isinstance(value, str):
        return value
    array = re.fullmatch(r"\s*\{([^{}:]*)\}\s*", value)
    if array:  # as PostgreSQL writes them
        return [item for row in csv.reader([array[1]], escapechar="\\") for item in row]
    if not (value.lstrip()[:1] == "[" and value.rstrip()[-1:] == "]"):
        return value
    for read in (json.loads, ast.literal_eval):
        try:
            found = read(value.strip())
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        if isinstance(found, list):
            return found
    return value


def _word(item: object) -> str:
    if isinstance(item, Mapping):
        names = ("display_name", "name", "tag", "term", "label", "category", "subject", "keyword", "value", "title")
        item = next((item[name] for name in names if isinstance(item.get(name), str)), "")
    return item if isinstance(item, str) else ""


def _people(item: object) -> list[str]:
    if isinstance(item, str):
        return [_given_first(_unmarked(item))]
    if isinstance(item, Mapping):
        return [_person(item)]
    if isinstance(item, Sequence) and all(isinstance(part, str) for part in item):  # as arXiv's authors_parsed
        return [" ".join(" ".join([*item[1:2], *item[:1], *item[2:3]]).split())]
    return []


def _person(item: Mapping[str, Any]) -> str:
    """The name in an object: of CSL, Crossref, DataCite, OpenAlex, Semantic Scholar, Zotero, Europe PMC."""
    inner = item.get("author")
    if isinstance(inner, Mapping):
        return _person({**inner, "raw": item.get("raw_author_name")})

    def first(*names: str) -> str:
        found = (item.get(name) for name in names)
        one = next((one for one in found if one), "")
        return " ".join(map(str, one)) if isinstance(one, list) else str(one)

    family = first("family", "last", "lastName", "familyName", "LastName", "last_name", "surname")
    if family:
        given = first("given", "first", "firstName", "givenName", "ForeName", "first_name", "firstname", "initials")
        parts = (
            given,
            first("middle"),
            first("dropping-particle", "dropping_particle"),
            first("non-dropping-particle", "non_dropping_particle", "prefix", "particle"),
            family,
            first("suffix"),
        )
        return " ".join(" ".join(parts).split())
    whole = first(
        "literal", "name", "full_name", "fullname", "fullName", "display_name", "text", "value", "raw", "given"
    )
    return _given_first(" ".join(whole.split())) if item.get("nameType") != "Organizational" else whole


def _split_string(text: str) -> list[str]:
    text = re.sub(r"[；]", ";", text).replace("、", ";").replace("，", ", ")
    if ";" not in text and "\n" in text.strip():
        text = text.strip().replace("\n", ";")
    text = re.sub(r",?\s+(?:and others|et al\.?)$", "", " ".join(text.split()))
    if (
        text.count(".") == 1
        and text.endswith(".")
        and "," in text
        and _FAMILY_INITIALS.fullmatch(text.partition(",")[0])
    ):
        text = text[:-1]  # PubMed ends its lists so
    sign = next((sign for sign in (";", "|") if sign in text), None)
    if sign:
        parts = [_unmarked(re.sub(r"^\s*(?:and|&)\s+", "", part)) for part in text.split(sign)]
        return _turned([_given_first(part) for part in parts], parts)
    people = [part.strip(" ,") for part in re.split(r"\s+(?:and|AND|&)\s+", text)]
    if len(people) > 1 and all(part.count(",") == 1 for part in people) and _belongs(people[0]):
        return [_given_first(_unmarked(part)) for part in people]
    parts = [_unmarked(part) for one in people for part in one.split(",") if part.strip()]
    if len(parts) == 2 and len(people) == 1 and (_belongs(text) or _SUFFIX.fullmatch(parts[1])):
        return [_given_first(text)]
    if len(parts) > 2 and len(parts) % 2 == 0 and _are_pairs(parts):
        return [f"{given} {family}" for family, given in zip(parts[::2], parts[1::2], strict=True)]
    if len(parts) == 3 and any(map(_SUFFIX.fullmatch, parts[1:])):
        return [_given_first(text)]
    return _turned(parts, parts)


def _belongs(text: str) -> bool:
    """Whether the one comma of ``text`` is within a name: ``Last, First``, not ``First Last, First Last``."""
    family, _, given = (part.strip() for part in text.partition(","))
    before, after = family.split(), given.split()
    if not before or not after or _EASTERN.search(family):
        return False
    if _INITIALS.fullmatch(given):
        return True
    if any(_INITIALS.fullmatch(word) for word in before):  # J. Smith, or Smith J: a name of its own
        return False
    if _INITIALS.fullmatch(after[-1]):  # ends with an initial, as only given names do
        return True
    own = [word for word in before if not _PARTICLE.fullmatch(word)]
    return len(own) <= 1 or len(after) == 1


def _are_pairs(parts: list[str]) -> bool:
    """Whether names and given names alternate: each second part is initials, or all are single words."""
    given = parts[1::2]
    if all(_INITIALS.fullmatch(part) for part in given):
        return True
    families = [[word for word in part.split() if not _PARTICLE.fullmatch(word)] for part in parts[::2]]
    return all(len(words) == 1 for words in families) and all(
        len(part.split()) == 1 or _INITIALS.fullmatch(part.split()[-1]) for part in given
    )


def _turned(names: list[str], written: list[str]) -> list[str]:
    """``Smith J.A.`` the other way round, where all names of a list are written so."""
    found = [_FAMILY_INITIALS.fullmatch(name) for name in written]
    if not found or not all(found) or (len(found) == 1 and re.search(r"\s[^\W\d_]$", written[0])):  # Malcolm X
        return names
    return [f"{match[2]} {match[1]}" for match in found if match]


def _unmarked(name: str) -> str:
    return _MARKS.sub("", " ".join(name.split())).strip(" ,")


def _given_first(name: str) -> str:
    family, comma, given = name.partition(",")
    tail = re.fullmatch(rf"([^,]*[^\s,])(?:,\s*|\s+)({_SUFFIX.pattern})", given.strip())
    if tail:  # O'Hara, Tim Jr, or Smith, John, Jr.
        return " ".join(f"{tail[1]} {family} {tail[2]}".split())
    if _SUFFIX.fullmatch(given.strip()):
        return " ".join(f"{family} {given}".split())
    if comma and "," in given:
        suffix, _, last = given.partition(",")
        if _SUFFIX.fullmatch(suffix.strip()):
            return " ".join(f"{last} {family} {suffix}".split())
    return " ".join(f"{given} {family}".split()) if comma and "," not in given else " ".join(name.split())

"""Lists of people and of words as sources write them: one by one."""

from __future__ import annotations

import re

__all__ = ["names_others", "split_authors", "split_list"]


_OTHERS = ("others", "et al")


def split_authors(value: object) -> tuple[str, ...]:
    """Names, given name first, from a list of them (also of objects with ``name``) or from one string.

    A string may separate names by semicolons, by ``and``, or by commas; ``Last, First`` is turned round where a
    separator other than the comma shows that the comma belongs to the name.
    """
    if isinstance(value, list | tuple):
        names = [_person(item) for item in value]
    elif isinstance(value, str):
        names = _split_string(re.sub(r",?\s+(?:and others|et al\.?)$", "", " ".join(value.split())))
    else:
        names = []
    return tuple(name for name in names if name and name.lower().rstrip(" .") not in _OTHERS)


def names_others(value: object) -> bool:
    """Whether a name, or a string of names, ends with "and others" or "et al."."""
    text = value.lower().rstrip(" .") if isinstance(value, str) else ""
    return text in _OTHERS or text.endswith((" others", " et al"))


def split_list(value: object) -> tuple[str, ...]:
    """Words from a list of them, or from one string that separates them by semicolons or else by commas."""
    if isinstance(value, str):
        parts: list[str] = value.split(";" if ";" in value else ",")
    elif isinstance(value, list | tuple):
        parts = [item for item in value if isinstance(item, str)]
    else:
        parts = []
    return tuple(dict.fromkeys(stripped for part in parts if (stripped := " ".join(part.split()))))


def _person(item: object) -> str:
    if isinstance(item, str):
        return _given_first(item)
    if isinstance(item, dict):
        name = item.get("name") or item.get("full_name") or item.get("fullname")
        if not name:
            given, family = item.get("given") or item.get("first"), item.get("family") or item.get("last")
            name = " ".join(str(part) for part in (given, family) if part)
        return " ".join(str(name).split())
    return ""


def _split_string(text: str) -> list[str]:
    if ";" in text:
        return [_given_first(part) for part in text.split(";")]
    people = re.split(r"\s+and\s+", text)
    if all(part.count(",") == 1 for part in people) and (len(people) > 1 or re.fullmatch(r"\w+, [\w.]+", text)):
        return [_given_first(part) for part in people]
    return [part.strip() for part in re.split(r",\s*(?:and\s+)?|\s+and\s+", text)]


def _given_first(name: str) -> str:
    family, comma, given = name.partition(",")
    return " ".join(f"{given} {family}".split()) if comma and "," not in given else " ".join(name.split())

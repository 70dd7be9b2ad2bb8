"""Joining what papers say of spellings: a short form means everywhere what the papers that spell it out agree on."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

__all__ = ["agreed_aliases"]

AGREED = 2 / 3
"""Share of the papers that spell a short form out which must agree on what it means (RAG, but not PO). Judgement."""


def agreed_aliases(said: Iterable[tuple[str, str]], keys: Iterable[str]) -> dict[str, str]:
    """What each alias stands for, followed to its end; aliases on which papers differ are left out.

    Args:
        said: alias and key, once for each paper that says so.
        keys: of all entities; a phrase whose words in one are the letters of a name (``zebra llama``) is that name.
    """
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for alias, key in said:
        counts[alias][key] += 1
    agreed = {}
    for alias, votes in counts.items():
        key, most = min(votes.items(), key=lambda vote: (-vote[1], vote[0]))
        if most >= AGREED * votes.total():
            agreed[alias] = key
    known = set(keys)
    for key in known:
        joined = key.replace(" ", "")
        if joined != key and joined in known:
            agreed.setdefault(key, joined)
    return {alias: _end(alias, agreed) for alias in agreed}


def _end(alias: str, agreed: dict[str, str]) -> str:
    """The last of a chain of aliases; of a circle its first in the alphabet."""
    seen = [alias]
    while seen[-1] in agreed:
        following = agreed[seen[-1]]
        if following in seen:
            return min(seen[seen.index(following) :])
        seen.append(following)
    return seen[-1]

"""Addresses that open the page at a tab, and a comparison with its papers chosen."""

from __future__ import annotations

import dataclasses
import urllib.parse
from collections.abc import Sequence

__all__ = ["COMPARE", "MAP", "TABS", "View", "read", "to_comparison"]

COMPARE, MAP = "compare", "map"

TABS = {"ask": "Ask", COMPARE: "Compare", "verify": "Verify", "papers": "Papers", MAP: "Map", "evaluate": "Evaluate"}
"""What each tab is called, by its name in an address, in the order of the page."""


@dataclasses.dataclass(frozen=True)
class View:
    """What an address asks to be shown."""

    tab: str | None = None
    """A key of ``TABS``; ``None``: the address names none that there is."""
    papers: tuple[str, ...] = ()
    """Ids or names of papers to compare."""


def read(query: str) -> View:
    """The view that a query asks for, such as ``?tab=compare&papers=ID,ID``; papers alone mean a comparison.

    Args:
        query: as it stands in the address: a comma of an id is escaped in it, one between two ids is not.
    """
    given = [part.partition("=")[::2] for part in query.removeprefix("?").split("&")]
    named = [_decoded(value) for name, value in given if name == "tab"]
    papers = [_decoded(piece) for name, value in given if name == "papers" for piece in value.split(",")]
    chosen = tuple(dict.fromkeys(paper for paper in papers if paper))
    tab = named[-1] if named else COMPARE if chosen else None
    return View(tab if tab in TABS else None, chosen)


def to_comparison(names: Sequence[str]) -> str:
    """The query that :func:`read` takes for a comparison of ``names``."""
    return f"?tab={COMPARE}&papers={','.join(urllib.parse.quote(name, safe='') for name in names)}"


def _decoded(value: str) -> str:
    return " ".join(urllib.parse.unquote_plus(value).split())

"""The papers of a list: the sentence that puts each on it, most certain first, the near ones apart."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answering.cited_lines import CitedLines, naming
from rag.deciding.membership import Membership
from rag.types import Draft, Hit, Paper, Passage

__all__ = ["LISTED", "list_of"]

LISTED = 50
"""Papers listed at most; the number of all is said. A page of them is read on a screen, thousands are not."""
NEAR_LISTED = 3
"""Near papers told of, after those that belong."""


def list_of(subject: str, members: Membership, *, left_out: str = "", limits: str = "", dated: bool = False) -> Draft:
    """A sentence from each paper that belongs, cited; then, in words without citation, which are near.

    Args:
        subject: what the papers are listed for, in the words of the message; empty: nothing but the limits.
        members: which belong; at least one is sure.
        left_out: the subject of papers that were left out, in the words of the message; empty: none.
        limits: the conditions on the records, as the answer says them; empty: none.
        dated: the date of each paper is told.
    """
    lines = CitedLines()
    count = len(members.sure)
    about = f" on “{subject}”" if subject else ""
    apart = f", without those on “{left_out}”" if left_out else ""
    lines.say(f"{count} paper{'s' if count != 1 else ''}{_conditions(limits)}{about}{apart}:")
    for hit in members.sure[:LISTED]:
        passage = _telling(hit)
        lines.cite(_date(hit.paper, dated=dated) + naming(hit.paper, passage.text), [(passage, passage.text)])
    if members.borderline:
        titles = "; ".join(f"“{hit.paper.title}”" for hit in members.borderline[:NEAR_LISTED])
        lines.say(f"Near, but less certain: {titles}.")
    more = count - LISTED
    return lines.draft(notes=(f"{more} more belong on the list.",) if more > 0 else ())


def _telling(hit: Hit) -> Passage:
    """The sentence most probable to put the paper on the list; the title only where there is no other."""
    sentences: Sequence[Passage] = [one.passage for one in hit.passages if one.passage.number > 0]
    return sentences[0] if sentences else hit.passages[0].passage


def _conditions(limits: str) -> str:
    return f" {limits}" if limits else ""


def _date(paper: Paper, *, dated: bool) -> str:
    day = paper.published if dated else None
    return f"({day:%B} {day.day}, {day.year}) " if day else ""

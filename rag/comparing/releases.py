"""Papers that give code, models or data away: those that say where they are to be had, and those that promise it."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Sequence
from typing import Final

from rag.answering.listed import LISTED
from rag.answering.quoting import unmarked, with_marker
from rag.comparing import cues
from rag.text.naming import short_name
from rag.text.sentences import passages_of
from rag.text.terms import STOP_WORDS, stem, words
from rag.types import Draft, Paper, Passage

__all__ = ["SEARCHED", "Released", "read_released", "released"]

SEARCHED: Final = (
    "code codes available release released releasing publicly public github https open-source open source checkpoints "
    "weights repository"
)
"""Words one of which stands in every sentence that gives something away."""

_ASKED: Final = re.compile(
    r"\b(?:releas\w*|publish\w*|shar\w+|provid\w*|(?:giv\w+|hand\w*) (?:away|out)|open[- ]?sourc\w*|mak\w+|"
    r"come\w* with|link\w*|ha(?:s|ve))"
    r"\b[^.?!]{0,30}?\b(?P<thing>code|source code|implementations?|checkpoints?|weights|models?|data(?:sets?)?)\b"
    r"|\b(?P<other>code|implementations?|checkpoints?|weights)\b[^.?!]{0,20}?\b(?:available|released|public|open)\b",
    re.IGNORECASE,
)
_PROMISE_ASKED: Final = re.compile(
    r"\b(?:promis\w*|will|plan\w*|intend\w*|later(?: on)?|not yet|soon|in (?:the )?future)\b", re.IGNORECASE
)
_SURELY: Final = re.compile(
    r"\b(?:promis\w*|hand\w* out|releas\w*|open[- ]?sourc\w*|publicly|available|public|github)\b", re.IGNORECASE
)
_THINGS: Final = {
    "code": re.compile(
        r"\b(?:codes?|source|github|implementations?|repositor(?:y|ies)|open[- ]sourc\w+)\b", re.IGNORECASE
    ),
    "models": re.compile(r"\b(?:models?|checkpoints?|weights)\b", re.IGNORECASE),
    "data": re.compile(r"\b(?:data|datasets?|benchmarks?|corpus|corpora)\b", re.IGNORECASE),
}
_PROMISED: Final = re.compile(
    r"\b(?:will|shall|plan(?:ned)? to|going to|soon|upon (?:acceptance|publication))\b", re.IGNORECASE
)


_PLAIN: Final = frozenset(
    stem(word)
    for word in (
        "abstract abstracts also announce hand handed handing future intend later merely out plan planned plans "
        "promise promised promises promising soon still yet anyone available checkpoint checkpoints code codes "
        "collection come data "
        "dataset datasets download find free freely github give given gives has have implementation "
        "implementations list make many makes making model models name open opensource own paper papers "
        "please provide provides public publicly publish publishes published release released releases "
        "releasing repository say says share shares sharing show source state tell weights who"
    ).split()
)
"""Words that ask for such papers and add no other condition."""


@dataclasses.dataclass(frozen=True)
class Released:
    """What papers are asked to give away."""

    thing: str
    """``code``, ``models`` or ``data``."""
    promised: bool = False
    """Papers are wanted that only promise it."""

    def evidence(self, paper: Paper) -> Passage | None:
        """The last sentence of the abstract that says where it is to be had; one with an address before others."""
        about = _THINGS[self.thing]
        found = [p for p in passages_of(paper)[1:] if cues.AVAILABLE.search(p.text) and about.search(p.text)]
        return max(found, key=lambda p: ("http" in p.text, not _PROMISED.search(p.text), p.number), default=None)


def read_released(question: str) -> Released | None:
    """What is asked for; None when the question, one for a list, asks for something else or sets more conditions."""
    found = _ASKED.search(question)
    if found is None or not _SURELY.search(question):
        return None
    if any(stem(word) not in _PLAIN for word in words(question) if word not in STOP_WORDS):
        return None
    word = (found["thing"] or found["other"]).lower()
    thing = next(thing for thing, pattern in _THINGS.items() if pattern.search(word))
    return Released(thing, bool(_PROMISE_ASKED.search(question)))


def released(what: Released, papers: Iterable[Paper]) -> Draft:
    """A sentence from each paper that gives it away, cited; those that only promise it stand apart, below.

    Where only promises are asked for, nothing else is listed.
    """
    found = [(paper, passage) for paper in papers if (passage := what.evidence(paper)) is not None]
    sure = [pair for pair in found if not _PROMISED.search(pair[1].text)]
    promised = [pair for pair in found if pair not in sure]
    if not (promised if what.promised else found):
        promise = "promises its" if what.promised else "says that its"
        can = "" if what.promised else " can be had"
        return Draft(f"No paper of the collection {promise} {what.thing}{can}.", (), refused=True)
    if what.promised:
        blocks = [
            _lead(promised, f"that they will give their {what.thing} away", f"that it will give its {what.thing} away")
        ]
        sure, promised = promised, []
    else:
        blocks = [_lead(sure, f"that their {what.thing} can be had", f"that its {what.thing} can be had")]
    shown = [*sure, *promised][:LISTED]
    for marker, (paper, passage) in enumerate(shown, start=1):
        if marker == len(sure) + 1:
            blocks.append(f"Borderline, as they only promise it ({len(promised)}):")
        blocks.append(f"{unmarked(short_name(paper))}: {with_marker(passage.text, marker)}")
    more = len(sure) + len(promised) - len(shown)
    notes = (f"{more} more {'belongs' if more == 1 else 'belong'} on the list.",) if more else ()
    return Draft("\n\n".join(blocks), tuple(passage for _, passage in shown), notes=notes)


def _lead(papers: Sequence[object], many: str, one: str) -> str:
    if len(papers) == 1:
        return f"1 paper of the collection says {one}:"
    return f"{len(papers) or 'No'} papers of the collection say {many}{':' if papers else '.'}"

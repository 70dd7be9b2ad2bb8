"""Questions for all papers of a kind: which things they ask for, and the sentences that put a paper on the list."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Iterable, Sequence

from rag.answering.quoting import unmarked, with_marker
from rag.text.mentions import find_mentions
from rag.text.naming import short_name
from rag.text.sentences import passages_of
from rag.text.terms import STOP_WORDS, document_terms, fold, stem, words
from rag.types import Draft, Hit, Paper, Passage

__all__ = ["Listing", "answer_with_list", "read_listing"]

LISTED = 20
"""Papers listed at most; the number of all is said."""
NEAR = 0.85
"""Share of the best score from which on a paper belongs to a described kind."""
_PLURAL = r"(?:papers|abstracts|studies|articles|publications|surveys)"
_ASKING = re.compile(
    rf"\b(?:which|what|in which|how many)\s+(?:(?!of\b|paper\b|abstract\b)[\w-]+\s+){{0,3}}{_PLURAL}\b"
    rf"|^\W*(?:all|any|list|name|show|find|give me)\s+(?:me\s+|all\s+|the\s+|any\s+){{0,2}}{_PLURAL}\b"
    r"|^\W*where (?:is|are|does|do)\b.*\b(?:used?|mention\w*|come up|appear\w*|turn up|occur\w*|named|yardstick|"
    r"cited)\b"
    r"|^\W*who (?:else |all )?(?:works?|uses?|compares?|trains?|evaluates?|builds?|tests?|rel(?:y|ies)|runs?|mentions?|"
    r"calls?|combines?|releases?)\b",
    re.IGNORECASE,
)
_REMARK = re.compile(r",?\s*\b(?:be it|be they|whether|for whatever|no matter|including|such as)\b.*", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_FRAME = frozenset(
    stem(word)
    for word in (
        "about abstract abstracts actual actually against all also anything anywhere appear application article "
        "articles bring brings call calls cite collection come comes compare compares concern deal deals discuss "
        "do even exact exactly find give hardware have here kind list make matter mention mentions method methods "
        "model models name new occur occurs one ones own paper papers please publication purpose ran report "
        "reports run runs say says scores show something studies study system take takes talk talks tell their "
        "there treat tried try turn turns use used uses using various way whatever word words work works yardstick "
    ).split()
)
"""Stems that ask for papers and say nothing about what they must hold."""
_ALTERNATIVE = re.compile(r"\s*(?:,|;|/|\bor\b)\s*", re.IGNORECASE)
_WORD = re.compile(r"[\w.+/-]*\w")
_WANTED_WORDS = 3
"""A thing asked for in more words of content is described rather than named: it is not looked up to the letter."""


@dataclasses.dataclass(frozen=True)
class Listing:
    """What papers must hold to be listed: one of several things."""

    things: tuple[str, ...]
    """Each as it is written in the question, without the words around it."""

    @property
    def terms(self) -> tuple[str, ...]:
        """Terms by which the lexical index finds candidates."""
        return tuple(dict.fromkeys(term for thing in self.things for term in document_terms(thing)))

    def evidence(self, paper: Paper) -> Passage | None:
        """The first sentence of the paper that holds one of the things; the title only when no other does."""
        passages = passages_of(paper)
        for passage in (*passages[1:], passages[0]):
            if any(_holds(passage.text, thing) for thing in self.things):
                return passage
        return None


def read_listing(question: str) -> Listing | None:
    """What papers are listed for; None when no list is asked for. Without ``things``, a kind of paper is described."""
    sentence = next((part for part in _SENTENCE.split(question) if _ASKING.search(part)), None)
    if sentence is None:
        return None
    pieces = _ALTERNATIVE.split(_REMARK.sub("", sentence))
    things = tuple(dict.fromkeys(thing for piece in pieces if (thing := _thing(piece))))
    return Listing(() if any(len(thing.split()) > _WANTED_WORDS for thing in things) else things)


def _thing(piece: str) -> str:
    """What a piece of the question names, with the word behind a name (``KV cache``), else its words of content."""
    text = f"about {piece.strip()}"  # a name that begins the piece is in mid-sentence in the question as a rule
    names = [text[mention.start : mention.end] for mention in find_mentions(text) if stem(mention.key) not in _FRAME]
    named = {word for name in names for word in _WORD.findall(name)}
    content = [word for word in _WORD.findall(piece) if fold(word) not in STOP_WORDS and stem(fold(word)) not in _FRAME]
    kept = [word for place, word in enumerate(content) if word in named or (place and content[place - 1] in named)]
    return " ".join(kept if named else content)


@functools.lru_cache(maxsize=512)
def _pattern(thing: str) -> re.Pattern[str]:
    """The thing in any spelling: pieces with or without blanks and hyphens between, the last one in any number."""
    pieces = re.findall(r"\d+(?:\.\d+)*[a-z]*|[a-z]+", fold(thing))
    return re.compile(r"(?<![a-z0-9])" + r"[\s\-]*".join(map(re.escape, pieces)) + r"(?![a-z]{3})")


def _holds(text: str, thing: str) -> bool:
    """Whether the thing stands in the text as it is spelled, or all of its words do."""
    return bool(_pattern(thing).search(fold(text))) or _stems(thing) <= _stems(text)


@functools.lru_cache(maxsize=65536)
def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words(text))


def answer_with_list(listing: Listing, hits: Sequence[Hit], papers: Iterable[Paper]) -> Draft:
    """A sentence from each paper that belongs on the list, cited, most certain first.

    Args:
        listing: what papers are listed for.
        hits: found for the whole question; they serve when a kind of paper is described, or nothing stands to the
            letter. Those whose score comes near that of the best are listed, and said to be likely only.
        papers: candidates that may hold what is named.

    Returns:
        A draft; refused when no paper belongs on the list.
    """
    found = [(paper, passage) for paper in papers if (passage := listing.evidence(paper)) is not None]
    named = " or ".join(listing.things)
    lead = f"{len(found)} papers of the collection mention {named}:"
    if not found:
        near = [hit for hit in hits if hit.score >= NEAR * hits[0].score]
        found = [(hit.paper, hit.passages[0].passage) for hit in near]
        lead = f"{len(found)} papers are likely to be meant:"
    if not found:
        return Draft("The collection holds no paper of that kind.", (), refused=True)
    shown = found[:LISTED]
    lines = [_line(paper, passage, marker) for marker, (paper, passage) in enumerate(shown, start=1)]
    if len(lines) > 1:
        lines.insert(0, lead)
    notes = (f"{len(found) - LISTED} more belong on the list.",) if len(found) > LISTED else ()
    return Draft("\n\n".join(lines), tuple(passage for _, passage in shown), notes=notes)


def _line(paper: Paper, passage: Passage, marker: int) -> str:
    name = unmarked(short_name(paper))
    lead = "" if passage.text.startswith(name) else f"{name}: "
    return f"{lead}{with_marker(passage.text, marker)}"

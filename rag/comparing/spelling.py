"""Names of systems as they are spelled, and the sentences in which one of them stands."""

from __future__ import annotations

import functools
import re

from rag.text.mentions import find_mentions, pieces
from rag.text.naming import own_names
from rag.text.sentences import passages_of
from rag.text.terms import fold
from rag.types import Paper, Passage

__all__ = ["brought_names", "mention_of", "mentioning", "name_key", "owns", "presents"]

_NOT_IN_KEY = re.compile(r"[^a-z0-9+]+|\++(?=[a-z0-9])")
_VERSION = re.compile(r"v?\d+(?:\.\d+)*[a-z]*")
_PRESENTED = re.compile(
    r"\b(?:we|this (?:paper|work|study|report)|our (?:approach|method|work|framework|system))\b[^.;]{0,60}?\b"
    r"(?:propos|introduc|present|develop|releas|open-?sourc|creat|construct|unveil|call|nam|dub|term|devis|design)\w*"
    r"(?:(?!\b(?:which|that|using)\b)[^.;:]){0,90}?$",
    re.IGNORECASE,
)
_OF_OTHERS = re.compile(
    r"\b(?:for|over|than|as|like|to|with|of|on|in|from|using|against|by|via|and|extending|unlike|including)\s+"
    r"(?:the |a |an )?$",
    re.IGNORECASE,
)


@functools.lru_cache(maxsize=4096)
def name_key(name: str) -> str:
    """The spelling in which names are compared: ``lightrag`` for Light RAG and Light-RAG; a closing ``++`` stays."""
    return _NOT_IN_KEY.sub("", fold(name))


def owns(name: str, paper: Paper) -> bool:
    """Whether the paper calls what it brings by this name, or has it as its title, in any spelling."""
    key = name_key(name)
    return bool(key) and key in {name_key(own) for own in (*brought_names(paper), paper.title)}


@functools.lru_cache(maxsize=4096)
def brought_names(paper: Paper) -> tuple[str, ...]:
    """Names of what the paper brings, most certain first: its own names but those it only builds on."""
    head = name_key(paper.title.partition(":")[0])
    return tuple(name for name in own_names(paper) if name_key(name) == head or presents(name, paper))


def mention_of(name: str, text: str) -> tuple[int, int] | None:
    """Where ``text`` first speaks of ``name``, also with a size or version (Minitron-8B for Minitron); None: nowhere.

    Only what is written like a name is looked at, so that the word *parrot* is no mention of Parrot.
    """
    key, parts = name_key(name), pieces(name)
    for mention in find_mentions(text):
        written = text[mention.start : mention.end]
        rest = mention.parts[len(parts) :] if mention.parts[: len(parts)] == parts else None
        versions = rest is not None and "+" not in key + written and all(map(_VERSION.fullmatch, rest))
        if name_key(written) == key or (versions and parts):
            return mention.start, mention.end
    # A plain word is not found as a name where it opens the sentence, but it is one where it is written like this one.
    opens = name[:1].isupper() and re.match(rf"{re.escape(name)}\b", text)
    return (0, len(name)) if opens else None


def mentioning(name: str, paper: Paper) -> list[Passage]:
    """The sentences of the paper's abstract that speak of ``name``."""
    return [passage for passage in passages_of(paper)[1:] if mention_of(name, passage.text)]


def presents(name: str, paper: Paper) -> bool:
    """Whether a sentence of the paper presents ``name`` as its own, as in "we open-sourced the Minitron models"."""
    return any(_presented(name, passage.text) for passage in mentioning(name, paper))


def _presented(name: str, sentence: str) -> bool:
    place = mention_of(name, sentence)
    if place is None:
        return False
    before = sentence[: place[0]]
    match = _PRESENTED.search(before)
    return match is not None and not _OF_OTHERS.search(before)

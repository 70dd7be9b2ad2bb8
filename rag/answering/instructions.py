"""Parts of a message that tell the assistant how to behave rather than ask about the papers; they are not followed."""

from __future__ import annotations

import itertools
import re

from rag.text.mentions import find_mentions
from rag.text.quotes import without_quotes

__all__ = ["DECLINED", "without_instructions"]

DECLINED = "I answer questions about the papers of this collection and cite them; that is not such a question."

_PIECE = re.compile(r"(?<=[.!?:])\s+")
_WORDING = (
    r"(?:(?:all|any|every)(?: of)? )?(?:the |your |its |these |those )?"
    r"(?:(?:full|whole|above|previous|prior|earlier|hidden|following|exact|system|entire|complete|first|initial|"
    r"original) )*"
    r"(?:text|prompts?|instructions?|rules?|words?|sentences?|messages?|lines?|names of|settings|context|conversation|"
    r"above|sources?)\b|everything\b(?! (?:about|on|in|that)\b)|exactly\b|verbatim\b|after me\b|['\"“‘„«]"
    r"|(?:only|just) (?:the|this|that|an?|yes|no|in|json|xml|['\"“‘„«])"
    r"|(?:this|that|these|it)(?=\W*$|[:'\"“,.]| (?:exactly|word|back|to me|text|sentence|line|and)\b)"
    r"|what (?:(?:you (?:were|are|have been)|was|is) (?:told|given|written|said)|i (?:say|said|wrote|told))\b"
)
"""What an order to say or to forget something is about: wording, never a subject."""
_INSTRUCTION = re.compile(
    r"\W*(?:(?:please|now|then|first|also|and|just|system|admin|note)\W+)*(?:"
    r"cite (?=['\"“‘„«]|after\b|only\b|nothing\b|no\b|(?:all|every)\b(?: \w+){0,2} (?:papers?|sources?)\b)"
    r"|(?:answer|reply|respond) (?:with|without|only|as|in)\b"
    r"(?! (?:(?:just |only |about |at most )*(?:\w+ )?(?:short )?sentences?|short|brief|from|if|when)\b)"
    r"|(?:finish|end|begin|start|conclude) (?:(?:every|each|your|the answer)\b|(?:with|by) (?:['\"“‘„«]|(?-i:[A-Z]{5})|"
    r"(?:saying|your|an?|the (?:words?|sentence|text))\b))"
    r"|(?:say|repeat|print|output|paste|reveal|append|write|type|ignore|disregard|forget)"
    rf"(?: (?:me|us|out|back|about|again))? (?:{_WORDING})"
    r"|say that (?!(?:i|we|my|our|an?|there|you have)\b)"
    rf"|translate (?:{_WORDING}|the (?:abstract|answer|title|paper)\b)|pretend (?:you|to|that|we|it|i)\b"
    r"|do (?:as|what) (?:it|this|that|i|you) (?:says?|tells?|told|asks?|want|are|is)\b"
    r"|let['’]?s (?:say|pretend|assume|suppose)\b[^.?!]{0,40}\b(?:papers? \d+|(?:the|your) papers?|you|citations?)\b"
    r"|from (?:here|now) on\b|for the \w+ team\s*:|you (?:(?:are now|are no longer|will now)\b|"
    r"must (?:not |now |always |never |only )?(?:answer|say|repl|respond|cite|ignore|write|follow|obey|output|print))"
    r"|new (?:policy|rules?|instructions?)\s*(?:[(:,!]|for you\b)|act (?:as|like) (?:an?|if|my|the)\b"
    r")",
    re.IGNORECASE,
)
_POINTING = re.compile(r"\b(?:it|this|that|them)\b", re.IGNORECASE)
_INVENTING = re.compile(r"['\"“‘„«]|\bpapers?\b|\bpretend\b", re.IGNORECASE)
_REQUEST = re.compile(
    r"\?|\b(?:what|which|who|whose|when|where|why|how|explain|describe|summari[sz]e|compare|list|name|find|show|tell)\b",
    re.IGNORECASE,
)


_TAG = re.compile(
    r"<!--.*?-->|<(?:script|style)\b.*?</(?:script|style)\s*>"
    r"|</?(?:a|abbr|audio|b|body|br|button|code|details|div|em|embed|font|form|h[1-6]|head|hr|html|i|iframe|img|input|li"
    r"|link|marquee|math|meta|object|ol|p|pre|script|small|span|strong|style|sub|sup|svg|table|td|textarea|th|tr|u|ul|video)"
    r"(?:\s+[\w:-]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'>]+))?)*\s*/?>",
    re.IGNORECASE | re.DOTALL,
)
"""A tag of HTML, whole, and what scripts say; "a < b" and "<key>" are none."""


def _pieces(message: str) -> list[str]:
    """The sentences of the message; what it quotes is not cut, and stays with the colon before it."""
    cuts = [0, *(match.end() for match in _PIECE.finditer(without_quotes(message))), len(message)]
    return [piece for start, end in itertools.pairwise(cuts) if (piece := message[start:end].strip())]


def without_instructions(message: str) -> str:
    """What ``message`` asks, without HTML and sentences that order the assistant about; empty when that is nothing.

    A message without either comes back as it is.
    """
    bare = _TAG.sub(" ", message)
    message = " ".join(bare.split()) if bare != message else message
    pieces = _pieces(message)
    kept = [piece for piece in pieces if not _INSTRUCTION.match(piece)]
    if len(kept) == len(pieces):
        return message
    rest = " ".join(kept)
    unquoted = without_quotes(rest)
    dropped = " ".join(piece for piece in pieces if piece not in kept)
    points_at_them = _INVENTING.search(dropped) and _POINTING.search(unquoted) and not find_mentions(unquoted)
    return "" if points_at_them or not _REQUEST.search(unquoted) else rest

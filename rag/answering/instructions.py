"""Parts of a message that tell the assistant how to behave rather than ask about the papers; they are not followed."""

from __future__ import annotations

import itertools
import re

from rag.text.mentions import find_mentions

__all__ = ["DECLINED", "without_instructions"]

DECLINED = "I answer questions about the papers of this collection and cite them; that is not such a question."

_PIECE = re.compile(r"(?<=[.!?:])\s+")
_INSTRUCTION = re.compile(
    r"\W*(?:(?:please|now|then|first|also|and|just|system|admin|note)\W+)*(?:"
    r"cite (?=['\"“‘]|all\b|after\b|only\b|nothing\b|no\b|every\b)|answer (?:in|with|without|only|as)\b|"
    r"(?:say|repeat|print|output|paste|reveal|append|finish|respond|reply|translate|pretend|ignore|disregard|forget)\b|"
    r"do (?:as|what) (?:it|this|i|that|you)\b|let['’]?s (?:say|pretend)\b|from (?:here|now) on\b|for the \w+ team\b|"
    r"you (?:are now|are no longer|must|will now)\b|new (?:policy|rules?|instructions?)\b|act (?:as|like)\b"
    r")",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"(?<!\w)['\"“‘].*?['\"”’](?!\w)")
_POINTING = re.compile(r"\b(?:it|this|that|them)\b", re.IGNORECASE)
_REQUEST = re.compile(
    r"\?|\b(?:what|which|who|whose|when|where|why|how|explain|describe|summari[sz]e|compare|list|name|find|show|tell)\b",
    re.IGNORECASE,
)


def _pieces(message: str) -> list[str]:
    """The sentences of the message; what it quotes is not cut."""
    masked = _QUOTED.sub(lambda quote: "_" * len(quote[0]), message)
    cuts = [0, *(match.end() for match in _PIECE.finditer(masked)), len(message)]
    return [message[start:end].strip() for start, end in itertools.pairwise(cuts)]


def without_instructions(message: str) -> str:
    """What ``message`` asks, without sentences that order the assistant about; empty when nothing else is in it.

    A message without such sentences comes back as it is.
    """
    pieces = _pieces(message)
    kept = [piece for piece in pieces if not _INSTRUCTION.match(piece)]
    if len(kept) == len(pieces):
        return message
    rest = " ".join(kept)
    unquoted = _QUOTED.sub(" ", rest)
    points_at_them = _POINTING.search(unquoted) and not find_mentions(unquoted)
    return "" if points_at_them or not _REQUEST.search(unquoted) else rest

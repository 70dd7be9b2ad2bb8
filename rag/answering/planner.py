"""What kind of message it is: a question for the papers, small talk, or a follow-up that needs what was said before."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.text.mentions import find_mentions
from rag.text.terms import STOP_WORDS, words
from rag.types import Answer

__all__ = ["is_small_talk", "stand_alone"]

_SMALL_TALK = re.compile(
    r"(?:hi|hello|hey|hallo|good (?:morning|afternoon|evening|night|day)|morning|evening|thanks?|thank you|thx|cheers|"
    r"bye|goodbye|see you|ok(?:ay)?|great|perfect|nice(?: one)?|cool|awesome|well done|got it|ha(?:ha)*|lol|"
    r"how are you|how do you do|who are you|what can you do|what do you do|help|sorry|please|yes|no|"
    r"there|everyone|all|again|for now|so much|very much|a lot|that helps|you too|sleep well|slept well|and|then|one)",
    re.IGNORECASE,
)
_POINTING = re.compile(
    r"\b(?:it|its|they|them|their|theirs|that|this|those|these|there|he|she|the (?:paper|authors?|method|model|system|"
    r"first|second|third|latter|former|other|last) ?(?:one|paper|two)?|which one|both)\b",
    re.IGNORECASE,
)
_CONTINUING = re.compile(r"^\s*(?:and|but|so|also|then|how about|what about|what of|why|how so)\b", re.IGNORECASE)
_SHORT_WORDS = 4
"""A message with so few words of content leans on what was said before it."""


def is_small_talk(message: str) -> bool:
    """Whether the message holds nothing but greetings, thanks and the like."""
    rest = _SMALL_TALK.sub(" ", message)
    return not any(character.isalnum() for character in rest)


def stand_alone(question: str, history: Sequence[Answer]) -> str:
    """The question made understandable without the conversation, by rules.

    A message that names nothing itself and points back ("its memory?", "and when?") gets the titles of the papers
    that the last answer with citations spoke of put in front of it. Everything else stays as it is.

    Args:
        question: the newest message.
        history: answers given so far, oldest first.
    """
    spoken_of = next((answer for answer in reversed(history) if answer.citations), None)
    if spoken_of is None or _names_something(question) or not _leans_back(question):
        return question
    titles = dict.fromkeys(citation.title for citation in spoken_of.citations)
    return f"{'; '.join(titles)}: {question}"


def _names_something(question: str) -> bool:
    return any(mention.written for mention in find_mentions(question))


def _leans_back(question: str) -> bool:
    content = [word for word in words(question) if word not in STOP_WORDS]
    pointing = _POINTING.search(question) or _CONTINUING.search(question)
    return bool(pointing) or len(content) < _SHORT_WORDS

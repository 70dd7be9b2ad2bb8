"""Conversations on their way to the store of the visitor's browser and back; what comes back is not trusted."""

from __future__ import annotations

import dataclasses
import re
import uuid

import pydantic

from ui.page.turns import Turn

__all__ = ["MOST", "STORED_CHARS", "VERSION", "Conversation", "UnreadableError", "dump", "load"]

VERSION = 1
"""Of the record; one of another version is dropped. To be raised when an older record can no longer be read."""

MOST = 50
"""Conversations that a browser keeps of one collection; the oldest go first."""

STORED_CHARS = 2_000_000
"""Longest record, in characters; beyond it the oldest turns are left out. An answer with its trace takes 5,000 to
20,000 of them, so this is 100 turns at least, and all conversations together stay far below what browsers give a site
(https://developer.mozilla.org/docs/Web/API/Storage_API/Storage_quotas_and_eviction_criteria)."""

_ID = re.compile(r"[0-9a-f]{32}")


class UnreadableError(ValueError):
    """A record is damaged, has been tampered with, or is of another version."""


@dataclasses.dataclass(frozen=True)
class Conversation:
    """The turns of one conversation, and the id under which the browser keeps them."""

    turns: tuple[Turn, ...] = ()
    """Oldest first."""
    conversation_id: str = ""
    """32 hexadecimal digits; empty until there is something to keep."""

    def with_turns(self, turns: tuple[Turn, ...]) -> Conversation:
        """The same conversation with these turns; the first ones give it its id."""
        return Conversation(turns, self.conversation_id or uuid.uuid4().hex)


@pydantic.dataclasses.dataclass(frozen=True)
class _Record:
    version: int
    id: str
    turns: tuple[Turn, ...]


_RECORD = pydantic.TypeAdapter(_Record)


def dump(conversation: Conversation) -> str:
    """The newest turns as JSON of at most ``STORED_CHARS`` characters; the empty string for none."""
    turns = conversation.turns
    for first in range(len(turns)):
        text = _RECORD.dump_json(_Record(VERSION, conversation.conversation_id, turns[first:])).decode()
        text = text.replace("<", "\\u003c")  # it is in strings alone; Gradio warns of a "<script" in what it sends
        if len(text) <= STORED_CHARS:
            return text
    return ""


def load(text: str) -> Conversation:
    """The inverse of :func:`dump`.

    Raises:
        UnreadableError: the text is no such JSON, or of another version.
    """
    if len(text) > STORED_CHARS:
        raise UnreadableError("too long")
    try:
        record = _RECORD.validate_json(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableError("no record of a conversation") from error
    if record.version != VERSION or not _ID.fullmatch(record.id) or not record.turns:
        raise UnreadableError("a record of another version")
    return Conversation(record.turns, record.id)

"""The front door: open a collection; search it, ask it, chat with it."""

from __future__ import annotations

from rag.assistant.assistant import Assistant, Choice
from rag.chat import Chat

__all__ = ["Assistant", "Chat", "Choice"]

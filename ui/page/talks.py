"""The conversations that open pages show; each is sent to the server once, and not again with every question."""

from __future__ import annotations

import uuid

import gradio as gr

from ui.page.kept import Conversation

__all__ = ["ForgottenError", "Talks", "forgotten"]


class ForgottenError(LookupError):
    """The server does not know the conversation that a page shows, as after a restart: the page has to send it."""


class Talks:
    """What each open page shows, by its session. To be used on the event loop of the page."""

    def __init__(self) -> None:
        self._shown: dict[str | None, Conversation] = {}

    def of(self, session: str | None, conversation_id: str) -> Conversation:
        """The conversation of that id, as the page of ``session`` shows it; a new one for the empty string.

        Raises:
            ForgottenError: it is not known here.
        """
        if not conversation_id:
            return Conversation()
        talk = self._shown.get(session)
        if talk is None or talk.conversation_id != conversation_id:
            raise ForgottenError
        return talk

    def keep(self, session: str | None, talk: Conversation) -> None:
        """Remembers what the page shows now."""
        self._shown[session] = talk

    def forget(self, session: str | None) -> None:
        """The page has been closed."""
        self._shown.pop(session, None)


def forgotten() -> gr.HTML:
    """Has the browser send the conversation that it shows, then do again what could not be done."""
    return gr.HTML(forgotten=uuid.uuid4().hex)

"""What the page does about model servers: looks for them, tries a model, and has it write from then on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import Any

import gradio as gr

from rag.assistant import Choice
from ui.page import options, render
from ui.page.failures import told
from ui.page.library import Events
from ui.page.typed import data

__all__ = ["Servers", "servers"]

Updates = tuple[str, Any]
"""New values of the list of models found, and of the writer."""


class Servers(Events):
    """The events."""

    async def look(self) -> AsyncGenerator[Updates]:
        """The models of the servers that answer, and the writers to choose from."""
        yield servers(waiting="Looking for model servers"), gr.skip()
        try:
            found = await asyncio.to_thread(self._assistant.models, look=True)
        except Exception as error:  # a defect must not leave the page waiting; the log has its traceback
            yield servers(failure=told(error)), gr.skip()
            return
        yield servers(found), gr.update(choices=options.named(found))

    async def use(self, event: gr.EventData) -> AsyncGenerator[Updates]:
        """Tries the model that was clicked; when it can write, it is the writer."""
        name, assistant = str(data(event).get("name", "")), self._assistant
        yield servers(waiting=f"Trying {name}; it may have to be loaded first"), gr.skip()
        try:
            seconds = await asyncio.to_thread(assistant.try_model, name)
        except Exception as error:  # as above
            found = await asyncio.to_thread(assistant.models, look=True)
            yield servers(found, failure=told(error)), gr.skip()
            return
        found = await asyncio.to_thread(assistant.models, look=True)
        yield servers(found, writes=name, seconds=seconds), gr.update(value=name, choices=options.named(found))


def servers(
    found: Sequence[Choice] | None = None,
    *,
    waiting: str = "",
    failure: str = "",
    writes: str = "",
    seconds: float = 0.0,
) -> str:
    """The models found and what has become of the one that was tried.

    Args:
        found: ``None`` while nobody has looked.
        waiting: What is being done; the empty string: nothing.
        failure: Why it did not work, in one sentence; the empty string: it did.
        writes: The model that was tried and writes now; the empty string: none was.
        seconds: How long it took for a word.
    """
    models = None if found is None else [one for one in found if "/" in one.name]
    return render.html("servers.html", found=models, waiting=waiting, failure=failure, writes=writes, seconds=seconds)

"""What the page does with a draft: holds it against the collection, sentence by sentence, and shows what that says."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncGenerator
from typing import Any

import gradio as gr

from rag.assistant import Assistant
from rag.errors import PapertrailError, QuestionError
from rag.verification import Checked
from ui.page import results, samples
from ui.page.failures import told
from ui.page.typed import well_formed

__all__ = ["Draft", "Verify"]

MOST_CHARS = 10_000
"""Longest draft, in characters: some 60 sentences, which take about two seconds on two cores."""


@dataclasses.dataclass(frozen=True)
class Draft:
    """The components that checking a draft needs."""

    text: gr.Textbox
    check: gr.Button
    example: gr.Button
    result: gr.HTML


class Verify:
    """The events of the tab; nothing of a draft is kept outside the page of its visitor."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    async def check(self, text: str) -> AsyncGenerator[tuple[Any, str]]:
        """The button and the result: at first that the check is on, then what it found or why there is nothing."""
        yield gr.Button(interactive=False), results.waiting("Checking each sentence")
        try:
            result = results.verified(await asyncio.to_thread(self._checked, text))
        except Exception as error:  # a defect must not leave the page waiting; the log has its traceback
            result = results.failed(told(error))
        yield gr.Button(interactive=True), result

    def example(self) -> str:
        """A draft with a true sentence and one whose figure is changed; empty where no paper has one."""
        try:
            return samples.draft(self._assistant.papers())
        except PapertrailError:  # the conversation and the list of papers say what is wrong
            return ""

    def offered(self) -> dict[str, Any]:
        """The button that fills in the example, where there is one."""
        return gr.update(visible=bool(self.example()))

    def _checked(self, text: str) -> list[Checked]:
        if len(text) > MOST_CHARS:
            raise QuestionError(
                f"the text has {len(text):,} characters and at most {MOST_CHARS:,} are checked at once; "
                "paste a part of it, or use `papertrail verify FILE`"
            )
        return self._assistant.verify(well_formed(text))

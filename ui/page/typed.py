"""What a visitor typed or clicked, as the browser sent it, and how far the work is that this began."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, TypeVar

import gradio as gr

_Step = TypeVar("_Step")

__all__ = ["data", "latest", "well_formed"]


def data(event: gr.EventData) -> Mapping[str, Any]:
    """What the page sent along with an event; nothing for the built-in components."""
    return event._data if isinstance(event._data, dict) else {}


def well_formed(text: str) -> str:
    """``text`` without halves of surrogate pairs, which a browser may send but no encoding can hold."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


async def latest(steps: asyncio.Queue[_Step | None]) -> _Step | None:
    """The newest step there is, waiting for one; ``None`` at the end."""
    step = await steps.get()
    while step is not None and not steps.empty():
        step = steps.get_nowait()
    return step

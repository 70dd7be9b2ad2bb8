"""What a visitor typed or clicked, as the browser sent it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gradio as gr

__all__ = ["data", "well_formed"]


def data(event: gr.EventData) -> Mapping[str, Any]:
    """What the page sent along with an event; nothing for the built-in components."""
    return event._data if isinstance(event._data, dict) else {}


def well_formed(text: str) -> str:
    """``text`` without halves of surrogate pairs, which a browser may send but no encoding can hold."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

"""The steps of an answer as labels and texts, for both faces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rag.trace import Step

__all__ = ["rows"]

_LABELS = {
    "text": "stand-alone question",
    "parts": "single questions",
    "readings": "read as",
    "estimated_tokens": "tokens, estimated",
    "prompt_tokens": "tokens read",
    "completion_tokens": "tokens written",
    "left_out": "left out for want of room",
    "removed_keys": "made-up citations removed",
    "dropped_citations": "needless citations removed",
    "doubted": "sentences in doubt",
}


def rows(step: Step) -> list[tuple[str, str]]:
    """What a step was given and found; texts may have several lines, and what is empty is left out."""
    told = ((_LABELS.get(name, name.replace("_", " ")), _text(value)) for name, value in step.details.items())
    return [(label, text) for label, text in told if text]


def _text(value: Any) -> str:
    if value is None or value == "" or value is False:
        return ""
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, Mapping):
        return _message(value) if set(value) == {"role", "content"} else _pairs(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "\n".join(f"{place}. {text}" for place, text in enumerate(map(_text, value), start=1))
    return str(value)


def _message(message: Mapping[str, Any]) -> str:
    return f"{message['role']}:\n{message['content']}"


def _pairs(values: Mapping[str, Any]) -> str:
    """``name value, name value``; the title or sentence that says what it is comes first, bare."""
    head = [str(values[name]) for name in ("title", "text") if values.get(name)]
    rest = {name: value for name, value in values.items() if name not in ("title", "text")}
    told = [f"{name.replace('_', ' ')} {_inline(value)}" for name, value in rest.items() if _inline(value)]
    return ": ".join([*head, ", ".join(told)] if told else head)


def _inline(value: Any) -> str:
    if isinstance(value, Mapping):
        inner = _pairs(value)
        return f"({inner})" if inner else ""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "; ".join(map(_text, value))
    return _text(value)

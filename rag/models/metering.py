"""What the calls of models for one answer take, those that fail or are stopped included."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from rag.errors import ModelContextError, ModelMissingError, ModelUnavailableError, SettingsError
from rag.models.budget import estimate_tokens
from rag.models.stream import Delta
from rag.servers.passing import PassingError
from rag.types import Usage

__all__ = ["Call", "Meter"]

_NOTHING_READ = (ModelContextError, ModelMissingError, ModelUnavailableError, SettingsError)
"""With these a server turns a request away, or there is none: no model has read it."""


@dataclass(frozen=True)
class Call:
    """One request to a model."""

    model: str
    """Who was asked, as ``--model`` takes it."""
    usage: Usage
    estimated: bool
    """The server gave no count, because it failed, was stopped or never does: the prompt and what came were counted
    as :func:`rag.models.budget.estimate_tokens` does, rather too many than too few."""

    def to_json(self) -> dict[str, Any]:
        """The call as JSON values, for the trace."""
        usage = self.usage
        tokens = {"prompt_tokens": usage.prompt_tokens, "completion_tokens": usage.completion_tokens}
        return {"model": self.model, **tokens, "estimated": self.estimated}


class Meter:
    """Counts the calls for one answer, or for a part of it."""

    def __init__(self, whole: Meter | None = None) -> None:
        """Begins at nothing; ``whole`` counts the same calls, among others."""
        self._whole = whole
        self.calls: list[Call] = []
        """In the order in which they ended."""

    @property
    def usage(self) -> Usage:
        """What all calls took together."""
        return sum((call.usage for call in self.calls), Usage())

    def _note(self, call: Call) -> None:
        self.calls.append(call)
        if self._whole is not None:
            self._whole._note(call)

    def watched(
        self, model: str, prompt_tokens: int, deltas: Generator[Delta, None, None], cancel: threading.Event
    ) -> Generator[Delta, None, None]:
        """Passes ``deltas`` on and notes in the end what they took, however that comes.

        Args:
            model: who is asked.
            prompt_tokens: estimated length of the prompt.
            deltas: what the server sends; closed in the end.
            cancel: where it is set before anything was asked, nothing is taken.
        """
        if cancel.is_set():
            return
        text, usage, turned_away = "", None, False
        try:
            with contextlib.closing(deltas):
                for delta in deltas:
                    text += delta.text
                    usage = delta.usage or usage
                    yield delta
        except (PassingError, *_NOTHING_READ) as error:
            turned_away = isinstance(error.error if isinstance(error, PassingError) else error, _NOTHING_READ)
            raise
        finally:
            if usage:
                self._note(Call(model, usage, estimated=False))
            elif text or not turned_away:
                self._note(Call(model, Usage(prompt_tokens, estimate_tokens(text)), estimated=True))
